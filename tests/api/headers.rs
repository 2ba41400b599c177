//! The headers of every answer.

use reqwest::header::HeaderMap;

use crate::support::shop::proof_header;
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

#[track_caller]
fn is_guarded_page(reply: &Reply) {
    is_guarded(reply);
    let html = Some("text/html; charset=utf-8");
    assert_eq!(reply.header("content-type"), html, "{reply:?}");
    assert!(reply.body.contains("<h1>"), "{reply:?}");
}

/// What a browser says when somebody opens an address or sends a form.
fn opened(world: &World, method: &str, path: &str) -> reqwest::RequestBuilder {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    world.server.request(method, path).header("accept", accept)
}

#[tokio::test]
async fn every_error_page_is_guarded() {
    let world = World::new().await;
    let form = "application/x-www-form-urlencoded";
    let long = format!("username={}", "x".repeat(100_000));
    for (method, path, content_type, body, status) in [
        ("GET", "/nowhere", "", "", 404),
        ("GET", "/consent/x", "", "", 404),
        ("GET", "/consent/%ff", "", "", 404),
        ("GET", "/assets/mark", "", "", 404),
        ("GET", "/%00", "", "", 404),
        ("POST", "/nowhere", form, "a=b", 404),
        ("GET", "/par", "", "", 405),
        ("GET", "/token", "", "", 405),
        ("GET", "/introspect", "", "", 405),
        ("GET", "/revoke", "", "", 405),
        ("GET", "/sign-out", "", "", 405),
        ("PUT", "/consent/x", "", "", 405),
        ("POST", "/", form, "a=b", 405),
        ("POST", "/assets/style.css", form, "a=b", 405),
        ("GET", "/authorize?client_id=%", "", "", 400),
        ("POST", "/authorize", form, "%", 400),
        ("POST", "/authorize", form, &long, 413),
        ("POST", "/authorize", "application/json", "{}", 415),
        ("POST", "/sign-in", form, &long, 403),
        ("POST", "/sign-in", "text/plain", "x", 403),
        ("POST", "/sign-in", form, "username=a&password=b", 400),
        ("POST", "/sign-out", form, &long, 403),
        ("POST", "/consent/x", form, "decision=approve", 400),
    ] {
        let request = opened(&world, method, path).header("content-type", content_type);
        let reply = Reply::of(request.body(body.to_owned())).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        is_guarded_page(&reply);
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.ends_with("form-action 'self'"), "{policy}");
    }
    for path in ["/nowhere", "/", "/sign-in", "/token", "/assets/mark"] {
        let reply = Reply::of(opened(&world, "HEAD", path)).await;
        assert_eq!(reply.body, "", "HEAD {path}");
        is_guarded(&reply);
    }
}

#[tokio::test]
async fn a_wrong_sign_in_is_guarded() {
    let world = World::with(&[("sign_in.free_attempts", "1")]).await;
    let browser = &world.alice.browser;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = browser.opens("/sign-in").await;
        let form = page.form_with_input("password").unwrap();
        let wrong = [("username", "alice"), ("password", "x")];
        let reply = browser.submits(&form, &wrong).await;
        is_guarded_page(&reply);
        seen.push(reply.status);
    }
    assert_eq!(seen, [422, 422, 429]);
}

#[tokio::test]
async fn every_page_of_a_fault_is_guarded() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    let consent = world
        .alice
        .opens(&world.shop.asks_for(world.wallet.mandate()))
        .await;
    world.server.loses_its_database().await;
    let answers = [
        browser.gets("/").await,
        browser.gets("/authorize?client_id=x").await,
        browser.gets("/nowhere").await,
        Reply::of(
            opened(&world, "POST", "/authorize")
                .body("client_id=x")
                .header("content-type", "application/x-www-form-urlencoded"),
        )
        .await,
        world.alice.presses(&consent, "approve").await,
    ];
    for reply in &answers {
        assert_eq!(reply.status, 503, "{reply:?}");
        is_guarded_page(reply);
        assert!(reply.header("retry-after").is_some());
        assert!(
            reply.says("Sorry, something went wrong"),
            "{}",
            reply.text()
        );
    }
    // The page still has its looks.
    for href in crate::support::html::attributes(&answers[0].body, "link", "href") {
        assert_eq!(world.server.get(&href).await.status, 200, "{href}");
    }
}

#[tokio::test]
async fn a_program_that_asks_wrongly_reads_json() {
    let world = World::new().await;
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        let reply = world.server.get(path).await;
        reply.is_refused(405, "invalid_request");
        is_guarded(&reply);
        let long = format!("token={}", "x".repeat(100_000));
        for (content_type, body, status) in [
            ("application/json", "{}".to_owned(), 415),
            ("application/x-www-form-urlencoded", long, 413),
        ] {
            let request = world.server.request("POST", path).body(body);
            let reply = Reply::of(request.header("content-type", content_type)).await;
            reply.is_refused(status, "invalid_request");
            is_guarded(&reply);
        }
    }
}

#[tokio::test]
async fn every_page_is_guarded() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    let request = world.shop.asks_for(world.wallet.mandate());
    let sign_in = browser.opens(&request.url()).await;
    let consent = world.alice.signs_in_on(&sign_in).await;
    let home = browser.opens("/").await;
    let payments = browser.opens("/payments").await;
    let wrong = browser.gets("/authorize").await;
    let unknown = browser.gets("/consent/req_unknown").await;
    for page in [&sign_in, &consent, &home, &payments, &wrong, &unknown] {
        is_guarded_page(page);
    }
    is_guarded(&world.alice.presses(&consent, "approve").await);
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
        world
            .shop
            .pushes(&world.shop.asks_for(world.wallet.mandate()))
            .await,
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
        "/",
        "/sign-in",
        "/token",
        "/authorize?client_id=%",
        "/assets/style.css",
        "/assets/mark",
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
            "authorization,content-type,dpop",
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
    for path in ["/par", "/token"] {
        let preflight = asked_from_elsewhere(&world, "OPTIONS", path).await;
        assert!(matches!(preflight.status, 200 | 204), "{preflight:?}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        let posted = asked_from_elsewhere(&world, "POST", path).await;
        assert_eq!(posted.header("access-control-allow-origin"), Some("*"));
    }
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
    let key = app.proofs.as_ref().unwrap();
    let proof = key.signs(&proof_header(key), &app.proof_claims("/token"));
    let mut headers = HeaderMap::new();
    for (name, value) in [("origin", "https://app.example"), ("dpop", &proof)] {
        headers.insert(name, value.parse().unwrap());
    }
    let reply = world.server.post("/token", headers, &form).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    reply.tokens();
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
