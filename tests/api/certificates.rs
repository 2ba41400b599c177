//! Certificates from a proxy before the server (RFC 8705, RFC 9440); here the tests are the proxy.

use countersign::model::{AuthMethod, CertificateName, Duties};
use countersign::oauth::registration::{self, NewCredentials, ResourceServerChange};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::shop::{proof_header, refresh_form};
use crate::support::{Certificate, Fields, Key, NewShop, Reply, Shop, World};

/// From this machine, `Client-Cert` is believed.
pub const PROXY: (&str, &str) = ("certificates.proxies", "[\"127.0.0.1\", \"::1\"]");

const UNKNOWN: (u16, &str) = (401, "invalid_client");

pub const BOUND: Duties = Duties {
    tls_client_certificate_bound_access_tokens: true,
    ..NewShop::CONFIDENTIAL.duties
};

pub async fn named(world: &World, name: &CertificateName, duties: Duties) -> Shop {
    let new = NewShop {
        method: AuthMethod::TlsClientAuth,
        certificate: Some(name),
        duties,
        ..NewShop::CONFIDENTIAL
    };
    Shop::register(&world.server, new).await
}

/// A shop that shows the first certificate, by which it is known.
pub async fn shop(world: &World, duties: Duties) -> (Shop, Certificate) {
    let certificate = Certificate::of("rsa");
    let shop = named(world, &certificate.subject(), duties).await;
    (shop.showing(Some(&certificate)), certificate)
}

/// A shop that signs assertions, whose tokens are bound to the certificate that it shows.
pub async fn signing(world: &World) -> (Shop, Certificate) {
    let certificate = Certificate::of("rsa");
    let new = NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(countersign::model::SignatureAlgorithm::Es256),
        duties: BOUND,
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    (shop.showing(Some(&certificate)), certificate)
}

#[track_caller]
fn is_known(reply: &Reply) {
    reply.is_refused(400, "invalid_grant");
}

/// Posts to the token endpoint as a client with these `Client-Cert` fields.
async fn posts(shop: &Shop, fields: &[&str]) -> Reply {
    let form = refresh_form("x").with("client_id", &shop.id);
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append("Client-Cert", field.parse().unwrap());
    }
    shop.server.post("/token", headers, &form).await
}

async fn metadata(world: &World) -> Value {
    let reply = world.server.get("/.well-known/oauth-authorization-server");
    reply.await.json()
}

#[tokio::test]
async fn each_kind_of_name_proves_a_client_at_every_endpoint() {
    let world = World::with(&[PROXY]).await;
    let certificate = Certificate::of("rsa");
    let names = ["dns", "uri", "ip", "email"].map(|kind| certificate.alternative(kind));
    for name in names.into_iter().chain([certificate.subject()]) {
        let shop = named(&world, &name, Duties::default()).await;
        let shop = shop.showing(Some(&certificate));
        let asked = shop.asks_for(world.wallet.mandate());
        let pushed = shop.has_pushed(&asked).await;
        let callback = world.alice.approves(&pushed).await;
        let tokens = shop.exchanges(&callback).await.tokens();
        assert_eq!(tokens.response["token_type"], "Bearer");
        let newer = shop.refreshes(tokens.refresh()).await.tokens();
        assert!(world.wallet.accepts(&newer.access).await);
        assert_eq!(shop.revokes(tokens.refresh()).await.status, 200);
        assert!(!world.wallet.accepts(&newer.access).await);
    }
}

#[tokio::test]
async fn subjects_of_many_writings_are_known() {
    let world = World::with(&[PROXY]).await;
    for name in [
        "printable",
        "bmp",
        "utf-8",
        "multi-valued",
        "escaped",
        "control",
        "long-names",
    ] {
        let certificate = Certificate::of(name);
        let shop = named(&world, &certificate.subject(), Duties::default()).await;
        is_known(&posts(&shop, &[&certificate.field()]).await);
        let other = Certificate::of("rsa").field();
        posts(&shop, &[&other])
            .await
            .is_refused(UNKNOWN.0, UNKNOWN.1);
    }
}

#[tokio::test]
async fn no_certificate_but_the_named_one_proves_a_client() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = shop(&world, Duties::default()).await;
    let good = certificate.field();
    is_known(&posts(&shop, &[&good]).await);
    posts(&shop, &[]).await.is_refused(UNKNOWN.0, UNKNOWN.1);
    // The same attributes in the other order, one more, and only some of them.
    for name in ["reversed", "printable", "subject-only", "empty-subject"] {
        let other = Certificate::of(name).field();
        posts(&shop, &[&other])
            .await
            .is_refused(UNKNOWN.0, UNKNOWN.1);
    }
    let stranger = Shop {
        id: "cli_unknown".to_owned(),
        ..shop.clone()
    };
    let unknown = posts(&stranger, &[&good]).await;
    unknown.is_refused(UNKNOWN.0, UNKNOWN.1);
    let wrong = posts(&shop, &[&Certificate::of("reversed").field()]).await;
    assert_eq!(unknown.body, wrong.body);
    is_known(&posts(&shop, &[&certificate.renewed().field()]).await);
}

#[tokio::test]
async fn a_field_that_is_no_certificate_is_told_so() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = shop(&world, Duties::default()).await;
    let good = certificate.field();
    let bare = good.trim_matches(':').to_owned();
    let cut = format!(":{}:", &bare[..bare.len() - 8]);
    let two = format!("{good}, {good}");
    for field in [
        "",
        "x",
        "::",
        ":AAAA:",
        ":%%%%:",
        &bare,
        &cut,
        &two,
        &"A".repeat(30_000),
    ] {
        // A header that is too long is refused before anything is read.
        let reply = posts(&shop, &[field]).await;
        let wanted = if field.len() > 8192 { 431 } else { 400 };
        assert_eq!(reply.status, wanted, "{field:.20}");
        if wanted == 400 {
            reply.is_refused(400, "invalid_request");
        }
    }
    let twice = posts(&shop, &[&good, &good]).await;
    twice.is_refused(400, "invalid_request");
    is_known(&posts(&shop, &[&good]).await);
}

#[tokio::test]
async fn a_certificate_and_another_proof_are_not_both_asked() {
    let world = World::with(&[PROXY]).await;
    let (shop, certificate) = shop(&world, Duties::default()).await;
    let disguised = |method| Shop {
        method,
        secret: world.shop.secret.clone(),
        key: Some(Key::es256()),
        ..shop.clone()
    };
    for method in [
        AuthMethod::ClientSecretBasic,
        AuthMethod::ClientSecretPost,
        AuthMethod::PrivateKeyJwt,
    ] {
        let reply = disguised(method).refreshes("x").await;
        // Assertions have no scheme that a challenge could name.
        let asserts = method == AuthMethod::PrivateKeyJwt;
        reply.is_refused(if asserts { 400 } else { 401 }, "invalid_client");
    }
    is_known(&shop.refreshes("x").await);
    // Nor does one open the door of a client that is known by something else.
    let keeper = world.shop.showing(Some(&certificate));
    let bare = Shop {
        method: AuthMethod::TlsClientAuth,
        ..keeper.clone()
    };
    bare.refreshes("x").await.is_refused(UNKNOWN.0, UNKNOWN.1);
    is_known(&keeper.refreshes("x").await);
}

#[tokio::test]
async fn what_others_than_the_proxy_say_of_certificates_is_not_looked_at() {
    let world = World::with(&[("certificates.proxies", "[\"192.0.2.0/24\"]")]).await;
    let (shop, certificate) = shop(&world, BOUND).await;
    let reply = posts(&shop, &[&certificate.field()]).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    let (signing, _) = signing(&world).await;
    let callback = world
        .alice
        .approves(&signing.asks_for(world.wallet.mandate()))
        .await;
    let reply = signing.exchanges(&callback).await;
    reply.is_refused(400, "invalid_request");
    // Whoever needs none is not held up by it, whatever it is.
    let form = refresh_form("x").with("client_id", &world.shop.id);
    let secret = world.shop.secret.as_deref().unwrap();
    let mut headers = crate::support::shop::basic(&world.shop.id, secret);
    headers.append("Client-Cert", "x".parse().unwrap());
    headers.append("Client-Cert", "y".parse().unwrap());
    is_known(&world.server.post("/token", headers, &form).await);
}

#[tokio::test]
async fn without_a_proxy_everything_is_off_and_nothing_is_said_of_it() {
    let world = World::new().await;
    let (shop, certificate) = shop(&world, BOUND).await;
    let reply = posts(&shop, &[&certificate.field()]).await;
    reply.is_refused(UNKNOWN.0, UNKNOWN.1);
    let document = metadata(&world).await;
    for name in [
        "mtls_endpoint_aliases",
        "tls_client_certificate_bound_access_tokens",
    ] {
        assert!(document.get(name).is_none(), "{name}");
    }
    assert!(!document.to_string().contains("tls_client_auth"));
    let on = World::with(&[PROXY]).await;
    let document = metadata(&on).await;
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    assert!(document.get("mtls_endpoint_aliases").is_none());
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = &document[format!("{endpoint}_endpoint_auth_methods_supported")];
        let all = methods.as_array().unwrap();
        assert!(all.contains(&json!("tls_client_auth")), "{methods}");
    }
}

#[tokio::test]
async fn a_wallet_is_known_by_its_certificate_too() {
    let world = World::with(&[PROXY]).await;
    let tokens = world.tokens().await;
    let certificate = Certificate::of("rsa");
    let change = ResourceServerChange {
        auth_method: Some(AuthMethod::TlsClientAuth),
        credentials: NewCredentials {
            certificate: Some(certificate.alternative("dns")),
            ..NewCredentials::default()
        },
        ..ResourceServerChange::default()
    };
    let app = world.server.app();
    registration::update_resource_server(app, &world.wallet.id, change)
        .await
        .unwrap();
    let form = Fields::of(&[("token", &tokens.access), ("client_id", &world.wallet.id)]);
    let asks = |shown: Option<Certificate>| {
        let headers = shown.map(|it| {
            HeaderMap::from_iter([("client-cert".parse().unwrap(), it.field().parse().unwrap())])
        });
        world
            .server
            .post("/introspect", headers.unwrap_or_default(), &form)
    };
    let good = || asks(Some(certificate.clone()));
    assert_eq!(good().await.json()["active"], true);
    asks(None).await.is_refused(UNKNOWN.0, UNKNOWN.1);
    let other = asks(Some(Certificate::of("reversed"))).await;
    other.is_refused(UNKNOWN.0, UNKNOWN.1);
    let with_its_secret = world.wallet.introspects_with(&form).await;
    with_its_secret.is_refused(UNKNOWN.0, UNKNOWN.1);
    assert_eq!(good().await.json()["active"], true);
}

#[tokio::test]
async fn the_address_for_certificates_is_advertised_and_one_for_proofs() {
    let url = "https://mtls.example/as";
    let world = World::with(&[PROXY, ("certificates.url", &format!("{url:?}"))]).await;
    let document = metadata(&world).await;
    let aliases = json!({
        "pushed_authorization_request_endpoint": format!("{url}/par"),
        "token_endpoint": format!("{url}/token"),
        "introspection_endpoint": format!("{url}/introspect"),
        "revocation_endpoint": format!("{url}/revoke"),
    });
    assert_eq!(document["mtls_endpoint_aliases"], aliases);
    let (shop, _) = shop(&world, Duties::default()).await;
    let key = Key::es256();
    let form = refresh_form("x").with("client_id", &shop.id);
    for (htu, good) in [
        (format!("{url}/token"), true),
        (format!("{}/token", world.server.issuer), true),
        ("https://MTLS.example:443/as/token".to_owned(), true),
        (format!("{url}/par"), false),
        ("https://mtls.example/token".to_owned(), false),
        ("https://other.example/as/token".to_owned(), false),
    ] {
        let mut claims = shop.proof_claims("/token");
        claims["htu"] = json!(htu);
        let proof = key.signs(&proof_header(&key), &claims);
        let mut headers = HeaderMap::new();
        headers.insert("DPoP", proof.parse().unwrap());
        let field = shop.certificate.as_ref().unwrap().field();
        headers.insert("Client-Cert", field.parse().unwrap());
        let reply = world.server.post("/token", headers, &form).await;
        let error = if good {
            "invalid_grant"
        } else {
            "invalid_dpop_proof"
        };
        assert_eq!(reply.refusal(), (400, error.to_owned()), "{htu}");
    }
}

#[tokio::test]
async fn whoever_brings_nothing_hears_where_certificates_are_seen() {
    let hint = "ask at mtls_endpoint_aliases";
    let url = ("certificates.url", "\"https://mtls.example/as\"");
    for (settings, hears) in [(vec![PROXY, url], true), (vec![PROXY], false)] {
        let world = World::with(&settings).await;
        let (shop, certificate) = shop(&world, Duties::default()).await;
        let with_secret = &world.shop;
        let stranger = Shop {
            id: "cli_unknown".to_owned(),
            ..shop.clone()
        };
        let mut bodies = Vec::new();
        for nobody in [&shop, with_secret, &stranger] {
            let reply = posts(nobody, &[]).await;
            reply.is_refused(UNKNOWN.0, UNKNOWN.1);
            bodies.push(reply.body);
        }
        // Nobody is told who is registered, and how.
        assert!(bodies.iter().all(|body| body == &bodies[0]), "{bodies:?}");
        assert_eq!(bodies[0].contains(hint), hears, "{}", bodies[0]);
        let wrong = Certificate::of("reversed").field();
        assert!(!posts(&shop, &[&wrong]).await.body.contains(hint));
        is_known(&posts(&shop, &[&certificate.field()]).await);
    }
}
