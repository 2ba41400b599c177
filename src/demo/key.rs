use std::io;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::outgoing::Fault;
use crate::keys::{access_token_hash, random};

/// How long what a shop signs is good, in seconds.
const LIFE: i64 = 60;

/// A key pair of a shop, which signs with ES256 (RFC 7518 §3.4).
pub struct ShopKey {
    pair: EcdsaKeyPair,
    kid: String,
}

/// The two keys of a shop, so that a proof cannot be taken for an assertion.
pub struct ShopKeys {
    /// The one that is registered: it signs assertions and requests.
    pub registered: ShopKey,
    /// The one that tokens are bound to: it signs proofs.
    pub proving: ShopKey,
}

/// What a proof is made for (RFC 9449 §4.2).
#[derive(Debug, Clone, Copy)]
pub struct Proving<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Where it goes.
    pub url: &'a str,
    /// The access token that it carries.
    pub token: Option<&'a str>,
    /// The nonce that was asked for.
    pub nonce: Option<&'a str>,
}

impl ShopKeys {
    /// Makes both.
    pub fn generate() -> io::Result<Self> {
        let new = || ShopKey::generate().map_err(io::Error::other);
        Ok(Self {
            registered: new()?,
            proving: new()?,
        })
    }

    /// The public half of the registered one, as a JWK set (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self) -> String {
        let mut jwk = self.registered.jwk();
        jwk["kid"] = json!(self.registered.kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!("ES256");
        json!({ "keys": [jwk] }).to_string()
    }
}

impl ShopKey {
    /// Makes a pair.
    pub(super) fn generate() -> Result<Self, Fault> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Ok(Self {
            pair: pair.map_err(|_| Fault::Unexpected("no key could be made".to_owned()))?,
            kid: random::id("key_"),
        })
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point
            .get(1..)
            .and_then(|point| point.split_at_checked(32))
            .unwrap_or_default();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
    }

    /// An assertion of who the client is (RFC 7523 §3).
    pub(super) fn assertion(
        &self,
        client: &str,
        issuer: &str,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let claims = json!({
            "iss": client,
            "sub": client,
            "aud": issuer,
            "iat": now.as_second(),
            "exp": now.as_second() + LIFE,
            "jti": random::id("jti_"),
        });
        self.sign(&self.header("client-authentication+jwt"), &claims)
    }

    /// A request for authorization, signed (RFC 9101 §4): `parameters` are its other claims.
    pub(super) fn request(
        &self,
        issuer: &str,
        now: Timestamp,
        parameters: &Value,
    ) -> Result<String, Fault> {
        let mut claims = parameters.clone();
        claims["iss"] = claims["client_id"].clone();
        claims["aud"] = json!(issuer);
        claims["nbf"] = json!(now.as_second());
        claims["exp"] = json!(now.as_second() + LIFE);
        self.sign(&self.header("oauth-authz-req+jwt"), &claims)
    }

    /// A proof that whoever sends a request holds the key (RFC 9449 §4.2).
    pub(super) fn proof(&self, now: Timestamp, proving: &Proving<'_>) -> Result<String, Fault> {
        let mut claims = json!({
            "jti": random::id("jti_"),
            "htm": proving.method,
            "htu": proving.url,
            "iat": now.as_second(),
        });
        if let Some(token) = proving.token {
            claims["ath"] = json!(access_token_hash(token));
        }
        if let Some(nonce) = proving.nonce {
            claims["nonce"] = json!(nonce);
        }
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk() });
        self.sign(&header, &claims)
    }

    fn header(&self, typ: &str) -> Value {
        json!({ "typ": typ, "alg": "ES256", "kid": self.kid })
    }

    /// Writes a compact JWS (RFC 7515 §7.1).
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> Result<String, Fault> {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| Fault::Unexpected("nothing could be signed".to_owned()))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{ClientAssertion, DpopProof, KeySet, RequestObject, Terms, Wanted};
    use crate::model::SignatureAlgorithm;

    #[test]
    fn what_a_shop_signs_is_what_the_authorization_server_verifies() {
        let keys = ShopKeys::generate().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let issuer = "http://localhost:3000";
        let set = KeySet::parse(&keys.jwks(), SignatureAlgorithm::Es256).unwrap();
        let terms = Terms { issuer, now };

        let assertion = keys.registered.assertion("cli", issuer, now).unwrap();
        let assertion = ClientAssertion::read(&assertion, &terms).unwrap();
        assert!(assertion.client == "cli" && set.has_signed(&assertion.jws));

        let parameters = json!({ "client_id": "cli", "state": "s" });
        let request = keys.registered.request(issuer, now, &parameters).unwrap();
        let request = RequestObject::read(&request, &terms).unwrap();
        assert!(request.client == "cli" && set.has_signed(&request.jws));

        let url = "http://localhost:3000/token";
        let proving = Proving {
            method: "POST",
            url,
            token: Some("t"),
            nonce: Some("n"),
        };
        let proof = keys.proving.proof(now, &proving).unwrap();
        let wanted = Wanted {
            method: "POST",
            uri: url,
            now,
            longest: 60,
        };
        let proof = DpopProof::verify(&proof, &wanted).unwrap();
        assert_eq!(proof.ath, Some(access_token_hash("t")));
        assert_eq!(proof.nonce.as_deref(), Some("n"));
    }
}
