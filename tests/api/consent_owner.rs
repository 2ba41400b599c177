//! Whose agreement it is: the last checks of `oauth::consent`.

use crate::consent::shown;
use crate::support::{Person, World};

#[tokio::test]
async fn a_foreign_agreement_shows_nothing_of_itself() {
    let world = World::new().await;
    let bob = world.bob().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = bob.opens(&request).await;
    page.is_page(403, "This agreement is for a different account");
    assert!(page.says("You are signed in as bob."));
    for secret in ["alice", "20.00", "2000", "Streaming", "month"] {
        assert!(!page.says(secret), "{secret}: {}", page.text());
    }
    assert!(page.form_with_button("decision", "approve").is_none());
}

#[tokio::test]
async fn a_foreign_agreement_does_not_say_what_is_wrong_with_it() {
    let world = World::new().await;
    let bob = world.bob().await;
    for (name, value) in [
        ("cancelledAt", "2027-01-01T00:00:00Z"),
        ("status", "completed"),
        ("expiresAt", "2020-01-01T00:00:00Z"),
        ("amount", "5.0"),
        ("client", "cli_somebody"),
    ] {
        let mandate = world
            .wallet
            .mandate_of("alice", |terms| terms[name] = value.into());
        let request = world.shop.asks_for(&mandate);
        let page = bob.opens(&request).await;
        page.is_page(403, "This agreement is for a different account");
        assert!(!page.says(name) && !page.says("2020"), "{}", page.text());
        let own = world.alice.opens(&world.shop.asks_for(&mandate)).await;
        assert!(matches!(own.status, 400 | 410), "{name}: {}", own.text());
    }
}

#[tokio::test]
async fn the_owner_of_the_agreement_can_sign_in_instead() {
    let world = World::new().await;
    let bob = world.bob().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = bob.opens(&request).await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.action.ends_with("/sign-out"));
    let reply = bob.browser.submits(&form.unwrap(), &[]).await;
    let page = bob.browser.follows(reply).await;
    let alice = Person {
        browser: bob.browser.clone(),
        ..world.alice.clone()
    };
    let page = alice.signs_in_on(&page).await;
    let reply = alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn an_approval_forged_by_somebody_else_is_worth_nothing() {
    let world = World::new().await;
    let bob = world.bob().await;
    let (mandate, _, page) = shown(&world).await;
    let digest = page.form_with_button("decision", "approve").unwrap();
    let request = world.shop.asks_for(&mandate);
    let stuck = bob.opens(&request).await;
    let form = stuck
        .forms()
        .into_iter()
        .find(|form| form.hidden.value("csrf").is_some());
    let form = form.unwrap();
    let own = bob.browser.cookies();
    let id = own
        .iter()
        .find_map(|name| name.strip_prefix("__Host-request-"))
        .unwrap();
    let consent = format!("/consent/{id}");
    let leave = stuck
        .forms()
        .into_iter()
        .find(|form| form.action == consent)
        .unwrap_or(form);
    let more = [
        ("decision", "approve"),
        ("digest", digest.hidden.value("digest").unwrap()),
    ];
    let reply = bob.browser.submits(&leave, &more).await;
    reply.is_page(403, "This agreement is for a different account");
}

#[tokio::test]
async fn a_pointer_that_was_taken_away_meanwhile_is_not_the_payers() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    world.alice.loses(&world.wallet.pointer("alice")).await;
    let page = world.alice.presses(&page, "approve").await;
    page.is_page(403, "This agreement is for a different account");
}

#[tokio::test]
async fn an_agreement_of_another_client_is_taken_and_not_by_whom() {
    let world = World::new().await;
    let rival = world.rival().await;
    let (mandate, request, page) = shown(&world).await;
    let waiting = rival.asks_for(&mandate);
    let other = world.alice.opens(&waiting).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
    let asked = world.alice.opens(&rival.asks_for(&mandate)).await;
    let decided = world.alice.presses(&other, "approve").await;
    for page in [asked, decided] {
        page.is_page(410, "This agreement is already in use.");
        assert!(!page.says("acme") && !page.says("Acme"), "{}", page.text());
    }
}
