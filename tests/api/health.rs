//! `/livez` and `/readyz`.

use std::time::{Duration, Instant};

use countersign::keys::KeyRing;
use countersign::oauth::grants;
use countersign::store::{self, Rows as _, StoreFault};
use sea_orm::ConnectionTrait as _;

use crate::support::tokens::unpack;
use crate::support::{Fields, Shop, World};

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

#[tokio::test]
async fn what_is_answered_after_the_disk_was_full_is_kept() {
    let world = World::with(&[("database.max_connections", "1")]).await;
    let store = &world.server.app().store;
    if store.is_shared() {
        return;
    }
    let tokens = world.tokens().await;
    let room = async |pages: u32| {
        let limit = format!("PRAGMA max_page_count = {pages}");
        let set = store.connection().execute_unprepared(&limit).await;
        set.unwrap();
    };
    room(1).await;
    let refused = loop {
        let reply = world.shop.refreshes(tokens.refresh()).await;
        if reply.status != 200 {
            break reply;
        }
    };
    refused.is_refused(503, "temporarily_unavailable");
    room(1_000_000).await;
    // One that is undone, then those that are answered.
    assert_eq!(
        grants::revoke(world.server.app(), "none").await.unwrap(),
        None
    );
    let kept = world.shop.refreshes(tokens.refresh()).await.tokens();
    let other = world.server.started_again(&[]).await;
    let wallet = world.wallet.asking(&other);
    for token in [tokens.access, kept.access] {
        assert!(wallet.accepts(&token).await);
    }
}

#[tokio::test]
async fn a_database_that_hangs_is_an_answer_in_time() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    // Between a file and its server there is nothing that could hang.
    let Some(line) = world.server.line_to_its_database().await else {
        return;
    };
    let url = format!("{:?}", line.url);
    let server = world.server.started_again(&[("database.url", &url)]).await;
    let wallet = world.wallet.asking(&server);
    let shop = Shop {
        server: server.clone(),
        ..world.shop.clone()
    };
    assert!(wallet.accepts(&tokens.access).await);
    line.blocks();
    let began = Instant::now();
    let form = Fields::of(&[("token", &tokens.access)]);
    // The first finds a connection that is open; the others wait for a new one.
    let introspected = wallet.introspects_with(&form).await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    let (refreshed, revoked, ready, document, keys) = tokio::join!(
        shop.refreshes(tokens.refresh()),
        shop.revokes(&tokens.access),
        server.get("/readyz"),
        server.get("/.well-known/oauth-authorization-server"),
        server.get("/jwks.json"),
    );
    for reply in [introspected, refreshed, revoked] {
        reply.is_refused(503, "temporarily_unavailable");
        assert!(reply.header("retry-after").is_some());
    }
    assert_eq!(
        (ready.status, document.status, keys.status),
        (503, 200, 200)
    );
    line.opens();
    let began = Instant::now();
    while server.get("/readyz").await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "it stays away");
    }
    assert!(wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn a_begin_that_was_given_up_keeps_nothing_back() {
    let world = World::new().await;
    let Some(line) = world.server.line_to_its_database().await else {
        return;
    };
    let url = format!("{:?}", line.url);
    let changed = [
        ("database.url", url.as_str()),
        ("database.max_connections", "1"),
    ];
    let server = world.server.started_again(&changed).await;
    let store = &server.app().store;
    store.ping().await.unwrap();
    line.blocks();
    assert!(store.begin().await.is_err());
    line.opens();
    let written =
        "INSERT INTO attempt (key, window_start, count, next_at) VALUES ('kept', 0, 1, 0)";
    let began = Instant::now();
    while store
        .connection()
        .execute_unprepared(written)
        .await
        .is_err()
    {
        assert!(began.elapsed() < Duration::from_secs(20), "it stays away");
    }
    let elsewhere = world.server.app().store.connection();
    let again = elsewhere
        .execute_unprepared("UPDATE attempt SET count = 2 WHERE key = 'kept'")
        .await;
    assert_eq!(again.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn one_connection_is_enough_for_a_token_with_keys_that_are_read_again() {
    let world = World::with(&[("database.max_connections", "1"), ("keys.refresh", "1")]).await;
    let tokens = world.tokens().await;
    world.server.clock.advance_seconds(1);
    let (app, now) = (world.server.app(), world.server.clock.now());
    let key = KeyRing::generate(&app.keys.sealing, now, now).unwrap();
    let tx = app.store.begin().await.unwrap();
    store::signing_key::insert(&tx, &key).await.unwrap();
    tx.commit().await.unwrap();
    let began = Instant::now();
    while began.elapsed() <= Duration::from_secs(1) {
        world.server.get("/livez").await;
    }
    let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
    let (header, _) = unpack(&fresh.access);
    assert_eq!(header["kid"], key.kid);
}

#[tokio::test]
async fn an_older_program_says_that_the_schema_is_newer() {
    let world = World::new().await;
    let app = world.server.app();
    app.store.check_schema().await.unwrap();
    let later =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99990101_000001_later', 0)";
    app.store
        .connection()
        .execute_unprepared(later)
        .await
        .unwrap();
    for refused in [app.store.check_schema().await, app.store.migrate().await] {
        let fault = refused.unwrap_err();
        assert!(matches!(fault, StoreFault::NewerSchema), "{fault:?}");
    }
    // Who runs goes on.
    assert_eq!(world.server.get("/readyz").await.status, 200);
}
