//! A client on its own account, in the order of the checks of `oauth::client_credentials`.

use countersign::model::{AuthMethod, GrantType};
use serde_json::json;

use crate::support::wallet::Wallet;
use crate::support::{NewShop, Shop, World};

const OWN: &[GrantType] = &[GrantType::AuthorizationCode, GrantType::ClientCredentials];

/// A shop with an account of its own at the wallet.
async fn biller(world: &World) -> Shop {
    let account = world.wallet.pointer("biller");
    let new = NewShop {
        grant_types: OWN,
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    Shop::register(&world.server, new).await
}

#[tokio::test]
async fn a_client_may_create_agreements_on_its_own_account() {
    let world = World::new().await;
    let biller = biller(&world).await;
    let tokens = biller.wants(&world.wallet.invoices()).await.tokens();
    assert_eq!(tokens.refresh, None);
    assert_eq!(tokens.response["scope"], world.wallet.invoices());
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described["active"], true);
    assert_eq!(described["sub"], biller.id.as_str());
    assert_eq!(described["client_id"], biller.id.as_str());
    assert_eq!(described["subject"], world.wallet.pointer("biller"));
    assert_eq!(
        described["authorization_details"][0]["actions"],
        json!(["create"])
    );
    assert!(described.get("consented_at").is_none() && described.get("auth_time").is_none());
}

#[tokio::test]
async fn asking_again_is_the_same_grant() {
    let world = World::new().await;
    let biller = biller(&world).await;
    let mut grants = Vec::new();
    for _ in 0..3 {
        let tokens = biller.wants(&world.wallet.invoices()).await.tokens();
        grants.push(world.wallet.introspects(&tokens.access).await["grant_id"].clone());
    }
    assert!(grants[0].is_string());
    assert!(grants.iter().all(|grant| grant == &grants[0]), "{grants:?}");
}

#[tokio::test]
async fn a_public_client_has_no_account_of_its_own() {
    let world = World::new().await;
    let app = world.app().await;
    app.wants(&world.wallet.invoices())
        .await
        .is_refused(400, "unauthorized_client");
    world
        .shop
        .wants(&world.wallet.invoices())
        .await
        .is_refused(400, "unauthorized_client");
}

#[tokio::test]
async fn the_scope_is_one_collection() {
    let world = World::new().await;
    let biller = biller(&world).await;
    let (invoices, mandates) = (world.wallet.invoices(), world.wallet.mandates());
    let mandate = world.wallet.mandate();
    for scope in [
        String::new(),
        format!("{invoices} {mandates}"),
        format!("{invoices}/"),
        mandate.url.clone(),
        "https://unknown.example/invoices".to_owned(),
        "invoices".to_owned(),
        "\"\\".to_owned(),
    ] {
        biller.wants(&scope).await.is_refused(400, "invalid_scope");
    }
    assert!(world.wallet.asked().is_empty());
    biller.wants(&invoices).await.tokens();
}

#[tokio::test]
async fn a_client_without_an_account_at_the_wallet_gets_nothing() {
    let world = World::new().await;
    let biller = biller(&world).await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    biller
        .wants(&second.invoices())
        .await
        .is_refused(400, "invalid_scope");
    let new = NewShop {
        grant_types: OWN,
        ..NewShop::CONFIDENTIAL
    };
    let poor = Shop::register(&world.server, new).await;
    let reply = poor.wants(&world.wallet.invoices()).await;
    reply.is_refused(400, "invalid_scope");
    let description = reply.json()["error_description"].to_string();
    assert!(description.contains("the operator adds one"), "{reply:?}");
}

#[tokio::test]
async fn every_way_to_keep_a_secret_will_do() {
    let world = World::new().await;
    let account = world.wallet.pointer("poster");
    let new = NewShop {
        method: AuthMethod::ClientSecretPost,
        grant_types: OWN,
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    let poster = Shop::register(&world.server, new).await;
    let tokens = poster.wants(&world.wallet.invoices()).await.tokens();
    assert!(world.wallet.accepts(&tokens.access).await);
    poster
        .with_secret("wrong")
        .wants(&world.wallet.invoices())
        .await
        .is_refused(401, "invalid_client");
}

#[tokio::test]
async fn the_permission_is_renewed_when_its_time_is_over() {
    let world = World::new().await;
    let biller = biller(&world).await;
    let old = biller.wants(&world.wallet.invoices()).await.tokens();
    world.server.clock.advance_seconds(7_776_000);
    let new = biller.wants(&world.wallet.invoices()).await.tokens();
    assert!(!world.wallet.accepts(&old.access).await);
    assert!(world.wallet.accepts(&new.access).await);
}
