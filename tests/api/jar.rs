//! Signed requests where they are pushed, in the order of the checks of `oauth::request_object`.

use aws_lc_rs::hmac;
use countersign::model::{AuthMethod, Duties, SignatureAlgorithm};
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::keys::{Key, encode};
use crate::support::pushed::{signed_header, with};
use crate::support::shop::tokens;
use crate::support::{Fields, NewShop, Request, Shop, World};

const KEYED: NewShop<'static> = NewShop {
    algorithm: Some(SignatureAlgorithm::Es256),
    ..NewShop::CONFIDENTIAL
};

/// A world, a shop that signs, and its request for a new mandate.
pub async fn signing() -> (World, Shop, Request) {
    let world = World::new().await;
    let shop = Shop::register(&world.server, KEYED).await;
    let request = shop.asks_for(world.wallet.mandate());
    (world, shop, request)
}

/// The object is refused, and the same request, as it should be, is not.
pub async fn is_refused(shop: &Shop, request: &Request, objects: &[(&str, String)]) {
    for (what, object) in objects {
        let reply = shop.pushes_signed(object).await;
        let refused = (400, "invalid_request_object".to_owned());
        assert_eq!(reply.refusal(), refused, "{what}: {reply:?}");
    }
    let reply = shop
        .pushes_signed(&shop.signs(&shop.request_claims(request)))
        .await;
    assert_eq!(reply.status, 201, "{reply:?}");
}

#[tokio::test]
async fn a_signed_request_is_pushed_and_approved_with_every_algorithm() {
    let world = World::new().await;
    for algorithm in SignatureAlgorithm::ALL {
        let new = NewShop {
            algorithm: Some(*algorithm),
            ..KEYED
        };
        let shop = Shop::register(&world.server, new).await;
        let request = shop.asks_for(world.wallet.mandate());
        let reply = shop
            .pushes_signed(&shop.signs(&shop.request_claims(&request)))
            .await;
        let request = request.pushed(&reply);
        tokens(&shop, &world.alice.approves(&request).await).await;
    }
}

#[tokio::test]
async fn whoever_has_registered_keys_can_sign() {
    let world = World::new().await;
    for method in [
        AuthMethod::ClientSecretPost,
        AuthMethod::PrivateKeyJwt,
        AuthMethod::None,
    ] {
        let public = method == AuthMethod::None;
        let base = if public { NewShop::PUBLIC } else { KEYED };
        let new = NewShop {
            method,
            algorithm: Some(SignatureAlgorithm::EdDsa),
            ..base
        };
        let shop = Shop::register(&world.server, new).await;
        let request = shop.asks_for(world.wallet.mandate());
        let reply = shop
            .pushes_signed(&shop.signs(&shop.request_claims(&request)))
            .await;
        let request = request.pushed(&reply);
        tokens(&shop, &world.alice.approves(&request).await).await;
    }
}

#[tokio::test]
async fn what_stands_beside_it_is_not_read() {
    let (world, shop, request) = signing().await;
    let object = shop.signs(&shop.request_claims(&request));
    let other = world.wallet.mandate();
    let form = Fields::of(&[
        ("request", &object),
        ("client_id", &shop.id),
        ("scope", &other.url),
        ("state", "another"),
        ("redirect_uri", "https://evil.example/callback"),
        ("code_challenge", "x"),
        ("response_type", "token"),
        ("prompt", "none"),
    ]);
    let request = request.pushed(&shop.posts("/par", &form).await);
    let tokens = tokens(&shop, &world.alice.approves(&request).await).await;
    assert_eq!(
        tokens.response["scope"],
        request.parameters.value("scope").unwrap()
    );
    // Nor is what the object does not say taken from there.
    let bare = with(
        &shop.request_claims(&request),
        "code_challenge",
        Value::Null,
    );
    let form = request.parameters.with("request", &shop.signs(&bare));
    shop.posts("/par", &form)
        .await
        .is_refused(400, "invalid_request");
    let silent = with(&shop.request_claims(&request), "state", Value::Null);
    let form = request.parameters.with("request", &shop.signs(&silent));
    let reply = shop.posts("/par", &form).await;
    let silent = request.without("state").pushed(&reply);
    world.alice.approves(&silent).await.code();
}

#[tokio::test]
async fn the_client_beside_it_is_the_one_that_signed() {
    let (world, shop, request) = signing().await;
    let object = shop.signs(&shop.request_claims(&request));
    let form = |client: &str| Fields::of(&[("request", &object), ("client_id", client)]);
    let reply = shop.posts("/par", &form(&world.shop.id)).await;
    reply.is_refused(400, "invalid_request");
    assert_eq!(shop.posts("/par", &form(&shop.id)).await.status, 201);
}

#[tokio::test]
async fn no_request_uri_comes_with_it() {
    let (world, shop, request) = signing().await;
    let object = shop.signs(&shop.request_claims(&request));
    let pushed = request.pushed(&shop.pushes_signed(&object).await);
    let both = Fields::of(&[("request", &object), ("request_uri", pushed.request_uri())]);
    let reply = shop.posts("/par", &both).await;
    reply.is_refused(400, "invalid_request");
    tokens(&shop, &world.alice.approves(&pushed).await).await;
}

#[tokio::test]
async fn a_client_that_must_sign_does() {
    let world = World::new().await;
    let duties = Duties {
        require_signed_request_object: true,
        ..Duties::default()
    };
    let shop = Shop::register(&world.server, NewShop { duties, ..KEYED }).await;
    let request = shop.asks_for(world.wallet.mandate());
    let reply = shop.pushes(&request).await;
    reply.is_refused(400, "invalid_request");
    assert!(reply.body.contains("must be signed"), "{reply:?}");
    let reply = Browser::new(&world.server).gets(&request.url()).await;
    let callback = request.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "invalid_request");
    let pushed = request.pushed(
        &shop
            .pushes_signed(&shop.signs(&shop.request_claims(&request)))
            .await,
    );
    tokens(&shop, &world.alice.approves(&pushed).await).await;
    let other = world.shop.asks_for(world.wallet.mandate());
    assert_eq!(world.shop.pushes(&other).await.status, 201);
}

#[tokio::test]
async fn what_is_no_request_object_is_refused() {
    let (_, shop, request) = signing().await;
    let good = shop.signs(&shop.request_claims(&request));
    let (head, signature) = good.rsplit_once('.').unwrap();
    let key = shop.key.as_ref().unwrap();
    let twice = shop.request_claims(&request).to_string();
    let twice = twice.replacen('{', "{\"state\":\"x\",", 1);
    let typed = json!({ "alg": "ES256", "kid": key.kid(), "typ": "oauth-authz-req+jwt" });
    let long = with(
        &shop.request_claims(&request),
        "nonce",
        json!("x".repeat(20_000)),
    );
    is_refused(
        &shop,
        &request,
        &[
            ("nothing", String::new()),
            ("a word", "x".to_owned()),
            ("claims alone", shop.request_claims(&request).to_string()),
            ("two parts", head.to_owned()),
            ("four parts", format!("{good}.x")),
            ("five parts", format!("{good}.x.x")),
            ("no signature", format!("{head}.")),
            ("padding", format!("{head}.{signature}=")),
            ("a member twice", key.signs_text(&typed.to_string(), &twice)),
            ("an array", key.signs_text(&typed.to_string(), "[]")),
            ("20 KB", shop.signs(&long)),
        ],
    )
    .await;
}

#[tokio::test]
async fn its_header_says_what_it_is_and_brings_no_key() {
    let (_, shop, request) = signing().await;
    let said = shop.request_claims(&request);
    let key = shop.key.as_ref().unwrap();
    let thief = Key::es256();
    let with_header =
        |name: &str, value: Value| key.signs(&with(&signed_header(), name, value), &said);
    let mut objects = Vec::new();
    for typ in ["JWT", "jwt", "dpop+jwt", "text/oauth-authz-req+jwt", ""] {
        objects.push(("another typ", with_header("typ", json!(typ))));
    }
    objects.push(("no typ", with_header("typ", Value::Null)));
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["x"])),
        ("jwk", key.bare_jwk()),
    ] {
        objects.push((name, with_header(name, value)));
    }
    let own = json!({ "typ": "oauth-authz-req+jwt", "jwk": thief.bare_jwk(), "kid": key.kid() });
    objects.push(("a key of its own", thief.signs(&own, &said)));
    is_refused(&shop, &request, &objects).await;
    // The same media type in another spelling (RFC 7515 §4.1.9).
    for typ in ["application/oauth-authz-req+jwt", "OAuth-AuthZ-Req+JWT"] {
        let object = with_header("typ", json!(typ));
        assert_eq!(shop.pushes_signed(&object).await.status, 201, "{typ}");
    }
}

#[tokio::test]
async fn it_is_signed_by_a_registered_key_with_the_registered_algorithm() {
    let (world, shop, request) = signing().await;
    let said = shop.request_claims(&request);
    let key = shop.key.as_ref().unwrap();
    let alg = |alg: &str| with(&signed_header(), "alg", json!(alg));
    let good = shop.signs(&said);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let moved = with(&said, "scope", json!(world.wallet.mandate().url));
    let moved = shop.signs(&moved);
    let (moved, _) = moved.rsplit_once('.').unwrap();
    let unsigned = key.signs(&alg("none"), &said);
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let mut objects = vec![
        ("other claims", format!("{moved}.{signature}")),
        ("another signature", format!("{head}.{}", encode(&[7; 64]))),
        ("none", format!("{unsigned}.")),
        ("none, with a signature", key.signs(&alg("none"), &said)),
        ("another key", Key::es256().signs(&signed_header(), &said)),
        ("another key under its name", {
            let named = with(&signed_header(), "kid", json!(key.kid()));
            Key::es256().signs(&named, &said)
        }),
        (
            "an unknown kid",
            key.signs(&with(&signed_header(), "kid", json!("x")), &said),
        ),
        (
            "another algorithm",
            Key::new(SignatureAlgorithm::EdDsa).signs(&signed_header(), &said),
        ),
        ("another algorithm's name", key.signs(&alg("PS256"), &said)),
    ];
    // The public key is known to everybody: as a secret it would let everybody sign.
    for secret in [
        key.jwks(),
        key.jwk().to_string(),
        key.bare_jwk().to_string(),
    ] {
        let claimed = key.signs(&alg("HS256"), &said);
        let (claimed, _) = claimed.rsplit_once('.').unwrap();
        let mac = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let mac = hmac::sign(&mac, claimed.as_bytes());
        objects.push(("HS256", format!("{claimed}.{}", encode(mac.as_ref()))));
    }
    is_refused(&shop, &request, &objects).await;
    let nameless = key.signs(&with(&signed_header(), "kid", Value::Null), &said);
    assert_eq!(shop.pushes_signed(&nameless).await.status, 201);
}

#[tokio::test]
async fn it_is_the_clients_own() {
    let (world, shop, request) = signing().await;
    let rival = Shop::register(&world.server, KEYED).await;
    let theirs = rival.asks_for(world.wallet.mandate());
    let said = shop.request_claims(&request);
    let objects = [
        (
            "another client's",
            rival.signs(&rival.request_claims(&theirs)),
        ),
        ("by another client's key", rival.signs(&said)),
        (
            "in another client's name",
            shop.signs(&rival.request_claims(&theirs)),
        ),
        (
            "with another iss",
            shop.signs(&with(&said, "iss", json!(rival.id))),
        ),
        ("without iss", shop.signs(&with(&said, "iss", Value::Null))),
        (
            "with another client_id",
            shop.signs(&with(&said, "client_id", json!(rival.id))),
        ),
        (
            "without client_id",
            shop.signs(&with(&said, "client_id", Value::Null)),
        ),
    ];
    is_refused(&shop, &request, &objects).await;
    let reply = rival
        .pushes_signed(&rival.signs(&rival.request_claims(&theirs)))
        .await;
    assert_eq!(reply.status, 201);
    // Whoever has registered no keys has signed nothing.
    let keyless = world.shop.asks_for(world.wallet.mandate());
    let object = Key::es256().signs(&signed_header(), &world.shop.request_claims(&keyless));
    let reply = world.shop.pushes_signed(&object).await;
    reply.is_refused(400, "invalid_request_object");
    assert_eq!(world.shop.pushes(&keyless).await.status, 201);
}

#[tokio::test]
async fn the_browser_brings_none() {
    let (world, shop, request) = signing().await;
    let object = shop.signs(&shop.request_claims(&request));
    let direct = request.with("request", &object);
    let reply = Browser::new(&world.server).gets(&direct.url()).await;
    let callback = direct.answered(&reply, &world.server.issuer);
    assert_eq!(callback.error(), "request_not_supported");
    let pushed = request.pushed(&shop.pushes_signed(&object).await);
    tokens(&shop, &world.alice.approves(&pushed).await).await;
}
