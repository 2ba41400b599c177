//! `authorization_details` at the token endpoint: what was granted, said again (RFC 9396 §6).

use countersign::model::GrantType;
use serde_json::json;

use crate::rar::{asks, detail};
use crate::support::shop::refresh_form;
use crate::support::tokens::unpack;
use crate::support::wallet::Wallet;
use crate::support::{Agreement, Callback, Fields, NewShop, Shop, World, fate};

const CODE: &str = "invalid_authorization_details";
const ENDED: &str = "revoked_by_system";
const NAME: &str = "authorization_details";

/// What differs from a permission to read and cancel `mandate`.
fn others(world: &World, mandate: &Agreement) -> Vec<String> {
    let other = world.wallet.mandate();
    vec![
        detail("mandate", &mandate.url, &["read"]),
        detail("mandate", &mandate.url, &["cancel"]),
        detail("mandate", &mandate.url, &["read", "charge", "cancel"]),
        detail("mandate", &mandate.url, &["create"]),
        detail("mandate", &other.url, &["read", "cancel"]),
        detail("mandate", &format!("{mandate}/"), &["read", "cancel"]),
        detail("mandate", &world.wallet.mandates(), &["read", "cancel"]),
    ]
}

async fn approved(world: &World, shop: &Shop, mandate: &Agreement) -> Callback {
    let request = asks(shop, "mandate", mandate, &["read", "cancel"]);
    world.alice.approves(&request).await
}

#[tokio::test]
async fn a_code_is_redeemed_for_exactly_what_was_granted() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    for other in others(&world, &mandate) {
        let callback = approved(&world, &world.shop, &mandate).await;
        let grant = world.pending_grant().await;
        let form = callback.form().with(NAME, &other);
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, CODE);
        // As with a wrong verifier, the code is spent and its grant has ended.
        assert_eq!(fate(&world.server, &grant).await, ENDED, "{other}");
        world
            .shop
            .exchanges(&callback)
            .await
            .is_refused(400, "invalid_grant");
    }
    let name = format!("//{}", mandate.url.strip_prefix("http://").unwrap());
    for same in [
        detail("mandate", &mandate.url, &["read", "cancel"]),
        detail("mandate", &name, &["cancel", "read"]),
    ] {
        let callback = approved(&world, &world.shop, &mandate).await;
        let form = callback.form().with(NAME, &same);
        let tokens = world.shop.asks_for_tokens(&form).await.tokens();
        let granted = &tokens.response[NAME][0]["actions"];
        assert_eq!(granted, &json!(["read", "cancel"]));
    }
}

#[tokio::test]
async fn what_cannot_be_read_leaves_the_code_as_it_is() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let callback = approved(&world, &world.shop, &mandate).await;
    let good = detail("mandate", &mandate.url, &["read", "cancel"]);
    let long = format!("{good}{}", " ".repeat(17_000));
    for bad in [
        "x",
        "[]",
        "{}",
        &good.replace("mandate\"", "account\""),
        &long,
    ] {
        let form = callback.form().with(NAME, bad);
        world
            .shop
            .asks_for_tokens(&form)
            .await
            .is_refused(400, CODE);
    }
    let twice = callback.form().with(NAME, &good).and(NAME, &good);
    world
        .shop
        .asks_for_tokens(&twice)
        .await
        .is_refused(400, "invalid_request");
    world.shop.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_refreshed_token_can_do_what_the_first_could() {
    let world = World::new().await;
    let app = world.app().await;
    for shop in [&world.shop, &app] {
        let invoice = world.wallet.invoice();
        let request = asks(shop, "invoice", &invoice, &["read"]);
        let callback = world.alice.approves(&request).await;
        let mut tokens = shop.exchanges(&callback).await.tokens();
        let mut refresh = tokens.refresh().to_owned();
        let same = detail("invoice", &invoice.url, &["read"]);
        let bad = [
            detail("invoice", &invoice.url, &["read", "pay", "update"]),
            detail("invoice", &invoice.url, &["pay"]),
            detail("session", &invoice.url, &["read"]),
            detail("invoice", &world.wallet.invoice().url, &["read"]),
            "[{}]".to_owned(),
        ];
        for round in 0..2 {
            for other in &bad {
                let form = refresh_form(&refresh).with(NAME, other);
                shop.asks_for_tokens(&form).await.is_refused(400, CODE);
            }
            let form = match round {
                0 => refresh_form(&refresh).with(NAME, &same),
                _ => refresh_form(&refresh),
            };
            tokens = shop.asks_for_tokens(&form).await.tokens();
            refresh = tokens.refresh.clone().unwrap_or(refresh);
            let claims = unpack(&tokens.access).1;
            assert_eq!(claims[NAME][0]["actions"], json!(["read"]));
            assert_eq!(tokens.response[NAME], claims[NAME]);
        }
    }
}

#[tokio::test]
async fn what_was_asked_by_scope_is_every_action() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let tokens = world.tokens_for(&mandate).await;
    let form = refresh_form(tokens.refresh());
    let some = detail("mandate", &mandate.url, &["read"]);
    let form_with = |details: &str| form.with(NAME, details);
    world
        .shop
        .asks_for_tokens(&form_with(&some))
        .await
        .is_refused(400, CODE);
    let every = detail("mandate", &mandate.url, &["read", "charge", "cancel"]);
    world
        .shop
        .asks_for_tokens(&form_with(&every))
        .await
        .tokens();
}

#[tokio::test]
async fn a_client_on_its_own_account_names_its_collection_in_detail() {
    let world = World::new().await;
    let account = world.wallet.pointer("biller");
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    let biller = Shop::register(&world.server, new).await;
    let invoices = world.wallet.invoices();
    let ask = |details: &str| Fields::of(&[("grant_type", "client_credentials"), (NAME, details)]);
    let good = detail("invoice", &invoices, &["create"]);
    let second = Wallet::open(&world.server, "Second Wallet").await;
    for bad in [
        detail("invoice", &invoices, &["read"]),
        detail("mandate", &invoices, &["create"]),
        detail("invoice", &world.wallet.invoice().url, &["read"]),
        detail("invoice", &world.wallet.invoice().url, &["create"]),
        detail("invoice", &second.invoices(), &["create"]),
        detail("invoice", "https://unknown.example/invoices", &["create"]),
        "[]".to_owned(),
    ] {
        biller
            .asks_for_tokens(&ask(&bad))
            .await
            .is_refused(400, CODE);
    }
    let other = ask(&good).with("scope", &world.wallet.mandates());
    biller.asks_for_tokens(&other).await.is_refused(400, CODE);
    let tokens = biller.asks_for_tokens(&ask(&good)).await.tokens();
    assert_eq!(tokens.response["scope"], invoices);
    let both = biller
        .asks_for_tokens(&ask(&good).with("scope", &invoices))
        .await
        .tokens();
    let by_scope = biller.wants(&invoices).await.tokens();
    assert_eq!(both.grant(), tokens.grant());
    assert_eq!(by_scope.grant(), tokens.grant());
}
