use std::fmt;

use jiff::Timestamp;

/// How this server signs (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl SigningAlgorithm {
    /// The registered name, as in a header's `alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
        }
    }

    /// Reads the registered name; `None` for one that this server does not sign with.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        (name == "ES256").then_some(Self::Es256)
    }
}

/// A key of this issuer, as it is stored: the private half only sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The RFC 7638 thumbprint of the public half.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// The private half in PKCS#8, sealed.
    pub sealed: Vec<u8>,
    /// The public half as a JSON Web Key (RFC 7517 §4), as text.
    pub public_jwk: String,
    /// From here on it verifies and is in the published key set.
    pub published_at: Timestamp,
    /// From here on it signs, until a newer key does.
    pub signs_from: Timestamp,
    /// From here on it neither signs nor verifies; `None` while no end is set.
    pub retired_at: Option<Timestamp>,
}

impl SigningKey {
    /// Where in its life the key is.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.retired_at {
            Some(end) if end <= now => Phase::Retired,
            _ if now < self.published_at => Phase::Unpublished,
            _ if now < self.signs_from => Phase::Announced,
            Some(_) => Phase::Retiring,
            None => Phase::Signing,
        }
    }

    /// Whether the key is in the published set and verifies.
    #[must_use]
    pub fn verifies(&self, now: Timestamp) -> bool {
        !matches!(self.phase(now), Phase::Unpublished | Phase::Retired)
    }

    /// Whether the key may sign; of several the one with the newest `signs_from` does.
    #[must_use]
    pub fn may_sign(&self, now: Timestamp) -> bool {
        matches!(self.phase(now), Phase::Signing | Phase::Retiring)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("published_at", &self.published_at)
            .field("signs_from", &self.signs_from)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

/// Where in its life a [`SigningKey`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not to be seen yet.
    Unpublished,
    /// In the key set, so that others learn of it before it signs.
    Announced,
    /// Signs, or has been followed by a newer key.
    Signing,
    /// Its end is set: it verifies until then, and signs only if no newer key does.
    Retiring,
    /// Of no use any more.
    Retired,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_key_lives_through_its_phases_in_order() {
        let key = SigningKey {
            kid: "k".into(),
            algorithm: SigningAlgorithm::Es256,
            sealed: Vec::new(),
            public_jwk: String::new(),
            published_at: at(10),
            signs_from: at(20),
            retired_at: None,
        };
        let ending = SigningKey {
            retired_at: Some(at(30)),
            ..key.clone()
        };
        assert_eq!(key.phase(at(9)), Phase::Unpublished);
        assert_eq!(key.phase(at(10)), Phase::Announced);
        assert_eq!(key.phase(at(20)), Phase::Signing);
        assert_eq!(ending.phase(at(20)), Phase::Retiring);
        assert_eq!(ending.phase(at(29)), Phase::Retiring);
        assert_eq!(ending.phase(at(30)), Phase::Retired);
        assert!(key.verifies(at(10)) && !key.may_sign(at(10)));
        assert!(ending.may_sign(at(29)) && !ending.verifies(at(30)));
    }

    #[test]
    fn names_are_read_back() {
        let es256 = SigningAlgorithm::Es256;
        assert_eq!(SigningAlgorithm::parse(es256.as_str()), Some(es256));
        assert_eq!(SigningAlgorithm::parse("none"), None);
    }
}
