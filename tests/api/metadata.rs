//! The metadata documents and the keys (RFC 8414, RFC 9728, RFC 7517).

use serde_json::{Value, json};

use crate::support::World;
use crate::support::server::Server;
use crate::support::wallet::Wallet;

const PLACES: [&str; 2] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/open-payments",
];

#[tokio::test]
async fn both_places_have_the_same_document() {
    let world = World::new().await;
    let mut documents = Vec::new();
    for place in PLACES {
        let reply = world.server.get(place).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        documents.push(reply.json());
    }
    assert_eq!(documents[0], documents[1]);
}

#[tokio::test]
async fn a_document_says_what_exists() {
    let world = World::new().await;
    let document = world.server.get(PLACES[0]).await.json();
    let issuer = &world.server.issuer;
    for (name, value) in [
        ("issuer", json!(issuer)),
        (
            "authorization_endpoint",
            json!(format!("{issuer}/authorize")),
        ),
        (
            "pushed_authorization_request_endpoint",
            json!(format!("{issuer}/par")),
        ),
        ("require_pushed_authorization_requests", json!(false)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("require_signed_request_object", json!(false)),
        (
            "request_object_signing_alg_values_supported",
            json!(["ES256", "PS256", "EdDSA", "Ed25519"]),
        ),
        ("token_endpoint", json!(format!("{issuer}/token"))),
        (
            "introspection_endpoint",
            json!(format!("{issuer}/introspect")),
        ),
        ("revocation_endpoint", json!(format!("{issuer}/revoke"))),
        ("jwks_uri", json!(format!("{issuer}/jwks.json"))),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "introspection_signing_alg_values_supported",
            json!(["ES256"]),
        ),
        (
            "authorization_details_types_supported",
            json!([
                "open_payments_mandate",
                "open_payments_invoice",
                "open_payments_session"
            ]),
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        ("protected_resources", json!([world.wallet.origin])),
        ("payment_mandates_endpoint", json!(world.wallet.mandates())),
        ("payment_invoices_endpoint", json!(world.wallet.invoices())),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    for absent in ["registration_endpoint", "userinfo_endpoint"] {
        assert_eq!(document.get(absent), None::<&Value>, "{absent}");
    }
}

#[tokio::test]
async fn a_document_says_how_clients_and_wallets_prove_themselves() {
    let server = Server::start(1, &[]).await;
    let document = server.get(PLACES[0]).await.json();
    let algorithms = json!(["ES256", "PS256", "EdDSA", "Ed25519"]);
    assert_eq!(document["dpop_signing_alg_values_supported"], algorithms);
    let clients = json!([
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none"
    ]);
    let wallets = json!(["client_secret_basic", "private_key_jwt"]);
    for (endpoint, methods) in [
        ("token", &clients),
        ("revocation", &clients),
        ("introspection", &wallets),
    ] {
        let member = |what| &document[format!("{endpoint}_endpoint_auth_{what}_supported")];
        let mut found = member("methods").as_array().unwrap().clone();
        let mut wanted = methods.as_array().unwrap().clone();
        for all in [&mut found, &mut wanted] {
            all.sort_by_key(ToString::to_string);
        }
        assert_eq!(found, wanted, "{endpoint}");
        assert_eq!(member("signing_alg_values"), &algorithms, "{endpoint}");
    }
    for absent in [
        "tls_client_certificate_bound_access_tokens",
        "mtls_endpoint_aliases",
    ] {
        assert_eq!(document.get(absent), None::<&Value>, "{absent}");
    }
}

#[tokio::test]
async fn every_endpoint_that_is_named_is_there() {
    let world = World::new().await;
    let document = world.server.get(PLACES[0]).await.json();
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
        "jwks_uri",
    ] {
        let reply = world.server.get(document[name].as_str().unwrap()).await;
        assert_ne!(reply.status, 404, "{name}");
    }
}

#[tokio::test]
async fn the_host_header_is_not_believed() {
    let world = World::new().await;
    let honest = world.server.get(PLACES[0]).await.json();
    for name in ["host", "x-forwarded-host", "forwarded"] {
        let value = if name == "forwarded" {
            "host=evil.example;proto=https"
        } else {
            "evil.example"
        };
        let request = world.server.request("GET", PLACES[0]).header(name, value);
        let reply = crate::support::Reply::of(request).await;
        assert_eq!(reply.json(), honest, "{name}");
    }
}

#[tokio::test]
async fn the_members_of_a_wallet_are_there_when_there_is_one() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    world.server.clock.advance_seconds(3600);
    let fresh = world.server.started_again(&[]).await;
    let document = fresh.get(PLACES[1]).await.json();
    assert_eq!(document.get("payment_mandates_endpoint"), None::<&Value>);
    let mut origins = vec![world.wallet.origin.clone(), second.origin.clone()];
    origins.sort();
    assert_eq!(document["protected_resources"], json!(origins));
}

#[tokio::test]
async fn an_issuer_with_a_path_is_served_where_the_rfc_inserts_it() {
    let server = Server::start(1, &[("server.issuer", "\"https://auth.example/pay/here\"")]).await;
    for place in PLACES {
        let document = server.get(&format!("{place}/pay/here")).await.json();
        assert_eq!(document["issuer"], "https://auth.example/pay/here");
        let keys = document["jwks_uri"].as_str().unwrap();
        assert_eq!(keys, "https://auth.example/pay/here/jwks.json");
        assert_eq!(server.get(keys).await.status, 200);
        assert_eq!(server.get(place).await.status, 404);
    }
    assert_eq!(server.get("/jwks.json").await.status, 404);
}

#[tokio::test]
async fn a_whole_story_works_below_a_path() {
    let issuer = "\"https://auth.example/pay\"";
    let world = World::with(&[("server.issuer", issuer)]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let url = format!("/pay{}", request.url());
    let page = world.alice.browser.opens(&url).await;
    let page = world.alice.signs_in_on(&page).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, "https://auth.example/pay");
    let form = callback.form();
    world.shop.posts("/pay/token", &form).await.tokens();
}

#[tokio::test]
async fn the_keys_are_public_halves() {
    let world = World::new().await;
    let reply = world.server.get("/jwks.json").await;
    assert_eq!(
        reply.header("content-type"),
        Some("application/jwk-set+json")
    );
    let keys = reply.json();
    let key = &keys["keys"][0];
    for (name, value) in [
        ("kty", "EC"),
        ("crv", "P-256"),
        ("alg", "ES256"),
        ("use", "sig"),
    ] {
        assert_eq!(key[name], value, "{name}");
    }
    assert!(key["kid"].is_string() && key["x"].is_string() && key["y"].is_string());
    assert_eq!(key.get("d"), None::<&Value>);
}
