//! Invoices, sessions and collections: what the payer reads, and what the token can do.

use serde_json::json;

use crate::support::{Answer, World};

#[tokio::test]
async fn an_invoice_is_paid_to_the_payer_once() {
    let world = World::new().await;
    let invoice = world.wallet.invoice();
    let request = world.shop.asks_for(&invoice);
    let page = world.alice.opens(&request).await;
    page.is_page(200, "pay $34.50 into your account?");
    for words in [
        "No money leaves your account.",
        "$10.00, still to come $24.50",
        "Order 1042",
        "Allow",
        "Do not allow",
    ] {
        assert!(page.says(words), "{words:?} is not in {}", page.text());
    }
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let detail = &described["authorization_details"][0];
    assert_eq!(detail["type"], "open_payments_invoice");
    assert_eq!(detail["actions"], json!(["read", "pay", "update"]));
    assert_eq!(detail["limits"]["amount"], "3450");
}

#[tokio::test]
async fn an_invoice_without_an_amount_says_so() {
    let world = World::new().await;
    let invoice = world.wallet.invoice();
    world.wallet.changes(&invoice, |terms| {
        terms["amount"] = json!(null);
        terms["received"] = json!(null);
    });
    let page = world.alice.opens(&world.shop.asks_for(&invoice)).await;
    page.is_page(200, "pay any amount into your account?");
}

#[tokio::test]
async fn a_session_streams_to_the_payer() {
    let world = World::new().await;
    let session = world.wallet.session();
    let request = world.shop.asks_for(&session);
    let page = world.alice.opens(&request).await;
    page.is_page(200, "stream payments to you?");
    assert!(!page.body.contains("never-to-be-stored"));
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(
        described["authorization_details"][0]["type"],
        "open_payments_session"
    );
    assert_eq!(described["subject"], world.wallet.pointer("alice"));
}

#[tokio::test]
async fn the_end_of_a_session_is_no_term() {
    let world = World::new().await;
    let session = world.wallet.session();
    world.wallet.changes(&session, |terms| {
        terms["expiresAt"] = json!("2027-03-01T10:00:00Z");
    });
    let request = world.shop.asks_for(&session);
    let page = world.alice.opens(&request).await;
    world.wallet.changes(&session, |terms| {
        terms["expiresAt"] = json!("2027-03-01T11:00:00Z");
    });
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_collection_lets_the_client_create_agreements_for_a_time() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.invoices());
    let page = world.alice.opens(&request).await;
    page.is_page(200, "create invoices in your name?");
    assert!(page.says("Creating one moves no money."));
    assert!(world.wallet.asked().is_empty(), "there is nothing to fetch");
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let detail = &described["authorization_details"][0];
    assert_eq!(detail["type"], "open_payments_invoice");
    assert_eq!(detail["actions"], json!(["create"]));
    assert_eq!(detail["locations"], json!([world.wallet.invoices()]));
    assert_eq!(described["subject"], world.wallet.pointer("alice"));
    assert!(described.get("agreement_digest").is_none());
    world.server.clock.advance_seconds(7_776_000);
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_payer_with_several_pointers_picks_one_first() {
    let world = World::new().await;
    let second = world.wallet.pointer("alice-savings");
    world.alice.owns(&second).await;
    let request = world.shop.asks_for(world.wallet.mandates());
    let page = world.alice.opens(&request).await;
    page.is_page(200, "Which account may");
    assert!(page.form_with_button("decision", "approve").is_none());
    let stranger = world.wallet.pointer("bob");
    let form = page.form_with_button("pointer", &second).unwrap();
    let reply = world
        .alice
        .browser
        .submits(&form, &[("pointer", &stranger)])
        .await;
    world
        .alice
        .browser
        .follows(reply)
        .await
        .is_page(200, "Which account may");
    let reply = world.alice.browser.presses(&page, "pointer", &second).await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "set up automatic payments for you to approve?");
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert_eq!(
        world.wallet.introspects(&tokens.access).await["subject"],
        second
    );
}

#[tokio::test]
async fn a_payer_without_a_pointer_there_has_nothing_to_allow() {
    let world = World::new().await;
    world.alice.loses(&world.wallet.pointer("alice")).await;
    let page = world
        .alice
        .opens(&world.shop.asks_for(world.wallet.invoices()))
        .await;
    page.is_page(403, "This agreement is for a different account");
}

#[tokio::test]
async fn two_clients_may_create_in_one_collection() {
    let world = World::new().await;
    let rival = world.rival().await;
    let mut all = Vec::new();
    for shop in [&world.shop, &rival] {
        let callback = world
            .alice
            .approves(&shop.asks_for(world.wallet.invoices()))
            .await;
        all.push(shop.exchanges(&callback).await.tokens());
    }
    for tokens in &all {
        assert!(world.wallet.accepts(&tokens.access).await);
    }
}

#[tokio::test]
async fn a_collection_is_never_fetched_even_if_there_is_something() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    world.wallet.answers(&mandate, Answer::Status(500));
    let callback = world
        .alice
        .approves(&world.shop.asks_for(world.wallet.mandates()))
        .await;
    world.shop.exchanges(&callback).await.tokens();
    assert!(world.wallet.asked().is_empty());
}
