//! What is bound to a key: codes by `dpop_jkt` or a pushed proof, access tokens, and the refresh tokens of public clients.

use countersign::model::Duties;
use serde_json::json;

use crate::support::proof::{good, keys, posts};
use crate::support::shop::refresh_form;
use crate::support::tokens::unpack;
use crate::support::{Callback, Fields, Key, NewShop, Reply, Shop, Tokens, World, fate};

/// The thumbprint that a token is bound to.
fn bound_to(tokens: &Tokens) -> Option<String> {
    let jkt = unpack(&tokens.access).1["cnf"]["jkt"]
        .as_str()
        .map(str::to_owned);
    let kind = if jkt.is_some() { "DPoP" } else { "Bearer" };
    assert_eq!(tokens.response["token_type"], kind);
    jkt
}

#[track_caller]
fn is_not_proven(reply: &Reply) {
    reply.is_refused(400, "invalid_dpop_proof");
}

/// The same, in words that say what is bound to a key.
#[track_caller]
fn is_of_another(reply: &Reply, what: &str, is_spent: bool) {
    is_not_proven(reply);
    let body = reply.json();
    let said = body["error_description"].as_str().unwrap();
    assert!(said.contains(what), "{said}");
    assert_eq!(said.contains("the code is spent"), is_spent, "{said}");
}

/// A shop whose tokens must be bound.
async fn careful(world: &World) -> Shop {
    let new = NewShop {
        duties: Duties {
            dpop_bound_access_tokens: true,
            ..NewShop::CONFIDENTIAL.duties
        },
        ..NewShop::CONFIDENTIAL
    };
    Shop::register(&world.server, new).await
}

/// An approval of alice's for a code that is bound to `key`.
async fn approved(world: &World, shop: &Shop, key: &Key) -> Callback {
    let request = shop.asks_for(world.wallet.mandate());
    let request = request.with("dpop_jkt", &key.thumbprint());
    world.alice.approves(&request).await
}

#[tokio::test]
async fn a_bound_code_is_for_the_holder_of_its_key() {
    let world = World::new().await;
    let pocket = world.app().await;
    for shop in [&world.shop, &pocket] {
        for key in keys() {
            let callback = approved(&world, shop, &key).await;
            let tokens = shop.proving(Some(&key)).exchanges(&callback).await.tokens();
            assert_eq!(bound_to(&tokens), Some(key.thumbprint()));
            assert!(world.wallet.accepts(&tokens.access).await);
        }
    }
}

#[tokio::test]
async fn with_another_key_or_none_a_bound_code_is_spent_and_its_grant_ends() {
    let world = World::new().await;
    let pocket = world.app().await;
    let key = Key::es256();
    for shop in [&world.shop, &pocket] {
        for wrong in [None, Some(Key::es256())] {
            let callback = approved(&world, shop, &key).await;
            let grant = world.pending_grant().await;
            let refused = shop.proving(wrong.as_ref()).exchanges(&callback).await;
            is_of_another(&refused, "the code is bound to", true);
            assert_eq!(fate(&world.server, &grant).await, "revoked_by_system");
            let late = shop.proving(Some(&key)).exchanges(&callback).await;
            late.is_refused(400, "invalid_grant");
            let callback = approved(&world, shop, &key).await;
            shop.proving(Some(&key)).exchanges(&callback).await.tokens();
        }
    }
}

#[tokio::test]
async fn a_proof_that_is_no_proof_leaves_the_code_as_it_is() {
    let world = World::new().await;
    let key = Key::es256();
    let callback = approved(&world, &world.shop, &key).await;
    for proofs in [vec!["x"], vec![""], vec!["x", "x"]] {
        is_not_proven(&posts(&world.shop, "/token", &callback.form(), &proofs).await);
    }
    let used = good(&world.shop, &key, "/token");
    posts(&world.shop, "/token", &refresh_form("x"), &[&used]).await;
    is_not_proven(&posts(&world.shop, "/token", &callback.form(), &[&used]).await);
    world
        .shop
        .proving(Some(&key))
        .exchanges(&callback)
        .await
        .tokens();
}

#[tokio::test]
async fn a_code_that_is_not_bound_makes_a_bound_token_if_there_is_a_proof() {
    let world = World::new().await;
    let key = Key::es256();
    let callback = world.approved().await;
    let tokens = world
        .shop
        .proving(Some(&key))
        .exchanges(&callback)
        .await
        .tokens();
    assert_eq!(bound_to(&tokens), Some(key.thumbprint()));
}

#[tokio::test]
async fn whose_tokens_must_be_bound_brings_a_proof() {
    let world = World::new().await;
    let shop = careful(&world).await;
    let key = shop.proofs.clone().unwrap();
    let bare = shop.proving(None);
    let callback = world
        .alice
        .approves(&bare.asks_for(world.wallet.mandate()))
        .await;
    // The code waits for the proof.
    is_not_proven(&bare.exchanges(&callback).await);
    let tokens = shop.exchanges(&callback).await.tokens();
    assert_eq!(bound_to(&tokens), Some(key.thumbprint()));
    is_not_proven(&bare.refreshes(tokens.refresh()).await);
    let fresh = shop.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(bound_to(&fresh), Some(key.thumbprint()));
}

#[tokio::test]
async fn a_confidential_client_may_bring_a_new_key() {
    let world = World::new().await;
    let strict = careful(&world).await;
    for shop in [&world.shop, &strict] {
        let first = Key::es256();
        let callback = approved(&world, shop, &first).await;
        let tokens = shop
            .proving(Some(&first))
            .exchanges(&callback)
            .await
            .tokens();
        for key in keys() {
            let fresh = shop
                .proving(Some(&key))
                .refreshes(tokens.refresh())
                .await
                .tokens();
            assert_eq!(bound_to(&fresh), Some(key.thumbprint()));
            let described = world.wallet.introspects(&fresh.access).await;
            assert_eq!(described["cnf"]["jkt"], json!(key.thumbprint()));
        }
    }
    let callback = approved(&world, &world.shop, &Key::es256()).await;
    drop(callback);
    let key = Key::es256();
    let callback = approved(&world, &world.shop, &key).await;
    let tokens = world
        .shop
        .proving(Some(&key))
        .exchanges(&callback)
        .await
        .tokens();
    let bare = world.shop.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(bound_to(&bare), None);
}

#[tokio::test]
async fn a_public_clients_refresh_token_is_for_the_holder_of_its_key() {
    let world = World::new().await;
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let mut tokens = app.exchanges(&callback).await.tokens();
    for _ in 0..3 {
        for (key, words) in [
            (
                None,
                "The refresh token is bound to a key: send a DPoP proof",
            ),
            (Some(Key::es256()), "that the refresh token is bound to"),
        ] {
            let thief = app.proving(key.as_ref());
            is_of_another(&thief.refreshes(tokens.refresh()).await, words, false);
        }
        let next = app.refreshes(tokens.refresh()).await.tokens();
        assert_eq!(bound_to(&next), app.proofs.as_ref().map(Key::thumbprint));
        assert!(world.wallet.accepts(&next.access).await);
        tokens = next;
    }
    assert_eq!(world.fate(&tokens).await, "active");
}

#[tokio::test]
async fn without_the_key_an_old_refresh_token_ends_nothing() {
    let world = World::new().await;
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let first = app.exchanges(&callback).await.tokens();
    let second = app.refreshes(first.refresh()).await.tokens();
    let third = app.refreshes(second.refresh()).await.tokens();
    for thief in [app.proving(None), app.proving(Some(&Key::es256()))] {
        is_not_proven(&thief.refreshes(first.refresh()).await);
    }
    let fourth = app.refreshes(third.refresh()).await.tokens();
    // With it, somebody has copied both.
    app.refreshes(first.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&fourth).await, "token_replayed");
}

#[tokio::test]
async fn what_a_public_client_holds_unbound_is_bound_by_its_first_proof() {
    let world = World::new().await;
    let app = world.app().await;
    let bare = app.proving(None);
    let callback = world
        .alice
        .approves(&bare.asks_for(world.wallet.invoices()))
        .await;
    let tokens = bare.exchanges(&callback).await.tokens();
    assert_eq!(bound_to(&tokens), None);
    let tokens = bare.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(bound_to(&tokens), None);
    let tokens = app.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(bound_to(&tokens), app.proofs.as_ref().map(Key::thumbprint));
    for thief in [bare, app.proving(Some(&Key::es256()))] {
        is_not_proven(&thief.refreshes(tokens.refresh()).await);
    }
    app.refreshes(tokens.refresh()).await.tokens();
}

#[tokio::test]
async fn a_client_that_acts_for_itself_gets_a_bound_token() {
    let world = World::new().await;
    let pointer = world.wallet.pointer("acme");
    let new = NewShop {
        grant_types: &[countersign::model::GrantType::ClientCredentials],
        account: Some(&pointer),
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let collection = world.wallet.invoices();
    let key = Key::es256();
    for (shop, key) in [
        (shop.proving(None), None),
        (shop.proving(Some(&key)), Some(key.thumbprint())),
        (shop.proving(Some(&key)), Some(key.thumbprint())),
        (shop.proving(None), None),
    ] {
        let tokens = shop.wants(&collection).await.tokens();
        assert_eq!(bound_to(&tokens), key);
        assert!(world.wallet.accepts(&tokens.access).await);
    }
    let proof = good(&shop, &key, "/token");
    let form = Fields::of(&[("grant_type", "client_credentials"), ("scope", &collection)]);
    posts(&shop, "/token", &form, &[&proof]).await.tokens();
    is_not_proven(&posts(&shop, "/token", &form, &[&proof]).await);
}

#[tokio::test]
async fn a_thumbprint_has_43_characters() {
    let world = World::new().await;
    let good = Key::es256().thumbprint();
    let padded = format!("{good}=");
    // The last character stands for four bits; the next one in the alphabet says the same, and something more.
    let (start, last) = good.split_at(42);
    let stray = format!("{start}{}", char::from(last.as_bytes()[0] + 1));
    let other = good.replacen(&good[..1], "+", 1);
    for wrong in ["x", &good[1..], &padded, &other, &stray] {
        let request = world.shop.asks_for(world.wallet.mandate());
        let request = request.with("dpop_jkt", wrong);
        let reply = world.server.get(&request.url()).await;
        let callback = request.answered(&reply, &world.server.issuer);
        assert_eq!(callback.error(), "invalid_request", "{wrong}");
        let reply = world.shop.pushes(&request).await;
        reply.is_refused(400, "invalid_request");
        let request = request.with("dpop_jkt", &good);
        assert_eq!(world.shop.pushes(&request).await.status, 201);
        world.alice.approves(&request).await;
    }
}

#[tokio::test]
async fn a_mandate_of_a_public_client_is_bound_or_refused() {
    let world = World::new().await;
    let app = world.app().await;
    let bare = app.proving(None);
    let request = bare.asks_for(world.wallet.mandate());
    let reply = world.server.get(&request.url()).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_request");
    let said = callback.parameters();
    assert!(
        said.value("error_description")
            .unwrap()
            .contains("dpop_jkt")
    );
    bare.pushes(&request)
        .await
        .is_refused(400, "invalid_request");
    // What takes less is not.
    for scope in [
        world.wallet.invoice().url,
        world.wallet.session().url,
        world.wallet.mandates(),
    ] {
        let request = bare.asks_for(&scope);
        let callback = world.alice.approves(&request).await;
        assert_eq!(bound_to(&bare.exchanges(&callback).await.tokens()), None);
        assert_eq!(bare.pushes(&request).await.status, 201);
    }
    // Neither is who keeps a secret, nor who holds a key.
    world.tokens().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    app.exchanges(&callback).await.tokens();
}

#[tokio::test]
async fn a_proof_binds_what_is_pushed_with_it() {
    let world = World::new().await;
    let app = world.app().await;
    for shop in [&world.shop.proving(Some(&Key::es256())), &app] {
        let key = shop.proofs.as_ref().unwrap();
        let request = shop.asks_for(world.wallet.mandate()).without("dpop_jkt");
        let callback = world.alice.approves(&shop.has_pushed(&request).await).await;
        is_not_proven(&shop.proving(Some(&Key::es256())).exchanges(&callback).await);
        let callback = world.alice.approves(&shop.has_pushed(&request).await).await;
        let tokens = shop.exchanges(&callback).await.tokens();
        assert_eq!(bound_to(&tokens), Some(key.thumbprint()));
    }
}

#[tokio::test]
async fn the_thumbprint_and_the_proof_of_a_pushed_request_are_of_one_key() {
    let world = World::new().await;
    let app = world.app().await;
    for shop in [&world.shop.proving(Some(&Key::es256())), &app] {
        let request = shop.asks_for(world.wallet.mandate());
        let other = request.with("dpop_jkt", &Key::es256().thumbprint());
        is_not_proven(&shop.pushes(&other).await);
        let callback = world.alice.approves(&shop.has_pushed(&request).await).await;
        shop.exchanges(&callback).await.tokens();
        // A thumbprint without a proof is enough for a public client, too.
        let pushed = shop.proving(None).has_pushed(&request).await;
        let callback = world.alice.approves(&pushed).await;
        shop.exchanges(&callback).await.tokens();
    }
}
