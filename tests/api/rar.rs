//! `authorization_details` of a request, in the order of the checks of `oauth::details` (RFC 9396).

use countersign::model::SignatureAlgorithm;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::tokens::unpack;
use crate::support::wallet::Wallet;
use crate::support::{Agreement, NewShop, Reply, Request, Shop, World};

const CODE: &str = "invalid_authorization_details";

/// One detail, as a client writes it.
pub fn detail(kind: &str, location: &str, actions: &[&str]) -> String {
    json!([{
        "type": format!("open_payments_{kind}"),
        "locations": [location],
        "actions": actions,
    }])
    .to_string()
}

/// Asks for some actions, without a scope.
pub fn asks(shop: &Shop, kind: &str, agreement: impl AsRef<str>, actions: &[&str]) -> Request {
    let details = detail(kind, agreement.as_ref(), actions);
    shop.asks_for(&agreement)
        .without("scope")
        .and("authorization_details", &details)
}

/// A new agreement of a kind.
pub fn made(wallet: &Wallet, kind: &str) -> Agreement {
    match kind {
        "mandate" => wallet.mandate(),
        "invoice" => wallet.invoice(),
        _ => wallet.session(),
    }
}

async fn open(world: &World, request: &Request) -> Reply {
    Browser::new(&world.server).gets(&request.url()).await
}

async fn error(world: &World, request: &Request) -> String {
    let reply = open(world, request).await;
    let sent = request.parameters.encode();
    assert!(reply.location().contains("error="), "accepted: {sent}");
    request.answered(&reply, &world.server.issuer).error()
}

async fn is_accepted(world: &World, request: &Request) {
    let reply = open(world, request).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    assert!(!reply.location().contains("error="), "{reply:?}");
}

/// What a refusal says has to be mended.
async fn advice(world: &World, request: &Request) -> String {
    let reply = open(world, request).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), CODE);
    let said = callback.parameters();
    said.value("error_description").unwrap().to_owned()
}

/// What every answer about a token says that it allows: they say the same.
async fn allowed(world: &World, request: &Request) -> Value {
    let callback = world.alice.approves(request).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let details = &described["authorization_details"];
    assert_eq!(details, &tokens.response["authorization_details"]);
    assert_eq!(details, &unpack(&tokens.access).1["authorization_details"]);
    assert_eq!(described["scope"], details[0]["locations"][0]);
    assert_eq!(details.as_array().unwrap().len(), 1);
    details[0].clone()
}

#[tokio::test]
async fn what_was_asked_is_granted_and_no_more() {
    let world = World::new().await;
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("mandate", &["read"], &["read"]),
        ("mandate", &["cancel", "read"], &["read", "cancel"]),
        ("mandate", &["charge"], &["charge"]),
        (
            "mandate",
            &["cancel", "charge", "read"],
            &["read", "charge", "cancel"],
        ),
        ("invoice", &["read"], &["read"]),
        ("invoice", &["update", "pay"], &["pay", "update"]),
        ("session", &["read"], &["read"]),
        ("session", &["pay", "read"], &["read", "pay"]),
    ];
    for (kind, asked, granted) in cases {
        let agreement = made(&world.wallet, kind);
        let detail = allowed(&world, &asks(&world.shop, kind, &agreement, asked)).await;
        assert_eq!(detail["type"], format!("open_payments_{kind}"));
        assert_eq!(detail["locations"], json!([agreement.url]));
        assert_eq!(detail["actions"], json!(granted), "{asked:?}");
        // Limits are those of payments: beside a permission to look they would be read as an allowance.
        let moves = granted.iter().any(|it| ["charge", "pay"].contains(it));
        assert_eq!(detail.get("limits").is_some(), moves, "{detail}");
    }
}

#[tokio::test]
async fn a_collection_is_for_creating() {
    let world = World::new().await;
    let invoices = world.wallet.invoices();
    let good = asks(&world.shop, "invoice", &invoices, &["create"]);
    for bad in [
        asks(&world.shop, "invoice", &invoices, &["read"]),
        asks(&world.shop, "invoice", &invoices, &["create", "read"]),
        asks(&world.shop, "mandate", &invoices, &["create"]),
        asks(&world.shop, "invoice", world.wallet.invoice(), &["create"]),
    ] {
        assert_eq!(error(&world, &bad).await, CODE);
    }
    let detail = allowed(&world, &good).await;
    assert_eq!(detail["actions"], json!(["create"]));
    assert_eq!(detail["locations"], json!([invoices]));
}

#[tokio::test]
async fn whatever_is_not_one_known_detail_is_refused() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let good = asks(&world.shop, "mandate", &mandate, &["read"]);
    let details = detail("mandate", &mandate.url, &["read"]);
    let twice = format!("[{0},{0}]", details.trim_matches(['[', ']']));
    let deep = "[".repeat(2000) + &"]".repeat(2000);
    for bad in [
        "x",
        "[]",
        "{}",
        "null",
        "\"\"",
        &twice,
        &deep,
        &details[..details.len() - 1],
        details.trim_matches(['[', ']']),
        &details.replace("open_payments_mandate", "open_payments_account"),
        &details.replace("open_payments_mandate", "mandate"),
        &details.replace("\"read\"", "\"pay\""),
        &details.replace("\"read\"", "\"write\""),
        &details.replace("\"read\"", "\"read\",\"read\""),
        &details.replace("\"read\"", ""),
        &details.replace("\"read\"", "1"),
        &details.replace("[\"read\"]", "\"read\""),
        &details.replace("\"actions\"", "\"action\""),
        &details.replace("\"actions\"", "\"datatypes\":[],\"actions\""),
        &details.replace("\"actions\"", "\"privileges\":[\"admin\"],\"actions\""),
        &details.replace("\"actions\"", "\"actions\":[\"charge\"],\"actions\""),
        &details.replace("\"locations\"", "\"limits\":{},\"locations\""),
        &details.replace(&format!("[\"{mandate}\"]"), "[]"),
        &details.replace(
            &format!("[\"{mandate}\"]"),
            &format!("[\"{mandate}\",\"{mandate}\"]"),
        ),
        &details.replace(&format!("[\"{mandate}\"]"), &format!("\"{mandate}\"")),
        &details.replace(&mandate.url, &format!("{mandate}\u{e4}")),
    ] {
        let request = good.with("authorization_details", bad);
        assert_eq!(error(&world, &request).await, CODE, "{bad}");
        let beside = request.with("scope", &mandate.url);
        assert_eq!(error(&world, &beside).await, CODE, "{bad} beside a scope");
    }
    let again = good.and("authorization_details", &details);
    assert_eq!(error(&world, &again).await, "invalid_request");
    is_accepted(&world, &good).await;
    let spaced = details.replace("\":", "\" :\n\t");
    is_accepted(&world, &good.with("authorization_details", &spaced)).await;
}

#[tokio::test]
async fn each_broken_rule_is_named() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let good = asks(&world.shop, "mandate", &mandate, &["read"]);
    let details = detail("mandate", &mandate.url, &["read"]);
    let of_invoices = detail("invoice", &world.wallet.invoice().url, &["charge"]);
    let of_sessions = detail("session", &world.wallet.session().url, &[]);
    for (bad, rule) in [
        (&details[1..], "JSON, with no member twice"),
        ("{}", "an array of exactly one object"),
        ("[]", "an array of exactly one object"),
        ("[{}]", "exactly the members type, locations and actions"),
        (
            &details.replace("\"actions\"", "\"limits\":{},\"actions\""),
            "exactly the members type, locations and actions",
        ),
        (
            &details.replace("open_payments_mandate", "payment"),
            "open_payments_mandate, open_payments_invoice or open_payments_session",
        ),
        (
            &details.replace(&format!("[\"{mandate}\"]"), "[]"),
            "an array of exactly one URL",
        ),
        (
            &details.replace("\"read\"", "\"pay\""),
            "some of read, charge and cancel, none twice, or create alone",
        ),
        (
            &details.replace("\"read\"", "\"read\",\"read\""),
            "some of read, charge and cancel, none twice, or create alone",
        ),
        (
            &of_invoices,
            "open_payments_invoice must be some of read, pay and update",
        ),
        (
            &of_sessions,
            "open_payments_session must be some of read, pay and update",
        ),
    ] {
        let said = advice(&world, &good.with("authorization_details", bad)).await;
        assert!(said.contains(rule), "{said}");
    }
    is_accepted(&world, &good).await;
}

#[tokio::test]
async fn a_location_is_an_agreement_at_a_registered_wallet_in_its_one_spelling() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let good = asks(&world.shop, "mandate", &mandate, &["read"]);
    for bad in [
        "https://unknown.example/mandates/1",
        "//unknown.example/mandates/1",
        "mandates/1",
        &world.wallet.origin,
        &format!("{}/", world.wallet.origin),
        &format!("{mandate}/"),
        &format!("{mandate}?a"),
        &format!("{mandate}#a"),
        &mandate.url.replace("mandates", "%6dandates"),
        &mandate.url.replace("/mandates", "//mandates"),
        &mandate.url.replace("http:", "HTTP:"),
        &format!("{}/other/1", world.wallet.origin),
        &world.wallet.mandates(),
        &world.wallet.invoice().url,
    ] {
        let details = detail("mandate", bad, &["read"]);
        let request = good.with("authorization_details", &details);
        assert_eq!(error(&world, &request).await, CODE, "{bad}");
    }
    let name = format!("//{}", mandate.url.strip_prefix("http://").unwrap());
    let named = detail("mandate", &name, &["read"]);
    let detail = allowed(&world, &good.with("authorization_details", &named)).await;
    assert_eq!(detail["locations"], json!([mandate.url]));
}

#[tokio::test]
async fn a_scope_beside_it_says_the_same_agreement() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let mandate = world.wallet.mandate();
    let good = asks(&world.shop, "mandate", &mandate, &["read"]);
    for other in [
        world.wallet.mandate().url,
        world.wallet.mandates(),
        second.mandate().url,
        mandate.url.replace(&world.wallet.origin, &second.origin),
    ] {
        let request = good.with("scope", &other);
        assert_eq!(error(&world, &request).await, CODE, "{other}");
    }
    for (bad, code) in [
        (format!("{mandate} {mandate}"), "invalid_scope"),
        (format!("{mandate}/"), "invalid_scope"),
        (
            "https://unknown.example/mandates/1".to_owned(),
            "invalid_scope",
        ),
    ] {
        assert_eq!(
            error(&world, &good.with("scope", &bad)).await,
            code,
            "{bad}"
        );
    }
    is_accepted(&world, &good).await;
    is_accepted(&world, &good.with("scope", "")).await;
    is_accepted(&world, &good.with("scope", &mandate.url)).await;
    let name = format!("//{}", mandate.url.strip_prefix("http://").unwrap());
    let both = good.with("scope", &name);
    assert_eq!(allowed(&world, &both).await["actions"], json!(["read"]));
}

#[tokio::test]
async fn a_form_may_be_larger_than_a_url_and_is_bounded_all_the_same() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let good = asks(&world.shop, "mandate", &mandate, &["read"]);
    let details = detail("mandate", &mandate.url, &["read"]);
    let padded = |length: usize| format!("{details}{}", " ".repeat(length - details.len()));
    for (length, fits) in [(16_384, true), (16_385, false), (50_000, false)] {
        let request = good.with("authorization_details", &padded(length));
        let headers = reqwest::header::HeaderMap::new();
        let form = &request.parameters;
        let reply = world.server.post("/authorize", headers, form).await;
        assert_eq!(reply.location().contains(CODE), !fits, "{length}");
    }
}

#[tokio::test]
async fn a_push_and_a_signed_request_are_held_to_the_same_rules() {
    let world = World::new().await;
    let new = NewShop {
        algorithm: Some(SignatureAlgorithm::Es256),
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let invoice = world.wallet.invoice();
    let good = asks(&shop, "invoice", &invoice, &["read"])
        .and("resource", &invoice.url)
        .and("resource", &world.wallet.origin);
    let bad = detail("invoice", &invoice.url, &["charge"]);
    for (request, code) in [
        (good.with("authorization_details", &bad), CODE),
        (good.with("authorization_details", "[]"), CODE),
        (good.and("resource", &world.server.issuer), "invalid_target"),
    ] {
        shop.pushes(&request).await.is_refused(400, code);
    }
    let pushed = shop.has_pushed(&good).await;
    let signs = |details: &str| {
        let mut claims = shop.request_claims(&good.without("resource"));
        claims["authorization_details"] = serde_json::from_str(details).unwrap();
        claims["resource"] = json!([invoice.url, world.wallet.origin]);
        shop.signs(&claims)
    };
    shop.pushes_signed(&signs(&bad)).await.is_refused(400, CODE);
    let details = detail("invoice", &invoice.url, &["read"]);
    let signed = good.pushed(&shop.pushes_signed(&signs(&details)).await);
    for request in [pushed, signed] {
        let page = world.alice.opens(&request).await;
        page.is_page(200, "see this invoice?");
        let reply = world.alice.presses(&page, "approve").await;
        let callback = request.answered(&reply, &world.server.issuer);
        let tokens = shop.exchanges(&callback).await.tokens();
        let described = world.wallet.introspects(&tokens.access).await;
        let granted = &described["authorization_details"][0]["actions"];
        assert_eq!(granted, &json!(["read"]));
    }
}
