//! `/par`, in the order of the checks of `oauth::pushed`; what becomes of a pushed request in a browser has a file of its own.

use countersign::model::{AuthMethod, Duties, GrantType, SignatureAlgorithm};
use countersign::oauth::registration::{self, ClientChange, DutiesChange};
use countersign::store::Rows as _;
use reqwest::header::HeaderMap;
use sea_orm::{ConnectionTrait as _, Statement};

use crate::support::browser::Browser;
use crate::support::shop::{JWT_BEARER, basic, tokens};
use crate::support::{Fields, NewShop, Reply, Request, Shop, World};

const DOCUMENT: &str = "/.well-known/oauth-authorization-server";

/// Pushes a request that is fine, and sees that it is.
async fn pushes(shop: &Shop, request: &Request) {
    assert_eq!(shop.pushes(request).await.status, 201, "{request:?}");
}

/// How many requests are kept.
async fn kept(world: &World) -> i64 {
    let connection = world.server.app().store.connection();
    let sql = r#"SELECT COUNT(*) AS "rows" FROM authorization_request"#;
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap();
    row.unwrap().try_get("", "rows").unwrap()
}

#[tokio::test]
async fn a_request_is_pushed_and_approved() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let reply = world.shop.pushes(&request).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    for (name, value) in [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("pragma", "no-cache"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{reply:?}");
    }
    let body = reply.json();
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["expires_in", "request_uri"]);
    assert_eq!(body["expires_in"], 60);
    let pushed = request.pushed(&reply);
    let secret = pushed
        .request_uri()
        .strip_prefix("urn:ietf:params:oauth:request_uri:");
    assert_eq!(secret.unwrap().len(), 43);
    let callback = world.alice.approves(&pushed).await;
    tokens(&world.shop, &callback).await;
}

#[tokio::test]
async fn each_push_has_a_name_of_its_own() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let first = world.shop.has_pushed(&request).await;
    let second = world.shop.has_pushed(&request).await;
    assert_ne!(first.request_uri(), second.request_uri());
    assert_eq!(kept(&world).await, 2);
    world.alice.declines(&first).await;
    let callback = world.alice.approves(&second).await;
    tokens(&world.shop, &callback).await;
}

#[tokio::test]
async fn every_kind_of_client_can_push() {
    let world = World::new().await;
    let posting = NewShop {
        method: AuthMethod::ClientSecretPost,
        ..NewShop::CONFIDENTIAL
    };
    let signing = NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(SignatureAlgorithm::Es256),
        ..NewShop::CONFIDENTIAL
    };
    for new in [NewShop::CONFIDENTIAL, posting, signing, NewShop::PUBLIC] {
        let shop = Shop::register(&world.server, new).await;
        let request = shop.asks_for(world.wallet.mandate());
        let pushed = shop.has_pushed(&request).await;
        tokens(&shop, &world.alice.approves(&pushed).await).await;
    }
}

#[tokio::test]
async fn who_has_not_proven_who_they_are_pushes_nothing() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let wrong = world.shop.with_secret("wrong");
    let secret = world.shop.secret.as_deref().unwrap();
    let post = async |headers, form: &Fields| world.server.post("/par", headers, form).await;
    let named = &request.parameters;
    let unnamed = &named.without("client_id");
    let in_form = named.with("client_secret", secret);
    for reply in [
        wrong.pushes(&request).await,
        post(HeaderMap::new(), named).await,
        post(HeaderMap::new(), &in_form).await,
        post(basic("cli_unknown", secret), unnamed).await,
        post(basic(&world.wallet.id, &world.wallet.secret), unnamed).await,
    ] {
        reply.is_refused(401, "invalid_client");
        assert!(reply.header("www-authenticate").is_some());
    }
    let other = named.with("client_id", &world.rival().await.id);
    for form in [other, in_form] {
        let reply = post(basic(&world.shop.id, secret), &form).await;
        reply.is_refused(400, "invalid_request");
    }
    assert_eq!(kept(&world).await, 0);
    pushes(&world.shop, &request).await;
    let named_once = post(basic(&world.shop.id, secret), unnamed).await;
    assert_eq!(named_once.status, 201);
}

#[tokio::test]
async fn what_proves_who_pushes_counts_once() {
    let world = World::new().await;
    let new = NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(SignatureAlgorithm::EdDsa),
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let good = shop.asks_for(world.wallet.mandate());
    let bad = good.without("response_type");
    for (first, code) in [(&good, ""), (&bad, "invalid_request")] {
        let assertion = shop.key.as_ref().unwrap();
        let assertion = assertion.signs(&serde_json::json!({}), &shop.assertion_claims());
        let posts = async |request: &Request| {
            let form = request
                .parameters
                .with("client_assertion_type", JWT_BEARER)
                .with("client_assertion", &assertion);
            world.server.post("/par", HeaderMap::new(), &form).await
        };
        match posts(first).await {
            reply if code.is_empty() => assert_eq!(reply.status, 201, "{reply:?}"),
            reply => reply.is_refused(400, code),
        }
        posts(&good).await.is_refused(400, "invalid_client");
    }
    assert_eq!(kept(&world).await, 1);
    pushes(&shop, &good).await;
}

#[tokio::test]
async fn a_request_uri_is_not_pushed() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let pushed = world.shop.has_pushed(&request).await;
    for value in [pushed.request_uri(), "", "https://acme.example/request"] {
        let reply = world.shop.pushes(&request.with("request_uri", value)).await;
        reply.is_refused(400, "invalid_request");
    }
    let link = request.with("request_uri", pushed.request_uri());
    let alone = Fields::of(&[("request_uri", pushed.request_uri())]);
    for form in [link.parameters, alone] {
        let reply = world.shop.posts("/par", &form).await;
        reply.is_refused(400, "invalid_request");
    }
    assert_eq!(kept(&world).await, 1);
    tokens(&world.shop, &world.alice.approves(&pushed).await).await;
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_is_told_to_the_client() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for bad in [
        good.without("redirect_uri"),
        good.with("redirect_uri", ""),
        good.with("redirect_uri", "https://evil.example/callback"),
        good.with("redirect_uri", "https://acme.example/callback/"),
        good.and("redirect_uri", &world.shop.redirect_uri),
    ] {
        let reply = world.shop.pushes(&bad).await;
        reply.is_refused(400, "invalid_request");
        assert!(!reply.body.contains("evil.example"));
    }
    pushes(&world.shop, &good).await;
}

#[tokio::test]
async fn what_authorize_refuses_is_refused_here() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    let elsewhere = "https://wallet.example/mandates/1";
    let collection = world.wallet.mandates();
    let two = format!("{} {collection}", good.parameters.value("scope").unwrap());
    for (bad, code) in [
        (good.without("response_type"), "invalid_request"),
        (
            good.with("response_type", "token"),
            "unsupported_response_type",
        ),
        (good.with("response_mode", "fragment"), "invalid_request"),
        (good.without("code_challenge"), "invalid_request"),
        (good.with("code_challenge", "short"), "invalid_request"),
        (
            good.with("code_challenge_method", "plain"),
            "invalid_request",
        ),
        (good.without("code_challenge_method"), "invalid_request"),
        (good.with("state", &"x".repeat(4097)), "invalid_request"),
        (good.with("scope", elsewhere), "invalid_scope"),
        (good.with("scope", &two), "invalid_scope"),
        (good.with("scope", "\u{7f}"), "invalid_scope"),
        (good.with("prompt", "none login"), "invalid_request"),
        (good.with("prompt", "create"), "invalid_request"),
        (good.and("state", "other"), "invalid_request"),
        (
            good.with("authorization_details", "[]"),
            "invalid_authorization_details",
        ),
        (
            good.with("resource", "https://other.example"),
            "invalid_target",
        ),
    ] {
        let reply = world.shop.pushes(&bad).await;
        reply.is_refused(400, code);
    }
    assert_eq!(kept(&world).await, 0);
    for fine in [
        good.with("state", &"x".repeat(4096)),
        good.without("state"),
        good.with("prompt", "none"),
        good.with("response_mode", "query"),
        good.and("resource", &world.wallet.origin)
            .and("resource", good.parameters.value("scope").unwrap()),
        good.and("nonce", "of another protocol"),
    ] {
        pushes(&world.shop, &fine).await;
    }
}

#[tokio::test]
async fn a_client_that_is_not_registered_for_codes_pushes_nothing() {
    let world = World::new().await;
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let request = shop.asks_for(world.wallet.mandate());
    let reply = shop.pushes(&request).await;
    reply.is_refused(400, "unauthorized_client");
    pushes(&world.shop, &world.shop.asks_for(world.wallet.mandate())).await;
}

/// What a direct request gives.
async fn direct(world: &World, request: &Request) -> Reply {
    Browser::new(&world.server).gets(&request.url()).await
}

#[tokio::test]
async fn a_client_that_must_push_does() {
    let world = World::new().await;
    let duties = Duties {
        require_pushed_authorization_requests: true,
        ..Duties::default()
    };
    let new = NewShop {
        duties,
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let request = shop.asks_for(world.wallet.mandate());
    let reply = direct(&world, &request).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_request");
    let said = callback.parameters();
    let said = said.value("error_description").unwrap();
    assert!(
        said.contains("pushed_authorization_request_endpoint"),
        "{said}"
    );
    let pushed = shop.has_pushed(&request).await;
    tokens(&shop, &world.alice.approves(&pushed).await).await;
    // Others need not, and it need not any more.
    let other = world.shop.asks_for(world.wallet.mandate());
    tokens(&world.shop, &world.alice.approves(&other).await).await;
    let free = ClientChange {
        duties: DutiesChange {
            require_pushed_authorization_requests: Some(false),
            ..DutiesChange::default()
        },
        ..ClientChange::default()
    };
    registration::update_client(world.server.app(), &shop.id, free)
        .await
        .unwrap();
    let request = shop.asks_for(world.wallet.mandate());
    tokens(&shop, &world.alice.approves(&request).await).await;
    let document = world.server.get(DOCUMENT).await.json();
    assert_eq!(document["require_pushed_authorization_requests"], false);
}

#[tokio::test]
async fn where_all_must_push_the_metadata_says_so() {
    let world = World::with(&[("authorization.require_pushed_requests", "true")]).await;
    let document = world.server.get(DOCUMENT).await.json();
    assert_eq!(document["require_pushed_authorization_requests"], true);
    for shop in [world.shop.clone(), world.app().await] {
        let request = shop.asks_for(world.wallet.mandate());
        let reply = direct(&world, &request).await;
        let callback = request.answered(&reply, &world.server.issuer);
        assert_eq!(callback.error(), "invalid_request");
        let pushed = shop.has_pushed(&request).await;
        tokens(&shop, &world.alice.approves(&pushed).await).await;
    }
}

#[tokio::test]
async fn an_operator_says_how_long_a_request_waits() {
    let world = World::with(&[("authorization.pushed_lifetime", "5")]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let reply = world.shop.pushes(&request).await;
    assert_eq!(reply.json()["expires_in"], 5);
    world.server.clock.advance_seconds(5);
    let late = request.pushed(&reply);
    let answer = direct(&world, &late).await;
    let callback = late.answered(&answer, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_request_uri");
}

#[tokio::test]
async fn pushed_requests_that_nobody_opens_are_bounded() {
    let world = World::with(&[("limits.unseen_requests", "32")]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let seen = world.shop.has_pushed(&request).await;
    let page = world.alice.opens(&seen).await;
    for _ in 0..120 {
        pushes(&world.shop, &request).await;
        let instant = jiff::SignedDuration::from_millis(1);
        world.server.clock.advance(instant);
    }
    let left = kept(&world).await;
    assert!((33..=35).contains(&left), "{left}");
    let answer = world.alice.presses(&page, "approve").await;
    let callback = seen.answered(&answer, &world.server.issuer);
    tokens(&world.shop, &callback).await;
    let last = world.shop.has_pushed(&request).await;
    assert_eq!(direct(&world, &last).await.status, 303);
}

#[tokio::test]
async fn a_busy_database_is_no_answer_and_the_same_push_works_later() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let pushed = world.shop.has_pushed(&request).await;
    let browser = Browser::new(&world.server);
    let held = world.server.database_is_held().await;
    let url = pushed.url();
    let (push, open) = tokio::join!(world.shop.pushes(&request), browser.gets(&url));
    push.is_refused(503, "temporarily_unavailable");
    assert!(push.header("retry-after").is_some());
    open.is_page(503, "Sorry, something went wrong");
    assert!(open.header("retry-after").is_some());
    held.release().await;
    assert_eq!(kept(&world).await, 1);
    pushes(&world.shop, &request).await;
    tokens(&world.shop, &world.alice.approves(&pushed).await).await;
}

#[tokio::test]
async fn without_a_database_nothing_is_pushed_or_opened() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let pushed = world.shop.has_pushed(&request).await;
    world.server.loses_its_database().await;
    let reply = world.shop.pushes(&request).await;
    reply.is_refused(503, "temporarily_unavailable");
    let page = direct(&world, &pushed).await;
    page.is_page(503, "Sorry, something went wrong");
}
