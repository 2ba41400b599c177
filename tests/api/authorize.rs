//! `/authorize`, in the order of the checks of `oauth::authorization`; the scope has a file of its own.

use countersign::model::{AuthMethod, GrantType, PartyState};
use countersign::oauth::registration;

use crate::support::browser::{Browser, Sender};
use crate::support::{NewShop, Reply, Request, Shop, World};

const UNKNOWN_APP: &str = "We do not know this app";
const UNSAFE_LINK: &str = "This link is not safe to follow";

/// Opens a request in a browser that nobody is signed in with.
async fn open(world: &World, request: &Request) -> Reply {
    Browser::new(&world.server).gets(&request.url()).await
}

/// The error that a request gives, with issuer and state.
async fn error(world: &World, request: &Request) -> String {
    let reply = open(world, request).await;
    request.answered(&reply, &world.server.issuer).error()
}

#[tokio::test]
async fn a_request_is_kept_with_a_cookie_of_its_own_and_leads_to_sign_in_first() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let reply = open(&world, &request).await;
    assert_eq!(reply.status, 303);
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Host-request-"), "{cookie}");
    assert!(cookie.contains("Max-Age=1800"), "{cookie}");
    let browser = Browser::new(&world.server);
    let page = browser.opens(&request.url()).await;
    page.is_page(200, "Sign in to");
    assert!(page.says("acme.example"));
    assert!(!page.says("20.00"), "no amount before sign-in");
}

#[tokio::test]
async fn a_wallet_is_not_asked_before_somebody_has_signed_in() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.browser.opens(&request.url()).await;
    assert!(world.wallet.asked().is_empty());
    world.alice.signs_in_on(&page).await;
    let asked = world.wallet.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/mandates/1"]);
    let details = &asked[0].claims["authorization_details"][0];
    assert_eq!(details["actions"], serde_json::json!(["read"]));
}

#[tokio::test]
async fn an_unknown_app_gets_a_page_and_no_redirect() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for bad in [
        good.without("client_id"),
        good.with("client_id", ""),
        good.with("client_id", "cli_unknown"),
        good.with("client_id", &world.wallet.id),
        good.and("client_id", &world.shop.id),
    ] {
        open(&world, &bad).await.is_page(400, UNKNOWN_APP);
    }
    assert_eq!(open(&world, &good).await.status, 303);
}

#[tokio::test]
async fn a_disabled_app_is_an_unknown_one() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let app = world.server.app();
    for (state, status) in [(PartyState::Disabled, 400), (PartyState::Enabled, 303)] {
        registration::set_client_state(app, &world.shop.id, state)
            .await
            .unwrap();
        assert_eq!(open(&world, &request).await.status, status);
    }
}

#[tokio::test]
async fn a_redirect_uri_must_be_a_registered_one_byte_for_byte() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    let page = open(&world, &good.without("redirect_uri")).await;
    page.is_page(400, UNSAFE_LINK);
    let page = open(&world, &good.and("redirect_uri", &world.shop.redirect_uri)).await;
    page.is_page(400, UNSAFE_LINK);
    for other in [
        "",
        "https://evil.example/callback",
        "https://acme.example/callback/",
        "https://acme.example/callback?x=1",
        "https://acme.example/callback#x",
        "https://acme.example:443/callback",
        "https://ACME.example/callback",
        "https://acme.example/call%62ack",
        "https://acme.example/x/../callback",
        "http://acme.example/callback",
        "javascript:alert(1)",
    ] {
        let page = open(&world, &good.with("redirect_uri", other)).await;
        page.is_page(400, UNSAFE_LINK);
        assert!(page.header("location").is_none());
        assert!(other.is_empty() || !page.body.contains(other), "{other}");
    }
}

#[tokio::test]
async fn a_loopback_redirect_uri_may_have_any_port() {
    let world = World::new().await;
    let app = world.app().await;
    let request = app
        .asks_for(world.wallet.mandate())
        .with("redirect_uri", "http://127.0.0.1:51004/callback");
    let callback = world.alice.approves(&request).await;
    assert!(
        callback
            .url
            .starts_with("http://127.0.0.1:51004/callback?code=")
    );
    app.exchanges(&callback).await.tokens();
    let elsewhere = request.with("redirect_uri", "http://127.0.0.2:51004/callback");
    open(&world, &elsewhere).await.is_page(400, UNSAFE_LINK);
}

#[tokio::test]
async fn the_query_of_a_redirect_uri_is_kept() {
    let world = World::new().await;
    let rival = world.rival().await;
    let request = rival.asks_for(world.wallet.mandate());
    let callback = world.alice.approves(&request).await;
    assert!(
        callback
            .url
            .starts_with("https://rival.example/callback?from=countersign&code=")
    );
    rival.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn no_parameter_may_be_there_twice() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for (name, value) in [
        ("response_type", "code"),
        ("scope", "x"),
        ("code_challenge", "x"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(
            error(&world, &good.and(name, value)).await,
            "invalid_request",
            "{name}"
        );
    }
    let twice = good.and("unheard", "1").and("unheard", "2");
    assert_eq!(error(&world, &twice).await, "invalid_request");
    assert_eq!(open(&world, &good.and("unheard", "1")).await.status, 303);
}

#[tokio::test]
async fn a_state_that_is_there_twice_is_not_repeated() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    let reply = open(&world, &good.and("state", "other")).await;
    let callback = good.redirected(&reply);
    assert_eq!(callback.error(), "invalid_request");
    assert_eq!(callback.parameters().value("state"), None);
}

#[tokio::test]
async fn what_is_not_supported_is_said() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for (name, code) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("authorization_details", "invalid_authorization_details"),
    ] {
        assert_eq!(error(&world, &good.with(name, "[]")).await, code, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_is_not_registered_for_codes_gets_none() {
    let world = World::new().await;
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        method: AuthMethod::ClientSecretBasic,
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let request = shop.asks_for(world.wallet.mandate());
    assert_eq!(error(&world, &request).await, "unauthorized_client");
}

#[tokio::test]
async fn the_response_mode_is_query() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for mode in ["fragment", "form_post", "query.jwt"] {
        let request = good.with("response_mode", mode);
        assert_eq!(error(&world, &request).await, "invalid_request", "{mode}");
    }
    let query = good.with("response_mode", "query");
    assert_eq!(open(&world, &query).await.status, 303);
}

#[tokio::test]
async fn the_response_type_is_code() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    let missing = good.without("response_type");
    assert_eq!(error(&world, &missing).await, "invalid_request");
    for other in ["token", "code token", "Code", "none"] {
        let request = good.with("response_type", other);
        let code = error(&world, &request).await;
        assert_eq!(code, "unsupported_response_type", "{other}");
    }
}

#[tokio::test]
async fn pkce_is_required_of_every_client() {
    let world = World::new().await;
    let app = world.app().await;
    let mandate = world.wallet.mandate();
    for good in [world.shop.asks_for(&mandate), app.asks_for(&mandate)] {
        let challenge = good.parameters.value("code_challenge").unwrap();
        for bad in [
            good.without("code_challenge"),
            good.without("code_challenge_method"),
            good.without("code_challenge")
                .without("code_challenge_method"),
            good.with("code_challenge_method", "plain"),
            good.with("code_challenge_method", "s256"),
            good.with("code_challenge", &challenge[1..]),
            good.with("code_challenge", &format!("{challenge}A")),
            good.with("code_challenge", &format!("{}=", &challenge[1..])),
            good.with("code_challenge", &format!("{}+", &challenge[1..])),
        ] {
            assert_eq!(error(&world, &bad).await, "invalid_request", "{bad:?}");
        }
        assert_eq!(open(&world, &good).await.status, 303);
    }
}

#[tokio::test]
async fn prompt_none_never_shows_a_page() {
    let world = World::new().await;
    let request = world
        .shop
        .asks_for(world.wallet.mandate())
        .with("prompt", "none");
    assert_eq!(error(&world, &request).await, "login_required");
    world.alice.signs_in().await;
    let reply = world.alice.browser.gets(&request.url()).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "consent_required");
    assert!(world.wallet.asked().is_empty());
}

#[tokio::test]
async fn prompt_has_known_words_only() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for bad in ["none login", "create", "login  consent", "LOGIN"] {
        let request = good.with("prompt", bad);
        assert_eq!(error(&world, &request).await, "invalid_request", "{bad}");
    }
    for fine in ["consent", "login consent", "select_account"] {
        assert_eq!(open(&world, &good.with("prompt", fine)).await.status, 303);
    }
}

#[tokio::test]
async fn prompt_login_asks_who_is_signed_in_to_sign_in_once_more() {
    let world = World::new().await;
    world.alice.signs_in().await;
    world.server.clock.advance_seconds(1);
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate).with("prompt", "login");
    let page = world.alice.browser.opens(&request.url()).await;
    page.is_page(200, "Sign in to");
    let page = world.alice.signs_in_on(&page).await;
    page.is_page(200, "take payments from your account?");
    let again = world
        .alice
        .browser
        .opens(&world.shop.asks_for(&mandate).url())
        .await;
    again.is_page(200, "take payments from your account?");
}

#[tokio::test]
async fn state_comes_back_exactly_or_not_at_all() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for state in [
        "a",
        "a b+c&d=e%20f",
        "é ☃ \u{1F600}",
        "\"<script>'\\",
        &"x".repeat(4096),
        &"/".repeat(4096),
    ] {
        let request = good.with("state", state).with("response_type", "token");
        assert_eq!(error(&world, &request).await, "unsupported_response_type");
    }
    let without = good.without("state").with("response_type", "token");
    assert_eq!(error(&world, &without).await, "unsupported_response_type");
    let long = good.with("state", &"x".repeat(4097));
    let callback = good.redirected(&open(&world, &long).await);
    assert_eq!(callback.error(), "invalid_request");
    assert_eq!(callback.parameters().value("state"), None);
}

#[tokio::test]
async fn a_posted_request_is_answered_with_a_redirect_to_a_page() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let sender = Sender::foreign();
    let browser = &world.alice.browser;
    let reply = browser
        .posts("/authorize", &request.parameters, &sender)
        .await;
    assert_eq!(reply.status, 303);
    let page = browser.follows(reply).await;
    let page = world.alice.signs_in_on(&page).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn ten_tabs_do_not_disturb_each_other() {
    let world = World::new().await;
    world.alice.signs_in().await;
    let mut tabs = Vec::new();
    for _ in 0..10 {
        let request = world.shop.asks_for(world.wallet.mandate());
        tabs.push((world.alice.opens(&request).await, request));
    }
    for (page, request) in tabs.into_iter().rev() {
        let reply = world.alice.presses(&page, "approve").await;
        let callback = request.answered(&reply, &world.server.issuer);
        world.shop.exchanges(&callback).await.tokens();
    }
}

#[tokio::test]
async fn a_link_that_cannot_be_read_is_not_called_an_unknown_app() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let many = "&a=1".repeat(201);
    for spoilt in ["&nonce=%ff", "&nonce=%00", "&nonce=%", many.as_str()] {
        let page = world
            .server
            .get(&format!("{}{spoilt}", request.url()))
            .await;
        page.is_page(400, "This link is damaged");
    }
}
