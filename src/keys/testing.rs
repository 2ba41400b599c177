//! Other people's keys, for tests.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{KeySet, PartyKey};
use crate::model::SignatureAlgorithm;

pub(super) enum Signer {
    Es256(EcdsaKeyPair),
    Ps256(RsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

static SHARED: LazyLock<Vec<Signer>> = LazyLock::new(|| {
    let all = SignatureAlgorithm::ALL.iter();
    all.map(|algorithm| Signer::new(*algorithm)).collect()
});

impl Signer {
    pub(super) fn new(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::Es256 => {
                Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
            }
            SignatureAlgorithm::Ps256 => {
                Self::Ps256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
            }
            SignatureAlgorithm::EdDsa => Self::EdDsa(Ed25519KeyPair::generate().unwrap()),
        }
    }

    /// The one of this algorithm that all tests share: RSA keys take long to make.
    pub(super) fn shared(algorithm: SignatureAlgorithm) -> &'static Self {
        SHARED
            .iter()
            .find(|it| it.algorithm() == algorithm)
            .unwrap()
    }

    pub(super) fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::Es256(_) => SignatureAlgorithm::Es256,
            Self::Ps256(_) => SignatureAlgorithm::Ps256,
            Self::EdDsa(_) => SignatureAlgorithm::EdDsa,
        }
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        match self {
            Self::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
            Self::Ps256(pair) => {
                let n = pair
                    .public_key()
                    .modulus()
                    .big_endian_without_leading_zero();
                json!({ "kty": "RSA", "n": encode(n), "e": "AQAB" })
            }
            Self::EdDsa(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
            }
        }
    }

    pub(super) fn key(&self) -> PartyKey {
        PartyKey::from_jwk(self.jwk().as_object().unwrap(), self.algorithm()).unwrap()
    }

    /// A set of this key alone.
    pub(super) fn set(&self) -> KeySet {
        let set = json!({ "keys": [self.jwk()] });
        KeySet::parse(&set.to_string(), self.algorithm()).unwrap()
    }

    /// Signs what `header` and `claims` are in JSON; `alg` is added where it is not given.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let mut header = header.clone();
        let members: &mut Map<_, _> = header.as_object_mut().unwrap();
        members
            .entry("alg")
            .or_insert_with(|| json!(self.algorithm().as_str()));
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// Signs any texts for header and claims.
    pub(super) fn sign_text(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let signature = self.sign_bytes(signed.as_bytes());
        format!("{signed}.{}", encode(&signature))
    }

    fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ps256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The same object with one member changed, or without it if the value is null.
pub(super) fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    object
}

/// That all sentences can stand in `error_description` (RFC 6749 §5.2) and say something.
pub(super) fn assert_descriptions(sentences: impl Iterator<Item = &'static str>) {
    for sentence in sentences {
        let plain = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
        assert!(
            sentence.len() > 20 && sentence.chars().all(plain),
            "{sentence}"
        );
    }
}
