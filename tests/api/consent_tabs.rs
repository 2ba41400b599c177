//! Several tabs, reloads and double clicks: what changed is never shown as if it had not, and counts once.

use serde_json::json;

use crate::consent::{ASKED, shown};
use crate::support::{Answer, World};

const CHANGED: &str = "The terms changed. Check them again.";
const CONFIRM: &str = "Confirm it is you";

#[tokio::test]
async fn a_reload_shows_what_changed_and_goes_on_showing_it() {
    let world = World::new().await;
    let (mandate, request, page) = shown(&world).await;
    let here = page.form_with_button("decision", "approve").unwrap().action;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("5000"));
    for _ in 0..3 {
        let changed = world.alice.browser.gets(&here).await;
        changed.is_page(200, CHANGED);
        changed.is_page(200, "The most they can take went from $240.00 to $600.00.");
    }
    // More time and another language are no way around it.
    let reply = world.alice.presses(&page, "more_time").await;
    let changed = world.alice.browser.follows(reply).await;
    changed.is_page(200, CHANGED);
    let german = format!("/language/de?to={here}");
    let changed = world.alice.browser.opens(&german).await;
    changed.is_page(200, "Die Bedingungen haben sich geändert.");
    world.alice.browser.opens("/language/en?to=/").await;
    // The old tab is told, too.
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, CHANGED);
    let asked = world.alice.presses(&changed, "approve").await;
    asked.is_page(200, CONFIRM);
    let reply = world.alice.confirms(&asked).await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_double_click_does_not_hide_what_changed() {
    let world = World::twice().await;
    let (mandate, request, page) = shown(&world).await;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("5000"));
    let elsewhere = world.alice.at(1);
    let (first, second) = tokio::join!(
        world.alice.presses(&page, "approve"),
        elsewhere.presses(&page, "approve")
    );
    for reply in [first, second] {
        let seen = world.alice.browser.follows(reply).await;
        assert!(seen.says(CHANGED), "{} {}", seen.status, seen.text());
    }
    let third = world.alice.presses(&page, "approve").await;
    third.is_page(409, CHANGED);
    let reply = world.alice.answers(&third, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_slow_look_takes_no_change_back() {
    let world = World::new().await;
    let (mandate, _, page) = shown(&world).await;
    let here = page.form_with_button("decision", "approve").unwrap().action;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("90000"));
    let dear = world.wallet.text_of(&mandate);
    let gate = world.wallet.gates(&mandate);
    let slow = world.alice.browser.gets(&here);
    let meanwhile = async {
        gate.is_reached().await;
        let terms = serde_json::from_str(&dear).unwrap();
        world.wallet.answers(&mandate, Answer::Json(terms));
        let changed = world.alice.presses(&page, "approve").await;
        gate.opens();
        changed
    };
    let (slow, changed) = tokio::join!(slow, meanwhile);
    changed.is_page(409, CHANGED);
    world
        .alice
        .browser
        .follows(slow)
        .await
        .is_page(200, CHANGED);
    let asked = world.alice.presses(&changed, "approve").await;
    asked.is_page(200, CONFIRM);
    // And a second change ends it.
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("90001"));
    let stopped = world.alice.confirms(&asked).await;
    stopped.is_page(410, "We have stopped this request.");
}

#[tokio::test]
async fn a_second_change_that_is_only_looked_at_stops_the_request_too() {
    let world = World::new().await;
    let (mandate, request, page) = shown(&world).await;
    let here = page.form_with_button("decision", "approve").unwrap().action;
    for (amount, status, words) in [
        ("3000", 200, CHANGED),
        ("4000", 410, "We have stopped this request."),
    ] {
        world
            .wallet
            .changes(&mandate, |terms| terms["amount"] = json!(amount));
        let page = world.alice.browser.gets(&here).await;
        page.is_page(status, words);
    }
    let page = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&page, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
    let page = world.alice.browser.gets(&here).await;
    page.is_page(410, "This request ended without a decision.");
}

#[tokio::test]
async fn another_payer_in_the_same_browser_is_asked_anew() {
    let world = World::new().await;
    let bob = world.bob().await;
    let request = world.shop.asks_for(world.wallet.invoices());
    let page = world.alice.opens(&request).await;
    page.is_page(200, "create invoices in your name");
    let here = page.form_with_button("decision", "approve").unwrap().action;
    world.alice.browser.forgets("__Host-session");
    let bob = crate::support::Person {
        browser: world.alice.browser.clone(),
        ..bob
    };
    bob.signs_in().await;
    let mine = bob.browser.gets(&here).await;
    mine.is_page(200, "/bob");
    assert!(
        !mine.says("/alice") && !mine.says(CHANGED),
        "{}",
        mine.text()
    );
    let reply = bob.presses(&mine, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_code_of_what_was_stopped_is_not_sent_again() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let grant = world.pending_grant().await;
    world.alice.stops(&grant).await.is_page(200, "Stopped on");
    for decision in ["approve", "decline"] {
        let late = world.alice.presses(&page, decision).await;
        assert!(!late.location().contains("code="), "{late:?}");
        let page = world.alice.browser.follows(late).await;
        page.is_page(410, "You already approved this request.");
    }
    let refused = world.shop.exchanges(&callback).await;
    refused.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn somebody_else_in_the_browser_gets_no_code() {
    let world = World::new().await;
    let bob = world.bob().await;
    let (_, request, page) = shown(&world).await;
    let reply = world.alice.presses(&page, "approve").await;
    let alice = world.alice.browser.cookie("__Host-session").unwrap();
    world.alice.browser.forgets("__Host-session");
    let bob = crate::support::Person {
        browser: world.alice.browser.clone(),
        ..bob
    };
    bob.signs_in().await;
    for decision in ["approve", "decline"] {
        let answered = bob.presses(&page, decision).await;
        assert!(!answered.location().contains("code="), "{answered:?}");
    }
    world.alice.browser.sets_cookie("__Host-session", &alice);
    let again = world.alice.presses(&page, "approve").await;
    assert_eq!(again.location(), reply.location());
    request.answered(&again, &world.server.issuer).code();
}

#[tokio::test]
async fn going_back_from_a_page_is_no_decline() {
    let world = World::new().await;
    let (mandate, request, page) = shown(&world).await;
    let here = page.form_with_button("decision", "approve").unwrap().action;
    world.wallet.answers(&mandate, Answer::Status(410));
    let ended = world.alice.browser.gets(&here).await;
    ended.is_page(410, "The agreement was cancelled.");
    let leave = ended.forms().remove(0);
    let reply = world.alice.browser.submits(&leave, &[]).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
    let page = world.alice.browser.gets(&here).await;
    page.is_page(410, "This request ended without a decision.");
    assert!(
        !page.says(ASKED) && !page.says("You declined"),
        "{}",
        page.text()
    );
}
