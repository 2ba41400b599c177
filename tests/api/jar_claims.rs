//! What request objects say, in the order of the checks of `keys::RequestObject`.

use serde_json::{Value, json};

use crate::jar::{is_refused, signing};
use crate::support::pushed::with;
use crate::support::shop::tokens;
use crate::support::{Fields, Key};

#[tokio::test]
async fn it_is_for_this_server() {
    let (_, shop, request) = signing().await;
    let said = shop.request_claims(&request);
    let issuer = shop.server.issuer.clone();
    let object = |aud: Value| shop.signs(&with(&said, "aud", aud));
    let objects = [
        ("no aud", object(Value::Null)),
        ("another server", object(json!("https://other.example"))),
        ("the endpoint", object(json!(format!("{issuer}/par")))),
        ("a slash more", object(json!(format!("{issuer}/")))),
        ("others", object(json!(["https://other.example"]))),
        ("an empty array", object(json!([]))),
        ("an object", object(json!({ "iss": issuer }))),
    ];
    is_refused(&shop, &request, &objects).await;
    let among = object(json!(["https://other.example", issuer]));
    assert_eq!(shop.pushes_signed(&among).await.status, 201);
}

#[tokio::test]
async fn it_is_good_for_an_hour_at_most() {
    let (_, shop, request) = signing().await;
    let now = shop.server.clock.now().as_second();
    let said = shop.request_claims(&request);
    let object = |nbf: Value, exp: Value| shop.signs(&with(&with(&said, "nbf", nbf), "exp", exp));
    let lasting = |nbf: i64, exp: i64| object(json!(now + nbf), json!(now + exp));
    let objects = [
        ("no nbf", object(Value::Null, json!(now + 60))),
        ("no exp", object(json!(now), Value::Null)),
        (
            "words",
            object(json!(now.to_string()), json!((now + 60).to_string())),
        ),
        ("over", lasting(-60, 0)),
        ("over before it began", lasting(0, -1)),
        ("not yet", lasting(11, 60)),
        ("longer", lasting(0, 3601)),
        ("older", lasting(-3601, 60)),
        (
            "issued later",
            shop.signs(&with(&said, "iat", json!(now + 60))),
        ),
    ];
    is_refused(&shop, &request, &objects).await;
    for (nbf, exp) in [(0, 1), (10, 60), (0, 3600), (-3599, 1)] {
        let reply = shop.pushes_signed(&lasting(nbf, exp)).await;
        assert_eq!(reply.status, 201, "{nbf} {exp} {reply:?}");
    }
}

#[tokio::test]
async fn it_holds_parameters_and_no_other_request() {
    let (_, shop, request) = signing().await;
    let said = shop.request_claims(&request);
    let changed = |name: &str, value: Value| shop.signs(&with(&said, name, value));
    let objects = [
        ("a request", changed("request", json!("x"))),
        ("a request_uri", changed("request_uri", json!("urn:x"))),
        ("an array", changed("scope", json!([said["scope"]]))),
        ("an array of words", changed("prompt", json!(["login"]))),
        ("an object", changed("state", json!({ "a": "b" }))),
        ("a truth", changed("prompt", json!(true))),
        ("a fraction", changed("state", json!(1.5))),
        ("a NUL", changed("state", json!("a\0b"))),
    ];
    is_refused(&shop, &request, &objects).await;
    let whole = shop.pushes_signed(&changed("state", json!(7))).await;
    assert_eq!(whole.status, 201, "{whole:?}");
}

#[tokio::test]
async fn what_is_no_parameter_here_is_not_read() {
    let (world, shop, request) = signing().await;
    let mut said = shop.request_claims(&request);
    for (name, value) in [
        ("claims", json!({ "userinfo": { "email": null } })),
        ("max_age", json!(0.5)),
        ("acr_values", json!(["a", "b"])),
        ("nonce", json!("a\0b")),
        ("registration", json!(true)),
        ("client_assertion", json!("x")),
        ("sub", json!(shop.id)),
    ] {
        said[name] = value;
        let reply = shop.pushes_signed(&shop.signs(&said)).await;
        assert_eq!(reply.status, 201, "{name}: {reply:?}");
    }
    let pushed = request.pushed(&shop.pushes_signed(&shop.signs(&said)).await);
    tokens(&shop, &world.alice.approves(&pushed).await).await;
}

#[tokio::test]
async fn wishes_of_the_client_can_be_signed_too() {
    let (world, shop, request) = signing().await;
    let said = with(&shop.request_claims(&request), "ui_locales", json!("de en"));
    let pushed = request.pushed(&shop.pushes_signed(&shop.signs(&said)).await);
    let page = world.alice.browser.opens(&pushed.url()).await;
    assert!(page.body.contains("<html lang=\"de\""), "{}", page.body);
}

#[tokio::test]
async fn what_is_wrong_with_the_request_in_it_is_said_as_ever() {
    let (_, shop, request) = signing().await;
    let said = shop.request_claims(&request);
    for (name, value, code) in [
        (
            "redirect_uri",
            json!("https://evil.example/callback"),
            "invalid_request",
        ),
        ("redirect_uri", Value::Null, "invalid_request"),
        ("response_type", json!("token"), "unsupported_response_type"),
        ("response_mode", json!("fragment"), "invalid_request"),
        ("dpop_jkt", json!("x"), "invalid_request"),
        ("code_challenge", json!("x"), "invalid_request"),
        ("code_challenge_method", json!("plain"), "invalid_request"),
        (
            "scope",
            json!("https://other.example/mandates/1"),
            "invalid_scope",
        ),
        ("prompt", json!("none login"), "invalid_request"),
        ("state", json!("x".repeat(4097)), "invalid_request"),
    ] {
        let reply = shop
            .pushes_signed(&shop.signs(&with(&said, name, value)))
            .await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{name}");
    }
    assert_eq!(shop.pushes_signed(&shop.signs(&said)).await.status, 201);
}

#[tokio::test]
async fn details_and_resources_are_arrays() {
    let (world, shop, request) = signing().await;
    let mandate = request.parameters.value("scope").unwrap();
    let wallet = &world.wallet.origin;
    let details = json!([{
        "type": "open_payments_mandate",
        "locations": [mandate],
        "actions": ["read"],
    }]);
    let said = with(&shop.request_claims(&request), "scope", Value::Null);
    let said = with(&said, "authorization_details", details.clone());
    let said = with(&said, "resource", json!([mandate, wallet]));
    for (name, value, code) in [
        (
            "authorization_details",
            json!([{ "type": "x" }]),
            "invalid_authorization_details",
        ),
        ("authorization_details", json!({}), "invalid_request_object"),
        (
            "authorization_details",
            json!(details.to_string()),
            "invalid_request_object",
        ),
        (
            "resource",
            json!([mandate, "https://other.example"]),
            "invalid_target",
        ),
        ("resource", json!([[mandate]]), "invalid_request_object"),
    ] {
        let reply = shop
            .pushes_signed(&shop.signs(&with(&said, name, value)))
            .await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{name}");
    }
    let reply = shop.pushes_signed(&shop.signs(&said)).await;
    let callback = world.alice.approves(&request.pushed(&reply)).await;
    let granted = tokens(&shop, &callback).await;
    assert_eq!(granted.response["authorization_details"], details);
}

#[tokio::test]
async fn the_key_that_is_signed_is_the_one_that_binds() {
    let (world, shop, request) = signing().await;
    let (key, other) = (Key::es256(), Key::es256());
    let said = shop.request_claims(&request);
    let named = shop.signs(&with(&said, "dpop_jkt", json!(key.thumbprint())));
    let reply = shop.proving(Some(&other)).pushes_signed(&named).await;
    reply.is_refused(400, "invalid_dpop_proof");
    let bare = shop.signs(&said);
    // The thumbprint beside it is not read.
    let beside = other.thumbprint();
    let form = |object: &str| Fields::of(&[("request", object), ("dpop_jkt", &beside)]);
    for (object, proven) in [(&named, None), (&named, Some(&key)), (&bare, Some(&key))] {
        for holder in [&other, &key] {
            let pushing = shop.proving(proven);
            let pushed = request.pushed(&pushing.posts("/par", &form(object)).await);
            let callback = world.alice.approves(&pushed).await;
            let reply = shop.proving(Some(holder)).exchanges(&callback).await;
            if holder.thumbprint() == beside {
                reply.is_refused(400, "invalid_dpop_proof");
            } else {
                reply.tokens();
            }
        }
    }
}
