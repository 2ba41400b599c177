//! What an approval takes the place of: the page says it, the approval covers it, and it is what happens.

use crate::rar::{asks, made};
use crate::support::{Reply, Request, Tokens, World, fate};

const SOMETHING: &str = "Something changed. Check it again.";
const NO_MORE_MONEY: &str = "This ends the permission to take money with this automatic payment that you gave acme.example on \
    1 Mar 2027, 09:00 UTC: the new one takes its place as soon as acme.example collects it.";
const STILL_ONE: &str = "This takes the place of the permission that you gave acme.example on 1 Mar 2027, 09:00 UTC, as soon as \
    acme.example collects it. There is then one permission, not two.";
/// What every such sentence has.
const PLACE: &str = "as soon as acme.example collects it";

async fn redeemed(world: &World, request: &Request) -> Tokens {
    let callback = world.alice.approves(request).await;
    world.shop.exchanges(&callback).await.tokens()
}

fn path(page: &Reply) -> String {
    page.form_with_button("decision", "approve").unwrap().action
}

#[tokio::test]
async fn the_page_says_which_permission_ends_and_it_does_when_the_new_one_is_collected() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let first = world.alice.opens(&world.shop.asks_for(&mandate)).await;
    assert!(!first.says(PLACE), "{}", first.text());
    let whole = world.tokens_for(&mandate).await;
    world.server.clock.advance_seconds(120);
    let request = asks(&world.shop, "mandate", &mandate, &["read"]);
    let page = world.alice.opens(&request).await;
    page.is_page(200, NO_MORE_MONEY);
    let place = |words: &str| page.body.find(words).unwrap();
    assert!(place("This ends the permission") < place("value=\"approve\""));
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert!(
        world.wallet.accepts(&whole.access).await,
        "not yet collected"
    );
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert_eq!(world.fate(&whole).await, "replaced");
    // The words that were approved are kept, with all that they said.
    let kept = format!("/payments/{}", tokens.grant());
    let page = world.alice.looks_at(&kept).await;
    page.is_page(200, "in these words:");
    assert!(page.says(NO_MORE_MONEY), "{}", page.text());
}

#[tokio::test]
async fn what_ends_is_named_for_every_kind() {
    let world = World::new().await;
    let all = [
        ("mandate", &["read", "charge", "cancel"][..], STILL_ONE),
        (
            "mandate",
            &["charge", "cancel"],
            "This ends the permission to see this automatic payment that",
        ),
        (
            "mandate",
            &["read", "charge"],
            "This takes back the permission to end this automatic payment that",
        ),
        (
            "mandate",
            &["charge"],
            "This takes back the permission to see and end this automatic payment that",
        ),
        (
            "invoice",
            &["read"],
            "This ends the permission to pay this invoice that",
        ),
        (
            "invoice",
            &["pay"],
            "This ends the permission to see this invoice and change its record that",
        ),
        (
            "session",
            &["read", "update"],
            "This ends the permission to stream payments to you in this session that",
        ),
        (
            "session",
            &["read", "pay"],
            "This ends the permission to change the record of this payment session that",
        ),
    ];
    for (kind, actions, words) in all {
        let agreement = made(&world.wallet, kind);
        world.tokens_for(&agreement).await;
        let page = world
            .alice
            .opens(&asks(&world.shop, kind, &agreement, actions))
            .await;
        page.is_page(200, words);
        assert_eq!(page.text().matches(PLACE).count(), 1, "{}", page.text());
    }
    // More than before takes nothing away.
    let mandate = world.wallet.mandate();
    redeemed(&world, &asks(&world.shop, "mandate", &mandate, &["read"])).await;
    let page = world.alice.opens(&world.shop.asks_for(&mandate)).await;
    page.is_page(200, STILL_ONE);
}

#[tokio::test]
async fn only_what_is_alive_and_the_same_apps_is_named() {
    let world = World::new().await;
    let rival = world.rival().await;
    // Another agreement, a pending approval, one that was stopped, and other payers' are none of it.
    world.tokens().await;
    let mandate = world.wallet.mandate();
    let stopped = world.tokens_for(&mandate).await;
    world.alice.stops(&stopped.grant()).await;
    world.alice.approves(&world.shop.asks_for(&mandate)).await;
    let page = world.alice.opens(&world.shop.asks_for(&mandate)).await;
    assert!(!page.says(PLACE), "{}", page.text());
    // A collection is each app's and each payer's own.
    let invoices = world.wallet.invoices();
    let bob = world.bob().await;
    redeemed(&world, &world.shop.asks_for(&invoices)).await;
    for (person, shop) in [(&bob, &world.shop), (&world.alice, &rival)] {
        let page = person.opens(&shop.asks_for(&invoices)).await;
        page.is_page(200, "create invoices in your name");
        assert!(
            !page.text().contains("takes the place of"),
            "{}",
            page.text()
        );
    }
    let page = world.alice.opens(&world.shop.asks_for(&invoices)).await;
    page.is_page(200, STILL_ONE);
}

/// Approves an agreement in another tab, and collects it.
async fn meanwhile(world: &World, mandate: &str) -> Tokens {
    world.server.clock.advance_seconds(60);
    redeemed(world, &world.shop.asks_for(mandate)).await
}

#[tokio::test]
async fn one_that_appears_before_the_approval_is_shown_first() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = asks(&world.shop, "mandate", &mandate, &["read"]);
    let page = world.alice.opens(&request).await;
    let older = meanwhile(&world, &mandate.url).await;
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, SOMETHING);
    for words in [
        "What you have allowed acme.example is not what it was when you opened this page",
        "Nothing has been approved.",
        "What it takes the place of You saw Nothing Now This ends the permission to take money",
        "on 1 Mar 2027, 09:01 UTC",
    ] {
        assert!(
            changed.says(words),
            "{words:?} is not in {}",
            changed.text()
        );
    }
    assert!(
        !changed.says("changed this agreement"),
        "{}",
        changed.text()
    );
    assert!(world.wallet.accepts(&older.access).await);
    // A look shows the same, in whatever language; then it can be approved.
    let here = path(&changed);
    world
        .alice
        .browser
        .gets(&here)
        .await
        .is_page(200, SOMETHING);
    let german = format!("/language/de?to={here}");
    let page = world.alice.browser.opens(&german).await;
    page.is_page(200, "Etwas hat sich geändert.");
    assert!(
        page.says("Damit endet die Erlaubnis, mit dieser automatischen Zahlung Geld abzubuchen")
    );
    world.alice.browser.opens("/language/en?to=/").await;
    let reply = world.alice.answers(&changed, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
    assert_eq!(world.fate(&older).await, "replaced");
}

#[tokio::test]
async fn one_that_disappears_before_the_approval_is_shown_first() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let older = world.tokens_for(&mandate).await;
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    page.is_page(200, STILL_ONE);
    world.alice.stops(&older.grant()).await;
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, SOMETHING);
    assert!(changed.says("Now Nothing"), "{}", changed.text());
    let reply = world.alice.answers(&changed, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_second_change_stops_the_request() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    let older = meanwhile(&world, &mandate.url).await;
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, SOMETHING);
    world.alice.stops(&older.grant()).await;
    let stopped = world.alice.presses(&changed, "approve").await;
    stopped.is_page(410, "We have stopped this request.");
}

#[tokio::test]
async fn terms_and_place_that_changed_together_are_both_shown() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    meanwhile(&world, &mandate.url).await;
    world.wallet.changes(&mandate, |terms| {
        terms["amount"] = serde_json::json!("5000");
    });
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, "The terms changed. Check them again.");
    assert!(changed.says("$50.00") && changed.says("What it takes the place of You saw Nothing"));
    let reply = world.alice.answers(&changed, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn the_password_is_asked_for_with_the_same_words() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    world.tokens_for(&mandate).await;
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world.server.clock.advance_seconds(300);
    let asked = world.alice.presses(&page, "approve").await;
    asked.is_page(200, "Confirm it is you");
    assert!(asked.says(STILL_ONE), "{}", asked.text());
    let reply = world.alice.confirms(&asked).await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn the_last_approval_counts_in_whatever_order_the_codes_come() {
    let world = World::new().await;
    for swapped in [false, true] {
        let mandate = world.wallet.mandate();
        let earlier = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let old = world.pending_grant().await;
        world.server.clock.advance_seconds(1);
        let looks = asks(&world.shop, "mandate", &mandate, &["read"]);
        let later = world.alice.approves(&looks).await;
        let tokens = if swapped {
            let tokens = world.shop.exchanges(&later).await.tokens();
            let refused = world.shop.exchanges(&earlier).await;
            refused.is_refused(400, "invalid_grant");
            tokens
        } else {
            world.shop.exchanges(&earlier).await.tokens();
            world.shop.exchanges(&later).await.tokens()
        };
        assert_eq!(fate(&world.server, &old).await, "replaced", "{swapped}");
        assert!(world.wallet.accepts(&tokens.access).await, "{swapped}");
        let page = world.alice.looks_at(&format!("/payments/{old}")).await;
        page.is_page(
            200,
            "A newer permission that you gave to acme.example took its place.",
        );
        world.alice.stops(&tokens.grant()).await;
    }
}
