//! What came before `profile = "fapi2"` was set: it is held to the profile where it is used next, and waits where it is not.

use countersign::model::{AuthMethod, SignatureAlgorithm};
use countersign::oauth::registration::{self, ClientChange, DutiesChange};
use serde_json::{Value, json};

use crate::support::shop::tokens;
use crate::support::{Key, NewShop, Person, Reply, Request, Server, Shop, World};

const FAPI2: (&str, &str) = ("profile", "\"fapi2\"");

const OVER: &str = "This request ended without a decision";

const SIGNING: NewShop<'static> = NewShop {
    method: AuthMethod::PrivateKeyJwt,
    algorithm: Some(SignatureAlgorithm::Es256),
    ..NewShop::CONFIDENTIAL
};

/// A world with the profile, and its server as it was before.
async fn switched() -> (World, Server) {
    let world = World::with(&[FAPI2]).await;
    let before = world.server.started_again(&[]).await;
    (world, before)
}

/// Alice, as the server `there` sees her.
fn at(alice: &Person, there: &Server) -> Person {
    Person {
        browser: alice.browser.at_server(there),
        server: there.clone(),
        ..alice.clone()
    }
}

/// What she sees of a request that cannot be decided any more, and what the shop hears when she leaves.
async fn is_over(person: &Person, asked: &Request, reply: &Reply) {
    reply.is_page(410, OVER);
    let mut forms = reply.forms().into_iter();
    let leave = forms
        .find(|form| form.hidden.value("decision") == Some("leave"))
        .unwrap();
    let left = person.browser.submits(&leave, &[]).await;
    let answered = asked.answered(&left, &person.server.issuer);
    assert_eq!(answered.error(), "access_denied");
}

/// The shop asks as it must by now, and gets its tokens.
async fn is_served(world: &World, shop: &Shop) {
    let asked = shop.asks_for(world.wallet.mandate());
    let pushed = shop.has_pushed(&asked).await;
    tokens(shop, &world.alice.approves(&pushed).await).await;
}

fn duty(is_pushing: bool) -> ClientChange {
    ClientChange {
        duties: DutiesChange {
            require_pushed_authorization_requests: Some(is_pushing),
            ..DutiesChange::default()
        },
        ..ClientChange::default()
    }
}

#[tokio::test]
async fn a_request_that_was_not_pushed_ends() {
    let (world, before) = switched().await;
    let shop = Shop::register(&world.server, SIGNING).await;
    let shop = shop.proving(Some(&Key::es256()));
    let there = at(&world.alice, &before);
    let asked = shop.asks_for(world.wallet.mandate());
    let page = there.opens(&asked).await;
    // The page is open as the profile comes, and neither it nor a look at it leads any further.
    let path = page.form_with_button("decision", "approve").unwrap().action;
    for pressed in ["approve", "more_time"] {
        let reply = world.alice.presses(&page, pressed).await;
        reply.is_page(410, OVER);
    }
    let reply = world.alice.browser.opens(&path).await;
    is_over(&world.alice, &asked, &reply).await;
    is_served(&world, &shop).await;
    // One that was pushed before goes on.
    let asked = shop.asks_for(world.wallet.mandate());
    let pushed = shop.as_registered(&before).has_pushed(&asked).await;
    let page = there.opens(&pushed).await;
    let reply = world.alice.answers(&page, "approve").await;
    tokens(&shop, &asked.answered(&reply, &world.server.issuer)).await;
}

#[tokio::test]
async fn so_it_is_where_pushing_alone_is_asked_for() {
    let world = World::new().await;
    let shop = Shop::register(&world.server, SIGNING).await;
    let all = ("authorization.require_pushed_requests", "true");
    let pushing = world.server.started_again(&[all]).await;
    let asked = shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&asked).await;
    let there = at(&world.alice, &pushing);
    there.presses(&page, "approve").await.is_page(410, OVER);
    let change =
        |is_pushing| registration::update_client(world.server.app(), &shop.id, duty(is_pushing));
    change(true).await.unwrap();
    world
        .alice
        .presses(&page, "approve")
        .await
        .is_page(410, OVER);
    change(false).await.unwrap();
    let reply = world.alice.answers(&page, "approve").await;
    tokens(&shop, &asked.answered(&reply, &world.server.issuer)).await;
}

#[tokio::test]
async fn nobody_is_asked_in_the_name_of_a_client_that_is_kept_out() {
    let (world, before) = switched().await;
    let app = world.app().await;
    for shop in [&world.shop, &app] {
        let shop = shop.as_registered(&before);
        let asked = shop.asks_for(world.wallet.mandate());
        let pushed = shop.has_pushed(&asked).await;
        let page = world.alice.opens(&pushed).await;
        page.is_page(410, OVER);
        // It waits for the profile to go, for as long as it would have.
        let there = at(&world.alice, &before);
        tokens(&shop, &there.approves(&pushed).await).await;
    }
}

#[tokio::test]
async fn a_code_needs_such_a_client_and_a_proof() {
    let (world, before) = switched().await;
    let there = at(&world.alice, &before);
    let app = world.app().await;
    let signing = Shop::register(&world.server, SIGNING).await;
    for shop in [&world.shop, &app, &signing] {
        let then = shop.as_registered(&before);
        let asked = then.asks_for(world.wallet.mandate());
        let callback = there.approves(&asked).await;
        let (status, error) = if shop.id == signing.id {
            (400, "invalid_dpop_proof")
        } else {
            (401, "invalid_client")
        };
        shop.exchanges(&callback).await.is_refused(status, error);
        // Nothing has become of the code.
        let given = if shop.id == signing.id {
            let proving = shop.proving(Some(&Key::es256()));
            tokens(&proving, &callback).await
        } else {
            tokens(&then, &callback).await
        };
        let bound = shop.id == signing.id || shop.id == app.id;
        let described = world.wallet.introspects(&given.access).await;
        assert_eq!(described["cnf"].is_object(), bound, "{described}");
    }
}

#[tokio::test]
async fn tokens_live_on_and_are_bound_when_they_are_refreshed() {
    let (world, before) = switched().await;
    let there = at(&world.alice, &before);
    let shop = Shop::register(&world.server, SIGNING).await;
    let then = shop.as_registered(&before);
    let asked = then.asks_for(world.wallet.mandate());
    let given = tokens(&then, &there.approves(&asked).await).await;
    let described = world.wallet.introspects(&given.access).await;
    assert_eq!(described["token_type"], "Bearer");
    assert_eq!(described["cnf"], Value::Null);
    let reply = shop.refreshes(given.refresh()).await;
    reply.is_refused(400, "invalid_dpop_proof");
    let key = Key::es256();
    let newer = shop.proving(Some(&key)).refreshes(given.refresh()).await;
    let newer = newer.tokens();
    assert_eq!(newer.response["token_type"], "DPoP");
    // What was bound stays so, also when the profile is gone.
    let wallet = world.wallet.introspects(&newer.access).await;
    assert_eq!(wallet["cnf"], json!({ "jkt": key.thumbprint() }));
    world.server.clock.advance_seconds(301);
    assert!(!world.wallet.accepts(&given.access).await);
}

#[tokio::test]
async fn refresh_tokens_of_who_is_kept_out_wait() {
    let (world, before) = switched().await;
    let there = at(&world.alice, &before);
    let app = world.app().await;
    for shop in [&world.shop, &app] {
        let then = shop.as_registered(&before);
        let asked = then.asks_for(world.wallet.mandate());
        let given = tokens(&then, &there.approves(&asked).await).await;
        for reply in [
            shop.refreshes(given.refresh()).await,
            shop.revokes(given.refresh()).await,
        ] {
            reply.is_refused(401, "invalid_client");
        }
        // Neither rotated nor ended.
        let newer = then.refreshes(given.refresh()).await.tokens();
        assert!(world.wallet.accepts(&newer.access).await);
    }
}
