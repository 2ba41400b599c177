use std::fmt;
use std::sync::{Arc, LazyLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign::app::new_secret;
use countersign::model::SignatureAlgorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A key pair of a client or wallet; a clone is the same one.
#[derive(Clone)]
pub struct Key(Arc<(Pair, String)>);

enum Pair {
    Es256(EcdsaKeyPair),
    Ps256(RsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// RSA keys take long to make.
static RSA: LazyLock<Key> = LazyLock::new(|| Key::rsa(KeySize::Rsa2048));

impl Key {
    pub fn new(algorithm: SignatureAlgorithm) -> Self {
        let pair = match algorithm {
            SignatureAlgorithm::Es256 => {
                Pair::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
            }
            SignatureAlgorithm::Ps256 => return RSA.clone(),
            SignatureAlgorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::generate().unwrap()),
        };
        Self::called(pair)
    }

    pub fn es256() -> Self {
        Self::new(SignatureAlgorithm::Es256)
    }

    pub fn rsa(size: KeySize) -> Self {
        Self::called(Pair::Ps256(RsaKeyPair::generate(size).unwrap()))
    }

    fn called(pair: Pair) -> Self {
        let name = format!("key-{}", &new_secret().expose()[..8]);
        Self(Arc::new((pair, name)))
    }

    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self.0.0 {
            Pair::Es256(_) => SignatureAlgorithm::Es256,
            Pair::Ps256(_) => SignatureAlgorithm::Ps256,
            Pair::EdDsa(_) => SignatureAlgorithm::EdDsa,
        }
    }

    pub fn kid(&self) -> &str {
        &self.0.1
    }

    /// The public half, with nothing but what the thumbprint is of (RFC 7638 §3.2), in its order.
    pub fn bare_jwk(&self) -> Value {
        match &self.0.0 {
            Pair::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y) })
            }
            Pair::Ps256(pair) => {
                let modulus = pair.public_key().modulus();
                let n = modulus.big_endian_without_leading_zero();
                json!({ "e": "AQAB", "kty": "RSA", "n": encode(n) })
            }
            Pair::EdDsa(pair) => {
                json!({ "crv": "Ed25519", "kty": "OKP", "x": encode(pair.public_key().as_ref()) })
            }
        }
    }

    /// The public half with its name.
    pub fn jwk(&self) -> Value {
        let mut jwk = self.bare_jwk();
        jwk["kid"] = json!(self.kid());
        jwk
    }

    /// A set of this key alone.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// The thumbprint (RFC 7638).
    pub fn thumbprint(&self) -> String {
        encode(&Sha256::digest(self.bare_jwk().to_string().as_bytes()))
    }

    /// Signs `claims`; `alg` and `kid` are added to the header where they are not given; a member that is null is left out.
    pub fn signs(&self, header: &Value, claims: &Value) -> String {
        let mut whole = json!({ "alg": self.algorithm().as_str(), "kid": self.kid() });
        for (name, value) in header.as_object().unwrap() {
            whole[name] = value.clone();
        }
        self.signs_text(&compact(&whole), &compact(claims))
    }

    /// Signs any two texts.
    pub fn signs_text(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let random = SystemRandom::new();
        let signature = match &self.0.0 {
            Pair::Es256(pair) => pair.sign(&random, signed.as_bytes()).unwrap(),
            Pair::Ps256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature)
                    .unwrap();
                return format!("{signed}.{}", encode(&signature));
            }
            Pair::EdDsa(pair) => pair.sign(signed.as_bytes()),
        };
        format!("{signed}.{}", encode(signature.as_ref()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kid())
    }
}

/// The object without the members that are null.
fn compact(object: &Value) -> String {
    let mut object = object.clone();
    object
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    object.to_string()
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
