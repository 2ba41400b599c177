//! `resource`: a request names the wallet or the agreement once more (RFC 8707).

use countersign::model::GrantType;

use crate::support::browser::Browser;
use crate::support::shop::refresh_form;
use crate::support::wallet::Wallet;
use crate::support::{Agreement, Fields, NewShop, Request, Shop, World, fate};

const CODE: &str = "invalid_target";

/// Values that fit `mandate`.
fn good(world: &World, mandate: &Agreement) -> Vec<String> {
    let origin = &world.wallet.origin;
    vec![mandate.url.clone(), origin.clone(), format!("{origin}/")]
}

/// Values that do not.
fn bad(world: &World, mandate: &Agreement, second: &Wallet) -> Vec<String> {
    let origin = &world.wallet.origin;
    vec![
        second.origin.clone(),
        world.wallet.mandate().url,
        world.wallet.mandates(),
        format!("{mandate}/"),
        format!("{mandate}#a"),
        format!("{origin}//"),
        format!("{origin}?"),
        origin.replace("http:", "HTTP:"),
        origin.replace("http:", "https:"),
        format!("//{}", mandate.url.strip_prefix("http://").unwrap()),
        world.wallet.authority().to_owned(),
        world.server.issuer.clone(),
        "x".to_owned(),
        "/".to_owned(),
    ]
}

async fn answer(world: &World, request: &Request) -> Option<String> {
    let reply = Browser::new(&world.server).gets(&request.url()).await;
    let refused = reply.location().contains("error=");
    refused.then(|| request.answered(&reply, &world.server.issuer).error())
}

#[tokio::test]
async fn a_request_names_the_agreement_or_its_wallet() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    for other in bad(&world, &mandate, &second) {
        let alone = request.with("resource", &other);
        assert_eq!(
            answer(&world, &alone).await.as_deref(),
            Some(CODE),
            "{other}"
        );
        let beside = alone.and("resource", &mandate.url);
        assert_eq!(
            answer(&world, &beside).await.as_deref(),
            Some(CODE),
            "{other}"
        );
    }
    let mut all = request.with("resource", "");
    assert_eq!(answer(&world, &all).await, None, "an empty value is none");
    for fits in good(&world, &mandate) {
        assert_eq!(
            answer(&world, &request.with("resource", &fits)).await,
            None,
            "{fits}"
        );
        all = all.and("resource", &fits);
    }
    assert_eq!(answer(&world, &all).await, None, "it may be repeated");
    let twice = request.and("prompt", "login").and("prompt", "login");
    assert_eq!(
        answer(&world, &twice).await.as_deref(),
        Some("invalid_request")
    );
}

#[tokio::test]
async fn a_code_is_for_the_same_wallet() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let mandate = world.wallet.mandate();
    for other in [second.origin.clone(), world.wallet.mandate().url] {
        let callback = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let grant = world.pending_grant().await;
        let form = callback.form().and("resource", &other);
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, CODE);
        assert_eq!(
            fate(&world.server, &grant).await,
            "revoked_by_system",
            "{other}"
        );
    }
    let callback = world.alice.approves(&world.shop.asks_for(&mandate)).await;
    let mut form = callback.form();
    for fits in good(&world, &mandate) {
        form = form.and("resource", &fits);
    }
    let tokens = world.shop.asks_for_tokens(&form).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described["aud"], world.wallet.origin);
}

#[tokio::test]
async fn a_refresh_token_is_for_the_same_wallet() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let app = world.app().await;
    for shop in [&world.shop, &app] {
        let mandate = world.wallet.invoice();
        let callback = world.alice.approves(&shop.asks_for(&mandate)).await;
        let tokens = shop.exchanges(&callback).await.tokens();
        let form = refresh_form(tokens.refresh());
        for other in bad(&world, &mandate, &second) {
            let form = form.and("resource", &other);
            shop.asks_for_tokens(&form).await.is_refused(400, CODE);
        }
        let form = form.and("resource", &world.wallet.origin);
        let form = form.and("resource", &mandate.url);
        shop.asks_for_tokens(&form).await.tokens();
    }
}

#[tokio::test]
async fn a_collection_is_at_the_same_wallet() {
    let world = World::new().await;
    let account = world.wallet.pointer("biller");
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    let biller = Shop::register(&world.server, new).await;
    let invoices = world.wallet.invoices();
    let form = Fields::of(&[("grant_type", "client_credentials"), ("scope", &invoices)]);
    for other in [&world.wallet.mandates(), &world.server.issuer] {
        let form = form.and("resource", other);
        biller.asks_for_tokens(&form).await.is_refused(400, CODE);
    }
    let form = form
        .and("resource", &invoices)
        .and("resource", &world.wallet.origin);
    biller.asks_for_tokens(&form).await.tokens();
}
