//! Client assertions (RFC 7523 §3), judged in this order by all that does not depend on the registration:
//!
//! 1. a compact JWS with JSON objects: [`AssertionFault::Malformed`]
//! 2. `typ`: [`AssertionFault::Type`]
//! 3. `alg`: [`AssertionFault::Algorithm`]
//! 4. no `crit`, `jwk`, `jku`, `x5c`, `x5u`: [`AssertionFault::Header`]
//! 5. `iss` = `sub`: [`AssertionFault::Subject`]
//! 6. `aud`: [`AssertionFault::Audience`]
//! 7. `exp`: [`AssertionFault::Expiry`], [`AssertionFault::TooLong`]
//! 8. `iat`, `nbf`: [`AssertionFault::Ahead`]
//! 9. `jti`: [`AssertionFault::Id`]
//!
//! Who the client is, its keys and that the `jti` is new is for who calls.

use std::fmt;

use jiff::Timestamp;

use super::{Terms, Unverified, claims};
use crate::model::words;

/// How far ahead an assertion's `exp` may be, in seconds.
const LONGEST_LIFE: i64 = 300;

/// What somebody signed to prove that they are a client or a resource server (RFC 7523 §2.2), read but not verified.
pub struct ClientAssertion {
    /// Who they say they are.
    pub client: String,
    /// The assertion's name, which is good once for the client.
    pub jti: String,
    /// From here on it is not accepted.
    pub expires_at: Timestamp,
    /// What is signed, for [`KeySet::has_signed`](super::KeySet::has_signed).
    pub jws: Unverified,
}

words! {
    /// What is wrong with an assertion, in a sentence for `error_description`.
    AssertionFault {
        /// It is no JWT, or can be read in two ways.
        Malformed = "The client_assertion must be one compact JWS of at most 16 KiB, with JSON objects that have no member twice",
        /// Another `typ`.
        Type = "The typ in the header of client_assertion must be JWT or client-authentication+jwt, or be left out",
        /// Another `alg`.
        Algorithm = "The client_assertion must be signed with ES256, PS256, EdDSA or Ed25519",
        /// A header that is refused.
        Header = "The client_assertion must not have crit, jwk, jku, x5c or x5u in its header",
        /// `iss` and `sub` are not one string.
        Subject = "The iss and sub of client_assertion must both be the client_id",
        /// Another `aud`.
        Audience = "The aud of client_assertion must be the issuer as in the metadata, byte for byte, as a string and not in an array",
        /// `exp` is missing or past.
        Expiry = "The exp of client_assertion must be in the future: it is missing, past, or your clock is wrong",
        /// `exp` is too far off.
        TooLong = "The exp of client_assertion must be at most 300 seconds ahead",
        /// `iat` or `nbf` is ahead.
        Ahead = "The iat and nbf of client_assertion must not be in the future",
        /// `jti` is missing, empty or too long.
        Id = "The client_assertion must have a jti of 1 to 256 bytes",
    }
}

impl ClientAssertion {
    /// Reads a `client_assertion` and judges what it says.
    ///
    /// # Errors
    /// [`AssertionFault`] says which rule is broken; none of them tells whether there is such a client.
    pub fn read(text: &str, terms: &Terms<'_>) -> Result<Self, AssertionFault> {
        let jws = Unverified::read(text).ok_or(AssertionFault::Malformed)?;
        let is_typed = ["JWT", "client-authentication+jwt"].map(|typ| jws.is_a(typ));
        if jws.typ().is_some() && !is_typed.contains(&true) {
            return Err(AssertionFault::Type);
        }
        jws.alg().ok_or(AssertionFault::Algorithm)?;
        if !claims::has_plain_header(&jws) {
            return Err(AssertionFault::Header);
        }
        let said = jws.claims();
        let client =
            claims::text(said, "iss").filter(|client| !client.is_empty() && !client.contains('\0'));
        let client = client.ok_or(AssertionFault::Subject)?;
        if claims::text(said, "sub") != Some(client) {
            return Err(AssertionFault::Subject);
        }
        if claims::text(said, "aud") != Some(terms.issuer) {
            return Err(AssertionFault::Audience);
        }
        let exp = said.get("exp").and_then(claims::instant);
        let ahead = |exp: &Timestamp| exp.as_second() - terms.now.as_second();
        let exp = exp.filter(|exp| ahead(exp) > 0);
        let exp = exp.ok_or(AssertionFault::Expiry)?;
        if ahead(&exp) > LONGEST_LIFE {
            return Err(AssertionFault::TooLong);
        }
        if !["iat", "nbf"]
            .iter()
            .all(|name| claims::has_begun(said, name, terms.now))
        {
            return Err(AssertionFault::Ahead);
        }
        Ok(Self {
            client: client.to_owned(),
            jti: claims::jti(said).ok_or(AssertionFault::Id)?.to_owned(),
            expires_at: exp,
            jws,
        })
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAssertion")
            .field("client", &self.client)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
