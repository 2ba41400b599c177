//! The figures, on a listener of their own.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::store::{self, Rows as _};
use sea_orm::{ConnectionTrait as _, Statement};

use crate::support::figures::{Figures, Samples};
use crate::support::{Answer, Fields, Reply, World};

/// What each of `samples` became more, in the order in which they are named.
fn rise(before: &Samples, after: &Samples, samples: &[&str]) -> Vec<i64> {
    let rises = samples.iter().map(|sample| after.since(before, sample));
    rises.collect()
}

#[tokio::test]
async fn the_figures_are_on_a_listener_of_their_own_and_nothing_else_is() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    let reply = figures.asks("GET", "/metrics", "*/*").await;
    assert_eq!(reply.status, 200);
    for (method, path) in [
        ("POST", "/metrics"),
        ("DELETE", "/metrics"),
        ("GET", "/"),
        ("GET", "/metrics/"),
        ("GET", "/token"),
        ("POST", "/token"),
        ("GET", "/livez"),
    ] {
        let reply = figures.asks(method, path, "*/*").await;
        assert!(
            [404, 405].contains(&reply.status),
            "{method} {path}: {reply:?}"
        );
    }
    assert_eq!(world.server.get("/metrics").await.status, 404);
}

#[tokio::test]
async fn prometheus_and_open_metrics_are_both_spoken() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    world.tokens().await;
    let plain = figures.asks("GET", "/metrics", "text/plain").await;
    let prometheus = "text/plain; version=0.0.4; charset=utf-8";
    assert_eq!(plain.header("content-type"), Some(prometheus));
    Samples::read(&plain.body);
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
    let open = figures.asks("GET", "/metrics", accept).await;
    let open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(open.header("content-type"), Some(open_metrics));
    assert!(open.body.ends_with("# EOF\n"));
}

#[tokio::test]
async fn what_is_asked_decided_issued_and_ended_is_counted() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    let before = figures.samples().await;
    let tokens = world.tokens().await;
    assert!(world.wallet.accepts(&tokens.access).await);
    world.shop.refreshes(tokens.refresh()).await.tokens();
    world.shop.revokes(tokens.refresh()).await;
    assert!(!world.wallet.accepts(&tokens.access).await);
    let request = world.shop.asks_for(world.wallet.invoice());
    world.alice.declines(&request).await;
    let after = figures.samples().await;
    let seen = rise(
        &before,
        &after,
        &[
            "countersign_decisions_total{type=\"mandate\",consent=\"agreement\",outcome=\"approved\"}",
            "countersign_decisions_total{type=\"invoice\",consent=\"agreement\",outcome=\"declined\"}",
            "countersign_password_attempts_total{act=\"sign_in\",outcome=\"right\"}",
            "countersign_access_tokens_issued_total{grant_type=\"authorization_code\"}",
            "countersign_access_tokens_issued_total{grant_type=\"refresh_token\"}",
            "countersign_introspections_total{answer=\"active\"}",
            "countersign_introspections_total{answer=\"inactive\"}",
            "countersign_grants_ended_total{reason=\"revoked_by_client\"}",
            "countersign_http_request_duration_seconds_count{endpoint=\"token\",method=\"POST\",status=\"2xx\"}",
            "countersign_http_request_duration_seconds_count{endpoint=\"revoke\",method=\"POST\",status=\"2xx\"}",
            "countersign_http_request_duration_seconds_count{endpoint=\"authorize\",method=\"GET\",status=\"3xx\"}",
        ],
    );
    assert_eq!(seen, [1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2]);
    // The wallet is asked when the page is opened, and again at the approval; it introspects what it is shown.
    let asked = "countersign_outgoing_request_duration_seconds_count{outcome=\"answered\"}";
    assert_eq!(after.since(&before, asked), 3);
    assert_eq!(after.value("countersign_database_connections_limit"), 8);
}

#[tokio::test]
async fn what_is_refused_is_counted_by_its_reason() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    let before = figures.samples().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let form = Fields::of(&[("grant_type", "authorization_code"), ("code", "made up")]);
    let form = form.with("redirect_uri", &world.shop.redirect_uri);
    let form = form.with("code_verifier", &request.verifier);
    world.shop.asks_for_tokens(&form).await;
    world.shop.with_secret("wrong").wants("x").await;
    world.server.get("/authorize?client_id=nobody").await;
    world.server.get("/nothing").await;
    let garbled = request.with("code_challenge_method", "plain");
    world.server.get(&garbled.url()).await;
    let page = world.alice.browser.opens("/sign-in").await;
    world.alice.tries(&page, "a wrong password").await;
    let silent = world.wallet.mandate();
    world.wallet.answers(&silent, Answer::Status(503));
    world.alice.opens(&world.shop.asks_for(&silent)).await;
    let after = figures.samples().await;
    let seen = rise(
        &before,
        &after,
        &[
            "countersign_refusals_total{form=\"json\",reason=\"invalid_grant\"}",
            "countersign_refusals_total{form=\"json\",reason=\"invalid_client\"}",
            "countersign_refusals_total{form=\"page\",reason=\"unknown_app\"}",
            "countersign_refusals_total{form=\"page\",reason=\"not_found\"}",
            "countersign_refusals_total{form=\"redirect\",reason=\"invalid_request\"}",
            "countersign_refusals_total{form=\"page\",reason=\"unreachable\"}",
            "countersign_password_attempts_total{act=\"sign_in\",outcome=\"wrong\"}",
            "countersign_outgoing_request_duration_seconds_count{outcome=\"failed\"}",
        ],
    );
    assert_eq!(seen, [1; 8]);
}

#[tokio::test]
async fn a_request_that_was_left_too_late_timed_out() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    let page = world
        .alice
        .opens(&world.shop.asks_for(world.wallet.mandate()))
        .await;
    world.server.clock.advance_seconds(3600);
    let page = world.alice.presses(&page, "approve").await;
    let leave = page.forms().remove(0);
    world.alice.browser.submits(&leave, &[]).await;
    let samples = figures.samples().await;
    let decided = |outcome: &str| {
        samples.value(&format!(
            "countersign_decisions_total{{type=\"mandate\",consent=\"agreement\",outcome=\"{outcome}\"}}"
        ))
    };
    assert_eq!([decided("timed_out"), decided("left")], [1, 0]);
}

#[tokio::test]
async fn every_door_has_a_name() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    for (method, path) in [
        ("GET", "/authorize"),
        ("POST", "/par"),
        ("POST", "/token"),
        ("POST", "/introspect"),
        ("POST", "/revoke"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/.well-known/open-payments"),
        ("GET", "/jwks.json"),
        ("GET", "/consent/req_x"),
        ("GET", "/sign-in"),
        ("POST", "/sign-out"),
        ("GET", "/payments"),
        ("GET", "/payments/grt_x"),
        ("GET", "/payments/grt_x/stop"),
        ("GET", "/"),
        ("GET", "/language/de"),
        ("GET", "/assets/style.css"),
        ("GET", "/assets/mark"),
        ("GET", "/favicon.ico"),
        ("GET", "/livez"),
        ("GET", "/readyz"),
        // What a wrong method is told, and what a browser asks before it posts, is the door's as well.
        ("PUT", "/token"),
        ("OPTIONS", "/token"),
    ] {
        let before = figures.samples().await;
        let request = world.server.request(method, path);
        let request = request.header("origin", "https://shop.example");
        Reply::of(request.header("access-control-request-method", "POST")).await;
        let after = figures.samples().await;
        let risen = after.names().filter(|name| {
            name.starts_with("countersign_http_request_duration_seconds_count{")
                && after.since(&before, name) > 0
        });
        let risen: Vec<&str> = risen.collect();
        assert_eq!(risen.len(), 1, "{method} {path}: {risen:?}");
        assert!(
            !risen[0].contains("endpoint=\"other\""),
            "{method} {path}: {risen:?}"
        );
    }
}

#[tokio::test]
async fn no_request_makes_a_series_of_its_own() {
    let world = World::new().await;
    let figures = Figures::of(&world.server);
    let asks = async |number: usize| {
        let name = format!("m4d3{number}");
        for (method, path) in [
            (format!("M{number}"), "/token".to_owned()),
            ("GET".to_owned(), format!("/{name}")),
            ("GET".to_owned(), format!("/consent/{name}")),
            ("GET".to_owned(), format!("/payments/{name}?{name}={name}")),
            ("GET".to_owned(), format!("/authorize?client_id={name}")),
        ] {
            Reply::of(world.server.request(&method, &path)).await;
        }
        let form = Fields::of(&[("grant_type", &name), ("token", &name), (&name, &name)]);
        world.shop.asks_for_tokens(&form).await;
        world.shop.with_secret(&name).asks_for_tokens(&form).await;
        world.wallet.introspects_with(&form).await;
    };
    world.server.app().count_rows().await;
    asks(0).await;
    let before: BTreeSet<String> = figures.samples().await.names().map(str::to_owned).collect();
    for number in 1..5 {
        asks(number).await;
    }
    let after: BTreeSet<String> = figures.samples().await.names().map(str::to_owned).collect();
    assert_eq!(before, after);
    assert!(!after.iter().any(|name| name.contains("m4d3")), "{after:?}");
}

#[tokio::test]
async fn tables_are_counted_and_none_is_forgotten() {
    let world = World::new().await;
    world.tokens().await;
    let app = world.server.app();
    let figures = Figures::of(&world.server);
    app.count_rows().await;
    let samples = figures.samples().await;
    let rows = |table: &str| samples.value(&format!("countersign_table_rows{{table=\"{table}\"}}"));
    assert_eq!(
        [rows("client"), rows("grant"), rows("user"), rows("event")],
        [1, 1, 1, 0]
    );
    let connection = app.store.connection();
    let all = if app.store.is_shared() {
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let all = Statement::from_string(connection.get_database_backend(), all);
    let found = connection.query_all_raw(all).await.unwrap();
    let mut found: BTreeSet<String> = found
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    assert!(found.remove("seaql_migrations"));
    let named = store::size::TABLES.map(str::to_owned);
    assert_eq!(found, BTreeSet::from(named));
}

#[tokio::test]
async fn a_busy_database_is_seen() {
    let world = World::with(&[
        ("database.statement_timeout", "200"),
        ("metrics.tables", "0"),
    ])
    .await;
    let figures = Figures::of(&world.server);
    let tokens = world.tokens().await;
    let held = world.server.database_is_held().await;
    world.shop.refreshes(tokens.refresh()).await;
    held.release().await;
    let busy = figures.samples().await;
    let late = |samples: &Samples, what: &str| {
        samples.value(&format!(
            "countersign_database_timeouts_total{{waited_for=\"{what}\"}}"
        ))
    };
    assert_eq!(
        [late(&busy, "statement"), late(&busy, "connection")],
        [1, 0]
    );
    let app = world.server.app();
    let limit = usize::try_from(app.settings.database.max_connections).unwrap();
    let mut all = Vec::new();
    // Those that are out of the pool are for single statements.
    while let Ok(begun) = sea_orm::TransactionTrait::begin(&***app.store.connection()).await {
        all.push(begun);
    }
    assert!((1..=limit).contains(&all.len()));
    let full = figures.samples().await;
    let of = |state: &str| {
        full.value(&format!(
            "countersign_database_connections{{state=\"{state}\"}}"
        ))
    };
    assert_eq!(usize::try_from(of("in_use")).unwrap(), all.len());
    assert_eq!(usize::try_from(of("in_use") + of("idle")).unwrap(), limit);
    world.shop.refreshes(tokens.refresh()).await;
    drop(all);
    tokio::time::timeout(Duration::from_secs(3), app.store.ping())
        .await
        .unwrap()
        .unwrap();
    let samples = figures.samples().await;
    assert!(late(&samples, "connection") >= 1);
}
