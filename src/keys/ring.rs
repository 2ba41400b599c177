use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Claims, Expected, KeyFault, SealingKey, jwt};
use crate::model::{SigningAlgorithm, SigningKey};

/// A token longer than this is not read.
const MAX_TOKEN: usize = 16 * 1024;

/// The signing keys of this issuer, opened and parsed once.
pub struct KeyRing(Vec<Member>);

struct Member {
    key: SigningKey,
    pair: EcdsaKeyPair,
    decoding: DecodingKey,
    public: Value,
}

impl KeyRing {
    /// Opens the stored keys; which of them count is decided by the instant of each use.
    ///
    /// # Errors
    /// [`KeyFault::Unopened`] or [`KeyFault::Corrupt`] names the key that cannot be used.
    pub fn new(keys: Vec<SigningKey>, sealing: &SealingKey) -> Result<Self, KeyFault> {
        keys.into_iter()
            .map(|key| Member::open(key, sealing))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Makes a new ES256 key, published from `now` on; it belongs to a ring once it is stored and the ring is read again.
    ///
    /// # Errors
    /// [`KeyFault::Crypto`] if the library fails.
    pub fn generate(
        sealing: &SealingKey,
        now: Timestamp,
        signs_from: Timestamp,
    ) -> Result<SigningKey, KeyFault> {
        let failed = |_| KeyFault::Crypto("make a key");
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let private = pair.to_pkcs8v1().map_err(failed)?;
        let (kid, public) = publish(&pair)?;
        Ok(SigningKey {
            sealed: sealing.seal(private.as_ref(), &place(&kid))?,
            kid,
            algorithm: SigningAlgorithm::Es256,
            public_jwk: public.to_string(),
            published_at: now,
            signs_from,
            retired_at: None,
        })
    }

    /// Signs `claims` as a JWT of type `typ` with the key that signs at `now`.
    ///
    /// # Errors
    /// [`KeyFault::NoSigner`] if no key does, [`KeyFault::Claims`] if the claims cannot be written.
    pub fn sign(
        &self,
        typ: &str,
        claims: &impl Serialize,
        now: Timestamp,
    ) -> Result<String, KeyFault> {
        let signer = self.signer(now).ok_or(KeyFault::NoSigner)?;
        jwt::sign(&signer.header(typ), claims, &signer.pair)
    }

    /// Reads the claims of a token that one of these keys signed, if it is what is expected and valid at `now`.
    ///
    /// An ECDSA signature can be rewritten into another valid one, so a token's bytes are no proof that it is new.
    #[must_use]
    pub fn verify(&self, token: &str, expected: &Expected<'_>, now: Timestamp) -> Option<Claims> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid.as_deref()?;
        let member = self
            .0
            .iter()
            .find(|member| member.key.kid == kid && member.key.verifies(now))?;
        // The comparison of the whole header refuses another `alg`, another `typ`, `crit`, `b64`, `jwk` and all else
        // that this server never writes; jsonwebtoken looks at none of them but `alg`.
        if header != member.header(expected.typ) {
            return None;
        }
        jwt::verify(token, member.key.algorithm, &member.decoding, expected)
            .filter(|claims| jwt::in_time(claims, now))
    }

    /// The public keys that verify at `now`, as a JWK set (RFC 7517 §5), the newest signer first.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Value {
        let mut members: Vec<_> = self.verifying(now).collect();
        members.sort_by_key(|member| std::cmp::Reverse(member.key.signs_from));
        let keys: Vec<_> = members.iter().map(|member| &member.public).collect();
        json!({ "keys": keys })
    }

    /// The algorithms of the keys that verify at `now`, each once, for the metadata (RFC 8414 §2).
    #[must_use]
    pub fn algorithms(&self, now: Timestamp) -> Vec<&'static str> {
        let mut names: Vec<_> = self
            .verifying(now)
            .map(|member| member.key.algorithm.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The key that signs at `now`: of those that may, the one that began last.
    #[must_use]
    pub fn signing_key(&self, now: Timestamp) -> Option<&SigningKey> {
        self.signer(now).map(|member| &member.key)
    }

    fn signer(&self, now: Timestamp) -> Option<&Member> {
        self.0
            .iter()
            .filter(|member| member.key.may_sign(now))
            .max_by_key(|member| (member.key.signs_from, &member.key.kid))
    }

    fn verifying(&self, now: Timestamp) -> impl Iterator<Item = &Member> {
        self.0.iter().filter(move |member| member.key.verifies(now))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.iter().map(|member| &member.key);
        f.debug_list().entries(keys).finish()
    }
}

impl Member {
    fn open(key: SigningKey, sealing: &SealingKey) -> Result<Self, KeyFault> {
        let corrupt = |kid: &str, reason| KeyFault::Corrupt {
            kid: kid.to_owned(),
            reason,
        };
        let private =
            sealing
                .open(&key.sealed, &place(&key.kid))
                .map_err(|_| KeyFault::Unopened {
                    kid: key.kid.clone(),
                })?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private)
            .map_err(|_| corrupt(&key.kid, "the private half is not a P-256 key"))?;
        // What is published comes from the private half: a changed row cannot put another key into the set.
        let (kid, public) = publish(&pair)?;
        let stored: Option<Value> = serde_json::from_str(&key.public_jwk).ok();
        if kid != key.kid || stored.as_ref() != Some(&public) {
            return Err(corrupt(&key.kid, "the public half belongs to another key"));
        }
        Ok(Self {
            decoding: DecodingKey::from_ec_der(pair.public_key().as_ref()),
            key,
            pair,
            public,
        })
    }

    fn header(&self, typ: &str) -> jsonwebtoken::Header {
        jwt::header(self.key.algorithm, &self.key.kid, typ)
    }
}

/// What a signing key is sealed for: no other key's private half opens in its place.
fn place(kid: &str) -> Vec<u8> {
    format!("signing_key:{kid}").into_bytes()
}

/// The thumbprint (RFC 7638) and the public JWK of a key pair.
fn publish(pair: &EcdsaKeyPair) -> Result<(String, Value), KeyFault> {
    // SEC 1 §2.3.3: 4, then both coordinates.
    let Some((&4, point)) = pair.public_key().as_ref().split_first() else {
        return Err(KeyFault::Crypto("write a public key"));
    };
    let (x, y) = point.split_at(point.len() / 2);
    let mut public = json!({
        "kty": "EC",
        "crv": "P-256",
        "x": URL_SAFE_NO_PAD.encode(x),
        "y": URL_SAFE_NO_PAD.encode(y),
    });
    let kid = serde_json::from_value::<Jwk>(public.clone())
        .ok()
        .and_then(|jwk| jwk.thumbprint(ThumbprintHash::SHA256).ok())
        .ok_or(KeyFault::Crypto("write a thumbprint"))?;
    public["kid"] = json!(kid);
    public["use"] = json!("sig");
    public["alg"] = json!(SigningAlgorithm::Es256.as_str());
    Ok((kid, public))
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
