//! Nonces (RFC 9449 §8): off unless the settings ask for them, and then each proof has one that this server handed out.

use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::proof::{headers, posts, proof};
use crate::support::shop::{proof_header, refresh_form};
use crate::support::signer::signing;
use crate::support::{Fields, Key, Reply, Shop, Signer, Signers, Tokens, World};

const ON: [(&str, &str); 1] = [("dpop.require_nonce", "true")];

/// A shop with a key, and tokens.
struct Prover {
    shop: Shop,
    key: Key,
    tokens: Tokens,
}

impl Prover {
    async fn of(world: &World) -> Self {
        Self {
            shop: world.shop.clone(),
            key: Key::es256(),
            tokens: world.tokens().await,
        }
    }

    /// Refreshes with a proof that has this nonce.
    async fn refreshes(&self, nonce: Option<&str>) -> Reply {
        let claims = json!({ "nonce": nonce });
        let proof = proof(&self.shop, &self.key, "/token", (&json!({}), &claims));
        let form = refresh_form(self.tokens.refresh());
        posts(&self.shop, "/token", &form, &[&proof]).await
    }

    fn at(&self, instance: usize) -> Self {
        Self {
            shop: self.shop.at(instance),
            key: self.key.clone(),
            tokens: self.tokens.clone(),
        }
    }
}

/// The nonce that came with an answer.
#[track_caller]
fn nonce(reply: &Reply) -> String {
    let nonce = reply.header("dpop-nonce").unwrap();
    assert_eq!(nonce.len(), 43, "{reply:?}");
    nonce.to_owned()
}

#[track_caller]
fn asks_for_a_nonce(reply: &Reply) -> String {
    reply.is_refused(400, "use_dpop_nonce");
    nonce(reply)
}

#[tokio::test]
async fn nobody_is_asked_for_a_nonce_by_default() {
    let world = World::new().await;
    let prover = Prover::of(&world).await;
    let reply = prover.refreshes(None).await;
    assert_eq!(reply.header("dpop-nonce"), None);
    reply.tokens();
}

#[tokio::test]
async fn a_proof_without_a_nonce_is_answered_with_one() {
    let world = World::with(&ON).await;
    let prover = Prover::of(&world).await;
    let given = asks_for_a_nonce(&prover.refreshes(None).await);
    let reply = prover.refreshes(Some(&given)).await;
    assert_eq!(nonce(&reply), given);
    assert_eq!(reply.tokens().response["token_type"], "DPoP");
}

#[tokio::test]
async fn a_nonce_is_good_in_its_window_and_in_the_next() {
    let world = World::with(&ON).await;
    let prover = Prover::of(&world).await;
    // To the beginning of a window.
    let now = world.server.clock.now().as_second();
    world
        .server
        .clock
        .advance_seconds(300 - now.rem_euclid(300));
    let first = asks_for_a_nonce(&prover.refreshes(None).await);
    world.server.clock.advance_seconds(299);
    assert_eq!(nonce(&prover.refreshes(Some(&first)).await), first);
    world.server.clock.advance_seconds(1);
    let reply = prover.refreshes(Some(&first)).await;
    let second = nonce(&reply);
    assert_ne!(second, first);
    reply.tokens();
    world.server.clock.advance_seconds(299);
    prover.refreshes(Some(&first)).await.tokens();
    world.server.clock.advance_seconds(1);
    let third = asks_for_a_nonce(&prover.refreshes(Some(&first)).await);
    prover.refreshes(Some(&second)).await.tokens();
    prover.refreshes(Some(&third)).await.tokens();
}

#[tokio::test]
async fn a_nonce_of_somebody_else_is_none() {
    let world = World::with(&ON).await;
    let elsewhere = World::with(&ON).await;
    let prover = Prover::of(&world).await;
    let foreign = asks_for_a_nonce(&Prover::of(&elsewhere).await.refreshes(None).await);
    for wrong in ["", "x", &foreign, &"x".repeat(43)] {
        let given = asks_for_a_nonce(&prover.refreshes(Some(wrong)).await);
        prover.refreshes(Some(&given)).await.tokens();
    }
}

#[tokio::test]
async fn instances_with_one_key_take_each_others_nonces() {
    let world = World::twice_with(&ON).await;
    let prover = Prover::of(&world).await;
    let given = asks_for_a_nonce(&prover.at(0).refreshes(None).await);
    assert_eq!(nonce(&prover.at(1).refreshes(Some(&given)).await), given);
    let again = world.server.started_again(&ON).await;
    let after = Prover {
        shop: prover.shop.as_registered(&again),
        ..prover.at(0)
    };
    after.refreshes(Some(&given)).await.tokens();
}

#[tokio::test]
async fn who_asks_for_a_nonce_has_lost_nothing() {
    let world = World::with(&ON).await;
    let key = Key::es256();
    let signers = Signers::among(world, countersign::model::SignatureAlgorithm::Es256).await;
    let callback = signers.world.approved().await;
    let shop = &signers.world.shop;
    // The code.
    let given = asks_for_a_nonce(&redeems(shop, &key, &callback.form(), None).await);
    redeems(shop, &key, &callback.form(), Some(&given))
        .await
        .tokens();
    // The assertion.
    let signer = signers.at_the_token_endpoint();
    let form = signer.with(&signer.assertion());
    let send = async |nonce: Option<&str>| {
        let claims = (&json!({}), &json!({ "nonce": nonce }));
        let all = headers(&[&proof(&signers.shop, &key, "/token", claims)]);
        signer.server.post("/token", all, &form).await
    };
    let given = asks_for_a_nonce(&send(None).await);
    send(Some(&given)).await.tokens();
    send(Some(&given)).await.is_refused(400, "invalid_client");
}

async fn redeems(shop: &Shop, key: &Key, form: &Fields, nonce: Option<&str>) -> Reply {
    let claims = json!({ "nonce": nonce });
    let proof = proof(shop, key, "/token", (&json!({}), &claims));
    posts(shop, "/token", form, &[&proof]).await
}

#[tokio::test]
async fn every_answer_to_a_proof_has_the_next_nonce() {
    let world = World::with(&ON).await;
    let shop = &world.shop;
    let request = shop.asks_for(world.wallet.mandate());
    let key = Key::es256();
    let given = nonce(&posts(shop, "/token", &refresh_form("x"), &["x"]).await);
    let with = |path: &str| {
        let claims = json!({ "nonce": given });
        proof(shop, &key, path, (&json!({}), &claims))
    };
    let form = refresh_form("x");
    let twice = form.and("grant_type", "x");
    let stranger = shop.with_secret("wrong");
    for (status, reply) in [
        (400, posts(shop, "/token", &form, &[&with("/token")]).await),
        (400, posts(shop, "/token", &twice, &[&with("/token")]).await),
        (
            401,
            posts(&stranger, "/token", &form, &[&with("/token")]).await,
        ),
        (400, posts(shop, "/par", &form, &[&with("/par")]).await),
        (
            201,
            posts(shop, "/par", &request.parameters, &[&with("/par")]).await,
        ),
    ] {
        assert_eq!(reply.status, status, "{reply:?}");
        assert_eq!(nonce(&reply), given);
    }
    let bare = posts(shop, "/token", &form, &[]).await;
    assert_eq!(bare.header("dpop-nonce"), None);
    bare.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_page_of_another_site_can_send_proofs_and_read_nonces() {
    let world = World::with(&ON).await;
    let app = world.app().await;
    let request = world
        .server
        .request("OPTIONS", "/token")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,dpop");
    let preflight = Reply::of(request).await;
    assert_eq!(preflight.status, 200, "{preflight:?}");
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    assert!(allowed.to_ascii_lowercase().contains("dpop"), "{allowed}");
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let key = app.proofs.as_ref().unwrap();
    let mut given = None;
    for status in [400, 200] {
        let mut claims = app.proof_claims("/token");
        claims["nonce"] = json!(given);
        let mut all: HeaderMap = headers(&[&key.signs(&proof_header(key), &claims)]);
        all.insert("origin", "https://app.example".parse().unwrap());
        let form = callback.form().with("client_id", &app.id);
        let reply = world.server.post("/token", all, &form).await;
        assert_eq!(reply.status, status, "{reply:?}");
        let exposed = reply.header("access-control-expose-headers").unwrap();
        assert!(
            exposed.to_ascii_lowercase().contains("dpop-nonce"),
            "{exposed}"
        );
        given = Some(nonce(&reply));
    }
}

#[tokio::test]
async fn a_client_that_signs_can_bind_its_tokens_too() {
    let world = World::with(&ON).await;
    let shop = Shop::register(
        &world.server,
        signing(countersign::model::SignatureAlgorithm::EdDsa),
    )
    .await;
    let key = Key::es256();
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let signer = Signer {
        server: world.server.clone(),
        id: shop.id.clone(),
        key: shop.key.clone().unwrap(),
        path: "/token",
        form: callback.form(),
    };
    let mut given = None;
    for status in [400, 200] {
        let claims = json!({ "nonce": given });
        let all = headers(&[&proof(&shop, &key, "/token", (&json!({}), &claims))]);
        let form = signer.with(&signer.assertion());
        let reply = world.server.post("/token", all, &form).await;
        assert_eq!(reply.status, status, "{reply:?}");
        given = Some(nonce(&reply));
    }
}
