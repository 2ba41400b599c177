//! The password again: after an approval of a mandate with an old sign-in, and after terms that changed.

use serde_json::json;

use crate::consent::{ASKED, shown};
use crate::support::{Agreement, Reply, Request, World};

const ASKS: &str = "Confirm it is you";
const FRESH: i64 = 300;

/// A request that alice approves with a sign-in of five minutes ago.
pub async fn asked(world: &World) -> (Agreement, Request, Reply) {
    let (mandate, request, page) = shown(world).await;
    world.server.clock.advance_seconds(FRESH);
    let asked = world.alice.presses(&page, "approve").await;
    asked.is_page(200, ASKS);
    (mandate, request, asked)
}

#[tokio::test]
async fn a_fresh_sign_in_is_not_asked_again() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    world.server.clock.advance_seconds(FRESH - 1);
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn an_old_sign_in_is_not_enough_for_a_mandate() {
    let world = World::new().await;
    let (_, request, page) = asked(&world).await;
    for words in [
        "up to $20.00 each month for 12 months",
        "at most $240.00 in total",
        "acme.example",
        "/alice",
        "They could take up to $240.00 at once.",
        "Nothing has been approved yet.",
    ] {
        assert!(page.says(words), "{words:?} is not in {}", page.text());
    }
    let reply = world.alice.confirms(&page).await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let now = world.server.clock.now().as_second();
    assert_eq!(described["auth_time"], now);
}

#[tokio::test]
async fn what_comes_in_is_allowed_without_it() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.invoice());
    let page = world.alice.opens(&request).await;
    world.server.clock.advance_seconds(FRESH);
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_wrong_password_approves_nothing_and_is_counted() {
    let world = World::new().await;
    let (_, request, page) = asked(&world).await;
    for wrong in ["", "x", "Alice has a password"] {
        let again = world.alice.confirms_with(&page, wrong).await;
        again.is_page(422, "That is not the password of this account.");
        assert!(again.body.contains("<title>Error: "), "{}", again.body);
        again.is_page(422, "up to $20.00 each month");
    }
    let form = page.form_with_button("decision", "confirm").unwrap();
    let without = world
        .alice
        .browser
        .submits(&form, &[("decision", "confirm")]);
    without.await.is_page(422, ASKS);
    world
        .alice
        .confirms_with(&page, "y")
        .await
        .is_page(422, ASKS);
    world
        .alice
        .confirms_with(&page, "y")
        .await
        .is_page(422, ASKS);
    let wait = world.alice.confirms(&page).await;
    wait.is_page(429, "Too many attempts.");
    assert!(wait.header("retry-after").is_some());
    world.server.clock.advance_seconds(2);
    let reply = world.alice.confirms(&page).await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn who_is_not_signed_in_makes_no_payer_wait_here() {
    let world = World::with(&[("sign_in.free_attempts", "1")]).await;
    let (_, request, page) = asked(&world).await;
    let stranger = crate::support::browser::Browser::new(&world.server);
    let mallory = crate::support::Person {
        browser: stranger.clone(),
        ..world.alice.clone()
    };
    let sign_in = stranger.opens("/sign-in").await;
    for _ in 0..3 {
        mallory.tries(&sign_in, "a guess").await;
    }
    mallory.signs_in().await.is_page(429, "Too many attempts.");
    let reply = world.alice.confirms(&page).await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn cancelling_declines() {
    let world = World::new().await;
    let (_, request, page) = asked(&world).await;
    let reply = world.alice.presses(&page, "decline").await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
}

#[tokio::test]
async fn what_changes_before_the_password_comes_is_shown_again() {
    let world = World::new().await;
    let (mandate, request, page) = asked(&world).await;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("5000"));
    let changed = world.alice.confirms(&page).await;
    changed.is_page(409, "The terms changed. Check them again.");
    // The password was right, and yet it is asked for what is new.
    let asked = world.alice.presses(&changed, "approve").await;
    asked.is_page(200, "up to $50.00 each month");
    asked.is_page(200, ASKS);
    let reply = world.alice.confirms(&asked).await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn new_terms_always_ask_whatever_they_are_about() {
    let world = World::new().await;
    let invoice = world.wallet.invoice();
    let request = world.shop.asks_for(&invoice);
    let page = world.alice.opens(&request).await;
    world
        .wallet
        .changes(&invoice, |terms| terms["amount"] = json!("5001"));
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, "The terms changed.");
    let asked = world.alice.presses(&changed, "approve").await;
    asked.is_page(200, ASKS);
    // Opening the request again is no way around it.
    let form = asked.form_with_button("decision", "confirm").unwrap();
    let page = world.alice.browser.gets(&form.action).await;
    let asked = world.alice.presses(&page, "approve").await;
    asked.is_page(200, ASKS);
    let reply = world.alice.confirms(&asked).await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn confirming_twice_gives_the_same_redirect() {
    let world = World::twice().await;
    let (_, request, page) = asked(&world).await;
    let elsewhere = world.alice.at(1);
    let (first, second) = tokio::join!(world.alice.confirms(&page), elsewhere.confirms(&page));
    assert_eq!(first.location(), second.location());
    let third = world.alice.confirms(&page).await;
    assert_eq!(third.location(), first.location());
    let callback = request.answered(&third, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_session_that_somebody_else_knows_is_dead_after_the_password() {
    let world = World::new().await;
    let (_, _, page) = asked(&world).await;
    let stolen = world.alice.browser.cookie("__Host-session").unwrap();
    world.alice.confirms(&page).await;
    let fresh = world.alice.browser.cookie("__Host-session").unwrap();
    assert_ne!(stolen, fresh);
    let thief = crate::support::browser::Browser::new(&world.server);
    thief.sets_cookie("__Host-session", &stolen);
    let page = thief.gets("/").await;
    assert!(page.location().ends_with("/sign-in"), "{page:?}");
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "Signed in as alice");
}

#[tokio::test]
async fn the_password_of_another_user_does_not_help() {
    let world = World::new().await;
    let bob = world.bob().await;
    let (_, request, page) = asked(&world).await;
    let again = world.alice.confirms_with(&page, &bob.password).await;
    again.is_page(422, ASKS);
    let form = again.form_with_button("decision", "confirm").unwrap();
    let as_bob = [
        ("decision", "confirm"),
        ("username", bob.username.as_str()),
        ("password", bob.password.as_str()),
    ];
    let again = world.alice.browser.submits(&form, &as_bob).await;
    again.is_page(422, ASKS);
    let reply = world.alice.confirms(&again).await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn an_operator_says_how_old_a_sign_in_may_be() {
    let world = World::with(&[("session.step_up_after", "0")]).await;
    let (_, request, page) = shown(&world).await;
    let asked = world.alice.presses(&page, "approve").await;
    asked.is_page(200, ASKS);
    let reply = world.alice.confirms(&asked).await;
    request.answered(&reply, &world.server.issuer).code();
    page.is_page(200, ASKED);
}
