use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::support::keys::encode;
use crate::support::{Key, Signer};

/// What is wrong, changes to the header, and changes to what is said.
pub type Wrong = (&'static str, Value, Value);

/// A name of so many bytes, which nobody has used.
pub fn jti(length: usize) -> String {
    let unique = countersign::app::new_secret();
    format!("{}{}", unique.expose(), "x".repeat(length - 43))
}

/// Assertions that say something else.
pub fn wrong_claims(signer: &Signer) -> Vec<Wrong> {
    let now = signer.server.clock.now().as_second();
    let issuer = signer.server.issuer.as_str();
    [
        ("aud in an array", json!({ "aud": [issuer] })),
        ("two auds", json!({ "aud": [issuer, "https://b.example"] })),
        (
            "the endpoint",
            json!({ "aud": format!("{issuer}{}", signer.path) }),
        ),
        (
            "the token endpoint",
            json!({ "aud": format!("{issuer}/token") }),
        ),
        ("a slash more", json!({ "aud": format!("{issuer}/") })),
        ("another issuer", json!({ "aud": "https://b.example" })),
        ("no aud", json!({ "aud": null })),
        ("another iss", json!({ "iss": "cli_other" })),
        ("another sub", json!({ "sub": "cli_other" })),
        ("no iss", json!({ "iss": null })),
        ("no sub", json!({ "sub": null })),
        ("empty names", json!({ "iss": "", "sub": "" })),
        (
            "an unknown client",
            json!({ "iss": "cli_x", "sub": "cli_x" }),
        ),
        ("no exp", json!({ "exp": null })),
        ("exp as text", json!({ "exp": (now + 60).to_string() })),
        ("exp now", json!({ "exp": now })),
        ("exp past", json!({ "exp": now - 1 })),
        ("exp in 301 s", json!({ "exp": now + 301 })),
        ("exp in milliseconds", json!({ "exp": (now + 60) * 1000 })),
        ("no jti", json!({ "jti": null })),
        ("an empty jti", json!({ "jti": "" })),
        ("a jti of 257 bytes", json!({ "jti": jti(257) })),
        ("a number as jti", json!({ "jti": 7 })),
        ("iat 11 s ahead", json!({ "iat": now + 11 })),
        (
            "iat 61 s ahead",
            json!({ "iat": now + 61, "exp": now + 120 }),
        ),
        ("iat as text", json!({ "iat": "now" })),
        ("nbf 11 s ahead", json!({ "nbf": now + 11 })),
    ]
    .map(|(what, claims)| (what, json!({}), claims))
    .to_vec()
}

/// Assertions with another header.
pub fn wrong_headers(signer: &Signer, other: &Key) -> Vec<Wrong> {
    let jwk = signer.key.bare_jwk();
    [
        ("another typ", json!({ "typ": "at+jwt" })),
        ("the typ of a proof", json!({ "typ": "dpop+jwt" })),
        (
            "the typ of a request",
            json!({ "typ": "oauth-authz-req+jwt" }),
        ),
        ("a number as typ", json!({ "typ": 1 })),
        ("crit", json!({ "crit": ["exp"], "exp": 1 })),
        ("an empty crit", json!({ "crit": [] })),
        ("a key", json!({ "jwk": jwk })),
        ("where a key is", json!({ "jku": "https://b.example/keys" })),
        ("a certificate", json!({ "x5c": ["MA=="] })),
        ("where one is", json!({ "x5u": "https://b.example/c" })),
        ("none", json!({ "alg": "none" })),
        ("an alg of another family", json!({ "alg": "PS256" })),
        ("an alg that nobody uses", json!({ "alg": "RS256" })),
        ("an alg of the same family", json!({ "alg": "ES384" })),
        ("a symmetric alg", json!({ "alg": "HS256" })),
        ("an unknown kid", json!({ "kid": "unknown" })),
        ("the kid of another key", json!({ "kid": other.kid() })),
        ("a number as kid", json!({ "kid": 1 })),
    ]
    .map(|(what, header)| (what, header, json!({})))
    .to_vec()
}

/// What is no assertion of this signer's at all.
pub fn wrong_texts(signer: &Signer, other: &Key) -> Vec<(&'static str, String)> {
    let good = signer.assertion();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let by = |key: &Key, header: Value| key.signs(&header, &signer.claims(&json!({})));
    let named = json!({ "kid": signer.key.kid() });
    let twice = format!(
        "{{\"iss\":\"x\",{}",
        &signer.claims(&json!({})).to_string()[1..]
    );
    let claims = signer.claims(&json!({})).to_string();
    let head = json!({ "alg": "ES256", "kid": signer.key.kid() }).to_string();
    vec![
        ("nothing", String::new()),
        ("a word", "x".to_owned()),
        ("three words", "a.b.c".to_owned()),
        ("no signature", message.to_owned()),
        ("an empty signature", format!("{message}.")),
        (
            "half a signature",
            format!("{message}.{}", &signature[..40]),
        ),
        (
            "a signature of something else",
            format!("{message}.{}", signature_of(&signer.assertion())),
        ),
        ("five parts", format!("{good}.x.y")),
        ("padding", format!("{good}=")),
        ("a space", format!(" {good}")),
        (
            "more than 16 KiB",
            signer.signs(&json!({}), &json!({ "x": "x".repeat(13_000) })),
        ),
        ("a claim twice", signer.key.signs_text(&head, &twice)),
        ("an array", signer.key.signs_text(&head, "[]")),
        (
            "a header that is none",
            signer.key.signs_text("[]", &claims),
        ),
        ("another's signature", by(other, json!({}))),
        ("another's under this name", by(other, named.clone())),
        (
            "another's without a name",
            by(other, json!({ "kid": null })),
        ),
        ("the public key as a secret", symmetric(signer)),
    ]
}

fn signature_of(assertion: &str) -> &str {
    assertion.rsplit_once('.').unwrap().1
}

/// Signed with what everybody knows.
fn symmetric(signer: &Signer) -> String {
    let head = json!({ "alg": "HS256", "typ": "JWT", "kid": signer.key.kid() });
    let claims = signer.claims(&json!({}));
    let message = format!(
        "{}.{}",
        encode(head.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, signer.key.jwk().to_string().as_bytes());
    let tag = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", encode(tag.as_ref()))
}
