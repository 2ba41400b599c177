use reqwest::Response;
use serde_json::{Value, json};

use super::super::key::{Proving, ShopKey};
use super::{Demo, read};
use crate::keys::{DpopProof, Wanted};

/// A mandate, a token for it that is bound to a key, and how a charge with it is sent.
struct Bound<'a> {
    demo: &'a Demo,
    key: ShopKey,
    url: String,
}

impl<'a> Bound<'a> {
    async fn to_a_key(demo: &'a Demo) -> Self {
        let mandate = demo.mandate().await;
        demo.grants("good", &mandate, &["read", "charge"]);
        let bound = Self {
            demo,
            key: ShopKey::generate().unwrap(),
            url: format!("{mandate}/charges"),
        };
        let thumbprint = bound.thumbprint();
        bound.confirms(&json!({"jkt": thumbprint}));
        bound
    }

    fn confirms(&self, confirmation: &Value) {
        let mut authority = self.demo.authority.lock().unwrap();
        let answer = authority.tokens.get_mut("good").unwrap();
        answer["cnf"] = confirmation.clone();
    }

    fn proving(&self) -> Proving<'_> {
        Proving {
            method: "POST",
            url: &self.url,
            token: Some("good"),
            nonce: None,
        }
    }

    fn proof(&self, key: &ShopKey, proving: Proving<'_>) -> String {
        key.proof(self.demo.now(), &proving).unwrap()
    }

    fn right(&self) -> String {
        self.proof(&self.key, self.proving())
    }

    fn thumbprint(&self) -> String {
        let wanted = Wanted {
            method: "POST",
            uri: &self.url,
            now: self.demo.now(),
            longest: 60,
        };
        let proof = self.right();
        DpopProof::verify(&proof, &wanted).unwrap().thumbprint
    }

    async fn charges(&self, scheme: &str, proofs: &[String]) -> Response {
        let mut request = self.demo.http.post(&self.url);
        request = request
            .header("Authorization", format!("{scheme} good"))
            .header("Content-Type", "application/json");
        for proof in proofs {
            request = request.header("DPoP", proof);
        }
        let body = json!({"amount": "500"}).to_string();
        request.body(body).send().await.unwrap()
    }

    async fn is_taken(&self) {
        let proof = self.right();
        assert_eq!(self.charges("DPoP", &[proof]).await.status(), 201);
    }

    async fn is_refused(&self, scheme: &str, proofs: &[String], error: &str, word: &str) {
        let response = self.charges(scheme, proofs).await;
        assert_eq!(response.status(), 401, "{word}");
        let challenge = response.headers()["WWW-Authenticate"].to_str().unwrap();
        assert!(challenge.contains(error), "{word}: {challenge}");
        let problem = read(response).await;
        assert!(
            problem["detail"].as_str().unwrap().contains(word),
            "{problem}"
        );
    }
}

#[actix_web::test]
async fn a_bound_token_is_good_with_a_proof_by_its_key_and_not_otherwise() {
    let demo = Demo::start();
    let bound = Bound::to_a_key(&demo).await;
    let (key, other) = (&bound.key, ShopKey::generate().unwrap());
    bound.is_taken().await;
    let right = || bound.right();
    let proving = bound.proving();
    let needs_scheme = "DPoP error=\"invalid_token\"";
    bound
        .is_refused("Bearer", &[], needs_scheme, "bound to a key")
        .await;
    bound
        .is_refused("Bearer", &[right()], needs_scheme, "bound to a key")
        .await;
    let away = bound.url.replace("/charges", "/payments");
    let late = right();
    let used = right();
    assert_eq!(
        bound
            .charges("DPoP", std::slice::from_ref(&used))
            .await
            .status(),
        201
    );
    for (proofs, word) in [
        (vec![], "one header DPoP"),
        (vec![right(), right()], "one header DPoP"),
        (vec!["x".to_owned()], "compact JWS"),
        (
            vec![bound.proof(
                key,
                Proving {
                    method: "GET",
                    ..proving
                },
            )],
            "htm",
        ),
        (
            vec![bound.proof(
                key,
                Proving {
                    url: &away,
                    ..proving
                },
            )],
            "htu",
        ),
        (
            vec![bound.proof(
                key,
                Proving {
                    token: None,
                    ..proving
                },
            )],
            "ath",
        ),
        (
            vec![bound.proof(
                key,
                Proving {
                    token: Some("other"),
                    ..proving
                },
            )],
            "ath",
        ),
        (vec![bound.proof(&other, proving)], "another key"),
        (vec![used], "used before"),
    ] {
        let error = "DPoP error=\"invalid_dpop_proof\"";
        bound.is_refused("DPoP", &proofs, error, word).await;
    }
    demo.sets_clock("2027-01-31T00:01:01Z");
    bound
        .is_refused("DPoP", &[late], "invalid_dpop_proof", "too old")
        .await;
    bound.is_taken().await;
}

#[actix_web::test]
async fn a_token_is_shown_as_what_it_is_bound_to() {
    let demo = Demo::start();
    let bound = Bound::to_a_key(&demo).await;
    let proof = || [bound.right()];
    bound.confirms(&Value::Null);
    bound
        .is_refused(
            "DPoP",
            &proof(),
            "Bearer error=\"invalid_token\"",
            "not bound",
        )
        .await;
    assert_eq!(bound.charges("Bearer", &[]).await.status(), 201);
    bound.confirms(&json!({"x5t#S256": "certificate"}));
    bound
        .is_refused(
            "Bearer",
            &[],
            "Bearer error=\"invalid_token\"",
            "cannot check",
        )
        .await;
    bound
        .is_refused(
            "DPoP",
            &proof(),
            "DPoP error=\"invalid_token\"",
            "cannot check",
        )
        .await;
    bound.confirms(&json!({"jkt": bound.thumbprint()}));
    bound.is_taken().await;
}

#[actix_web::test]
async fn what_a_wallet_heard_is_told_to_whoever_holds_the_key() {
    let demo = Demo::start();
    let bound = Bound::to_a_key(&demo).await;
    let place = bound.url.replace("/charges", "/introspection");
    assert_eq!(demo.gets(&place, "good").await.status(), 401);
    let proof = bound.proof(
        &bound.key,
        Proving {
            method: "GET",
            url: &place,
            ..bound.proving()
        },
    );
    let request = demo.http.get(&place).header("Authorization", "dpop good");
    let response = request.header("DPoP", proof).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(read(response).await["active"], true);
    let request = demo.http.get(&place).header("Authorization", "DPoP dead");
    let heard = read(request.send().await.unwrap()).await;
    assert_eq!(heard, json!({"active": false}));
    let bare = demo.http.get(&place).send().await.unwrap();
    let challenge = bare.headers()["WWW-Authenticate"].to_str().unwrap();
    assert!(challenge.contains("Bearer realm=") && challenge.contains("DPoP algs="));
}
