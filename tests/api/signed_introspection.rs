//! Introspection answers that are signed for the wallet that asks (RFC 9701).

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::header::{ACCEPT, HeaderMap};
use serde_json::{Value, json};

use crate::support::shop::basic;
use crate::support::tokens::unpack;
use crate::support::wallet::Wallet;
use crate::support::{Fields, Reply, World};

const SIGNED: &str = "application/token-introspection+jwt";

async fn asks(wallet: &Wallet, world: &World, accept: &[&str], token: &str) -> Reply {
    let mut headers = basic(&wallet.id, &wallet.secret);
    for line in accept {
        headers.append(ACCEPT, line.parse().unwrap());
    }
    let form = Fields::of(&[("token", token)]);
    world.server.post("/introspect", headers, &form).await
}

/// The claims of a signed answer, whose signature, header and members are right.
async fn claims(world: &World, reply: &Reply, wallet: &Wallet) -> Value {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some(SIGNED));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let (header, claims) = unpack(&reply.body);
    let keys: JwkSet = serde_json::from_value(world.server.get("/jwks.json").await.json()).unwrap();
    let key = keys.find(header["kid"].as_str().unwrap()).unwrap();
    assert_eq!(
        header,
        json!({"typ": "token-introspection+jwt", "alg": "ES256", "kid": header["kid"]})
    );
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.set_audience(&[&wallet.id]);
    validation.set_issuer(&[&world.server.issuer]);
    let key = DecodingKey::from_jwk(key).unwrap();
    let verified = jsonwebtoken::decode::<Value>(&reply.body, &key, &validation).unwrap();
    assert_eq!(verified.claims, claims);
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(names, ["aud", "iat", "iss", "token_introspection"]);
    assert_eq!(claims["iat"], world.server.clock.now().as_second());
    claims
}

#[tokio::test]
async fn a_wallet_that_asks_for_it_gets_the_same_answer_signed_for_it() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let reply = asks(&world.wallet, &world, &[SIGNED], &tokens.access).await;
    let claims = claims(&world, &reply, &world.wallet).await;
    assert_eq!(claims["aud"], world.wallet.id.as_str());
    assert_eq!(claims["iss"], world.server.issuer.as_str());
    let plain = world.wallet.introspects(&tokens.access).await;
    assert_eq!(claims["token_introspection"], plain);
    assert_eq!(plain["active"], true);
}

#[tokio::test]
async fn what_is_dead_is_signed_as_nothing_but_that() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    let tokens = world.tokens().await;
    let dead = json!({"active": false});
    let foreign = asks(&second, &world, &[SIGNED], &tokens.access).await;
    assert_eq!(
        claims(&world, &foreign, &second).await["token_introspection"],
        dead
    );
    world.shop.revokes(tokens.refresh()).await;
    for token in [&tokens.access, "unknown"] {
        let reply = asks(&world.wallet, &world, &[SIGNED], token).await;
        let claims = claims(&world, &reply, &world.wallet).await;
        assert_eq!(claims["token_introspection"], dead);
    }
}

#[tokio::test]
async fn a_signed_answer_is_no_token() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let reply = asks(&world.wallet, &world, &[SIGNED], &tokens.access).await;
    assert!(!world.wallet.accepts(&reply.body).await);
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn json_stays_the_answer_to_everybody_else() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for (accept, signed) in [
        (&[][..], false),
        (&["*/*"], false),
        (&["application/json"], false),
        (&["application/jwt"], false),
        (
            &["application/token-introspection+jwt, application/json"],
            false,
        ),
        (&["application/token-introspection+jwt;q=0"], false),
        (&["nonsense"], false),
        (
            &["application/token-introspection+jwt;q=0.9, application/json;q=0.1"],
            true,
        ),
        (&["application/token-introspection+jwt, */*;q=0.8"], true),
        (&["text/html", SIGNED], true),
        (&[SIGNED], true),
    ] {
        let reply = asks(&world.wallet, &world, accept, &tokens.access).await;
        assert_eq!(reply.status, 200, "{accept:?}");
        let wanted = if signed { SIGNED } else { "application/json" };
        assert_eq!(reply.header("content-type"), Some(wanted), "{accept:?}");
        if !signed {
            assert_eq!(reply.json()["active"], true);
        }
    }
}

#[tokio::test]
async fn errors_are_json_whatever_is_accepted() {
    let world = World::new().await;
    let accept = HeaderMap::from_iter([(ACCEPT, SIGNED.parse().unwrap())]);
    let form = Fields::of(&[("token", "x")]);
    let reply = world.server.post("/introspect", accept, &form).await;
    reply.is_refused(401, "invalid_client");
    let mut login = basic(&world.wallet.id, &world.wallet.secret);
    login.insert(ACCEPT, SIGNED.parse().unwrap());
    let reply = world
        .server
        .post("/introspect", login, &Fields::default())
        .await;
    reply.is_refused(400, "invalid_request");
    assert_eq!(reply.header("content-type"), Some("application/json"));
}
