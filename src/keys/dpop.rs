//! Proofs of possession (RFC 9449 §4.3), judged in this order, by all that needs no memory:
//!
//! 1. a compact JWS with JSON objects, of at most [`LONGEST_FIELD`]: [`DpopFault::Malformed`]
//! 2. `typ`: [`DpopFault::Type`]
//! 3. `alg`: [`DpopFault::Algorithm`]
//! 4. no `crit`: [`DpopFault::Critical`]
//! 5. `jwk`: [`DpopFault::PrivateKey`], [`DpopFault::Key`]
//! 6. the signature: [`DpopFault::Signature`]
//! 7. `jti`: [`DpopFault::Id`]
//! 8. `htm`: [`DpopFault::Method`]
//! 9. `htu`: [`DpopFault::Uri`]
//! 10. `iat`: [`DpopFault::Time`]
//! 11. `nonce` and `ath` are strings where they are given: [`DpopFault::Claims`]
//!
//! That there is one `DPoP` header only, that the `jti` is new, that `nonce` and `ath` are right and that the token
//! belongs to the key is for who calls.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{JwkFault, PartyKey, Unverified, claims, uri};
use crate::model::{Digest, LONGEST_FIELD, words};

/// What a proof must have been made for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The method of the request, as it is.
    pub method: &'a str,
    /// The URI of the request, as everybody else sees it.
    pub uri: &'a str,
    /// The instant of the request.
    pub now: Timestamp,
    /// How old the proof may be, in seconds.
    pub longest: i64,
}

/// A proof that its sender holds a key, made for this request (RFC 9449 §4.2); whether it is new is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DpopProof {
    /// The thumbprint of the key, as in `jkt` (RFC 9449 §6.1).
    pub thumbprint: String,
    /// The proof's name, which is good once for the key.
    pub jti: String,
    /// When it was made.
    pub iat: Timestamp,
    /// The nonce that it was made with (RFC 9449 §8).
    pub nonce: Option<String>,
    /// The hash of the access token that it comes with (RFC 9449 §7).
    pub ath: Option<String>,
}

words! {
    /// What is wrong with a proof, in a sentence for `error_description`.
    DpopFault {
        /// It is no JWT, or can be read in two ways.
        Malformed = "The DPoP header must be one compact JWS of at most 7 KiB, with JSON objects that have no member twice",
        /// Another `typ`.
        Type = "The DPoP proof must have typ dpop+jwt in its header",
        /// Another `alg`.
        Algorithm = "The DPoP proof must be signed with ES256, PS256, EdDSA or Ed25519",
        /// It has `crit`.
        Critical = "The DPoP proof must not have crit in its header",
        /// No `jwk`, or one that does not fit `alg`.
        Key = "The DPoP proof must have in its header, as jwk, the public key that fits its alg: P-256, RSA of 2048 to 8192 bits, or Ed25519",
        /// A private key in `jwk`.
        PrivateKey = "The jwk of the DPoP proof is a private key: make a new pair, and put only its public half into proofs",
        /// Not signed by the key.
        Signature = "The signature of the DPoP proof does not verify with the jwk in its header",
        /// `jti` is missing, empty or too long.
        Id = "The DPoP proof must have a jti of 1 to 256 bytes",
        /// Another `htm`.
        Method = "The htm of the DPoP proof must be the method of the request",
        /// Another `htu`.
        Uri = "The htu of the DPoP proof must be the URL of this endpoint as the metadata has it, host and port included",
        /// `iat` is missing, too old or ahead.
        Time = "The iat of the DPoP proof must be the present time: the proof is too old or its clock is wrong",
        /// `nonce` or `ath` is not a string.
        Claims = "The nonce and ath of the DPoP proof must be strings",
    }
}

impl DpopProof {
    /// Verifies the value of a `DPoP` header.
    ///
    /// # Errors
    /// [`DpopFault`] says which rule is broken.
    pub fn verify(text: &str, wanted: &Wanted<'_>) -> Result<Self, DpopFault> {
        let fits = Some(text).filter(|text| text.len() <= LONGEST_FIELD);
        let jws = fits
            .and_then(Unverified::read)
            .ok_or(DpopFault::Malformed)?;
        let key = key(&jws)?;
        if !jws.verify(&key) {
            return Err(DpopFault::Signature);
        }
        let said = jws.claims();
        let jti = claims::jti(said).ok_or(DpopFault::Id)?;
        if claims::text(said, "htm") != Some(wanted.method) {
            return Err(DpopFault::Method);
        }
        let htu = claims::text(said, "htu").and_then(uri::normalise);
        if htu.is_none() || htu != uri::normalise(wanted.uri) {
            return Err(DpopFault::Uri);
        }
        let iat = said.get("iat").and_then(claims::instant);
        let iat = iat
            .filter(|iat| !claims::is_ahead(*iat, wanted.now))
            .filter(|iat| wanted.now.as_second() - iat.as_second() <= wanted.longest)
            .ok_or(DpopFault::Time)?;
        Ok(Self {
            jti: jti.to_owned(),
            iat,
            nonce: optional(said, "nonce")?,
            ath: optional(said, "ath")?,
            thumbprint: key.thumbprint().to_owned(),
        })
    }
}

/// The hash of an access token, as in `ath` (RFC 9449 §4.2).
#[must_use]
pub fn access_token_hash(token: &str) -> String {
    Digest::of(token.as_bytes()).to_base64url()
}

/// The key that the header carries.
fn key(jws: &Unverified) -> Result<PartyKey, DpopFault> {
    if !jws.is_a("dpop+jwt") {
        return Err(DpopFault::Type);
    }
    let algorithm = jws.alg().ok_or(DpopFault::Algorithm)?;
    if jws.has_any(&["crit"]) {
        return Err(DpopFault::Critical);
    }
    let jwk = jws.header().get("jwk").and_then(Value::as_object);
    PartyKey::from_jwk(jwk.ok_or(DpopFault::Key)?, algorithm).map_err(|fault| match fault {
        JwkFault::Private => DpopFault::PrivateKey,
        _ => DpopFault::Key,
    })
}

fn optional(said: &Map<String, Value>, name: &str) -> Result<Option<String>, DpopFault> {
    match said.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(DpopFault::Claims),
    }
}

#[cfg(test)]
#[path = "dpop_tests.rs"]
mod tests;
