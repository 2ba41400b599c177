//! The headers of every answer.

use reqwest::header::HeaderMap;

use crate::support::{Fields, NewShop, Reply, Shop, World};

#[track_caller]
fn is_guarded(reply: &Reply) {
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}: {}", reply.text());
    }
    assert!(reply.header("permissions-policy").is_some());
    let policy = reply.header("content-security-policy").unwrap();
    for rule in [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{rule}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn every_page_is_guarded_errors_too() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    let request = world.shop.asks_for(world.wallet.mandate());
    let sign_in = browser.opens(&request.url()).await;
    let consent = world.alice.signs_in_on(&sign_in).await;
    let home = browser.opens("/").await;
    let payments = browser.opens("/payments").await;
    let wrong = browser.gets("/authorize").await;
    let unknown = browser.gets("/consent/req_unknown").await;
    let nowhere = browser.gets("/nowhere").await;
    for page in [
        &sign_in, &consent, &home, &payments, &wrong, &unknown, &nowhere,
    ] {
        is_guarded(page);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    nowhere.is_page(404, "There is no such page");
    let policy = nowhere.header("content-security-policy").unwrap();
    assert!(policy.ends_with("form-action 'self'"), "{policy}");
    is_guarded(&world.alice.presses(&consent, "approve").await);
    world.server.loses_its_database().await;
    let fault = browser.gets("/").await;
    assert_eq!(fault.status, 503);
    is_guarded(&fault);
    assert!(
        fault.says("Sorry, something went wrong"),
        "{}",
        fault.text()
    );
}

#[tokio::test]
async fn a_page_that_can_end_at_a_client_allows_its_scheme() {
    let world = World::new().await;
    for (uri, scheme) in [
        ("https://acme.example/callback", "form-action 'self' https:"),
        (
            "http://127.0.0.1/callback",
            "form-action 'self' https: http:",
        ),
        (
            "com.example.app:/callback",
            "form-action 'self' https: com.example.app:",
        ),
    ] {
        let new = NewShop {
            redirect_uri: uri,
            ..NewShop::PUBLIC
        };
        let app = Shop::register(&world.server, new).await;
        let request = app.asks_for(world.wallet.mandate());
        let page = world.alice.opens(&request).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.ends_with(scheme), "{policy}");
        let reply = world.alice.presses(&page, "approve").await;
        let callback = request.answered(&reply, &world.server.issuer);
        app.exchanges(&callback).await.tokens();
    }
    let home = world.alice.browser.opens("/").await;
    assert!(
        home.header("content-security-policy")
            .unwrap()
            .ends_with("form-action 'self'")
    );
}

#[tokio::test]
async fn answers_for_programs_are_not_kept() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for reply in [
        world.shop.refreshes(tokens.refresh()).await,
        world.shop.refreshes("x").await,
        world.shop.revokes("x").await,
        world.shop.with_secret("x").refreshes("x").await,
        world
            .wallet
            .introspects_with(&Fields::of(&[("token", "x")]))
            .await,
    ] {
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply:?}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
    let refused = world.shop.with_secret("x").refreshes("x").await;
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .starts_with("Basic ")
    );
}

#[tokio::test]
async fn https_is_insisted_on_where_the_issuer_is_https() {
    let plain = World::new().await;
    let reply = plain.server.get("/sign-in").await;
    assert_eq!(reply.header("strict-transport-security"), None);
    let secure = plain
        .server
        .started_again(&[("server.issuer", "\"https://auth.example\"")])
        .await;
    for path in [
        "/sign-in",
        "/nowhere",
        "/livez",
        "/.well-known/open-payments",
    ] {
        let reply = secure.get(path).await;
        assert!(
            reply
                .header("strict-transport-security")
                .unwrap()
                .starts_with("max-age="),
            "{path}"
        );
    }
}

async fn asked_from_elsewhere(world: &World, method: &str, path: &str) -> Reply {
    let request = world
        .server
        .request(method, path)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    Reply::of(request).await
}

#[tokio::test]
async fn other_sites_may_read_tokens_metadata_and_keys_only() {
    let world = World::new().await;
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/open-payments",
        "/jwks.json",
    ] {
        let reply = asked_from_elsewhere(&world, "GET", path).await;
        assert_eq!(
            reply.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        assert_eq!(
            reply.header("access-control-allow-credentials"),
            None,
            "{path}"
        );
    }
    let preflight = asked_from_elsewhere(&world, "OPTIONS", "/token").await;
    assert!(matches!(preflight.status, 200 | 204), "{preflight:?}");
    assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
    let posted = asked_from_elsewhere(&world, "POST", "/token").await;
    assert_eq!(posted.header("access-control-allow-origin"), Some("*"));
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/sign-in"),
        ("GET", "/authorize"),
        ("GET", "/consent/x"),
        ("POST", "/introspect"),
        ("POST", "/revoke"),
        ("OPTIONS", "/introspect"),
        ("OPTIONS", "/revoke"),
        ("OPTIONS", "/authorize"),
        ("GET", "/livez"),
    ] {
        let reply = asked_from_elsewhere(&world, method, path).await;
        assert_eq!(
            reply.header("access-control-allow-origin"),
            None,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_token_of_a_public_client_can_be_fetched_by_a_page() {
    let world = World::new().await;
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let form = callback.form().with("client_id", &app.id);
    let headers = HeaderMap::from_iter([(
        reqwest::header::ORIGIN,
        "https://app.example".parse().unwrap(),
    )]);
    let reply = world.server.post("/token", headers, &form).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    reply.tokens();
}

#[tokio::test]
async fn the_stylesheet_is_there() {
    let world = World::new().await;
    let reply = world.server.get("/assets/style.css").await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/css; charset=utf-8"))
    );
    let page = world.server.get("/sign-in").await;
    for href in crate::support::html::attributes(&page.body, "link", "href") {
        assert_eq!(world.server.get(&href).await.status, 200, "{href}");
    }
}

#[tokio::test]
async fn every_answer_has_a_number_of_its_own() {
    let world = World::new().await;
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/livez", "/nowhere", "/token"] {
        let reply = world.server.get(path).await;
        assert!(
            seen.insert(reply.header("x-request-id").unwrap().to_owned()),
            "{path}"
        );
    }
}
