//! Signing: random values, sealed private keys, the ring that signs and verifies JWTs, and its published half; and what
//! others sign: their keys, assertions, request objects and proofs.

mod assertion;
mod certificate;
mod claims;
mod dpop;
mod fault;
mod hmac;
mod jws;
mod jwt;
mod key_set;
mod nonce;
mod party_key;
pub mod random;
mod request_object;
mod ring;
mod seal;
mod strict;
#[cfg(test)]
mod testing;
mod uri;
#[cfg(test)]
mod vectors;

pub use assertion::{AssertionFault, ClientAssertion};
pub use certificate::{CertificateFault, ClientCertificate};
pub use claims::Terms;
pub use dpop::{DpopFault, DpopProof, Wanted, access_token_hash};
pub use fault::KeyFault;
pub use hmac::{equal, hmac_sha256};
pub use jws::Unverified;
pub use jwt::{Claims, Expected};
pub use key_set::{KeySet, KeySetFault};
pub use nonce::Nonces;
pub use party_key::{JwkFault, PartyKey};
pub use request_object::{RequestObject, RequestObjectFault};
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
