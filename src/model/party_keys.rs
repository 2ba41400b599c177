use jiff::Timestamp;

use super::{Digest, SignatureAlgorithm};

/// The keys by which a client or wallet proves who it is, and what it signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyKeys {
    /// Where they are.
    pub source: KeySource,
    /// The one algorithm that it uses (RFC 7591 §2, `token_endpoint_auth_signing_alg`).
    pub algorithm: SignatureAlgorithm,
}

/// Where the keys of a client or wallet are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// Here, as a JWK set (RFC 7591 §2, `jwks`).
    Set(String),
    /// At this URL of its own (RFC 7591 §2, `jwks_uri`).
    Uri(String),
}

/// An identifier that may be used once (RFC 7519 §4.1.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unspent {
    /// Whose it is, and what for: `assertion:cli_…`.
    pub scope: String,
    /// The digest of scope and identifier.
    pub digest: Digest,
    /// From here on what it stands in is refused anyway.
    pub expires_at: Timestamp,
}

impl Unspent {
    /// The identifier `jti`, which nobody but `scope` uses up, until `expires_at`.
    #[must_use]
    pub fn new(scope: String, jti: &str, expires_at: Timestamp) -> Self {
        // No scope holds a NUL.
        let digest = Digest::of(format!("{scope}\0{jti}").as_bytes());
        Self {
            scope,
            digest,
            expires_at,
        }
    }
}
