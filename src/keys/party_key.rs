use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value, json};

use super::strict;
use crate::model::{Digest, SignatureAlgorithm};

/// The members that only private and symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The shortest and the longest RSA modulus, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The public key of somebody else, for one algorithm.
#[derive(Clone)]
pub struct PartyKey {
    algorithm: SignatureAlgorithm,
    kid: Option<String>,
    thumbprint: String,
    decoding: DecodingKey,
}

impl PartyKey {
    /// Reads a public JSON Web Key (RFC 7517 §4) that is to be used with `algorithm`.
    ///
    /// # Errors
    /// [`JwkFault`] says why the key is not used.
    pub fn from_jwk(
        jwk: &Map<String, Value>,
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, JwkFault> {
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return Err(JwkFault::Private);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let (kty, crv) = match algorithm {
            SignatureAlgorithm::Es256 => ("EC", Some("P-256")),
            SignatureAlgorithm::Ps256 => ("RSA", None),
            SignatureAlgorithm::EdDsa => ("OKP", Some("Ed25519")),
        };
        if text("kty") != Some(kty) || (crv.is_some() && text("crv") != crv) {
            return Err(JwkFault::Type);
        }
        purpose(jwk, algorithm)?;
        let kid = match jwk.get("kid") {
            Some(kid) => Some(kid.as_str().ok_or(JwkFault::Malformed)?.to_owned()),
            None => None,
        };
        let part = |name: &str| text(name).ok_or(JwkFault::Malformed);
        let (decoding, required) = match algorithm {
            SignatureAlgorithm::Es256 => (
                p256(part("x")?, part("y")?)?,
                json!({ "crv": "P-256", "kty": "EC", "x": part("x")?, "y": part("y")? }),
            ),
            SignatureAlgorithm::Ps256 => (
                rsa(part("n")?, part("e")?)?,
                json!({ "e": part("e")?, "kty": "RSA", "n": part("n")? }),
            ),
            SignatureAlgorithm::EdDsa => (
                ed25519(part("x")?)?,
                json!({ "crv": "Ed25519", "kty": "OKP", "x": part("x")? }),
            ),
        };
        Ok(Self {
            algorithm,
            kid,
            // The members were read as strict base64url, so each value has one spelling.
            thumbprint: Digest::of(required.to_string().as_bytes()).to_base64url(),
            decoding,
        })
    }

    /// What the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Its name in its owner's key set (RFC 7517 §4.5).
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The SHA-256 thumbprint in base64url (RFC 7638 §3, RFC 8037 §2).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether `signature`, in base64url, is this key's under `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &str) -> bool {
        let algorithm = match self.algorithm {
            SignatureAlgorithm::Es256 => Algorithm::ES256,
            SignatureAlgorithm::Ps256 => Algorithm::PS256,
            SignatureAlgorithm::EdDsa => Algorithm::EdDSA,
        };
        jsonwebtoken::crypto::verify(signature, message, &self.decoding, algorithm).unwrap_or(false)
    }
}

impl fmt::Debug for PartyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartyKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

/// Why a JSON Web Key is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkFault {
    /// It has members that only its owner may know.
    #[error("is a private or secret key")]
    Private,
    /// Its `kty` or `crv` is not that of the algorithm.
    #[error("is of another type")]
    Type,
    /// Its `alg`, `use` or `key_ops` speaks of something else.
    #[error("is meant for something else (alg, use or key_ops)")]
    Purpose,
    /// An RSA key that is too short, or too long to be checked quickly.
    #[error("is an RSA key of less than 2048 or more than 8192 bits")]
    Size,
    /// A member is missing or is not what it must be.
    #[error("is not a valid key")]
    Malformed,
}

/// Holds `alg`, `use` and `key_ops`, where they are given, to the verification of signatures (RFC 7517 §4.2 to §4.4).
fn purpose(jwk: &Map<String, Value>, algorithm: SignatureAlgorithm) -> Result<(), JwkFault> {
    let is_for = |name: &str, fits: &dyn Fn(&str) -> bool| {
        jwk.get(name)
            .is_none_or(|value| value.as_str().is_some_and(fits))
    };
    let verifies = jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|it| it.iter().any(|operation| operation == "verify"))
    });
    if is_for("alg", &|name| {
        SignatureAlgorithm::named(name) == Some(algorithm)
    }) && is_for("use", &|word| word == "sig")
        && verifies
    {
        Ok(())
    } else {
        Err(JwkFault::Purpose)
    }
}

/// A point of P-256: coordinates in full length (RFC 7518 §6.2.1), on the curve.
fn p256(x: &str, y: &str) -> Result<DecodingKey, JwkFault> {
    let mut point = vec![4];
    for coordinate in [x, y] {
        let bytes = strict::base64url(coordinate).ok_or(JwkFault::Malformed)?;
        if bytes.len() != 32 {
            return Err(JwkFault::Malformed);
        }
        point.extend(bytes);
    }
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).map_err(|_| JwkFault::Malformed)?;
    Ok(DecodingKey::from_ec_der(&point))
}

/// Modulus and exponent without leading zeros (RFC 7518 §6.3.1), neither of them even, and an exponent of 3 to 32 bits.
fn rsa(n: &str, e: &str) -> Result<DecodingKey, JwkFault> {
    let number = |text| {
        let bytes = strict::base64url(text).ok_or(JwkFault::Malformed)?;
        match (bytes.first(), bytes.last()) {
            (Some(1..), Some(last)) if last % 2 == 1 => Ok(bytes),
            _ => Err(JwkFault::Malformed),
        }
    };
    let (n, e) = (number(n)?, number(e)?);
    if e == [1] || e.len() > 4 {
        return Err(JwkFault::Malformed);
    }
    let unused = n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if !RSA_BITS.contains(&(n.len() * 8 - unused)) {
        return Err(JwkFault::Size);
    }
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

/// A key of 32 bytes (RFC 8037 §2).
fn ed25519(x: &str) -> Result<DecodingKey, JwkFault> {
    let bytes = strict::base64url(x).ok_or(JwkFault::Malformed)?;
    if bytes.len() != 32 || is_of_small_order(&bytes) {
        return Err(JwkFault::Malformed);
    }
    ParsedPublicKey::new(&ED25519, &bytes).map_err(|_| JwkFault::Malformed)?;
    Ok(DecodingKey::from_ed_der(&bytes))
}

/// The last byte of 2^255 - 19, without the sign bit above it, and all between it and the first.
const FULL: [u8; 31] = {
    let mut bytes = [0xff; 31];
    bytes[30] = 0x7f;
    bytes
};

/// The two y of the points of order 8 (RFC 8032 §5.1), in little-endian order.
const ORDER_8: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Whether anybody could sign for a key of these 32 bytes: its point has one of few multiples, and no private half is needed
/// (RFC 8725 §3.4). Numbers that are not reduced, which are such points in another spelling, are among them.
fn is_of_small_order(key: &[u8]) -> bool {
    let mut y = key.to_vec();
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    let (Some(first), Some(rest)) = (y.first(), y.get(1..)) else {
        return true;
    };
    let is_tiny = *first <= 1 && rest.iter().all(|byte| *byte == 0);
    // From p - 1 on.
    let is_huge = *first >= 0xec && *rest == FULL;
    is_tiny || is_huge || ORDER_8.iter().any(|point| *point == *y)
}

#[cfg(test)]
#[path = "party_key_tests.rs"]
mod tests;
