use countersign::model::SignatureAlgorithm;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::World;
use super::fields::Fields;
use super::keys::Key;
use super::reply::Reply;
use super::shop::{Shop, proof_header, refresh_form};

/// The `DPoP` headers of a request.
pub fn headers(proofs: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for proof in proofs {
        headers.append("dpop", proof.parse().unwrap());
    }
    headers
}

/// A proof by `key` for a post of `shop`'s to `path`, with changes to its header and to what it says; what is null is not said.
pub fn proof(shop: &Shop, key: &Key, path: &str, (header, claims): (&Value, &Value)) -> String {
    let (mut whole, mut said) = (proof_header(key), shop.proof_claims(path));
    for (to, changes) in [(&mut whole, header), (&mut said, claims)] {
        for (name, value) in changes.as_object().unwrap() {
            to[name] = value.clone();
        }
    }
    key.signs(&whole, &said)
}

/// The same without a change.
pub fn good(shop: &Shop, key: &Key, path: &str) -> String {
    proof(shop, key, path, (&json!({}), &json!({})))
}

/// Posts a form as a shop with a secret in HTTP Basic, or as a public one, with these proofs.
pub async fn posts(shop: &Shop, path: &str, form: &Fields, proofs: &[&str]) -> Reply {
    let mut all = headers(proofs);
    let mut form = form.clone();
    match &shop.secret {
        Some(secret) => all.extend(super::shop::basic(&shop.id, secret)),
        None => form = form.with("client_id", &shop.id),
    }
    shop.server.post(path, all, &form).await
}

/// A key for each algorithm.
pub fn keys() -> Vec<Key> {
    SignatureAlgorithm::ALL
        .iter()
        .map(|it| Key::new(*it))
        .collect()
}

/// What is wrong, changes to the header, and changes to what is said.
pub type Wrong = (&'static str, Value, Value);

/// A shop with a key, at one endpoint, with a request that is fine.
pub struct Prover {
    pub shop: Shop,
    pub key: Key,
    pub path: &'static str,
    pub form: Fields,
}

impl Prover {
    /// The shop of `world` at both endpoints that take proofs.
    pub async fn everywhere(world: &World) -> [Self; 2] {
        let tokens = world.tokens().await;
        let request = world.shop.asks_for(world.wallet.mandate());
        let at = |path, form| Self {
            shop: world.shop.clone(),
            key: Key::es256(),
            path,
            form,
        };
        [
            at("/token", refresh_form(tokens.refresh())),
            at("/par", request.parameters),
        ]
    }

    pub fn proof(&self, header: &Value, claims: &Value) -> String {
        proof(&self.shop, &self.key, self.path, (header, claims))
    }

    pub async fn sends(&self, proofs: &[&str]) -> Reply {
        posts(&self.shop, self.path, &self.form, proofs).await
    }

    #[track_caller]
    pub fn is_let_in(&self, what: &str, reply: &Reply) {
        let good = if self.path == "/par" { 201 } else { 200 };
        assert_eq!(reply.status, good, "{what} at {}: {reply:?}", self.path);
        if self.path == "/token" {
            assert_eq!(reply.json()["token_type"], "DPoP", "{what}");
        }
    }

    #[track_caller]
    pub fn is_refused(&self, what: &str, reply: &Reply) {
        let (status, error) = reply.refusal();
        let answer = (status, error.as_str());
        assert_eq!(
            answer,
            (400, "invalid_dpop_proof"),
            "{what} at {}",
            self.path
        );
        assert_eq!(reply.header("dpop-nonce"), None, "{what}");
    }

    pub async fn gets_in(&self, what: &str) {
        let proof = good(&self.shop, &self.key, self.path);
        self.is_let_in(what, &self.sends(&[&proof]).await);
    }

    /// Sends what is wrong, one after the other, and what is good after each.
    pub async fn is_refused_all(&self, all: Vec<Wrong>) {
        for (what, header, claims) in all {
            let reply = self.sends(&[&self.proof(&header, &claims)]).await;
            self.is_refused(what, &reply);
            self.gets_in(what).await;
        }
    }

    pub fn now(&self) -> i64 {
        self.shop.server.clock.now().as_second()
    }
}
