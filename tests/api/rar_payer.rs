//! What a payer reads and decides where single actions are asked for.

use countersign::store;
use serde_json::{Value, json};

use crate::rar::{asks, made};
use crate::support::{World, fate};

const FRESH: i64 = 300;
/// What no page may say of a permission that takes nothing.
const TAKES: [&str; 4] = [
    "take payments from your account?",
    "can take up to",
    "When they can take money",
    "into your account?",
];

/// What is asked for, and what the page says of it.
const PAGES: [(&str, &[&str], &[&str]); 7] = [
    (
        "mandate",
        &["read"],
        &[
            "Let acme.example see this automatic payment?",
            "With this permission it cannot take money.",
        ],
    ),
    (
        "mandate",
        &["read", "cancel"],
        &[
            "Let acme.example see and end this automatic payment?",
            "and it can end it",
        ],
    ),
    (
        "mandate",
        &["cancel"],
        &[
            "Let acme.example end this automatic payment?",
            "can end this automatic payment",
        ],
    ),
    (
        "invoice",
        &["read"],
        &[
            "Let acme.example see this invoice?",
            "This permission moves no money.",
            "$34.50",
        ],
    ),
    (
        "invoice",
        &["update"],
        &["Let acme.example change the record of this invoice?"],
    ),
    (
        "session",
        &["read"],
        &[
            "Let acme.example see this payment session?",
            "This permission moves no money.",
        ],
    ),
    (
        "session",
        &["read", "update"],
        &["Let acme.example see this payment session and change its record?"],
    ),
];

#[tokio::test]
async fn a_page_says_what_the_token_can_do() {
    let world = World::new().await;
    for (kind, actions, says) in PAGES {
        let agreement = made(&world.wallet, kind);
        let request = asks(&world.shop, kind, &agreement, actions);
        let page = world.alice.opens(&request).await;
        assert_eq!(page.status, 200, "{}", page.text());
        for words in says.iter().chain(&["Allow", "Do not allow", "It cannot"]) {
            assert!(page.says(words), "{words:?} is not in {}", page.text());
        }
        for words in TAKES {
            assert!(!page.says(words), "{words:?} is in {}", page.text());
        }
        request
            .answered(
                &world.alice.presses(&page, "approve").await,
                &world.server.issuer,
            )
            .code();
    }
}

#[tokio::test]
async fn what_is_left_out_is_said_beside_what_moves_money() {
    let world = World::new().await;
    let request = asks(&world.shop, "mandate", world.wallet.mandate(), &["charge"]);
    let page = world.alice.opens(&request).await;
    page.is_page(200, "take payments from your account?");
    assert!(page.says(
        "It cannot See this automatic payment, and what was taken End this automatic payment"
    ));
    let request = asks(
        &world.shop,
        "invoice",
        world.wallet.invoice(),
        &["pay", "update"],
    );
    let page = world.alice.opens(&request).await;
    page.is_page(200, "pay $34.50 into your account?");
    assert!(!page.says("It can also see"), "{}", page.text());
    let page = world
        .alice
        .opens(&world.shop.asks_for(world.wallet.invoice()))
        .await;
    assert!(page.says("It can also see") && !page.says("It cannot"));
}

#[tokio::test]
async fn whoever_only_looks_is_approved_without_the_password_again() {
    let world = World::new().await;
    for (actions, asked) in [(&["read", "cancel"][..], false), (&["charge"], true)] {
        let request = asks(&world.shop, "mandate", world.wallet.mandate(), actions);
        let page = world.alice.opens(&request).await;
        world.server.clock.advance_seconds(FRESH);
        let reply = world.alice.presses(&page, "approve").await;
        let step_up = reply.form_with_button("decision", "confirm").is_some();
        assert_eq!(step_up, asked, "{actions:?}");
        let reply = if step_up {
            world.alice.confirms(&reply).await
        } else {
            reply
        };
        request.answered(&reply, &world.server.issuer).code();
    }
}

#[tokio::test]
async fn terms_that_change_are_shown_to_whoever_lets_them_be_seen() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = asks(&world.shop, "mandate", &mandate, &["read"]);
    let page = world.alice.opens(&request).await;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("5000"));
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, "The terms changed. Check them again.");
    assert!(changed.says("$50.00") && changed.says("With this permission it cannot take money."));
    assert!(
        !changed.says("The most they can take went"),
        "{}",
        changed.text()
    );
    let reply = world.alice.answers(&changed, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn an_agreement_that_cannot_be_shown_is_named_by_the_parameter_that_named_it() {
    let world = World::new().await;
    for (with_details, code) in [
        (true, "invalid_authorization_details"),
        (false, "invalid_scope"),
    ] {
        let mandate = world
            .wallet
            .mandate_of("alice", |terms| terms["amount"] = json!("5e2"));
        let request = if with_details {
            asks(&world.shop, "mandate", &mandate, &["read"])
        } else {
            world.shop.asks_for(&mandate)
        };
        let page = world.alice.opens(&request).await;
        page.is_page(400, "We cannot show these terms");
        assert!(page.says(code), "{}", page.text());
        let leave = page
            .forms()
            .into_iter()
            .find(|form| form.hidden.value("decision") == Some("leave"));
        let reply = world.alice.browser.submits(&leave.unwrap(), &[]).await;
        assert_eq!(request.answered(&reply, &world.server.issuer).error(), code);
    }
}

async fn digest_of(world: &World, access: &str) -> Value {
    world.wallet.introspects(access).await["approval_digest"].clone()
}

#[tokio::test]
async fn a_new_permission_for_an_agreement_takes_the_place_of_the_old_and_has_another_digest() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let whole = world.tokens_for(&mandate).await;
    let described = world.wallet.introspects(&whole.access).await;
    let every = json!(["read", "charge", "cancel"]);
    assert_eq!(described["authorization_details"][0]["actions"], every);
    let mut digests = vec![described["approval_digest"].clone()];
    let mut before = whole;
    for actions in [&["read"][..], &["charge"], &["read", "charge", "cancel"]] {
        let request = asks(&world.shop, "mandate", &mandate, actions);
        let callback = world.alice.approves(&request).await;
        assert!(
            world.wallet.accepts(&before.access).await,
            "until the code is redeemed"
        );
        let tokens = world.shop.exchanges(&callback).await.tokens();
        assert_eq!(fate(&world.server, &before.grant()).await, "replaced");
        assert!(!world.wallet.accepts(&before.access).await);
        digests.push(digest_of(&world, &tokens.access).await);
        before = tokens;
    }
    for (at, digest) in digests.iter().enumerate() {
        assert!(!digests[..at].contains(digest), "{digests:?}");
    }
    // All actions by name are all actions, where nothing else is in their place.
    world.alice.stops(&before.grant()).await;
    let request = asks(
        &world.shop,
        "mandate",
        &mandate,
        &["read", "charge", "cancel"],
    );
    let callback = world.alice.approves(&request).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert_eq!(digest_of(&world, &tokens.access).await, digests[0]);
}

#[tokio::test]
async fn another_client_cannot_even_look_at_an_agreement_that_is_taken() {
    let world = World::new().await;
    let rival = world.rival().await;
    let mandate = world.wallet.mandate();
    let looks = asks(&world.shop, "mandate", &mandate, &["read"]);
    let callback = world.alice.approves(&looks).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let request = asks(&rival, "mandate", &mandate, &["read"]);
    world
        .alice
        .opens(&request)
        .await
        .is_page(410, "already in use");
    assert!(world.wallet.accepts(&tokens.access).await);
    world.alice.stops(&tokens.grant()).await;
    world
        .alice
        .opens(&request)
        .await
        .is_page(200, "see this automatic payment?");
}

#[tokio::test]
async fn what_only_looks_is_listed_apart_and_stopped_as_what_it_is() {
    let world = World::new().await;
    let request = asks(&world.shop, "mandate", world.wallet.mandate(), &["read"]);
    let callback = world.alice.approves(&request).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let page = world.alice.looks_at("/payments").await;
    page.is_page(
        200,
        "No company can take automatic payments from your accounts.",
    );
    assert!(page.says("What else you have allowed"));
    assert!(page.says("Can see an automatic payment, and take nothing"));
    assert!(!page.says("can take up to"), "{}", page.text());
    let grant = tokens.grant();
    let page = world.alice.looks_at(&format!("/payments/{grant}")).await;
    page.is_page(200, "acme.example: allowed");
    assert!(page.says("can see the terms of this automatic payment, and what was taken"));
    for words in [
        "can take up to",
        "This period",
        "Stop these payments",
        "money goes to",
    ] {
        assert!(!page.says(words), "{words:?} is in {}", page.text());
    }
    let page = world
        .alice
        .looks_at(&format!("/payments/{grant}/stop"))
        .await;
    page.is_page(200, "having access to this automatic payment?");
    world.alice.stops(&grant).await.is_page(200, "Stopped on");
    assert!(!world.wallet.accepts(&tokens.access).await);
    // Beside one that takes, only that one counts.
    world.tokens().await;
    let page = world.alice.looks_at("/payments?show=all").await;
    assert!(page.says("1 company can take up to"), "{}", page.text());
}

#[tokio::test]
async fn a_request_without_details_keeps_none_and_allows_everything() {
    let world = World::new().await;
    for (request, details) in [
        (world.shop.asks_for(world.wallet.mandate()), None),
        (
            asks(&world.shop, "mandate", world.wallet.mandate(), &["read"]),
            Some(vec!["read".to_owned()]),
        ),
    ] {
        let reply = world.alice.opens(&request).await;
        let place = reply
            .form_with_button("decision", "approve")
            .unwrap()
            .action;
        let id = place.rsplit('/').next().unwrap();
        let store = &world.server.app().store;
        let kept = store::authorization_request::find(store, id).await.unwrap();
        assert_eq!(kept.unwrap().details, details);
    }
}
