//! `/revoke`, in the order of the checks of `oauth::revocation`.

use crate::support::{Fields, World};

#[tokio::test]
async fn an_access_token_ends_itself() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    assert_eq!(world.shop.revokes(&tokens.access).await.status, 200);
    assert!(!world.wallet.accepts(&tokens.access).await);
    let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
    assert!(world.wallet.accepts(&fresh.access).await);
}

#[tokio::test]
async fn a_refresh_token_ends_its_grant() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let fresh = world.shop.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(world.shop.revokes(tokens.refresh()).await.status, 200);
    for access in [&tokens.access, &fresh.access] {
        assert!(!world.wallet.accepts(access).await);
    }
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "revoked_by_client");
}

#[tokio::test]
async fn an_older_refresh_token_of_a_public_client_ends_the_grant_too() {
    let world = World::new().await;
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let old = app.exchanges(&callback).await.tokens();
    let new = app.refreshes(old.refresh()).await.tokens();
    assert_eq!(app.revokes(old.refresh()).await.status, 200);
    assert!(!world.wallet.accepts(&new.access).await);
    assert_eq!(world.fate(&old).await, "revoked_by_client");
}

#[tokio::test]
async fn revoking_twice_is_as_good_as_once() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for token in [&*tokens.access, tokens.refresh()] {
        for _ in 0..2 {
            assert_eq!(world.shop.revokes(token).await.status, 200);
        }
    }
}

#[tokio::test]
async fn another_clients_token_stays_alive() {
    let world = World::new().await;
    let rival = world.rival().await;
    let tokens = world.tokens().await;
    for token in [&*tokens.access, tokens.refresh()] {
        assert_eq!(rival.revokes(token).await.status, 200);
    }
    assert!(world.wallet.accepts(&tokens.access).await);
    world.shop.refreshes(tokens.refresh()).await.tokens();
}

#[tokio::test]
async fn an_unknown_token_is_as_good_as_revoked() {
    let world = World::new().await;
    for token in ["x", "a.b.c", "é"] {
        let reply = world.shop.revokes(token).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    }
}

#[tokio::test]
async fn a_hint_changes_nothing() {
    let world = World::new().await;
    for hint in ["refresh_token", "access_token", "unheard"] {
        let tokens = world.tokens().await;
        let form = Fields::of(&[("token", &tokens.access), ("token_type_hint", hint)]);
        assert_eq!(world.shop.posts("/revoke", &form).await.status, 200);
        assert!(!world.wallet.accepts(&tokens.access).await, "{hint}");
    }
}

#[tokio::test]
async fn a_token_is_required() {
    let world = World::new().await;
    let reply = world.shop.posts("/revoke", &Fields::default()).await;
    reply.is_refused(400, "invalid_request");
}

#[tokio::test]
async fn a_client_must_say_who_it_is() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let thief = world.shop.with_secret("wrong");
    thief
        .revokes(tokens.refresh())
        .await
        .is_refused(401, "invalid_client");
    assert!(world.wallet.accepts(&tokens.access).await);
}
