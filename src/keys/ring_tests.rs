use jsonwebtoken::{Algorithm, EncodingKey, Header};

use super::*;

const ISSUER: &str = "https://auth.example";
const WALLET: &str = "https://wallet.example";
const EXPECTED: Expected<'static> = Expected {
    typ: "at+jwt",
    issuer: ISSUER,
    audience: WALLET,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn sealing() -> SealingKey {
    SealingKey::from_bytes(&[3; 32]).unwrap()
}

/// A ring of one key that signs from second 100 on.
fn ring() -> KeyRing {
    let key = KeyRing::generate(&sealing(), at(50), at(100)).unwrap();
    KeyRing::new(vec![key], &sealing()).unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": WALLET, "sub": "usr_a", "exp": 500, "scope": "https://wallet.example/m/1" })
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

/// Signs with the ring's key whatever header and claims say.
fn forge(ring: &KeyRing, header: &Header, claims: &Value) -> String {
    jwt::sign(header, claims, &ring.0[0].pair).unwrap()
}

fn ours(ring: &KeyRing) -> Header {
    ring.0[0].header("at+jwt")
}

fn accepts(ring: &KeyRing, claims: &Value) -> bool {
    let token = ring.sign("at+jwt", claims, at(200)).unwrap();
    ring.verify(&token, &EXPECTED, at(200)).is_some()
}

#[test]
fn what_is_signed_verifies() {
    let ring = ring();
    let token = ring.sign("at+jwt", &claims(), at(200)).unwrap();
    let read = ring.verify(&token, &EXPECTED, at(200)).unwrap();
    assert_eq!(Value::Object(read), claims());
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(header.alg, Algorithm::ES256);
    assert_eq!(header.kid.as_deref(), ring.0[0].public["kid"].as_str());
}

#[test]
fn another_implementation_reads_it_with_the_published_key() {
    let ring = ring();
    let token = ring.sign("at+jwt", &claims(), at(200)).unwrap();
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(ring.jwks(at(200))).unwrap();
    let key = DecodingKey::from_jwk(&set.keys[0]).unwrap();
    let mut validation = jsonwebtoken::Validation::new(Algorithm::ES256);
    validation.set_audience(&[WALLET]);
    validation.validate_exp = false;
    assert!(jsonwebtoken::decode::<Claims>(&token, &key, &validation).is_ok());
}

#[test]
fn any_changed_character_is_noticed() {
    let ring = ring();
    let token = ring.sign("at+jwt", &claims(), at(200)).unwrap();
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(
            ring.verify(&changed, &EXPECTED, at(200)).is_none(),
            "{place}"
        );
    }
    for cut in [0, 1, token.len() / 2, token.len() - 1] {
        assert!(ring.verify(&token[..cut], &EXPECTED, at(200)).is_none());
    }
    let longer = format!("{token}.x");
    assert!(ring.verify(&longer, &EXPECTED, at(200)).is_none());
    assert!(
        ring.verify(&"a".repeat(MAX_TOKEN + 1), &EXPECTED, at(200))
            .is_none()
    );
}

#[test]
fn the_wrong_type_issuer_or_audience_is_refused() {
    let ring = ring();
    let token = ring.sign("at+jwt", &claims(), at(200)).unwrap();
    for other in [
        Expected {
            typ: "JWT",
            ..EXPECTED
        },
        Expected {
            typ: "AT+JWT",
            ..EXPECTED
        },
        Expected {
            issuer: "https://auth.example/",
            ..EXPECTED
        },
        Expected {
            audience: "https://other.example",
            ..EXPECTED
        },
    ] {
        assert!(ring.verify(&token, &other, at(200)).is_none(), "{other:?}");
    }
}

#[test]
fn a_token_without_a_type_is_refused() {
    let ring = ring();
    let header = Header {
        typ: None,
        ..ours(&ring)
    };
    let token = forge(&ring, &header, &claims());
    assert!(ring.verify(&token, &EXPECTED, at(200)).is_none());
}

#[test]
fn missing_claims_are_refused() {
    let ring = ring();
    for name in ["iss", "aud", "sub", "exp"] {
        assert!(!accepts(&ring, &without(name)), "{name}");
        assert!(!accepts(&ring, &with(name, Value::Null)), "{name}");
    }
}

#[test]
fn an_issuer_is_one_and_an_audience_may_be_many() {
    let ring = ring();
    assert!(!accepts(
        &ring,
        &with("iss", vec![ISSUER, "https://evil.example"])
    ));
    assert!(accepts(
        &ring,
        &with("aud", vec!["https://other.example", WALLET])
    ));
    assert!(!accepts(&ring, &with("aud", vec!["https://other.example"])));
}

#[test]
fn expiry_and_beginning_are_judged_by_the_given_instant() {
    let ring = ring();
    let token = ring.sign("at+jwt", &claims(), at(200)).unwrap();
    let late = Timestamp::from_millisecond(499_999).unwrap();
    assert!(ring.verify(&token, &EXPECTED, late).is_some());
    assert!(ring.verify(&token, &EXPECTED, at(500)).is_none());
    assert!(accepts(&ring, &with("nbf", 200)));
    assert!(!accepts(&ring, &with("nbf", 201)));
}

#[test]
fn instants_that_are_not_whole_seconds_are_refused() {
    let ring = ring();
    for odd in [
        json!("500"),
        json!(500.5),
        json!(true),
        json!(u64::MAX),
        json!(-1),
    ] {
        assert!(!accepts(&ring, &with("exp", odd.clone())), "{odd}");
        assert!(!accepts(&ring, &with("nbf", json!("1"))));
    }
}

#[test]
fn headers_that_ask_for_more_are_refused() {
    let ring = ring();
    let crit = Header {
        crit: Some(vec!["exp".into()]),
        ..ours(&ring)
    };
    let mut unencoded = ours(&ring);
    unencoded.extras.insert("b64", false);
    let jwk = serde_json::from_value(ring.0[0].public.clone()).unwrap();
    let embedded = Header {
        jwk: Some(jwk),
        ..ours(&ring)
    };
    let elsewhere = Header {
        jku: Some("https://evil.example".into()),
        ..ours(&ring)
    };
    for header in [crit, unencoded, embedded, elsewhere] {
        let token = forge(&ring, &header, &claims());
        assert!(
            ring.verify(&token, &EXPECTED, at(200)).is_none(),
            "{header:?}"
        );
    }
}

#[test]
fn the_algorithm_is_the_keys_and_not_the_headers() {
    let ring = ring();
    let mut header = ours(&ring);
    header.alg = Algorithm::HS256;
    let public = ring.0[0].pair.public_key().as_ref();
    let token =
        jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(public)).unwrap();
    assert!(ring.verify(&token, &EXPECTED, at(200)).is_none());
    let body = URL_SAFE_NO_PAD.encode(claims().to_string());
    let kid = &ring.0[0].key.kid;
    let none = json!({ "alg": "none", "typ": "at+jwt", "kid": kid }).to_string();
    let none = format!("{}.{body}.", URL_SAFE_NO_PAD.encode(none));
    assert!(ring.verify(&none, &EXPECTED, at(200)).is_none());
}

#[test]
fn an_unknown_or_missing_kid_is_refused() {
    let ring = ring();
    for kid in [None, Some("another".to_owned())] {
        let header = Header { kid, ..ours(&ring) };
        let token = forge(&ring, &header, &claims());
        assert!(ring.verify(&token, &EXPECTED, at(200)).is_none());
    }
    let token = self::ring().sign("at+jwt", &claims(), at(200)).unwrap();
    assert!(ring.verify(&token, &EXPECTED, at(200)).is_none());
}

#[test]
fn keys_follow_each_other() {
    let mut old = KeyRing::generate(&sealing(), at(0), at(0)).unwrap();
    old.retired_at = Some(at(400));
    let new = KeyRing::generate(&sealing(), at(100), at(300)).unwrap();
    let ring = KeyRing::new(vec![old.clone(), new.clone()], &sealing()).unwrap();
    let signer = |second| ring.signing_key(at(second)).map(|key| key.kid.clone());
    assert_eq!(signer(-1), None);
    assert_eq!(signer(299), Some(old.kid.clone()));
    assert_eq!(signer(300), Some(new.kid.clone()));
    let token = ring.sign("at+jwt", &claims(), at(299)).unwrap();
    assert!(ring.verify(&token, &EXPECTED, at(399)).is_some());
    assert!(ring.verify(&token, &EXPECTED, at(400)).is_none());
    let published = |second| {
        let set = ring.jwks(at(second));
        let keys = set["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(published(99), [old.kid.clone()]);
    assert_eq!(published(100), [new.kid.clone(), old.kid]);
    assert_eq!(published(400), [new.kid]);
}

#[test]
fn without_a_signer_nothing_is_signed() {
    let fault = ring().sign("at+jwt", &claims(), at(99)).unwrap_err();
    assert!(matches!(fault, KeyFault::NoSigner));
}

#[test]
fn the_published_set_has_public_members_only() {
    let ring = ring();
    let set = ring.jwks(at(50));
    let mut names: Vec<_> = set["keys"][0].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert_eq!(ring.algorithms(at(50)), ["ES256"]);
    assert!(ring.algorithms(at(49)).is_empty());
}

#[test]
fn the_kid_is_the_thumbprint_of_rfc_7638() {
    let ring = ring();
    let public = &ring.0[0].public;
    let text = format!(
        r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
        public["x"], public["y"]
    );
    let digest = crate::model::Digest::of(text.as_bytes());
    assert_eq!(ring.0[0].key.kid, digest.to_base64url());
}

#[test]
fn rows_that_do_not_hang_together_are_named() {
    let key = KeyRing::generate(&sealing(), at(0), at(0)).unwrap();
    let other = KeyRing::generate(&sealing(), at(0), at(0)).unwrap();
    let swapped = SigningKey {
        sealed: other.sealed,
        ..key.clone()
    };
    let fault = KeyRing::new(vec![swapped], &sealing()).unwrap_err();
    assert!(fault.to_string().contains(&key.kid));
    let published = SigningKey {
        public_jwk: other.public_jwk,
        ..key.clone()
    };
    let fault = KeyRing::new(vec![published], &sealing()).unwrap_err();
    assert!(matches!(fault, KeyFault::Corrupt { .. }));
    let wrong = SealingKey::from_bytes(&[4; 32]).unwrap();
    let fault = KeyRing::new(vec![key], &wrong).unwrap_err();
    assert!(matches!(fault, KeyFault::Unopened { .. }));
}

#[test]
fn nothing_private_is_shown_by_debug() {
    let ring = ring();
    let shown = format!("{ring:?} {:?}", sealing());
    assert!(!shown.contains("sealed: ["), "{shown}");
}
