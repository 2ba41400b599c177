//! Consent, in the order of the checks of `oauth::consent`; what an agreement may say is in `agreement`.

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::registration;

use crate::support::browser::{Browser, Sender};
use crate::support::{Agreement, Person, Reply, Request, World};

pub const ASKED: &str = "take payments from your account?";
const UNKNOWN_APP: &str = "We do not know this app";

/// A request that alice looks at.
pub async fn shown(world: &World) -> (Agreement, Request, Reply) {
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let page = world.alice.opens(&request).await;
    page.is_page(200, ASKED);
    (mandate, request, page)
}

#[track_caller]
fn path(page: &Reply) -> String {
    page.form_with_button("decision", "approve").unwrap().action
}

#[tokio::test]
async fn a_payer_reads_what_is_asked_and_by_whom() {
    let world = World::new().await;
    let (mandate, _, page) = shown(&world).await;
    for words in [
        "can take up to $20.00 each month for 12 months, from 1 Mar 2027, 08:00 UTC to 1 Mar 2028, 08:00 UTC: at most $240.00 in total.",
        "What they do not take carries over. They could take up to $240.00 at once.",
        "what is left can be taken until 2 Mar 2028",
        "US dollars (USD)",
        "Number of months 12",
        "Total, at most $240.00",
        "acme.example",
        "First Wallet has not checked this company",
        "It can choose which account the money goes to.",
        "Streaming, standard plan",
        "Signed in as alice",
        mandate.url.as_str(),
        "Approve",
        "Decline",
    ] {
        assert!(page.says(words), "{words:?} is not in {}", page.text());
    }
    assert!(page.form_with_button("decision", "decline").is_some());
    assert!(!page.body.contains("<script"));
}

#[tokio::test]
async fn an_approval_gives_a_code_the_state_and_the_issuer() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let callback = world.alice.approves(&request).await;
    assert_eq!(callback.parameters().names(), ["code", "state", "iss"]);
    assert_eq!(callback.code().len(), 43);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn the_words_that_were_approved_are_kept() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    world.alice.approves(&request).await;
    let id = world.pending_grant().await;
    let store = &world.server.app().store;
    let grant = countersign::store::grant::find(store, &id).await.unwrap();
    let (words, locale) = grant.unwrap().text.unwrap();
    assert!(words.ends_with(
        "can take up to $20.00 each month for 12 months, from 1 Mar 2027, 08:00 UTC to 1 Mar 2028, 08:00 UTC: \
         at most $240.00 in total."
    ));
    assert_eq!(locale, "en");
}

#[tokio::test]
async fn a_decline_gives_access_denied_and_nothing_else() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let callback = world.alice.declines(&request).await;
    assert_eq!(callback.error(), "access_denied");
    let names = ["error", "error_description", "state", "iss"];
    assert_eq!(callback.parameters().names(), names);
}

#[tokio::test]
async fn a_payer_can_go_back_without_signing_in() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.browser.opens(&request.url()).await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| !form.inputs.iter().any(|input| input == "password"));
    let reply = world.alice.browser.submits(&form.unwrap(), &[]).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "access_denied");
    assert!(world.wallet.asked().is_empty());
}

#[tokio::test]
async fn an_unknown_request_has_ended() {
    let world = World::new().await;
    world.alice.signs_in().await;
    for id in ["req_unknown", "...", "%00", "a%2Fb", &"x".repeat(5000)] {
        let page = world.alice.browser.gets(&format!("/consent/{id}")).await;
        assert!((400..500).contains(&page.status), "{id}: {page:?}");
    }
}

#[tokio::test]
async fn another_browser_cannot_act_on_a_request() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    let other = Browser::new(&world.server);
    other
        .gets(&path(&page))
        .await
        .is_page(400, "Turn on cookies to continue");
    let form = page.form_with_button("decision", "approve").unwrap();
    let reply = other.submits(&form, &[("decision", "approve")]).await;
    assert!((400..500).contains(&reply.status), "{reply:?}");
    let mallory = Person {
        browser: other,
        ..world.alice.clone()
    };
    mallory.signs_in().await;
    let reply = mallory
        .browser
        .submits(&form, &[("decision", "approve")])
        .await;
    assert!((400..500).contains(&reply.status), "{reply:?}");
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn the_cookie_of_one_request_is_no_good_for_another() {
    let world = World::new().await;
    let (_, first, page) = shown(&world).await;
    let (_, second, other) = shown(&world).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    let foreign = other.form_with_button("decision", "approve").unwrap();
    let csrf = foreign.hidden.value("csrf").unwrap();
    let more = [("decision", "approve"), ("csrf", csrf)];
    let reply = world.alice.browser.submits(&form, &more).await;
    reply.is_page(403, "Please open the page again");
    for (request, page) in [(first, page), (second, other)] {
        let reply = world.alice.presses(&page, "approve").await;
        request.answered(&reply, &world.server.issuer).code();
    }
}

#[tokio::test]
async fn a_form_of_another_site_decides_nothing() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    let approve = form.hidden.with("decision", "approve");
    let own = Sender::own(&world.server);
    let cases = [
        (approve.without("csrf"), own.clone()),
        (approve.with("csrf", ""), own.clone()),
        (approve.with("csrf", "x"), own.clone()),
        (approve.clone(), Sender::foreign()),
        (
            approve.clone(),
            Sender {
                origin: Some("null".to_owned()),
                ..own.clone()
            },
        ),
        (
            approve.clone(),
            Sender {
                site: Some("cross-site".to_owned()),
                ..own.clone()
            },
        ),
        (
            approve.clone(),
            Sender {
                site: Some("same-site".to_owned()),
                ..own.clone()
            },
        ),
    ];
    for (fields, sender) in cases {
        let reply = world
            .alice
            .browser
            .posts(&form.action, &fields, &sender)
            .await;
        reply.is_page(403, "Please open the page again");
    }
    let reply = world
        .alice
        .browser
        .posts(&form.action, &approve, &own)
        .await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_decision_that_is_none_decides_nothing() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    let form = page.form_with_button("decision", "approve").unwrap();
    for decision in ["", "yes", "APPROVE", "approve decline"] {
        let reply = world
            .alice
            .browser
            .submits(&form, &[("decision", decision)])
            .await;
        assert!(
            reply
                .header("location")
                .is_none_or(|to| !to.contains("code=")),
            "{reply:?}"
        );
        assert!(reply.status < 500, "{reply:?}");
    }
    let get = format!(
        "{}?decision=approve&csrf={}",
        form.action,
        form.hidden.value("csrf").unwrap()
    );
    world.alice.browser.gets(&get).await.is_page(200, ASKED);
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn a_client_that_was_disabled_meanwhile_gets_nothing() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    let app = world.server.app();
    registration::set_client_state(app, &world.shop.id, PartyState::Disabled)
        .await
        .unwrap();
    let reply = world.alice.presses(&page, "approve").await;
    reply.is_page(400, UNKNOWN_APP);
    world
        .alice
        .browser
        .gets(&path(&page))
        .await
        .is_page(400, UNKNOWN_APP);
}

#[tokio::test]
async fn a_redirect_uri_that_is_no_longer_registered_gets_nothing() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    world.shop.moves_to("https://acme.example/elsewhere").await;
    for decision in ["approve", "decline"] {
        let reply = world.alice.presses(&page, decision).await;
        reply.is_page(400, "This link is not safe to follow");
        assert_eq!(reply.header("location"), None);
    }
}

#[tokio::test]
async fn a_wallet_that_was_disabled_meanwhile_is_not_asked() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    let app = world.server.app();
    let wallet = &world.wallet;
    registration::set_resource_server_state(app, &wallet.id, PartyState::Disabled)
        .await
        .unwrap();
    let asked = wallet.asked().len();
    world
        .alice
        .presses(&page, "approve")
        .await
        .is_page(400, "We cannot show these terms");
    assert_eq!(wallet.asked().len(), asked);
}

#[tokio::test]
async fn a_payer_who_was_disabled_meanwhile_has_to_sign_in_and_cannot() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    users::set_state(world.server.app(), "alice", PartyState::Disabled)
        .await
        .unwrap();
    let reply = world.alice.presses(&page, "approve").await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "Sign in to");
    world
        .alice
        .signs_in_on(&page)
        .await
        .is_page(422, "Check both and try again");
}

#[tokio::test]
async fn a_request_waits_half_an_hour() {
    let world = World::new().await;
    let (_, _, page) = shown(&world).await;
    world.server.clock.advance_seconds(1800);
    let page = world.alice.presses(&page, "approve").await;
    page.is_page(410, "You waited more than 30 minutes.");
}

#[tokio::test]
async fn a_payer_who_needs_more_time_gets_it() {
    let world = World::with(&[("session.idle", "86400")]).await;
    let (_, request, mut page) = shown(&world).await;
    for _ in 0..12 {
        world.server.clock.advance_seconds(1700);
        let reply = world.alice.presses(&page, "more_time").await;
        let renewed = reply.header("set-cookie").unwrap_or_default().to_owned();
        assert!(renewed.starts_with("__Host-request-"), "{reply:?}");
        assert!(renewed.contains("Max-Age=1800"), "{renewed}");
        page = world.alice.browser.follows(reply).await;
        page.is_page(200, ASKED);
    }
    let reply = world.alice.answers(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_loses_nothing() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    world.alice.browser.forgets("__Host-session");
    let reply = world.alice.presses(&page, "approve").await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "Sign in to");
    let page = world.alice.signs_in_on(&page).await;
    page.is_page(200, ASKED);
    let reply = world.alice.presses(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn who_goes_back_from_an_error_page_tells_the_client_why() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    for (answer, error) in [
        (404, "invalid_scope"),
        (503, "temporarily_unavailable"),
        (410, "access_denied"),
    ] {
        world
            .wallet
            .answers(&mandate, crate::support::Answer::Status(answer));
        let request = world.shop.asks_for(&mandate);
        let page = world.alice.opens(&request).await;
        let leave = page
            .forms()
            .into_iter()
            .find(|form| form.action.contains("/consent/"));
        let reply = world.alice.browser.submits(&leave.unwrap(), &[]).await;
        let callback = request.answered(&reply, &world.server.issuer);
        assert_eq!(callback.error(), error, "{answer}");
    }
}
