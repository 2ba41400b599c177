//! What a wallet may answer instead of an agreement, and which page says so (screens S12 to S14).

use crate::agreement::{UNREACHABLE, UNUSABLE, looks_at};
use crate::support::server::listen;
use crate::support::wallet::PATIENCE;
use crate::support::{Answer, World};

#[tokio::test]
async fn a_wallet_that_says_it_is_gone_has_ended_it() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    world.wallet.answers(&mandate, Answer::Status(410));
    looks_at(&world, &mandate)
        .await
        .is_page(410, "The agreement was cancelled.");
}

#[tokio::test]
async fn a_wallet_that_fails_is_named_and_can_be_tried_again() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    for status in [500, 502, 503, 429] {
        world.wallet.answers(&mandate, Answer::Status(status));
        let page = looks_at(&world, &mandate).await;
        page.is_page(503, UNREACHABLE);
        assert!(page.says(world.wallet.authority()));
        assert!(page.header("retry-after").is_some());
    }
    world.wallet.mandate_again(&mandate);
    looks_at(&world, &mandate)
        .await
        .is_page(200, "take payments");
}

#[tokio::test]
async fn a_wallet_without_the_agreement_makes_it_unusable() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    for status in [404, 204, 400] {
        world.wallet.answers(&mandate, Answer::Status(status));
        looks_at(&world, &mandate).await.is_page(400, UNUSABLE);
    }
}

#[tokio::test]
async fn what_is_no_agreement_says_nothing_about_the_terms() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let body = world.wallet.text_of(&world.wallet.mandate());
    for content_type in ["text/html", "text/plain", "application/xml"] {
        let content_type = content_type.to_owned();
        world.wallet.answers(
            &mandate,
            Answer::Text {
                content_type,
                body: body.clone(),
            },
        );
        looks_at(&world, &mandate).await.is_page(503, UNREACHABLE);
    }
}

#[tokio::test]
async fn an_agreement_that_is_too_long_is_not_read() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let body = world.wallet.text_of(&mandate);
    let content_type = "application/json".to_owned();
    let longest = body.clone() + &" ".repeat(65536 - body.len());
    let longer = longest.clone() + " ";
    for (body, status, says) in [(longest, 200, "take payments"), (longer, 503, UNREACHABLE)] {
        let content_type = content_type.clone();
        let answer = Answer::Text { content_type, body };
        world.wallet.answers(&mandate, answer);
        looks_at(&world, &mandate).await.is_page(status, says);
    }
}

#[tokio::test]
async fn a_redirect_of_a_wallet_is_not_followed() {
    let world = World::new().await;
    let (mandate, elsewhere) = (world.wallet.mandate(), world.wallet.mandate());
    world
        .wallet
        .answers(&mandate, Answer::Redirect(elsewhere.url.clone()));
    looks_at(&world, &mandate).await.is_page(503, UNREACHABLE);
    assert_eq!(world.wallet.asked().len(), 1);
}

#[tokio::test]
async fn a_wallet_that_hangs_does_not_keep_the_payer() {
    let timeout = PATIENCE.as_millis().to_string();
    let world = World::with(&[("wallet.timeout", &timeout)]).await;
    let mandate = world.wallet.mandate();
    world.wallet.answers(&mandate, Answer::Hang);
    looks_at(&world, &mandate).await.is_page(503, UNREACHABLE);
}

#[tokio::test]
async fn a_wallet_where_nobody_listens_is_unreachable() {
    let world = World::new().await;
    let (listener, origin) = listen();
    crate::support::register::resource_server(world.server.app(), "Empty", &origin).await;
    drop(listener);
    let page = world
        .alice
        .opens(&world.shop.asks_for(format!("{origin}/mandates/1")))
        .await;
    page.is_page(503, UNREACHABLE);
}
