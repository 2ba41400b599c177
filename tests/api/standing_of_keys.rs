//! Whoever has proven a key is not held to what others do at the same address; and who has not, is.

use countersign::model::{AuthMethod, SignatureAlgorithm};
use countersign::store::Rows as _;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::certificates::PROXY;
use crate::support::proof::{posts, proof};
use crate::support::shop::{JWT_BEARER, refresh_form};
use crate::support::tokens::unpack;
use crate::support::{Certificate, Fields, Key, NewShop, Reply, Shop, World};

/// A world in which strangers at one address have five requests and one more each second.
const CROWDED: [(&str, &str); 2] = [("limits.address_rate", "1"), ("limits.address_burst", "5")];

#[track_caller]
fn is_served(reply: &Reply) {
    reply.is_refused(400, "invalid_grant");
}

#[track_caller]
fn waits(reply: &Reply) {
    reply.is_refused(429, "temporarily_unavailable");
}

/// Strangers take all that their address has.
async fn floods(world: &World) {
    let stranger = world.shop.with_secret("wrong");
    for _ in 0..5 {
        stranger.refreshes("x").await;
    }
    waits(&stranger.refreshes("x").await);
}

#[tokio::test]
async fn a_proof_that_is_wrong_takes_no_standing_away() {
    let world = World::with(&CROWDED).await;
    let shop = world.shop.proving(Some(&Key::es256()));
    is_served(&shop.refreshes("x").await);
    floods(&world).await;
    let key = shop.proofs.as_ref().unwrap();
    let wrong = proof(&shop, key, "/token", (&json!({}), &json!({ "htm": "GET" })));
    let reply = posts(&shop, "/token", &refresh_form("x"), &[&wrong]).await;
    reply.is_refused(400, "invalid_dpop_proof");
    is_served(&shop.refreshes("x").await);
}

#[tokio::test]
async fn what_others_sign_in_its_name_takes_no_standing_away() {
    let world = World::with(&CROWDED).await;
    let new = NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(SignatureAlgorithm::Es256),
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    is_served(&shop.refreshes("x").await);
    let thief = Shop {
        key: Some(Key::es256()),
        ..shop.clone()
    };
    thief.refreshes("x").await.is_refused(400, "invalid_client");
    floods(&world).await;
    waits(&thief.refreshes("x").await);
    is_served(&shop.refreshes("x").await);
}

#[tokio::test]
async fn the_name_of_a_public_client_lets_nobody_in_by_a_certificate() {
    let world = World::with(&[CROWDED[0], CROWDED[1], PROXY]).await;
    let app = world.app().await;
    let certificate = Certificate::of("rsa");
    let shown = app.showing(Some(&certificate));
    for _ in 0..5 {
        is_served(&shown.refreshes("x").await);
    }
    waits(&shown.refreshes("x").await);
}

#[tokio::test]
async fn a_mandate_of_a_public_client_is_bound_whatever_its_rows_say() {
    let world = World::new().await;
    let app = world.app().await;
    let rows = world.server.app().store.connection();
    let asked = app.asks_for(world.wallet.mandate());
    let callback = world.alice.approves(&asked).await;
    // As a server of before has written them.
    let unbound = "UPDATE authorization_code SET dpop_jkt = NULL";
    rows.execute_unprepared(unbound).await.unwrap();
    let bare = app.proving(None);
    let refused = bare.exchanges(&callback).await;
    refused.is_refused(400, "invalid_dpop_proof");
    let asked = app.asks_for(world.wallet.mandate());
    let callback = world.alice.approves(&asked).await;
    let tokens = app.exchanges(&callback).await.tokens();
    let unbound = "UPDATE refresh_token SET confirmation = NULL";
    rows.execute_unprepared(unbound).await.unwrap();
    let refused = bare.refreshes(tokens.refresh()).await;
    refused.is_refused(400, "invalid_dpop_proof");
    assert!(world.wallet.accepts(&tokens.access).await);
    let next = app.refreshes(tokens.refresh()).await.tokens();
    assert!(unpack(&next.access).1["cnf"]["jkt"].is_string());
    bare.refreshes(next.refresh())
        .await
        .is_refused(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_key_that_was_shown_once_counts_for_older_refresh_tokens() {
    let world = World::new().await;
    let app = world.app().await;
    let bare = app.proving(None);
    let asked = bare.asks_for(world.wallet.invoice());
    let callback = world.alice.approves(&asked).await;
    let first = bare.exchanges(&callback).await.tokens();
    let second = app.refreshes(first.refresh()).await.tokens();
    for (shop, token) in [(&bare, &first), (&bare, &second)] {
        let reply = shop.refreshes(token.refresh()).await;
        reply.is_refused(400, "invalid_dpop_proof");
    }
    let third = app.refreshes(second.refresh()).await.tokens();
    assert!(world.wallet.accepts(&third.access).await);
}

#[tokio::test]
async fn a_name_with_a_nul_is_nobodys() {
    let world = World::new().await;
    let key = Key::es256();
    let mut claims = world.shop.assertion_claims();
    for name in ["iss", "sub"] {
        claims[name] = json!("c\0");
    }
    let form = Fields::of(&[
        ("grant_type", "refresh_token"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", &key.signs(&json!({}), &claims)),
    ]);
    for path in ["/token", "/par", "/revoke", "/introspect"] {
        let reply = world
            .server
            .post(path, reqwest::header::HeaderMap::new(), &form);
        reply.await.is_refused(400, "invalid_client");
    }
}
