//! `/livez` and `/readyz`.

use std::time::{Duration, Instant};

use crate::support::{Fields, World};

#[tokio::test]
async fn a_server_that_can_work_says_so() {
    let world = World::new().await;
    for path in ["/livez", "/readyz"] {
        let reply = world.server.get(path).await;
        assert_eq!(
            (reply.status, reply.json()["status"].clone()),
            (200, "ok".into()),
            "{path}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn a_server_without_its_database_lives_but_is_not_ready() {
    let world = World::new().await;
    world.server.loses_its_database().await;
    assert_eq!(world.server.get("/livez").await.status, 200);
    assert_eq!(world.server.get("/jwks.json").await.status, 200);
    let reply = world.server.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert!(reply.header("retry-after").is_some());
}

#[tokio::test]
async fn without_a_database_nothing_is_said_about_tokens() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let callback = world.approved().await;
    world.server.loses_its_database().await;
    let form = Fields::of(&[("token", &tokens.access)]);
    for reply in [
        world.wallet.introspects_with(&form).await,
        world.shop.exchanges(&callback).await,
        world.shop.refreshes(tokens.refresh()).await,
        world.shop.revokes(&tokens.access).await,
    ] {
        reply.is_refused(503, "temporarily_unavailable");
        assert!(reply.header("retry-after").is_some());
    }
}

#[tokio::test]
async fn a_busy_database_is_an_answer_in_time_that_costs_nothing() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let callback = world.approved().await;
    let held = world.server.database_is_held().await;
    let began = Instant::now();
    let (exchanged, refreshed, revoked) = tokio::join!(
        world.shop.exchanges(&callback),
        world.shop.refreshes(tokens.refresh()),
        world.shop.revokes(&tokens.access),
    );
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    for reply in [exchanged, refreshed, revoked] {
        reply.is_refused(503, "temporarily_unavailable");
    }
    held.release().await;
    assert!(world.wallet.accepts(&tokens.access).await);
    world.shop.exchanges(&callback).await.tokens();
    world.shop.refreshes(tokens.refresh()).await.tokens();
}
