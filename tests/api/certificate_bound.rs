//! What is bound to the certificate of a client (RFC 8705 §3), and what goes before it.

use countersign::model::{AuthMethod, Duties, GrantType};
use serde_json::{Value, json};

use crate::certificates::{BOUND, PROXY, shop, signing};
use crate::support::tokens::unpack;
use crate::support::{Certificate, Key, NewShop, Operator, Shop, World};

#[tokio::test]
async fn a_token_is_bound_to_the_certificate_where_the_registration_says_so() {
    let world = World::with(&[PROXY]).await;
    for bound in [true, false] {
        let duties = if bound { BOUND } else { Duties::default() };
        let (shop, certificate) = shop(&world, duties).await;
        let callback = world
            .alice
            .approves(&shop.asks_for(world.wallet.mandate()))
            .await;
        let tokens = shop.exchanges(&callback).await.tokens();
        let cnf = bound.then(|| json!({ "x5t#S256": certificate.thumbprint() }));
        assert_eq!(tokens.response["token_type"], "Bearer");
        let (_, claims) = unpack(&tokens.access);
        assert_eq!(claims.get("cnf"), cnf.as_ref());
        let described = world.wallet.introspects(&tokens.access).await;
        assert_eq!(described["active"], true);
        assert_eq!(described.get("cnf"), cnf.as_ref());
    }
}

#[tokio::test]
async fn without_the_certificate_there_is_no_bound_token_and_the_code_stays() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = signing(&world).await;
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let bare = shop.showing(None);
    let reply = bare.exchanges(&callback).await;
    reply.is_refused(400, "invalid_request");
    let tokens = shop.exchanges(&callback).await.tokens();
    let (_, claims) = unpack(&tokens.access);
    assert_eq!(
        claims["cnf"],
        json!({ "x5t#S256": certificate.thumbprint() })
    );
    let reply = bare.refreshes(tokens.refresh()).await;
    reply.is_refused(400, "invalid_request");
    shop.refreshes(tokens.refresh()).await.tokens();
}

#[tokio::test]
async fn the_next_certificate_of_a_client_binds_what_is_refreshed_anew() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = shop(&world, BOUND).await;
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let tokens = shop.exchanges(&callback).await.tokens();
    let next = certificate.renewed();
    assert_ne!(next.thumbprint(), certificate.thumbprint());
    let renewed = shop.showing(Some(&next));
    let newer = renewed.refreshes(tokens.refresh()).await.tokens();
    for (token, certificate) in [(&tokens.access, certificate), (&newer.access, next)] {
        let described = world.wallet.introspects(token).await;
        let thumbprint = json!({ "x5t#S256": certificate.thumbprint() });
        assert_eq!(described["cnf"], thumbprint);
    }
}

#[tokio::test]
async fn a_clients_own_account_is_bound_too() {
    let world = World::with(&[PROXY]).await;
    let certificate = Certificate::of("rsa");
    let account = world.wallet.pointer("acme");
    let new = NewShop {
        method: AuthMethod::TlsClientAuth,
        certificate: Some(&certificate.subject()),
        grant_types: &[GrantType::ClientCredentials],
        account: Some(&account),
        duties: BOUND,
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let shop = shop.showing(Some(&certificate));
    for _twice in 0..2 {
        let tokens = shop.wants(&world.wallet.invoices()).await.tokens();
        let described = world.wallet.introspects(&tokens.access).await;
        let thumbprint = json!({ "x5t#S256": certificate.thumbprint() });
        assert_eq!(described["cnf"], thumbprint);
    }
}

#[tokio::test]
async fn a_proof_beside_a_certificate_is_what_binds() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = shop(&world, BOUND).await;
    let key = Key::es256();
    let proving = shop.proving(Some(&key));
    let callback = world
        .alice
        .approves(&proving.asks_for(world.wallet.mandate()))
        .await;
    let tokens = proving.exchanges(&callback).await.tokens();
    assert_eq!(tokens.response["token_type"], "DPoP");
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described["cnf"], json!({ "jkt": key.thumbprint() }));
    let newer = shop.refreshes(tokens.refresh()).await.tokens();
    assert_eq!(newer.response["token_type"], "Bearer");
    let described = world.wallet.introspects(&newer.access).await;
    let thumbprint = json!({ "x5t#S256": certificate.thumbprint() });
    assert_eq!(described["cnf"], thumbprint);
}

#[tokio::test]
async fn a_proof_takes_the_place_of_no_certificate_that_must_be_shown() {
    let world = World::with(&[PROXY]).await;
    let (shop, _) = signing(&world).await;
    let proving = shop.proving(Some(&Key::es256()));
    let bare = proving.showing(None);
    let callback = world
        .alice
        .approves(&proving.asks_for(world.wallet.mandate()))
        .await;
    let reply = bare.exchanges(&callback).await;
    reply.is_refused(400, "invalid_request");
    // The code waits for the certificate.
    let tokens = proving.exchanges(&callback).await.tokens();
    assert_eq!(tokens.response["token_type"], "DPoP");
    let reply = bare.refreshes(tokens.refresh()).await;
    reply.is_refused(400, "invalid_request");
    let newer = proving.refreshes(tokens.refresh()).await.tokens();
    assert!(world.wallet.accepts(&newer.access).await);
}

#[tokio::test]
async fn where_certificates_are_off_the_operator_hears_who_gets_no_tokens() {
    let world = World::new().await;
    let (shop, _) = signing(&world).await;
    let shop = shop.showing(None);
    let operator = Operator::of(&world.server);
    let callback = world
        .alice
        .approves(&shop.asks_for(world.wallet.mandate()))
        .await;
    let reply = shop.exchanges(&callback).await;
    reply.is_refused(400, "invalid_request");
    let check = ["settings", "check", "--profile", "fapi2", "-o", "json"];
    let obstacle = async || {
        let said = operator.does(&check).await.json();
        let all = said["clients"].as_array().unwrap();
        let of_shop = all.iter().find(|it| it["client_id"] == shop.id.as_str());
        of_shop.cloned()
    };
    let finding = async || {
        let said = operator.does(&["doctor", "-o", "json"]).await.json();
        let all = said.as_array().unwrap();
        let of_shop = all.iter().find(|it| it["check"] == "client Acme Streaming");
        of_shop.cloned()
    };
    let found = finding().await.unwrap();
    assert_eq!(found["verdict"], "failed");
    follows(&operator, &found["advice"]).await;
    assert_eq!(finding().await, None);
    let tokens = shop.exchanges(&callback).await.tokens();
    assert_eq!(unpack(&tokens.access).1.get("cnf"), None);
    let change = "--tls-client-certificate-bound-access-tokens";
    let update = ["client", "update", &shop.id, change];
    let said = operator.does(&update).await;
    assert!(said.err.contains("certificates are off"), "{said:?}");
    follows(&operator, &obstacle().await.unwrap()["change"]).await;
    assert_eq!(obstacle().await, None);
}

/// Runs the command that somebody is told to run.
async fn follows(operator: &Operator, advice: &Value) {
    let command = advice.as_str().unwrap().split('`').nth(1).unwrap();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let said = operator.does(&words).await;
    assert_eq!(said.code, 0, "{said:?}");
}

#[tokio::test]
async fn a_certificate_makes_no_public_client_another() {
    let world = World::with(&[PROXY]).await;
    let certificate = Certificate::of("rsa");
    let app = world.app().await;
    let showing = app.showing(Some(&certificate));
    let callback = world
        .alice
        .approves(&showing.asks_for(world.wallet.mandate()))
        .await;
    let tokens = showing.exchanges(&callback).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let key = app.proofs.as_ref().unwrap().thumbprint();
    assert_eq!(described["cnf"], json!({ "jkt": key }));
    // Its refresh token is bound to the key, whatever certificate comes with it.
    let bare = showing.proving(None);
    let reply = bare.refreshes(tokens.refresh()).await;
    reply.is_refused(400, "invalid_dpop_proof");
    app.refreshes(tokens.refresh()).await.tokens();
}
