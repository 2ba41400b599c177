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
