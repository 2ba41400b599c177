//! `profile = "fapi2"`: each thing that it makes mandatory, as the way that works with one change.

use countersign::model::{AuthMethod, GrantType, SignatureAlgorithm};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::shop::{refresh_form, tokens};
use crate::support::tokens::unpack;
use crate::support::{Callback, Certificate, Fields, Key, NewShop, Reply, Shop, World};

const FAPI2: (&str, &str) = ("profile", "\"fapi2\"");
const PROXY: (&str, &str) = ("certificates.proxies", "[\"127.0.0.1\", \"::1\"]");

const UNKNOWN: (u16, &str) = (401, "invalid_client");

const SIGNING: NewShop<'static> = NewShop {
    method: AuthMethod::PrivateKeyJwt,
    algorithm: Some(SignatureAlgorithm::Ps256),
    ..NewShop::CONFIDENTIAL
};

/// A shop that does what the profile asks.
async fn shop(world: &World) -> Shop {
    let shop = Shop::register(&world.server, SIGNING).await;
    shop.proving(Some(&Key::es256()))
}

/// The answer to a request that was pushed, and that alice has approved.
async fn approved(world: &World, shop: &Shop) -> Callback {
    let asked = shop.asks_for(world.wallet.mandate());
    world.alice.approves(&shop.has_pushed(&asked).await).await
}

#[track_caller]
fn is_known(reply: &Reply) {
    reply.is_refused(400, "invalid_grant");
}

async fn metadata(world: &World) -> Value {
    let reply = world.server.get("/.well-known/oauth-authorization-server");
    reply.await.json()
}

#[tokio::test]
async fn whoever_does_all_that_it_asks_is_served() {
    let world = World::with(&[FAPI2]).await;
    let shop = shop(&world).await;
    let given = tokens(&shop, &approved(&world, &shop).await).await;
    assert_eq!(given.response["token_type"], "DPoP");
    let key = shop.proofs.as_ref().unwrap().thumbprint();
    let described = world.wallet.introspects(&given.access).await;
    assert_eq!(described["cnf"], json!({ "jkt": key }));
    let newer = shop.refreshes(given.refresh()).await.tokens();
    assert!(newer.refresh.is_none(), "{newer:?}");
    assert_eq!(shop.revokes(given.refresh()).await.status, 200);
    assert!(!world.wallet.accepts(&newer.access).await);
}

#[tokio::test]
async fn a_request_that_was_not_pushed_is_refused() {
    let world = World::with(&[FAPI2]).await;
    let shop = shop(&world).await;
    let asked = shop.asks_for(world.wallet.mandate());
    let reply = world.server.get(&asked.url()).await;
    let answered = asked.answered(&reply, &world.server.issuer);
    assert_eq!(answered.error(), "invalid_request");
    let pushed = shop.has_pushed(&asked).await;
    tokens(&shop, &world.alice.approves(&pushed).await).await;
}

#[tokio::test]
async fn no_secret_and_no_public_client_is_let_in_anywhere() {
    let world = World::with(&[FAPI2]).await;
    let lax = world.server.started_again(&[]).await;
    let posting = NewShop {
        method: AuthMethod::ClientSecretPost,
        ..NewShop::CONFIDENTIAL
    };
    for new in [NewShop::CONFIDENTIAL, posting, NewShop::PUBLIC] {
        let shop = Shop::register(&world.server, new).await;
        let stranger = Shop {
            id: "cli_unknown".to_owned(),
            ..shop.clone()
        };
        let request = shop.asks_for(world.wallet.mandate());
        let unknown = stranger.refreshes("x").await;
        for reply in [
            shop.refreshes("x").await,
            shop.pushes(&request).await,
            shop.revokes("x").await,
        ] {
            reply.is_refused(UNKNOWN.0, UNKNOWN.1);
            assert!(reply.body.contains("private_key_jwt"), "{reply:?}");
            assert_eq!(reply.body, unknown.body);
        }
        // The same where the profile is not set.
        let elsewhere = shop.as_registered(&lax);
        is_known(&elsewhere.refreshes("x").await);
        assert_eq!(elsewhere.revokes("x").await.status, 200);
    }
    is_known(&shop(&world).await.refreshes("x").await);
}

#[tokio::test]
async fn a_certificate_lets_no_public_client_in() {
    let world = World::with(&[FAPI2, PROXY]).await;
    let certificate = Certificate::of("rsa");
    let app = world.app().await.showing(Some(&certificate));
    let reply = app.refreshes("x").await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    let new = NewShop {
        method: AuthMethod::TlsClientAuth,
        certificate: Some(&certificate.subject()),
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    is_known(&shop.showing(Some(&certificate)).refreshes("x").await);
}

#[tokio::test]
async fn no_token_is_worth_anything_to_who_has_stolen_it() {
    let world = World::with(&[FAPI2]).await;
    let account = world.wallet.pointer("acme");
    let new = NewShop {
        grant_types: GrantType::ALL,
        account: Some(&account),
        ..SIGNING
    };
    let shop = Shop::register(&world.server, new).await;
    let key = Key::es256();
    let (bare, proving) = (shop.proving(None), shop.proving(Some(&key)));
    // Neither the request nor the code is bound, so that only the token is left to be.
    let callback = approved(&world, &bare).await;
    let reply = bare.exchanges(&callback).await;
    reply.is_refused(400, "invalid_dpop_proof");
    let given = tokens(&proving, &callback).await;
    let reply = bare.refreshes(given.refresh()).await;
    reply.is_refused(400, "invalid_dpop_proof");
    proving.refreshes(given.refresh()).await.tokens();
    let reply = bare.wants(&world.wallet.invoices()).await;
    reply.is_refused(400, "invalid_dpop_proof");
    let own = proving.wants(&world.wallet.invoices()).await.tokens();
    let (_, claims) = unpack(&own.access);
    assert_eq!(claims["cnf"], json!({ "jkt": key.thumbprint() }));
}

#[tokio::test]
async fn a_certificate_binds_where_there_is_no_proof() {
    let world = World::with(&[FAPI2, PROXY]).await;
    let certificate = Certificate::of("rsa");
    let by_certificate = NewShop {
        method: AuthMethod::TlsClientAuth,
        certificate: Some(&certificate.subject()),
        ..NewShop::CONFIDENTIAL
    };
    for new in [SIGNING, by_certificate] {
        let shop = Shop::register(&world.server, new).await;
        let shop = shop.showing(Some(&certificate));
        let given = tokens(&shop, &approved(&world, &shop).await).await;
        let described = world.wallet.introspects(&given.access).await;
        let thumbprint = json!({ "x5t#S256": certificate.thumbprint() });
        assert_eq!(described["cnf"], thumbprint);
        let proving = shop.proving(Some(&Key::es256()));
        let newer = proving.refreshes(given.refresh()).await.tokens();
        assert_eq!(newer.response["token_type"], "DPoP");
    }
}

#[tokio::test]
async fn wallets_are_not_held_to_it() {
    let world = World::with(&[FAPI2]).await;
    let form = Fields::of(&[("token", "x")]);
    assert_eq!(world.wallet.introspects_with(&form).await.status, 200);
    let form = refresh_form("x").with("client_id", &world.wallet.id);
    let reply = world.server.post("/token", HeaderMap::new(), &form).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
}

#[tokio::test]
async fn only_what_is_left_is_advertised() {
    let keys = json!(["private_key_jwt"]);
    let both = json!(["private_key_jwt", "tls_client_auth"]);
    for (settings, of_clients) in [(vec![FAPI2], keys), (vec![FAPI2, PROXY], both)] {
        let world = World::with(&settings).await;
        let document = metadata(&world).await;
        assert_eq!(document["require_pushed_authorization_requests"], true);
        for endpoint in ["token", "revocation"] {
            let name = format!("{endpoint}_endpoint_auth_methods_supported");
            assert_eq!(document[name], of_clients);
        }
        let of_wallets = &document["introspection_endpoint_auth_methods_supported"];
        assert_eq!(of_wallets[0], "client_secret_basic");
        let algorithms = json!(["ES256", "PS256", "EdDSA", "Ed25519"]);
        for name in [
            "token_endpoint_auth_signing_alg_values_supported",
            "dpop_signing_alg_values_supported",
        ] {
            assert_eq!(document[name], algorithms);
        }
    }
    let document = metadata(&World::new().await).await;
    assert_eq!(document["require_pushed_authorization_requests"], false);
    let methods = &document["token_endpoint_auth_methods_supported"];
    assert_eq!(methods.as_array().unwrap().len(), 4, "{methods}");
}
