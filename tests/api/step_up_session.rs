//! Whoever approves must still be there when it counts: sessions and passwords around an approval that takes its time.

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::store::Rows as _;
use countersign::store::grant::Filter;
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, Statement};

use crate::consent::shown;
use crate::step_up::asked;
use crate::support::{Gate, Reply, World};

#[derive(sea_orm::FromQueryResult)]
struct Count {
    rows: i64,
}

/// How many sessions there are.
async fn sessions(world: &World) -> i64 {
    let connection = world.server.app().store.connection();
    let backend = connection.get_database_backend();
    let count = Statement::from_string(backend, "SELECT COUNT(*) AS rows FROM session");
    let found = Count::find_by_statement(count).one(connection).await;
    found.unwrap().unwrap().rows
}

/// Approves while the wallet takes its time, and does something meanwhile.
async fn while_the_wallet_thinks(
    gate: &Gate,
    approving: impl Future<Output = Reply>,
    act: impl Future<Output = ()>,
) -> Reply {
    let acting = async {
        gate.is_reached().await;
        act.await;
        gate.opens();
    };
    tokio::join!(approving, acting).0
}

#[track_caller]
fn has_to_sign_in(reply: &Reply) {
    assert!(reply.location().contains("/sign-in?request="), "{reply:?}");
}

#[tokio::test]
async fn a_new_password_ends_an_approval_on_its_way() {
    let world = World::new().await;
    let (mandate, _, page) = shown(&world).await;
    let gate = world.wallet.gates(&mandate);
    let act = Box::pin(async {
        users::set_password(world.server.app(), "alice", "another password")
            .await
            .unwrap();
    });
    let reply = while_the_wallet_thinks(&gate, world.alice.presses(&page, "approve"), act).await;
    has_to_sign_in(&reply);
}

#[tokio::test]
async fn a_payer_who_was_disabled_approves_nothing_on_the_way() {
    let world = World::new().await;
    let (mandate, _, page) = shown(&world).await;
    let gate = world.wallet.gates(&mandate);
    let act = Box::pin(async {
        users::set_state(world.server.app(), "alice", PartyState::Disabled)
            .await
            .unwrap();
    });
    let reply = while_the_wallet_thinks(&gate, world.alice.presses(&page, "approve"), act).await;
    has_to_sign_in(&reply);
    let (store, all) = (&world.server.app().store, Filter::default());
    let grants = countersign::store::grant::list(store, &all, 9).await;
    assert!(grants.unwrap().is_empty());
}

#[tokio::test]
async fn who_signs_out_meanwhile_stays_signed_out_and_has_approved_nothing() {
    let world = World::new().await;
    let (mandate, request, page) = asked(&world).await;
    let gate = world.wallet.gates(&mandate);
    let session = world.alice.browser.cookie("__Host-session").unwrap();
    let act = async {
        let home = world.alice.browser.opens("/").await;
        let sign_out = home.form_to("/sign-out").unwrap();
        world.alice.browser.submits(&sign_out, &[]).await;
    };
    let reply = while_the_wallet_thinks(&gate, world.alice.confirms(&page), act).await;
    has_to_sign_in(&reply);
    assert_eq!(world.alice.browser.cookie("__Host-session"), None);
    assert_eq!(sessions(&world).await, 0);
    // Nothing is lost: signed in again, the request can be approved.
    world.alice.browser.sets_cookie("__Host-session", &session);
    let page = world.alice.opens(&request).await;
    let reply = world.alice.answers(&page, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
}

#[tokio::test]
async fn several_confirmations_leave_one_session() {
    let world = World::twice().await;
    let (_, request, page) = asked(&world).await;
    let elsewhere = world.alice.at(1);
    let (a, b, c) = tokio::join!(
        world.alice.confirms(&page),
        elsewhere.confirms(&page),
        world.alice.confirms(&page)
    );
    for reply in [&a, &b, &c] {
        let sent_back = reply.location() == a.location();
        assert!(sent_back, "{reply:?}");
    }
    request.answered(&a, &world.server.issuer).code();
    assert_eq!(sessions(&world).await, 1);
}

#[tokio::test]
async fn what_is_confirmed_is_kept_in_the_words_that_were_read() {
    let world = World::new().await;
    let (_, request, page) = shown(&world).await;
    world.alice.browser.gets("/language/de?to=/").await;
    world.server.clock.advance_seconds(300);
    let asked = world.alice.presses(&page, "approve").await;
    asked.is_page(200, "darf 12 Monate lang jeden Monat bis zu");
    let reply = world.alice.confirms(&asked).await;
    request.answered(&reply, &world.server.issuer).code();
    let id = world.pending_grant().await;
    let store = &world.server.app().store;
    let grant = countersign::store::grant::find(store, &id).await.unwrap();
    let (words, locale) = grant.unwrap().text.unwrap();
    assert_eq!(locale, "de");
    assert!(words.contains("darf 12 Monate lang"), "{words}");
}
