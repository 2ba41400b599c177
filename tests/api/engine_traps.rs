//! The traps of the engine (oxide-auth) that are fenced, each as it is seen from outside.

use serde_json::Value;

use crate::support::shop::{challenge, refresh_form};
use crate::support::{Fields, World};

#[tokio::test]
async fn an_unknown_code_a_used_one_and_a_wrong_verifier_are_invalid_grants() {
    let world = World::new().await;
    let callback = world.approved().await;
    let good = callback.form();
    let unknown = world.shop.asks_for_tokens(&good.with("code", "x")).await;
    let wrong = world
        .shop
        .asks_for_tokens(&good.with("code_verifier", "x"))
        .await;
    let used = world.shop.asks_for_tokens(&good).await;
    for reply in [unknown, wrong, used] {
        reply.is_refused(400, "invalid_grant");
    }
}

#[tokio::test]
async fn an_error_has_the_members_of_the_rfc_and_no_others() {
    let world = World::new().await;
    let good = world.approved().await.form();
    for form in [
        good.with("code", "x"),
        good.without("code"),
        good.without("redirect_uri"),
        good.with("grant_type", "x"),
        refresh_form("x"),
        Fields::default(),
    ] {
        let body = world.shop.asks_for_tokens(&form).await.json();
        let members: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error", "error_description"], "{body}");
    }
}

#[tokio::test]
async fn a_redirect_uri_is_compared_as_bytes_at_the_token_endpoint() {
    let world = World::new().await;
    for same_url in [
        "https://ACME.example/callback",
        "https://acme.example:443/callback",
        "https://acme.example/./callback",
    ] {
        let form = world.approved().await.form().with("redirect_uri", same_url);
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, "invalid_grant");
    }
    let callback = world.approved().await;
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_token_response_is_ours() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let mut members: Vec<&String> = tokens.response.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "access_token",
            "authorization_details",
            "expires_in",
            "refresh_token",
            "scope",
            "token_type"
        ]
    );
    assert_eq!(tokens.response["token_type"], "Bearer");
    assert!(tokens.response["expires_in"].is_i64());
}

#[tokio::test]
async fn lifetimes_are_judged_by_our_clock() {
    let world = World::with(&[
        ("grant.refresh_idle", "31536000"),
        ("authorization.code_lifetime", "600"),
    ])
    .await;
    // The engine's own ten minutes for a code and hour for a token are long over by the clock of the machine or of the test.
    let invoice = world.wallet.invoice();
    let callback = world.alice.approves(&world.shop.asks_for(&invoice)).await;
    world.server.clock.advance_seconds(599);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    world.server.clock.advance_seconds(200 * 86_400);
    let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
    assert!(world.wallet.accepts(&fresh.access).await);
}

#[tokio::test]
async fn a_scope_that_is_said_twice_is_two() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(format!("{mandate} {mandate}"));
    let reply = world.server.get(&request.url()).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_scope");
    let tokens = world.tokens_for(&mandate).await;
    let twice = refresh_form(tokens.refresh()).with("scope", &format!("{mandate} {mandate}"));
    let reply = world.shop.asks_for_tokens(&twice).await;
    reply.is_refused(400, "invalid_scope");
}

#[tokio::test]
async fn a_refresh_without_its_token_is_an_answer_and_no_fault() {
    let world = World::new().await;
    let app = world.app().await;
    let form = Fields::of(&[("grant_type", "refresh_token")]);
    for shop in [&world.shop, &app] {
        shop.asks_for_tokens(&form)
            .await
            .is_refused(400, "invalid_request");
        let odd = form.with("scope", "\"");
        let reply = shop.asks_for_tokens(&odd).await;
        assert_eq!(reply.status, 400, "{reply:?}");
    }
}

#[tokio::test]
async fn an_error_at_the_authorization_endpoint_names_the_issuer() {
    let world = World::new().await;
    let request = world.shop.asks_for("x");
    let reply = world.server.get(&request.url()).await;
    let callback = request.answered(&reply, &world.server.issuer);
    let names = ["error", "error_description", "state", "iss"];
    assert_eq!(callback.parameters().names(), names);
}

#[tokio::test]
async fn a_client_id_in_the_body_beside_basic_is_no_second_authentication() {
    let world = World::new().await;
    let callback = world.approved().await;
    let form = callback.form().with("client_id", &world.shop.id);
    world.shop.asks_for_tokens(&form).await.tokens();
}

#[tokio::test]
async fn nothing_of_the_approval_is_lost_on_the_way_to_the_token() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
    let strip = |mut described: Value| {
        described.as_object_mut().unwrap().remove("jti");
        described
    };
    let first = strip(world.wallet.introspects(&tokens.access).await);
    let second = strip(world.wallet.introspects(&fresh.access).await);
    assert_eq!(first, second);
    assert_eq!(first["active"], true);
}

#[tokio::test]
async fn a_verifier_has_43_to_128_unreserved_characters() {
    let world = World::new().await;
    for (verifier, good) in [
        ("a".repeat(42), false),
        ("a".repeat(43), true),
        ("a".repeat(128), true),
        ("a".repeat(129), false),
        (format!("{} ", "a".repeat(43)), false),
    ] {
        let request = world.shop.asks_for(world.wallet.mandate());
        let request = request.with("code_challenge", &challenge(&verifier));
        let form = world.alice.approves(&request).await.form();
        let reply = world
            .shop
            .asks_for_tokens(&form.with("code_verifier", &verifier))
            .await;
        if good {
            assert_eq!(reply.status, 200, "{}", reply.text());
        } else {
            reply.is_refused(400, "invalid_grant");
        }
    }
}
