use super::words::words;

words! {
    /// What clients and wallets sign with (RFC 7518 §3.1, RFC 8037 §3.1); pinned when they are registered.
    SignatureAlgorithm {
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

impl SignatureAlgorithm {
    /// Every name that is understood: `EdDSA` has a second one (RFC 9864 §2.2), since here it means one curve anyway.
    pub const NAMES: [&str; 4] = ["ES256", "PS256", "EdDSA", "Ed25519"];

    /// Reads a name, as in a header's `alg`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "Ed25519" => Some(Self::EdDsa),
            name => Self::parse(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_understood() {
        let found: Vec<_> = SignatureAlgorithm::NAMES
            .map(SignatureAlgorithm::named)
            .into();
        assert!(found.iter().all(Option::is_some), "{found:?}");
        for other in ["", "none", "Ed448", "ed25519", "RS256"] {
            assert_eq!(SignatureAlgorithm::named(other), None, "{other}");
        }
    }
}
