//! Who still takes part when a code is redeemed, and who else has the agreement: the last checks of
//! `oauth::code_exchange`.

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::registration;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn who_takes_part_no_more_ends_the_grant_at_the_redemption() {
    let world = World::new().await;
    let app = world.server.app();
    let callback = world.approved().await;
    users::set_state(app, "alice", PartyState::Disabled)
        .await
        .unwrap();
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    users::set_state(app, "alice", PartyState::Enabled)
        .await
        .unwrap();
    let callback = world.approved().await;
    let off = PartyState::Disabled;
    registration::set_resource_server_state(app, &world.wallet.id, off)
        .await
        .unwrap();
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    let on = PartyState::Enabled;
    registration::set_resource_server_state(app, &world.wallet.id, on)
        .await
        .unwrap();
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    let callback = world.approved().await;
    world.alice.loses(&world.wallet.pointer("alice")).await;
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_redirect_uri_that_is_no_longer_registered_redeems_nothing() {
    let world = World::new().await;
    let callback = world.approved().await;
    world.shop.moves_to("https://acme.example/elsewhere").await;
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_revoked_grant_gives_no_tokens() {
    let world = World::new().await;
    let callback = world.approved().await;
    let grant = world.pending_grant().await;
    countersign::oauth::grants::revoke(world.server.app(), &grant)
        .await
        .unwrap();
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_same_client_asking_again_replaces_the_older_grant_at_the_redemption() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let request = world.shop.asks_for(&mandate);
    let first = world.alice.approves(&request).await;
    let older = world.shop.exchanges(&first).await.tokens();
    let second = world.alice.approves(&world.shop.asks_for(&mandate)).await;
    assert!(
        world.wallet.accepts(&older.access).await,
        "not yet replaced"
    );
    let newer = world.shop.exchanges(&second).await.tokens();
    assert!(!world.wallet.accepts(&older.access).await);
    assert!(world.wallet.accepts(&newer.access).await);
    assert_eq!(world.fate(&older).await, "replaced");
    world
        .shop
        .refreshes(older.refresh())
        .await
        .is_refused(400, "invalid_grant");
    world.shop.refreshes(newer.refresh()).await.tokens();
}

#[tokio::test]
async fn a_second_clients_code_for_an_agreement_taken_meanwhile_is_no_good() {
    let world = World::new().await;
    let rival = world.rival().await;
    let mandate = world.wallet.mandate();
    let mine = world.alice.approves(&world.shop.asks_for(&mandate)).await;
    let theirs = world.alice.approves(&rival.asks_for(&mandate)).await;
    let tokens = world.shop.exchanges(&mine).await.tokens();
    rival
        .exchanges(&theirs)
        .await
        .is_refused(400, "invalid_grant");
    assert!(world.wallet.accepts(&tokens.access).await);
    world.shop.revokes(tokens.refresh()).await;
    rival
        .exchanges(&theirs)
        .await
        .is_refused(400, "invalid_grant");
    let again = world.alice.approves(&rival.asks_for(&mandate)).await;
    rival.exchanges(&again).await.tokens();
}

#[tokio::test]
async fn a_token_never_outlives_its_agreement() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["cycles"] = json!(null);
        terms["expiresAt"] = json!("2027-03-01T09:02:00Z");
    });
    let callback = world.alice.approves(&world.shop.asks_for(&mandate)).await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    assert_eq!(tokens.response["expires_in"], 120);
    world.server.clock.advance_seconds(120);
    assert!(!world.wallet.accepts(&tokens.access).await);
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
}
