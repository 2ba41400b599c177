//! A refresh token becomes an access token, in the order of the checks of `oauth::refresh`.

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::registration;
use serde_json::json;

use crate::support::shop::refresh_form;
use crate::support::{Reply, Shop, Tokens, World};

/// A public client and its tokens for a mandate of alice's.
async fn public(world: &World) -> (Shop, Tokens) {
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let tokens = app.exchanges(&callback).await.tokens();
    (app, tokens)
}

#[tokio::test]
async fn a_refresh_token_becomes_an_access_token() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    world.server.clock.advance_seconds(300);
    assert!(!world.wallet.accepts(&tokens.access).await);
    let reply = world.shop.refreshes(tokens.refresh()).await;
    let fresh = reply.tokens();
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(fresh.response["scope"], tokens.response["scope"]);
    assert!(world.wallet.accepts(&fresh.access).await);
    let before = world.wallet.introspects(&fresh.access).await;
    assert_eq!(before["sub"], world.alice.id.as_str());
}

#[tokio::test]
async fn a_confidential_client_keeps_its_token() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for _ in 0..3 {
        let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
        assert!(fresh.refresh.is_none_or(|same| same == tokens.refresh()));
        assert!(world.wallet.accepts(&fresh.access).await);
    }
}

#[tokio::test]
async fn a_refresh_token_is_required() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let good = refresh_form(tokens.refresh());
    for form in [
        good.without("refresh_token"),
        good.with("refresh_token", ""),
    ] {
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, "invalid_request");
    }
    world.shop.asks_for_tokens(&good).await.tokens();
}

#[tokio::test]
async fn an_unknown_token_is_no_good() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for other in [
        "x",
        &tokens.access,
        &tokens.refresh()[1..],
        &"x".repeat(10_000),
    ] {
        world
            .shop
            .refreshes(other)
            .await
            .is_refused(400, "invalid_grant");
    }
    world.shop.refreshes(tokens.refresh()).await.tokens();
}

#[tokio::test]
async fn a_token_of_another_client_is_unknown_and_stays_as_it_is() {
    let world = World::new().await;
    let rival = world.rival().await;
    let (app, tokens) = public(&world).await;
    let next = app.refreshes(tokens.refresh()).await.tokens();
    let thief = world.app().await;
    for thief in [&rival, &thief, &world.shop] {
        for token in [tokens.refresh(), next.refresh()] {
            thief
                .refreshes(token)
                .await
                .is_refused(400, "invalid_grant");
        }
    }
    app.refreshes(next.refresh()).await.tokens();
}

#[tokio::test]
async fn a_public_client_gets_a_successor_each_time() {
    let world = World::new().await;
    let (app, mut tokens) = public(&world).await;
    for _ in 0..3 {
        let next = app.refreshes(tokens.refresh()).await.tokens();
        assert_ne!(next.refresh(), tokens.refresh());
        assert!(world.wallet.accepts(&next.access).await);
        tokens = next;
    }
}

#[tokio::test]
async fn a_retry_with_the_old_token_voids_the_successor_that_was_not_used() {
    let world = World::new().await;
    let (app, tokens) = public(&world).await;
    let lost = app.refreshes(tokens.refresh()).await.tokens();
    let kept = app.refreshes(tokens.refresh()).await.tokens();
    assert_ne!(lost.refresh(), kept.refresh());
    app.refreshes(kept.refresh()).await.tokens();
}

#[tokio::test]
async fn using_a_voided_token_ends_the_grant() {
    let world = World::new().await;
    let (app, tokens) = public(&world).await;
    let voided = app.refreshes(tokens.refresh()).await.tokens();
    let kept = app.refreshes(tokens.refresh()).await.tokens();
    app.refreshes(voided.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "token_replayed");
    app.refreshes(kept.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert!(!world.wallet.accepts(&kept.access).await);
}

#[tokio::test]
async fn an_old_token_after_its_successors_use_ends_the_grant() {
    let world = World::new().await;
    let (app, tokens) = public(&world).await;
    let next = app.refreshes(tokens.refresh()).await.tokens();
    let last = app.refreshes(next.refresh()).await.tokens();
    app.refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "token_replayed");
    app.refreshes(last.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert!(!world.wallet.accepts(&last.access).await);
}

#[tokio::test]
async fn a_token_that_stayed_unused_for_too_long_is_no_good() {
    let world = World::with(&[("grant.refresh_idle", "86400")]).await;
    let invoice = world.wallet.invoice();
    let tokens = world.tokens_for(&invoice).await;
    for _ in 0..3 {
        world.server.clock.advance_seconds(86_399);
        world.shop.refreshes(tokens.refresh()).await.tokens();
    }
    world.server.clock.advance_seconds(86_400);
    let rival = world.rival().await;
    for (shop, owns) in [(&world.shop, true), (&rival, false)] {
        let reply = shop.refreshes(tokens.refresh()).await;
        reply.is_refused(400, "invalid_grant");
        assert_eq!(says_idle(&reply), owns, "{reply:?}");
    }
}

fn says_idle(reply: &Reply) -> bool {
    let description = reply.json()["error_description"].to_string();
    description.contains("was not used for too long")
}

#[tokio::test]
async fn the_idle_limit_counts_from_the_next_period() {
    let world = World::with(&[("grant.refresh_idle", "86400")]).await;
    let tokens = world.tokens().await;
    let to_next_period = 31 * 86_400 - 3600;
    world.server.clock.advance_seconds(to_next_period + 86_399);
    world.shop.refreshes(tokens.refresh()).await.tokens();
    world.server.clock.advance_seconds(40 * 86_400);
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_grant_that_is_over_is_not_refreshed() {
    let world = World::with(&[("grant.refresh_idle", "31536000")]).await;
    let mandate = world
        .wallet
        .mandate_of("alice", |terms| terms["cap"] = json!(true));
    let tokens = world.tokens_for(&mandate).await;
    // Twelve months from the start on the first of March at eight.
    world.server.clock.advance_seconds(366 * 86_400 - 3601);
    world.shop.refreshes(tokens.refresh()).await.tokens();
    world.server.clock.advance_seconds(1);
    let reply = world.shop.refreshes(tokens.refresh()).await;
    reply.is_refused(400, "invalid_grant");
    assert!(!says_idle(&reply), "{reply:?}");
}

#[tokio::test]
async fn an_operators_end_is_the_end() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let grant = world.wallet.introspects(&tokens.access).await["grant_id"].clone();
    let app = world.server.app();
    let ended = countersign::oauth::grants::revoke(app, grant.as_str().unwrap()).await;
    assert_eq!(ended.unwrap(), Some(true));
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert!(!world.wallet.accepts(&tokens.access).await);
    assert_eq!(world.fate(&tokens).await, "revoked_by_operator");
}

#[tokio::test]
async fn who_takes_part_no_more_gets_no_token_and_may_come_back() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let app = world.server.app();
    let (off, on) = (PartyState::Disabled, PartyState::Enabled);
    let good = refresh_form(tokens.refresh());
    users::set_state(app, "alice", off).await.unwrap();
    world
        .shop
        .asks_for_tokens(&good)
        .await
        .is_refused(400, "invalid_grant");
    users::set_state(app, "alice", on).await.unwrap();
    registration::set_resource_server_state(app, &world.wallet.id, off)
        .await
        .unwrap();
    world
        .shop
        .asks_for_tokens(&good)
        .await
        .is_refused(400, "invalid_grant");
    registration::set_resource_server_state(app, &world.wallet.id, on)
        .await
        .unwrap();
    registration::set_client_state(app, &world.shop.id, off)
        .await
        .unwrap();
    world
        .shop
        .asks_for_tokens(&good)
        .await
        .is_refused(401, "invalid_client");
    registration::set_client_state(app, &world.shop.id, on)
        .await
        .unwrap();
    world.shop.asks_for_tokens(&good).await.tokens();
}

#[tokio::test]
async fn a_scope_may_only_be_the_one_that_was_granted() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let other = world.wallet.mandate();
    let tokens = world.tokens_for(&mandate).await;
    let good = refresh_form(tokens.refresh());
    for scope in [
        other.url.clone(),
        format!("{mandate} {other}"),
        world.wallet.mandates(),
    ] {
        let form = good.with("scope", &scope);
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, "invalid_scope");
    }
    let name = mandate.url.strip_prefix("http:").unwrap();
    for scope in [mandate.url.as_str(), name, ""] {
        let fresh = world
            .shop
            .asks_for_tokens(&good.with("scope", scope))
            .await
            .tokens();
        assert_eq!(fresh.response["scope"], json!(mandate.url));
    }
}
