//! Who asks at the endpoints for programs, in the order of the checks of `oauth::client_authentication`.

use countersign::model::{AuthMethod, PartyState, SignatureAlgorithm};
use countersign::oauth::registration;
use reqwest::header::HeaderMap;

use crate::support::shop::{authorization, basic, refresh_form};
use crate::support::{Fields, Key, NewShop, Shop, World};

const UNKNOWN: (u16, &str) = (401, "invalid_client");

/// Those that need no proxy.
const METHODS: [AuthMethod; 4] = [
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::PrivateKeyJwt,
    AuthMethod::None,
];

fn by(method: AuthMethod) -> NewShop<'static> {
    NewShop {
        method,
        algorithm: (method == AuthMethod::PrivateKeyJwt).then_some(SignatureAlgorithm::Es256),
        ..NewShop::CONFIDENTIAL
    }
}

#[tokio::test]
async fn each_method_that_is_registered_works() {
    let world = World::new().await;
    for method in METHODS {
        let shop = Shop::register(&world.server, by(method)).await;
        let callback = world
            .alice
            .approves(&shop.asks_for(world.wallet.mandate()))
            .await;
        let tokens = shop.exchanges(&callback).await.tokens();
        assert_eq!(shop.revokes(tokens.refresh()).await.status, 200);
    }
}

#[tokio::test]
async fn no_method_works_but_the_one_that_is_registered() {
    let world = World::new().await;
    for registered in METHODS {
        let shop = Shop::register(&world.server, by(registered)).await;
        for used in METHODS {
            let disguised = Shop {
                method: used,
                key: Some(shop.key.clone().unwrap_or_else(Key::es256)),
                proofs: None,
                ..shop.clone()
            };
            let (status, error) = disguised.refreshes("x").await.refusal();
            let expected = if used == registered {
                (400, "invalid_grant")
            } else if used == AuthMethod::PrivateKeyJwt {
                (400, "invalid_client")
            } else {
                UNKNOWN
            };
            assert_eq!(
                (status, error.as_str()),
                expected,
                "{registered:?} {used:?}"
            );
        }
    }
}

#[tokio::test]
async fn two_methods_at_once_are_one_too_many() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let form = refresh_form(tokens.refresh());
    let secret = world.shop.secret.clone().unwrap();
    let both = form
        .with("client_id", &world.shop.id)
        .with("client_secret", &secret);
    world
        .shop
        .asks_for_tokens(&both)
        .await
        .is_refused(400, "invalid_request");
    world
        .shop
        .asks_for_tokens(&form.with("client_secret", ""))
        .await
        .is_refused(400, "invalid_request");
    let other = form.with("client_id", "cli_other");
    world
        .shop
        .asks_for_tokens(&other)
        .await
        .is_refused(400, "invalid_request");
    let same = form.with("client_id", &world.shop.id);
    world.shop.asks_for_tokens(&same).await.tokens();
}

#[tokio::test]
async fn an_authorization_header_twice_is_one_too_many() {
    let world = World::new().await;
    let mut headers = basic(&world.shop.id, world.shop.secret.as_deref().unwrap());
    let (name, value) = headers
        .iter()
        .next()
        .map(|(n, v)| (n.clone(), v.clone()))
        .unwrap();
    headers.append(name, value);
    let reply = world
        .server
        .post("/token", headers, &refresh_form("x"))
        .await;
    reply.is_refused(400, "invalid_request");
}

#[tokio::test]
async fn nobody_is_nobody() {
    let world = World::new().await;
    let form = refresh_form("x");
    let none = HeaderMap::new();
    for form in [
        form.clone(),
        form.with("client_id", ""),
        form.with("client_id", "cli_unknown"),
        form.with("client_secret", "x"),
    ] {
        let reply = world.server.post("/token", none.clone(), &form).await;
        reply.is_refused(UNKNOWN.0, UNKNOWN.1);
        assert!(reply.header("www-authenticate").is_some());
    }
    let nameless = basic("", "x");
    let reply = world.server.post("/token", nameless, &form).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
}

#[tokio::test]
async fn unknown_disabled_and_wrong_are_told_the_same() {
    let world = World::new().await;
    let rival = world.rival().await;
    let app = world.server.app();
    registration::set_client_state(app, &rival.id, PartyState::Disabled)
        .await
        .unwrap();
    let stranger = Shop {
        id: "cli_unknown".to_owned(),
        ..world.shop.clone()
    };
    let mut answers = Vec::new();
    for shop in [
        world.shop.with_secret("wrong"),
        rival,
        stranger,
        world.shop.with_secret(""),
    ] {
        let reply = shop.refreshes("x").await;
        reply.is_refused(UNKNOWN.0, UNKNOWN.1);
        answers.push(reply.body);
    }
    assert!(
        answers.iter().all(|answer| answer == &answers[0]),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_secret_is_worth_nothing_to_another_party() {
    let world = World::new().await;
    let rival = world.rival().await;
    let stolen = world.shop.with_secret(rival.secret.as_deref().unwrap());
    stolen.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
    let stolen = world.shop.with_secret(&world.wallet.secret);
    stolen.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
    let headers = basic(&world.wallet.id, world.shop.secret.as_deref().unwrap());
    let reply = world
        .server
        .post("/introspect", headers, &Fields::of(&[("token", "x")]))
        .await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
}

#[tokio::test]
async fn basic_is_form_decoded() {
    let world = World::new().await;
    let encoded = |text: &str| {
        text.bytes()
            .map(percent_encoding::percent_encode_byte)
            .collect::<String>()
    };
    let secret = world.shop.secret.clone().unwrap();
    for (id, secret, good) in [
        (encoded(&world.shop.id), encoded(&secret), true),
        (world.shop.id.clone(), secret.clone(), true),
        (encoded(&encoded(&world.shop.id)), secret.clone(), false),
        (world.shop.id.clone(), format!("{secret}%"), false),
        (world.shop.id.clone(), format!("{secret}%00"), false),
        (world.shop.id.clone(), format!("{secret}%ff"), false),
        (world.shop.id.clone(), format!("{secret}+"), false),
        (world.shop.id.clone(), format!("{secret}:"), false),
    ] {
        let reply = world
            .server
            .post("/token", raw_basic(&id, &secret), &refresh_form("x"))
            .await;
        let expected = if good {
            (400, "invalid_grant")
        } else {
            UNKNOWN
        };
        let (status, error) = reply.refusal();
        assert_eq!((status, error.as_str()), expected, "{id}:{secret}");
    }
}

#[tokio::test]
async fn a_header_that_is_not_basic_is_refused() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for header in [
        "Basic",
        "Basic ",
        "Basic !",
        "Basic Zm9v",
        "Basic /w==",
        "Bearer x",
        "Negotiate x",
        "",
        &format!("Bearer {}", tokens.access),
    ] {
        let reply = world
            .server
            .post("/token", authorization(header), &refresh_form("x"))
            .await;
        reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    }
    let good = basic(&world.shop.id, world.shop.secret.as_deref().unwrap());
    let value = good
        .values()
        .next()
        .unwrap()
        .to_str()
        .unwrap()
        .replace("Basic", "bAsIc");
    let reply = world
        .server
        .post("/token", authorization(&value), &refresh_form("x"))
        .await;
    reply.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_rotated_secret_overlaps_as_long_as_was_said() {
    let world = World::new().await;
    let app = world.server.app();
    let overlap = jiff::SignedDuration::from_hours(24);
    let (new, _) = registration::rotate_secret(app, &world.shop.id, overlap)
        .await
        .unwrap();
    let renewed = world.shop.with_secret(new.expose());
    for shop in [&world.shop, &renewed] {
        shop.refreshes("x").await.is_refused(400, "invalid_grant");
    }
    world.server.clock.advance(overlap);
    world
        .shop
        .refreshes("x")
        .await
        .is_refused(UNKNOWN.0, UNKNOWN.1);
    renewed
        .refreshes("x")
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_wallets_secret_is_rotated_in_the_same_way() {
    let world = World::new().await;
    let app = world.server.app();
    let tokens = world.tokens().await;
    let none = jiff::SignedDuration::ZERO;
    let (new, _) = registration::rotate_secret(app, &world.wallet.id, none)
        .await
        .unwrap();
    let form = Fields::of(&[("token", &tokens.access)]);
    world
        .wallet
        .introspects_with(&form)
        .await
        .is_refused(UNKNOWN.0, UNKNOWN.1);
    let headers = basic(&world.wallet.id, new.expose());
    let reply = world.server.post("/introspect", headers, &form).await;
    assert_eq!(reply.json()["active"], true);
}

/// HTTP Basic with both parts as they are.
fn raw_basic(id: &str, secret: &str) -> HeaderMap {
    use base64::Engine as _;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    authorization(&format!("Basic {pair}"))
}
