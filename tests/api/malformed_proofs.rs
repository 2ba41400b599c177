//! Whatever stands where a proof, a certificate or an assertion belongs: a refusal in its form, and no fault.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::keys::encode;
use crate::support::raw::sends_one;
use crate::support::shop::{JWT_BEARER, refresh_form};
use crate::support::signer::signing;
use crate::support::{Fields, Key, NewShop, Server, Shop};

const CASES: usize = 150;

/// What a header can be: bytes that HTTP lets through, or something like a JWS.
fn values() -> impl Strategy<Value = Vec<u8>> {
    let bytes = proptest::collection::vec(
        prop_oneof![Just(b'\t'), 0x20..=0x7e_u8, 0x80..=0xff_u8],
        0..200,
    );
    let part = prop_oneof![
        json_text().prop_map(|text| encode(text.as_bytes())),
        "[A-Za-z0-9_=-]{0,60}",
    ];
    let parts = proptest::collection::vec(part, 0..5);
    prop_oneof![
        bytes,
        parts.prop_map(|parts| parts.join(".").into_bytes()),
        "[:,; \"A-Za-z0-9+/=?-]{0,80}".prop_map(String::into_bytes),
        "MII[A-Za-z0-9+/]{0,80}={0,2}".prop_map(|der| format!(":{der}:").into_bytes()),
    ]
}

/// A JSON object with members that mean something, and values that need not.
fn json_text() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("alg"),
        Just("typ"),
        Just("kid"),
        Just("jwk"),
        Just("crit"),
        Just("iss"),
        Just("sub"),
        Just("aud"),
        Just("exp"),
        Just("iat"),
        Just("nbf"),
        Just("jti"),
        Just("htm"),
        Just("htu"),
        Just("nonce"),
        Just("ath"),
    ];
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!(["ES256"])),
        Just(json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" })),
        Just(json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" })),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        prop_oneof![
            Just("ES256"),
            Just("none"),
            Just("dpop+jwt"),
            Just("JWT"),
            Just("POST")
        ]
        .prop_map(|word| json!(word)),
        "\\PC{0,20}".prop_map(|text| json!(text)),
    ];
    proptest::collection::btree_map(name, value, 0..8)
        .prop_map(|members| serde_json::to_string(&members).unwrap())
}

fn request(path: &str, fields: &[(&str, &[u8])], form: &Fields) -> Vec<u8> {
    let body = form.encode();
    let mut bytes = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        body.len()
    )
    .into_bytes();
    for (name, value) in fields {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body.as_bytes());
    bytes
}

async fn is_no_fault(server: &Server, sent: Vec<u8>, value: &[u8]) {
    let reply = sends_one(server, sent).await;
    let value = String::from_utf8_lossy(value);
    assert!(
        matches!(reply.status, 200 | 400 | 401),
        "{value}: {reply:?}"
    );
    if reply.status != 200 {
        reply.refusal();
    }
}

/// A server that believes in the certificates of whoever is on this machine.
async fn server() -> Server {
    Server::start(1, &[("certificates.proxies", "[\"127.0.0.1\"]")]).await
}

#[tokio::test]
async fn no_header_is_a_fault() {
    let server = server().await;
    let app = Shop::register(&server, NewShop::PUBLIC).await;
    let form = refresh_form("x").with("client_id", &app.id);
    let mut runner = TestRunner::deterministic();
    let values = values();
    for number in 0..CASES {
        let value = values.new_tree(&mut runner).unwrap().current();
        let name = ["DPoP", "Client-Cert"][number % 2];
        let path = ["/token", "/par", "/revoke", "/introspect"][number / 2 % 4];
        let sent = request(path, &[(name, &value)], &form);
        is_no_fault(&server, sent, &value).await;
    }
}

#[tokio::test]
async fn no_assertion_is_a_fault() {
    let server = server().await;
    let mut runner = TestRunner::deterministic();
    let values = values();
    for number in 0..CASES {
        let value = values.new_tree(&mut runner).unwrap().current();
        let path = ["/token", "/par", "/revoke", "/introspect"][number % 4];
        let form = refresh_form("x")
            .with("client_assertion_type", JWT_BEARER)
            .with("client_assertion", &String::from_utf8_lossy(&value));
        is_no_fault(&server, request(path, &[], &form), &value).await;
    }
}

#[tokio::test]
async fn no_claim_of_who_holds_the_key_is_a_fault() {
    let server = server().await;
    let shop = Shop::register(
        &server,
        signing(countersign::model::SignatureAlgorithm::Es256),
    )
    .await;
    let (signer, holder) = (shop.key.clone().unwrap(), Key::es256());
    let mut runner = TestRunner::deterministic();
    let texts = json_text();
    for _ in 0..CASES {
        let changes: Value =
            serde_json::from_str(&texts.new_tree(&mut runner).unwrap().current()).unwrap();
        let (mut assertion, mut proof) = (shop.assertion_claims(), shop.proof_claims("/token"));
        for claims in [&mut assertion, &mut proof] {
            for (name, value) in changes.as_object().unwrap() {
                claims[name] = value.clone();
            }
        }
        let assertion = signer.signs(&json!({}), &assertion);
        let proof = holder.signs(&crate::support::shop::proof_header(&holder), &proof);
        let form = refresh_form("x")
            .with("client_assertion_type", JWT_BEARER)
            .with("client_assertion", &assertion);
        let sent = request("/token", &[("DPoP", proof.as_bytes())], &form);
        is_no_fault(&server, sent, changes.to_string().as_bytes()).await;
    }
}
