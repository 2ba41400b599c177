//! Signed authorization requests (RFC 9101 §6.3, FAPI 2.0 Message Signing §5.3.1), judged in this order by all that does
//! not depend on the registration:
//!
//! 1. a compact JWS with JSON objects: [`RequestObjectFault::Malformed`]
//! 2. `typ`: [`RequestObjectFault::Type`]
//! 3. `alg`: [`RequestObjectFault::Algorithm`]
//! 4. no `crit`, `jwk`, `jku`, `x5c`, `x5u`: [`RequestObjectFault::Header`]
//! 5. `iss` = `client_id`: [`RequestObjectFault::Client`]
//! 6. `aud`: [`RequestObjectFault::Audience`]
//! 7. `exp` and `nbf`: [`RequestObjectFault::Times`], [`RequestObjectFault::Expired`], [`RequestObjectFault::Begin`],
//!    [`RequestObjectFault::TooLong`]
//! 8. `iat`: [`RequestObjectFault::Begin`]
//! 9. no `request`, `request_uri`: [`RequestObjectFault::Nested`]
//! 10. the parameters: [`RequestObjectFault::Parameter`]
//!
//! Whether the client is the one that sends it, and its keys, is for who calls.

use std::fmt;

use serde_json::{Map, Value};

use super::{Terms, Unverified, claims};
use crate::model::words;

/// How far `nbf` and `exp` may be apart, and how old `nbf` may be, in seconds.
const LONGEST_LIFE: i64 = 3600;

/// The parameters of an authorization request that this server knows; any other claim is ignored, whatever it is (RFC 6749 §3.1).
const PARAMETERS: [&str; 13] = [
    "authorization_details",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "prompt",
    "redirect_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// An authorization request that its client signed (RFC 9101 §4), read but not verified.
pub struct RequestObject {
    /// Whose request it says it is.
    pub client: String,
    /// Those of its claims that are parameters of a request.
    pub parameters: Vec<(String, String)>,
    /// What is signed, for [`KeySet::has_signed`](super::KeySet::has_signed).
    pub jws: Unverified,
}

words! {
    /// What is wrong with a request object, in a sentence for `error_description`.
    RequestObjectFault {
        /// It is no JWT, or can be read in two ways.
        Malformed = "The request must be one compact JWS of at most 16 KiB, with JSON objects that have no member twice",
        /// Another `typ`.
        Type = "The request must have typ oauth-authz-req+jwt in its header",
        /// Another `alg`.
        Algorithm = "The request must be signed with ES256, PS256, EdDSA or Ed25519",
        /// A header that is refused.
        Header = "The request must not have crit, jwk, jku, x5c or x5u in its header",
        /// `iss` and `client_id` are not one string.
        Client = "The iss and client_id in request must both be the client_id",
        /// Another `aud`.
        Audience = "The aud in request must be the issuer as in the metadata, byte for byte",
        /// `exp` or `nbf` is missing.
        Times = "The request must have exp and nbf, both numbers, and exp after nbf",
        /// `exp` is past.
        Expired = "The request has expired: exp must be in the future",
        /// `nbf` or `iat` is ahead, or `nbf` is too old.
        Begin = "The nbf in request must be within the last hour, and neither nbf nor iat in the future",
        /// `exp` is too far from `nbf`.
        TooLong = "The exp in request must be at most 3600 seconds after nbf",
        /// Another request in it.
        Nested = "The request must not contain request or request_uri",
        /// A claim that no parameter can be made of.
        Parameter = "The parameters in request must be strings or whole numbers; authorization_details must be an array, and resource may be an array of strings",
    }
}

impl RequestObject {
    /// Reads a `request` and judges what it says of itself.
    ///
    /// # Errors
    /// [`RequestObjectFault`] says which rule is broken.
    pub fn read(text: &str, terms: &Terms<'_>) -> Result<Self, RequestObjectFault> {
        let jws = Unverified::read(text).ok_or(RequestObjectFault::Malformed)?;
        if !jws.is_a("oauth-authz-req+jwt") {
            return Err(RequestObjectFault::Type);
        }
        jws.alg().ok_or(RequestObjectFault::Algorithm)?;
        if !claims::has_plain_header(&jws) {
            return Err(RequestObjectFault::Header);
        }
        let said = jws.claims();
        let client = claims::text(said, "iss").filter(|client| !client.is_empty());
        let client = client.ok_or(RequestObjectFault::Client)?;
        if claims::text(said, "client_id") != Some(client) {
            return Err(RequestObjectFault::Client);
        }
        if !is_audience(said.get("aud"), terms.issuer) {
            return Err(RequestObjectFault::Audience);
        }
        in_time(said, terms)?;
        if ["request", "request_uri"]
            .iter()
            .any(|name| said.contains_key(*name))
        {
            return Err(RequestObjectFault::Nested);
        }
        Ok(Self {
            client: client.to_owned(),
            parameters: parameters(said).ok_or(RequestObjectFault::Parameter)?,
            jws,
        })
    }
}

impl fmt::Debug for RequestObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestObject")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Whether `aud` is this server, or an array of strings with it (RFC 7519 §4.1.3).
fn is_audience(aud: Option<&Value>, issuer: &str) -> bool {
    match aud {
        Some(Value::String(one)) => one == issuer,
        Some(Value::Array(all)) => {
            all.iter().all(Value::is_string) && all.iter().any(|one| one == issuer)
        }
        _ => false,
    }
}

fn in_time(said: &Map<String, Value>, terms: &Terms<'_>) -> Result<(), RequestObjectFault> {
    let second = |name| Some(claims::instant(said.get(name)?)?.as_second());
    let now = terms.now.as_second();
    let (Some(nbf), Some(exp)) = (second("nbf"), second("exp")) else {
        return Err(RequestObjectFault::Times);
    };
    if exp <= nbf {
        return Err(RequestObjectFault::Times);
    }
    if exp <= now {
        return Err(RequestObjectFault::Expired);
    }
    let begun = ["nbf", "iat"]
        .iter()
        .all(|name| claims::has_begun(said, name, terms.now));
    if !begun || now - nbf > LONGEST_LIFE {
        return Err(RequestObjectFault::Begin);
    }
    if exp - nbf > LONGEST_LIFE {
        return Err(RequestObjectFault::TooLong);
    }
    Ok(())
}

/// The claims as parameters: strings as they are, whole numbers in decimal (RFC 9101 §4), the array
/// `authorization_details` as JSON text (RFC 9396 §3), and each member of an array `resource` by itself (RFC 8707 §2).
fn parameters(said: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    for name in PARAMETERS {
        let Some(value) = said.get(name) else {
            continue;
        };
        let mut push = |text: &str| parameters.push((name.to_owned(), text.to_owned()));
        match (name, value) {
            ("authorization_details", Value::Array(_)) => push(&value.to_string()),
            ("authorization_details", _) => return None,
            (_, Value::String(text)) => push(text),
            (_, Value::Number(number)) if !number.is_f64() => push(&number.to_string()),
            ("resource", Value::Array(all)) => {
                for one in all {
                    push(one.as_str()?);
                }
            }
            _ => return None,
        }
    }
    Some(parameters)
}

#[cfg(test)]
#[path = "request_object_tests.rs"]
mod tests;
