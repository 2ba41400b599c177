//! `/introspect`: what a wallet is told about a token, in the order of the checks of `oauth::introspection`.

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::registration;
use futures_util::future::join_all;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::shop::basic;
use crate::support::tokens::unpack;
use crate::support::wallet::Wallet;
use crate::support::{Fields, World};

#[tokio::test]
async fn of_many_who_ask_at_once_each_gets_their_own_answer() {
    let world = World::new().await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mandate = world.wallet.mandate();
        tokens.push(world.tokens_for(&mandate).await.access);
    }
    tokens.push("unknown".to_owned());
    let asks = (0..80).map(|number| {
        let form = Fields::of(&[("token", tokens[number % 3].as_str())]);
        let secret = if number % 4 == 0 {
            "wrong"
        } else {
            world.wallet.secret.as_str()
        };
        let login = basic(&world.wallet.id, secret);
        let asked = &world.server;
        async move { (number, asked.post("/introspect", login, &form).await) }
    });
    for (number, reply) in join_all(asks).await {
        if number % 4 == 0 {
            reply.is_refused(401, "invalid_client");
            continue;
        }
        let described = reply.json();
        match tokens[number % 3].as_str() {
            "unknown" => assert_eq!(described, json!({ "active": false })),
            token => assert_eq!(described["jti"], unpack(token).1["jti"], "{number}"),
        }
    }
}

#[tokio::test]
async fn a_living_token_is_described_in_full() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["receiver"] = json!("$acme.example");
        terms["maxPerPayment"] = json!(1500);
    });
    let now = world.server.clock.now().as_second();
    let tokens = world.tokens_for(&mandate).await;
    let mut described = world.wallet.introspects(&tokens.access).await;
    let members = described.as_object_mut().unwrap();
    for (prefix, name) in [
        ("tok_", "jti"),
        ("grt_", "grant_id"),
        ("v1.", "agreement_digest"),
        ("v1.", "approval_digest"),
    ] {
        let value = members.remove(name).unwrap();
        assert!(
            value.as_str().unwrap().starts_with(prefix),
            "{name}: {value}"
        );
    }
    let expected = json!({
        "active": true,
        "scope": mandate.url,
        "client_id": world.shop.id,
        "sub": world.alice.id,
        "subject": world.wallet.pointer("alice"),
        "aud": world.wallet.origin,
        "iss": world.server.issuer,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "token_type": "Bearer",
        "consented_at": now,
        "auth_time": now,
        "authorization_details": [{
            "type": "open_payments_mandate",
            "locations": [mandate.url],
            "actions": ["read", "charge", "cancel"],
            "limits": {
                "amount": "2000",
                "assetCode": "USD",
                "assetScale": "2",
                "interval": "P1M",
                "start": "2027-03-01T08:00:00Z",
                "end": "2028-03-02T00:00:00Z",
                "cycles": "12",
                "cap": false,
                "receiver": "https://acme.example/.well-known/pay",
                "maxPerPayment": "1500",
                "period": {
                    "index": "0",
                    "start": "2027-03-01T08:00:00Z",
                    "end": "2027-04-01T08:00:00Z",
                },
            },
        }],
    });
    assert_eq!(described, expected);
}

#[tokio::test]
async fn an_answer_is_json_that_nobody_keeps() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for token in [tokens.access.as_str(), "x"] {
        let reply = world
            .wallet
            .introspects_with(&Fields::of(&[("token", token)]))
            .await;
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn when_the_payer_signed_in_is_told_beside_when_they_agreed() {
    let world = World::new().await;
    let signed_in = world.server.clock.now().as_second();
    world.alice.signs_in().await;
    world.server.clock.advance_seconds(200);
    let callback = world.approved().await;
    world.server.clock.advance_seconds(30);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described["auth_time"], signed_in);
    assert_eq!(described["consented_at"], signed_in + 200);
    assert_eq!(described["iat"], signed_in + 230);
}

#[tokio::test]
async fn what_is_known_about_the_token_before_its_signature_is_hinted_at_does_not_matter() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for hint in ["access_token", "refresh_token", "unheard", ""] {
        let form = Fields::of(&[("token", &tokens.access), ("token_type_hint", hint)]);
        assert_eq!(
            world.wallet.introspects_with(&form).await.json()["active"],
            true
        );
    }
}

#[tokio::test]
async fn a_token_is_required() {
    let world = World::new().await;
    for form in [Fields::default(), Fields::of(&[("token", "")])] {
        world
            .wallet
            .introspects_with(&form)
            .await
            .is_refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn what_is_unknown_is_not_active() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let access = &tokens.access;
    let other = if access.ends_with('A') { 'Q' } else { 'A' };
    let tampered = format!("{}{other}", &access[..access.len() - 1]);
    let unsigned = format!("{}.", access.rsplit_once('.').unwrap().0);
    for token in [
        "x",
        "...",
        " ",
        &tampered,
        &unsigned,
        &access[1..],
        &"x".repeat(10_000),
    ] {
        assert!(!world.wallet.accepts(token).await, "{token}");
    }
    assert!(world.wallet.accepts(access).await);
}

#[tokio::test]
async fn a_refresh_token_is_not_active() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    assert!(!world.wallet.accepts(tokens.refresh()).await);
    let code = world.approved().await.code();
    assert!(!world.wallet.accepts(&code).await);
}

#[tokio::test]
async fn a_token_for_another_wallet_is_not_active() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let tokens = world.tokens().await;
    assert!(!second.accepts(&tokens.access).await);
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn a_token_that_is_over_is_not_active() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    world.server.clock.advance_seconds(299);
    assert!(world.wallet.accepts(&tokens.access).await);
    world.server.clock.advance_seconds(1);
    assert!(!world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn tokens_of_parties_that_are_switched_off_are_not_active_meanwhile() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let app = world.server.app();
    for (state, active) in [(PartyState::Disabled, false), (PartyState::Enabled, true)] {
        users::set_state(app, "alice", state).await.unwrap();
        assert_eq!(world.wallet.accepts(&tokens.access).await, active);
    }
    for (state, active) in [(PartyState::Disabled, false), (PartyState::Enabled, true)] {
        registration::set_client_state(app, &world.shop.id, state)
            .await
            .unwrap();
        assert_eq!(world.wallet.accepts(&tokens.access).await, active);
    }
    let off = PartyState::Disabled;
    registration::set_resource_server_state(app, &world.wallet.id, off)
        .await
        .unwrap();
    let form = Fields::of(&[("token", &tokens.access)]);
    world
        .wallet
        .introspects_with(&form)
        .await
        .is_refused(401, "invalid_client");
}

#[tokio::test]
async fn this_servers_own_token_is_known_by_its_signature() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    world
        .alice
        .opens(&world.shop.asks_for(world.wallet.mandate()))
        .await;
    let own = world.wallet.asked().remove(0).token;
    let described = world.wallet.introspects(&own).await;
    assert_eq!(described["active"], true);
    assert_eq!(described["sub"], world.server.issuer.as_str());
    assert_eq!(described["client_id"], world.server.issuer.as_str());
    assert_eq!(
        described["authorization_details"][0]["actions"],
        json!(["read"])
    );
    for absent in ["scope", "subject", "grant_id", "agreement_digest"] {
        assert_eq!(described.get(absent), None::<&Value>, "{absent}");
    }
    assert!(!second.accepts(&own).await);
    world.server.clock.advance_seconds(60);
    assert!(!world.wallet.accepts(&own).await);
}

#[tokio::test]
async fn only_a_wallet_may_ask() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let form = Fields::of(&[("token", &tokens.access)]);
    world
        .shop
        .posts("/introspect", &form)
        .await
        .is_refused(401, "invalid_client");
    world
        .app()
        .await
        .posts("/introspect", &form)
        .await
        .is_refused(401, "invalid_client");
    let reply = world
        .server
        .post("/introspect", HeaderMap::new(), &form)
        .await;
    reply.is_refused(401, "invalid_client");
    let in_form = form
        .with("client_id", &world.wallet.id)
        .with("client_secret", &world.wallet.secret);
    let reply = world
        .server
        .post("/introspect", HeaderMap::new(), &in_form)
        .await;
    reply.is_refused(401, "invalid_client");
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn whoever_asks_as_a_client_is_told_who_asks_here_whether_they_are_known_or_not() {
    let world = World::new().await;
    let form = Fields::of(&[("token", "x")]);
    let told = "Introspection is for resource servers, whose ids begin with rs_";
    let common = "The client is unknown, disabled, or its credentials are wrong";
    let reply = world.shop.posts("/introspect", &form).await;
    assert_eq!(reply.json()["error_description"], told);
    for (id, words) in [
        (world.shop.id.as_str(), told),
        ("cli_unknown", told),
        (world.wallet.id.as_str(), common),
        ("rs_unknown", common),
        ("unknown", common),
    ] {
        let login = basic(id, "wrong");
        let reply = world.server.post("/introspect", login, &form).await;
        reply.is_refused(401, "invalid_client");
        assert_eq!(reply.json()["error_description"], words, "{id}");
    }
    world.wallet.introspects("x").await;
}
