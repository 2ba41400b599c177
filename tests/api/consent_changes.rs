//! What the payer saw is what the token can do; deciding twice is harmless.

use countersign::oauth::registration::{self, ClientChange};
use serde_json::json;

use crate::consent::ASKED;
use crate::support::{Answer, World};

const CHANGED: &str = "The terms changed. Check them again.";

#[tokio::test]
async fn other_terms_are_shown_again_and_nothing_is_issued() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("5000"));
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, CHANGED);
    assert!(
        changed.says("$20.00") && changed.says("$50.00"),
        "{}",
        changed.text()
    );
    assert!(changed.says("The most they can take went from $240.00 to $600.00."));
    assert!(changed.says("acme.example") && changed.says("It can choose which account"));
    let reply = world.alice.answers(&changed, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(
        described["authorization_details"][0]["limits"]["amount"],
        "5000"
    );
}

#[tokio::test]
async fn another_account_of_the_payer_is_a_change_that_is_shown() {
    let world = World::new().await;
    world
        .alice
        .owns(&world.wallet.pointer("alice-savings"))
        .await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    let savings = world.wallet.pointer("alice-savings");
    world.wallet.changes(&mandate, |terms| {
        terms["subject"] = json!(savings);
        for other in ["scope", "account"] {
            terms.as_object_mut().unwrap().remove(other);
        }
    });
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, CHANGED);
    let text = changed.text();
    assert_eq!(text.matches("/alice-savings").count(), 2, "{text}");
}

#[tokio::test]
async fn a_long_description_does_not_push_the_new_terms_away() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world.wallet.changes(&mandate, |terms| {
        terms["description"] = json!("blah ".repeat(2000));
    });
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, CHANGED);
    let text = changed.text();
    assert!(text.contains("What the app says"), "{text}");
    assert!(text.matches("blah").count() <= 28, "{text}");
}

#[tokio::test]
async fn an_app_that_is_no_longer_checked_is_shown_again() {
    let world = World::new().await;
    let is_checked = async |verified| {
        let change = ClientChange {
            verified: Some(verified),
            ..ClientChange::default()
        };
        let app = world.server.app();
        registration::update_client(app, &world.shop.id, change)
            .await
            .unwrap();
    };
    is_checked(true).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    assert!(!page.says("has not checked"), "{}", page.text());
    is_checked(false).await;
    let changed = world.alice.presses(&page, "approve").await;
    changed.is_page(409, CHANGED);
    let text = changed.text();
    let (saw, now) = (
        text.find("Acme Streaming can take"),
        text.find("acme.example can take"),
    );
    assert!(saw.is_some() && saw < now, "{text}");
    let reply = world.alice.answers(&changed, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn changed_terms_can_be_declined() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world
        .wallet
        .changes(&mandate, |terms| terms["cycles"] = json!(24));
    let changed = world.alice.presses(&page, "approve").await;
    let reply = world.alice.presses(&changed, "decline").await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
}

#[tokio::test]
async fn terms_that_keep_changing_stop_the_request() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let mut page = world.alice.opens(&request).await;
    for amount in ["3000", "4000"] {
        world
            .wallet
            .changes(&mandate, |terms| terms["amount"] = json!(amount));
        page = world.alice.presses(&page, "approve").await;
    }
    page.is_page(410, "These terms keep changing");
    assert!(page.says("Nothing was approved and no money was taken."));
    let form = page.forms().remove(0);
    let reply = world.alice.browser.submits(&form, &[]).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
}

#[tokio::test]
async fn a_change_of_state_is_not_a_change_of_terms() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world.wallet.changes(&mandate, |terms| {
        terms["balance"] = json!({ "total": "500", "interval": "500", "available": "1500" });
        terms["amount"] = json!(2000);
        terms["cycle"] = json!(1);
        terms["unheard"] = json!({ "of": [1, 2] });
    });
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn time_that_passes_is_not_a_change_of_terms() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["startAt"] = json!("2027-02-01T09:10:00Z");
        terms["cycles"] = json!(null);
    });
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    world.server.clock.advance_seconds(1200);
    let reply = world.alice.answers(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_made_up_digest_approves_nothing() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    let empty = [("decision", "approve"), ("digest", "")];
    let reply = world.alice.browser.submits(&form, &empty).await;
    reply.is_page(403, "Please open the page again");
    let made_up = [("decision", "approve"), ("digest", "v1.made-up")];
    let reply = world.alice.browser.submits(&form, &made_up).await;
    world.alice.browser.follows(reply).await.is_page(200, ASKED);
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn an_agreement_that_ended_meanwhile_cannot_be_approved() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let page = world.alice.opens(&world.shop.asks_for(&mandate)).await;
    world.wallet.answers(&mandate, Answer::Status(410));
    let page = world.alice.presses(&page, "approve").await;
    page.is_page(410, "The agreement was cancelled.");
}

#[tokio::test]
async fn a_wallet_that_is_gone_at_the_decision_can_be_asked_again() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    world.wallet.answers(&mandate, Answer::Status(500));
    let failed = world.alice.presses(&page, "approve").await;
    failed.is_page(503, "We cannot read the agreement right now");
    world.wallet.mandate_again(&mandate);
    let page = world.alice.browser.gets(&form.action).await;
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn approving_twice_gives_the_same_redirect() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        let reply = world.alice.presses(&page, "approve").await;
        answers.push(request.answered(&reply, &world.server.issuer));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    world.shop.exchanges(&answers[2]).await.tokens();
}

#[tokio::test]
async fn the_first_decision_counts() {
    let world = World::new().await;
    for (first, second) in [("approve", "decline"), ("decline", "approve")] {
        let request = world.shop.asks_for(world.wallet.mandate());
        let page = world.alice.opens(&request).await;
        let decided = world.alice.presses(&page, first).await;
        let again = world.alice.presses(&page, second).await;
        assert_eq!(decided.location(), again.location());
        assert_eq!(decided.location().contains("code="), first == "approve");
    }
}

#[tokio::test]
async fn a_decided_request_says_what_was_decided() {
    let world = World::new().await;
    let stranger = world.bob().await;
    for (decision, words) in [
        ("approve", "You approved acme.example"),
        ("decline", "acme.example cannot take payments."),
    ] {
        let request = world.shop.asks_for(world.wallet.mandate());
        let page = world.alice.opens(&request).await;
        let form = page.form_with_button("decision", "approve").unwrap();
        let decided = world.alice.presses(&page, decision).await;
        let again = world.alice.browser.gets(&form.action).await;
        again.is_page(200, words);
        assert_eq!(
            again.form_with_button("decision", "approve").map(|_| ()),
            None
        );
        assert_eq!(again.says("up to $20.00 each month"), decision == "approve");
        // Going back answers the client as before.
        let back = again.forms().remove(0);
        let reply = world.alice.browser.submits(&back, &[]).await;
        assert_eq!(reply.location(), decided.location());
        // Somebody else in the same browser learns nothing of an approval.
        world.alice.browser.forgets("__Host-session");
        let other = crate::support::Person {
            browser: world.alice.browser.clone(),
            ..stranger.clone()
        };
        other.signs_in().await;
        let page = other.browser.gets(&form.action).await;
        if decision == "approve" {
            page.is_page(410, "You already approved this request.");
            assert!(page.body.contains("/payments/grt_"), "{}", page.body);
            assert!(!page.says("$20.00"), "{}", page.text());
        }
        world.alice.browser.forgets("__Host-session");
    }
}

#[tokio::test]
async fn a_permission_that_nobody_came_for_is_said_to_be_worth_nothing() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    let reply = world.alice.presses(&page, "approve").await;
    world.server.clock.advance_seconds(61);
    let late = world.alice.presses(&page, "approve").await;
    assert_eq!(late.location(), form.action);
    let page = world.alice.browser.follows(late).await;
    page.is_page(410, "the app did not come back for it in time");
    assert!(page.says("none can be"), "{}", page.text());
    let callback = request.answered(&reply, &world.server.issuer);
    let refused = world.shop.exchanges(&callback).await;
    refused.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_code_that_was_redeemed_is_not_sent_again_whatever_is_pressed() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    let reply = world.alice.presses(&page, "approve").await;
    let again = world.alice.presses(&page, "approve").await;
    assert_eq!(again.header("location"), reply.header("location"));
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await;
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    for decision in ["approve", "decline"] {
        let late = world.alice.presses(&page, decision).await;
        assert!(!late.location().contains("code="), "{late:?}");
        let settled = world.alice.browser.follows(late).await;
        settled.is_page(200, "You approved acme.example");
        assert!(settled.body.contains("href=\"https://acme.example/\""));
    }
    assert_eq!(world.wallet.introspects(&token).await["active"], true);
}
