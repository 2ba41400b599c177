//! Keys that clients and wallets publish, at the endpoints: how often their host is asked, and what becomes of what it says.

use std::time::{Duration, Instant};

use countersign::model::{AuthMethod, PartyState, SignatureAlgorithm};
use countersign::oauth::registration::{self, NewCredentials, ResourceServerChange};
use futures_util::future::join_all;
use jiff::SignedDuration;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::network::{Directory, Trap};
use crate::support::shop::{JWT_BEARER, refresh_form};
use crate::support::{Answer, Fields, Key, KeyHost, NewShop, Reply, Shop, World};

const UNKNOWN: (u16, &str) = (400, "invalid_client");
const AWAY: (u16, &str) = (503, "temporarily_unavailable");

/// How long a host is left alone after it was asked.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A shop whose key is at a host of its own.
async fn shop(world: &World) -> (Shop, KeyHost) {
    let key = Key::es256();
    let host = KeyHost::open(&world.server, &key);
    (publishing(world, &host.uri, key).await, host)
}

async fn publishing(world: &World, uri: &str, key: Key) -> Shop {
    let new = NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(SignatureAlgorithm::Es256),
        jwks_uri: Some(uri),
        ..NewShop::CONFIDENTIAL
    };
    Shop::register_with(&world.server, new, Some(key)).await
}

fn signing_with(shop: &Shop, key: &Key) -> Shop {
    Shop {
        key: Some(key.clone()),
        ..shop.clone()
    }
}

#[track_caller]
fn is_known(reply: &Reply) {
    reply.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_key_set_is_read_once_and_used_for_its_lifetime() {
    let world = World::with(&[("client_keys.lifetime", "60")]).await;
    let (shop, host) = shop(&world).await;
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let tokens = shop.exchanges(&callback).await.tokens();
    assert_eq!(host.asked(), 1);
    shop.refreshes(tokens.refresh()).await.tokens();
    world.server.clock.advance(SignedDuration::from_secs(59));
    assert_eq!(shop.revokes(tokens.refresh()).await.status, 200);
    assert_eq!(host.asked(), 0);
    world.server.clock.advance(SignedDuration::from_secs(1));
    is_known(&shop.refreshes("x").await);
    assert_eq!(host.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_known_at_once_and_the_old_one_no_more() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    is_known(&shop.refreshes("x").await);
    world.server.clock.advance(PAUSE);
    let next = Key::es256();
    host.publishes(&next);
    is_known(&signing_with(&shop, &next).refreshes("x").await);
    assert_eq!(host.asked(), 2);
    let old = shop.refreshes("x").await;
    old.is_refused(UNKNOWN.0, UNKNOWN.1);
    is_known(&signing_with(&shop, &next).refreshes("x").await);
    assert_eq!(host.asked(), 0);
}

#[tokio::test]
async fn a_key_that_nobody_knows_asks_no_more_than_once_in_ten_seconds() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    is_known(&shop.refreshes("x").await);
    host.asked();
    for (seconds, asked) in [(0, 0), (9, 0), (1, 1), (0, 0), (9, 0), (1, 1)] {
        world
            .server
            .clock
            .advance(SignedDuration::from_secs(seconds));
        for _attempt in 0..3 {
            let stranger = signing_with(&shop, &Key::es256());
            let reply = stranger.refreshes("x").await;
            reply.is_refused(UNKNOWN.0, UNKNOWN.1);
        }
        assert_eq!(host.asked(), asked);
    }
    is_known(&shop.refreshes("x").await);
}

#[tokio::test]
async fn nobody_is_asked_for_a_client_that_does_not_sign() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    let app = world.server.app();
    let unknown = Shop {
        id: "cli_unknown".to_owned(),
        ..shop.clone()
    };
    let reply = unknown.refreshes("x").await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    // Its keys are for what it signs beside.
    let key = shop.key.clone().unwrap();
    let new = NewShop {
        algorithm: Some(SignatureAlgorithm::Es256),
        jwks_uri: Some(&host.uri),
        ..NewShop::CONFIDENTIAL
    };
    let keeper = Shop::register_with(&world.server, new, Some(key)).await;
    let other = Shop {
        method: AuthMethod::PrivateKeyJwt,
        ..keeper.clone()
    };
    let reply = other.refreshes("x").await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    is_known(&keeper.refreshes("x").await);
    // What is wrong whoever has signed it.
    let mut claims = shop.assertion_claims();
    claims["aud"] = json!("https://other.example");
    let reply = asserts(&shop, &claims).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    let states = [PartyState::Disabled, PartyState::Enabled];
    for (state, asked) in states.into_iter().zip([0, 1]) {
        registration::set_client_state(app, &shop.id, state)
            .await
            .unwrap();
        let reply = shop.refreshes("x").await;
        let wanted = if asked == 0 {
            UNKNOWN
        } else {
            (400, "invalid_grant")
        };
        reply.is_refused(wanted.0, wanted.1);
        assert_eq!(host.asked(), asked);
    }
}

async fn asserts(shop: &Shop, claims: &Value) -> Reply {
    let form = form(shop, claims);
    shop.server.post("/token", HeaderMap::new(), &form).await
}

fn form(shop: &Shop, claims: &Value) -> Fields {
    let assertion = shop.key.as_ref().unwrap().signs(&json!({}), claims);
    refresh_form("x")
        .with("client_assertion_type", JWT_BEARER)
        .with("client_assertion", &assertion)
}

#[tokio::test]
async fn a_host_that_is_away_is_no_fault_of_the_client() {
    let world = World::with(&[("client_keys.timeout", "300")]).await;
    let (shop, host) = shop(&world).await;
    let key = shop.key.clone().unwrap();
    for answer in [Answer::Status(500), Answer::Status(404), Answer::Hang] {
        host.answers(answer);
        let form = form(&shop, &shop.assertion_claims());
        let post = || world.server.post("/token", HeaderMap::new(), &form);
        let began = Instant::now();
        post().await.is_refused(AWAY.0, AWAY.1);
        assert!(began.elapsed() < Duration::from_secs(2));
        // It is left alone for a while, even if it is there again.
        host.publishes(&key);
        post().await.is_refused(AWAY.0, AWAY.1);
        assert_eq!(host.asked(), 1);
        world.server.clock.advance(PAUSE);
        // The same assertion: nothing was used up.
        is_known(&post().await);
        post().await.is_refused(UNKNOWN.0, UNKNOWN.1);
        assert_eq!(host.asked(), 1);
        world.server.clock.advance(SignedDuration::from_secs(300));
    }
}

#[tokio::test]
async fn what_is_known_outlives_a_host_that_is_away() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    is_known(&shop.refreshes("x").await);
    host.answers(Answer::Status(503));
    world.server.clock.advance(PAUSE);
    let stranger = signing_with(&shop, &Key::es256());
    stranger.refreshes("x").await.is_refused(AWAY.0, AWAY.1);
    is_known(&shop.refreshes("x").await);
    assert_eq!(host.asked(), 2);
    world.server.clock.advance(SignedDuration::from_secs(300));
    shop.refreshes("x").await.is_refused(AWAY.0, AWAY.1);
}

#[tokio::test]
async fn what_is_no_key_set_verifies_nothing() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    let key = shop.key.clone().unwrap();
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    let mut encrypting = key.jwk();
    encrypting["use"] = json!("enc");
    let mut other = key.jwk();
    other["alg"] = json!("ES384");
    let set = |keys: Value| json!({ "keys": keys }).to_string();
    for body in [
        "{}".to_owned(),
        "keys".to_owned(),
        set(json!([])),
        set(json!([private, key.jwk()])),
        set(json!([key.jwk(), key.jwk()])),
        set(json!([encrypting])),
        set(json!([other])),
        Key::new(SignatureAlgorithm::EdDsa).jwks(),
    ] {
        host.says(&body);
        shop.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
        shop.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
        assert_eq!(host.asked(), 1, "{body}");
        host.publishes(&key);
        world.server.clock.advance(PAUSE);
        is_known(&shop.refreshes("x").await);
        world.server.clock.advance(SignedDuration::from_secs(300));
        host.asked();
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_may_be_another_one_later() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    let key = shop.key.clone().unwrap();
    let elsewhere = KeyHost::open(&world.server, &key);
    let long = format!("{}{}", key.jwks(), " ".repeat(65_536));
    let text = |content_type: &str, body: &str| Answer::Text {
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    };
    for answer in [
        Answer::Redirect(elsewhere.uri.clone()),
        text("text/html", &key.jwks()),
        text("application/json", &long),
    ] {
        host.answers(answer);
        shop.refreshes("x").await.is_refused(AWAY.0, AWAY.1);
        host.publishes(&key);
        world.server.clock.advance(PAUSE);
        is_known(&shop.refreshes("x").await);
        world.server.clock.advance(SignedDuration::from_secs(300));
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[tokio::test]
async fn fifty_at_once_ask_once() {
    let world = World::new().await;
    let (shop, host) = shop(&world).await;
    let gate = host.gates(&shop.key.clone().unwrap());
    let all = (0..50).map(|_| shop.refreshes("x"));
    let opened = async {
        gate.is_reached().await;
        gate.opens();
    };
    let (replies, ()) = tokio::join!(join_all(all), opened);
    for reply in replies {
        is_known(&reply);
    }
    assert_eq!(host.asked(), 1);
}

#[tokio::test]
async fn a_host_at_a_private_address_is_never_asked() {
    let directory = Directory::default();
    let world = World::among(&directory, &[]).await;
    let trap = Trap::set();
    let uri = format!("https://keys.example:{}/keys", trap.port());
    let shop = publishing(&world, &uri, Key::es256()).await;
    for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"] {
        directory.leads("keys.example", &[&[address]]);
        shop.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
        world.server.clock.advance(PAUSE);
    }
    assert_eq!(directory.asked().len(), 5);
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn two_clients_share_no_key_set() {
    let world = World::new().await;
    let (first, host) = shop(&world).await;
    let key = first.key.clone().unwrap();
    let second = publishing(&world, &host.uri, key).await;
    for shop in [&first, &second, &first, &second] {
        is_known(&shop.refreshes("x").await);
    }
    assert_eq!(host.asked(), 2);
    // What one does not know is asked for by that one alone.
    world.server.clock.advance(PAUSE);
    let next = Key::es256();
    host.publishes(&next);
    is_known(&signing_with(&first, &next).refreshes("x").await);
    is_known(&second.refreshes("x").await);
    assert_eq!(host.asked(), 1);
    // Nor does anybody sign for another.
    let (third, _) = shop(&world).await;
    let disguised = signing_with(&third, &next);
    disguised
        .refreshes("x")
        .await
        .is_refused(UNKNOWN.0, UNKNOWN.1);
    is_known(&third.refreshes("x").await);
}

#[tokio::test]
async fn a_wallet_publishes_its_keys_in_the_same_way() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let key = Key::new(SignatureAlgorithm::EdDsa);
    let host = KeyHost::open(&world.server, &key);
    let change = ResourceServerChange {
        auth_method: Some(AuthMethod::PrivateKeyJwt),
        credentials: NewCredentials {
            jwks_uri: Some(host.uri.clone()),
            algorithm: Some(SignatureAlgorithm::EdDsa),
            ..NewCredentials::default()
        },
        ..ResourceServerChange::default()
    };
    registration::update_resource_server(world.server.app(), &world.wallet.id, change)
        .await
        .unwrap();
    let wallet = Shop {
        id: world.wallet.id.clone(),
        key: Some(key.clone()),
        method: AuthMethod::PrivateKeyJwt,
        proofs: None,
        ..world.shop.clone()
    };
    let form = Fields::of(&[("token", &tokens.access)]);
    for _twice in 0..2 {
        let reply = wallet.posts("/introspect", &form).await;
        assert_eq!(reply.json()["active"], true, "{reply:?}");
    }
    assert_eq!(host.asked(), 1);
    let stranger = signing_with(&wallet, &Key::new(SignatureAlgorithm::EdDsa));
    let reply = stranger.posts("/introspect", &form).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    host.answers(Answer::Status(500));
    world.server.clock.advance(SignedDuration::from_secs(300));
    let reply = wallet.posts("/introspect", &form).await;
    reply.is_refused(AWAY.0, AWAY.1);
    host.publishes(&key);
    world.server.clock.advance(PAUSE);
    assert_eq!(wallet.posts("/introspect", &form).await.status, 200);
}
