//! Signing: random values, sealed private keys, the ring that signs and verifies JWTs, and its published half.

mod certificate;
mod fault;
mod hmac;
mod jwt;
pub mod random;
mod ring;
mod seal;

pub use certificate::{CertificateFault, ClientCertificate};
pub use fault::KeyFault;
pub use hmac::{equal, hmac_sha256};
pub use jwt::{Claims, Expected};
pub use ring::KeyRing;
pub use seal::SealingKey;

/// Makes AWS-LC the one library that JWTs are signed and verified with, before anything asks for it; harmless when
/// repeated.
///
/// TLS needs nothing of the kind: rustls is compiled with AWS-LC alone, and both of its users name it themselves.
pub fn install_providers() {
    // An error says that a provider is set already: with only one compiled in, it is this one.
    let _already_set = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

#[cfg(test)]
mod tests {
    #[test]
    fn providers_may_be_installed_twice() {
        super::install_providers();
        super::install_providers();
    }
}
