//! The scope of a request, in the order of the checks of `oauth::scope`.

use countersign::model::PartyState;
use countersign::oauth::registration;

use crate::support::browser::Browser;
use crate::support::wallet::Wallet;
use crate::support::{Reply, Request, World};

async fn is_refused(world: &World, request: &Request) {
    let reply = Browser::new(&world.server).gets(&request.url()).await;
    let scope = request.parameters.value("scope");
    assert!(
        !reply.location().contains("/sign-in"),
        "accepted: {scope:?}"
    );
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_scope", "{scope:?}");
}

async fn is_accepted(world: &World, request: &Request) {
    let reply = Browser::new(&world.server).gets(&request.url()).await;
    assert_eq!(reply.status, 303);
    assert!(
        reply.location().starts_with('/') || reply.location().starts_with(&world.server.issuer)
    );
}

#[tokio::test]
async fn a_scope_is_exactly_one_url() {
    let world = World::new().await;
    let (one, other) = (world.wallet.mandate(), world.wallet.mandate());
    let good = world.shop.asks_for(&one);
    is_refused(&world, &good.without("scope")).await;
    for bad in [
        String::new(),
        " ".to_owned(),
        format!("{one} {other}"),
        format!("{one} {one}"),
        format!("{one} "),
        format!(" {one}"),
        format!("openid {one}"),
        format!("{one}\n"),
        format!("{one}\t{other}"),
        "openid".to_owned(),
    ] {
        is_refused(&world, &good.with("scope", &bad)).await;
    }
    is_accepted(&world, &good).await;
}

#[tokio::test]
async fn a_scope_is_on_a_registered_wallet() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for bad in [
        "https://unknown.example/mandates/1",
        "//unknown.example/mandates/1",
        "http://127.0.0.1:1/mandates/1",
        "https://169.254.169.254/mandates/1",
        "file:///etc/passwd",
        "urn:mandates:1",
    ] {
        is_refused(&world, &good.with("scope", bad)).await;
    }
    assert!(world.wallet.asked().is_empty());
}

#[tokio::test]
async fn a_scope_on_a_disabled_wallet_is_refused() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let app = world.server.app();
    registration::set_resource_server_state(app, &world.wallet.id, PartyState::Disabled)
        .await
        .unwrap();
    is_refused(&world, &request).await;
    registration::set_resource_server_state(app, &world.wallet.id, PartyState::Enabled)
        .await
        .unwrap();
    is_accepted(&world, &request).await;
}

#[tokio::test]
async fn a_scope_has_one_spelling() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let good = world.shop.asks_for(&mandate);
    let (origin, authority) = (&world.wallet.origin, world.wallet.authority());
    for bad in [
        format!("{mandate}/"),
        format!("{mandate}?x=1"),
        format!("{mandate}?"),
        format!("{mandate}#x"),
        format!("{origin}//mandates/1"),
        format!("{origin}/mandates//1"),
        format!("{origin}/mandates/../mandates/1"),
        format!("{origin}/mandates/./1"),
        format!("{origin}/mandates/%31"),
        format!("{origin}/mandates\\1"),
        format!("http://alice@{authority}/mandates/1"),
        format!("http://{authority}@evil.example/mandates/1"),
        format!("HTTP://{authority}/mandates/1"),
        format!("https://{authority}/mandates/1"),
        origin.clone(),
        format!("{origin}/"),
        format!("{origin}/mandates/ü"),
    ] {
        is_refused(&world, &good.with("scope", &bad)).await;
    }
}

#[tokio::test]
async fn a_name_without_a_scheme_is_the_same_agreement() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let name = mandate.url.strip_prefix("http:").unwrap();
    let callback = world.alice.approves(&world.shop.asks_for(name)).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert_eq!(tokens.response["scope"], mandate.url.as_str());
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described["scope"], mandate.url.as_str());
}

#[tokio::test]
async fn http_is_for_development_only() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let strict = world
        .server
        .started_again(&[("authorization.allow_loopback_http", "false")])
        .await;
    let request = world.shop.asks_for(&mandate);
    let reply = Reply::of(strict.request("GET", &request.url())).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_scope");
}

#[tokio::test]
async fn a_scope_names_an_agreement_of_a_known_type_or_a_collection() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    let origin = &world.wallet.origin;
    for bad in ["/alice", "/things/1", "/mandate/1", "/mandatesx/1"] {
        is_refused(&world, &good.with("scope", &format!("{origin}{bad}"))).await;
    }
    for fine in [
        "/mandates",
        "/invoices",
        "/sessions/1",
        "/invoices/1",
        "/alice/mandates/1",
    ] {
        is_accepted(&world, &good.with("scope", &format!("{origin}{fine}"))).await;
    }
}

#[tokio::test]
async fn two_wallets_are_told_apart_by_their_origin() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    world.alice.owns(&second.pointer("alice")).await;
    let (here, there) = (world.wallet.mandate(), second.mandate());
    for (wallet, other, mandate) in [
        (&world.wallet, &second, here),
        (&second, &world.wallet, there),
    ] {
        let callback = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let tokens = world.shop.exchanges(&callback).await.tokens();
        assert!(wallet.accepts(&tokens.access).await);
        assert!(!other.accepts(&tokens.access).await);
    }
}
