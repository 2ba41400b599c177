//! A code becomes tokens, in the order of the checks of `oauth::token` and `oauth::code_exchange`.

use countersign::model::GrantType;

use crate::support::tokens::unpack;
use crate::support::{Callback, Fields, NewShop, Shop, World};

/// A code that alice has approved, which nothing has touched.
async fn redeems(world: &World, callback: &Callback) {
    world.shop.exchanges(callback).await.tokens();
}

async fn is_bad(world: &World, form: &Fields) {
    world
        .shop
        .asks_for_tokens(form)
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let callback = world.alice.approves(&world.shop.asks_for(&mandate)).await;
    let reply = world.shop.exchanges(&callback).await;
    let tokens = reply.tokens();
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("pragma"), Some("no-cache"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(tokens.response["token_type"], "Bearer");
    assert_eq!(tokens.response["expires_in"], 300);
    assert_eq!(tokens.response["scope"], mandate.url.as_str());
    assert_eq!(tokens.refresh().len(), 43);
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn an_access_token_is_a_signed_jwt() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let (header, claims) = unpack(&tokens.access);
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(header["alg"], "ES256");
    assert_eq!(claims["iss"], world.server.issuer.as_str());
    assert_eq!(claims["aud"], world.wallet.origin.as_str());
    assert_eq!(claims["sub"], world.alice.id.as_str());
    assert_eq!(claims["client_id"], world.shop.id.as_str());
    assert_eq!(claims["scope"], tokens.response["scope"]);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        300
    );
    let jwks = world.server.get("/jwks.json").await.json();
    assert_eq!(jwks["keys"][0]["kid"], header["kid"]);
}

#[tokio::test]
async fn a_grant_type_must_be_a_known_one() {
    let world = World::new().await;
    let callback = world.approved().await;
    let good = callback.form();
    for (form, error) in [
        (good.without("grant_type"), "invalid_request"),
        (good.with("grant_type", ""), "invalid_request"),
        (
            good.with("grant_type", "password"),
            "unsupported_grant_type",
        ),
        (
            good.with("grant_type", "Authorization_Code"),
            "unsupported_grant_type",
        ),
        (
            good.with("grant_type", "implicit"),
            "unsupported_grant_type",
        ),
    ] {
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, error);
    }
    redeems(&world, &callback).await;
}

#[tokio::test]
async fn a_client_uses_the_grant_types_it_is_registered_for() {
    let world = World::new().await;
    let new = NewShop {
        grant_types: &[GrantType::AuthorizationCode],
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let tokens = shop.exchanges(&callback).await.tokens();
    assert_eq!(tokens.refresh, None);
    shop.refreshes("x")
        .await
        .is_refused(400, "unauthorized_client");
    shop.wants(&world.wallet.invoices())
        .await
        .is_refused(400, "unauthorized_client");
}

#[tokio::test]
async fn a_code_and_a_redirect_uri_are_required() {
    let world = World::new().await;
    let callback = world.approved().await;
    let good = callback.form();
    for form in [good.without("code"), good.with("code", "")] {
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, "invalid_request");
    }
    redeems(&world, &callback).await;
    let callback = world.approved().await;
    let form = callback.form().without("redirect_uri");
    let (status, error) = world.shop.asks_for_tokens(&form).await.refusal();
    assert_eq!((status, error.as_str()), (400, "invalid_request"));
}

#[tokio::test]
async fn an_unknown_code_is_no_good() {
    let world = World::new().await;
    let callback = world.approved().await;
    let good = callback.form();
    let code = callback.code();
    for other in [
        "x",
        &code[1..],
        &format!("{code}x"),
        &code.to_lowercase(),
        &"x".repeat(10_000),
    ] {
        is_bad(&world, &good.with("code", other)).await;
    }
    redeems(&world, &callback).await;
}

#[tokio::test]
async fn a_code_of_another_client_is_unknown_and_stays_as_it_is() {
    let world = World::new().await;
    let rival = world.rival().await;
    let app = world.app().await;
    let callback = world.approved().await;
    for thief in [&rival, &app] {
        thief
            .exchanges(&callback)
            .await
            .is_refused(400, "invalid_grant");
    }
    redeems(&world, &callback).await;
}

#[tokio::test]
async fn a_code_used_twice_ends_the_grant() {
    let world = World::new().await;
    let callback = world.approved().await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert!(world.wallet.accepts(&tokens.access).await);
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    assert!(!world.wallet.accepts(&tokens.access).await);
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "code_replayed");
}

#[tokio::test]
async fn a_used_code_of_another_client_ends_nothing() {
    let world = World::new().await;
    let rival = world.rival().await;
    let callback = world.approved().await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    rival
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn a_code_lasts_a_minute() {
    let world = World::new().await;
    let callback = world.approved().await;
    world.server.clock.advance_seconds(60);
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    let callback = world.approved().await;
    world.server.clock.advance_seconds(59);
    redeems(&world, &callback).await;
}

#[tokio::test]
async fn another_redirect_uri_is_refused_and_the_code_is_spent() {
    let world = World::new().await;
    for other in [
        "https://acme.example/callback/",
        "https://ACME.example/callback",
        "https://acme.example:443/callback",
        "https://evil.example/callback",
        "https://acme.example/call%62ack",
    ] {
        let callback = world.approved().await;
        let form = callback.form().with("redirect_uri", other);
        is_bad(&world, &form).await;
        world
            .shop
            .exchanges(&callback)
            .await
            .is_refused(400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_wrong_verifier_spends_the_code() {
    let world = World::new().await;
    let other = world.shop.asks_for("x").verifier;
    for verifier in [None, Some(""), Some("x"), Some(other.as_str())] {
        let callback = world.approved().await;
        let good = callback.form();
        let form = match verifier {
            Some(verifier) => good.with("code_verifier", verifier),
            None => good.without("code_verifier"),
        };
        is_bad(&world, &form).await;
        is_bad(&world, &good).await;
    }
    redeems(&world, &world.approved().await).await;
}

#[tokio::test]
async fn the_challenge_itself_is_no_verifier() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let callback = world.alice.approves(&request).await;
    let challenge = request
        .parameters
        .value("code_challenge")
        .unwrap()
        .to_owned();
    is_bad(&world, &callback.with_verifier(&challenge).form()).await;
}
