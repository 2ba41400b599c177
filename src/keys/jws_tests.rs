use proptest::prelude::*;
use serde_json::json;

use super::super::testing::{Signer, encode};
use super::*;

const ES256: SignatureAlgorithm = SignatureAlgorithm::Es256;

fn join(header: &str, claims: &str) -> String {
    format!(
        "{}.{}.AAAA",
        encode(header.as_bytes()),
        encode(claims.as_bytes())
    )
}

#[test]
fn what_it_says_can_be_read_before_it_is_verified() {
    let text = join(
        r#"{"alg":"PS256","typ":"t","kid":"k","x":1}"#,
        r#"{"iss":"a"}"#,
    );
    let jws = Unverified::read(&text).unwrap();
    assert_eq!(jws.alg(), Some(SignatureAlgorithm::Ps256));
    assert_eq!((jws.typ(), jws.kid()), (Some("t"), Some("k")));
    assert_eq!(jws.header()["x"], 1);
    assert_eq!(jws.claims()["iss"], "a");
    let bare = Unverified::read(&join(r#"{"alg":"none"}"#, "{}")).unwrap();
    assert_eq!((bare.alg(), bare.typ(), bare.kid()), (None, None, None));
}

#[test]
fn every_algorithm_verifies_its_own_signatures_only() {
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let jws = Unverified::read(&signer.sign(&json!({}), &json!({ "a": 1 }))).unwrap();
        assert!(jws.verify(&signer.key()), "{algorithm}");
        for other in SignatureAlgorithm::ALL {
            let fresh = Signer::new(*other);
            assert!(!jws.verify(&fresh.key()), "{algorithm} {other}");
        }
    }
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let claims = json!({});
        for alg in [
            "none", "HS256", "RS256", "ES384", "PS384", "Es256", "ES256", "PS256", "EdDSA", "",
        ] {
            let jws = Unverified::read(&signer.sign(&json!({ "alg": alg }), &claims)).unwrap();
            assert_eq!(
                jws.verify(&signer.key()),
                alg == algorithm.as_str(),
                "{alg}"
            );
        }
    }
}

#[test]
fn no_alg_makes_a_public_key_a_shared_secret() {
    let signer = Signer::shared(SignatureAlgorithm::Ps256);
    let message = format!("{}.{}", encode(br#"{"alg":"HS256"}"#), encode(b"{}"));
    for secret in [
        signer.jwk().to_string(),
        signer.jwk()["n"].to_string(),
        String::new(),
    ] {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        let text = format!("{message}.{}", encode(tag.as_ref()));
        assert!(!Unverified::read(&text).unwrap().verify(&signer.key()));
    }
    let unsigned = format!("{}.{}.", encode(br#"{"alg":"none"}"#), encode(b"{}"));
    assert!(!Unverified::read(&unsigned).unwrap().verify(&signer.key()));
}

#[test]
fn what_has_to_be_understood_is_not() {
    let signer = Signer::shared(ES256);
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({ "crit": crit, "exp": 1, "b64": false });
        let jws = Unverified::read(&signer.sign(&header, &json!({}))).unwrap();
        assert!(!jws.verify(&signer.key()), "{crit}");
    }
}

#[test]
fn any_changed_character_is_noticed() {
    let signer = Signer::shared(ES256);
    let text = signer.sign(&json!({ "kid": "a" }), &json!({ "iss": "somebody" }));
    for place in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let verified = Unverified::read(&changed).is_some_and(|it| it.verify(&signer.key()));
        assert!(!verified, "{place}");
    }
}

#[test]
fn what_is_no_compact_jws_of_objects_is_refused() {
    let signer = Signer::shared(ES256);
    let good = signer.sign(&json!({}), &json!({}));
    let [header, claims, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let alg = r#"{"alg":"ES256"}"#;
    for text in [
        String::new(),
        "...".into(),
        "..".into(),
        header.into(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}."),
        format!("{header}.{claims}.{signature}.x"),
        format!("{header}.{claims}.{signature}.x.y"),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}.{claims}.{signature}=="),
        format!("{header}.{claims}.{signature}AAA"),
        format!(" {good}"),
        format!("{good}\n"),
        good.replace('.', ".\n"),
        join("{}", "{}"),
        join("[]", "{}"),
        join(alg, "[]"),
        join(alg, "null"),
        join(alg, "Example"),
        join(alg, ""),
        join(r#"{"alg":null}"#, "{}"),
        join(r#"{"alg":["ES256"]}"#, "{}"),
        join(r#"{"alg":"ES256","typ":null}"#, "{}"),
        join(r#"{"alg":"ES256","typ":1}"#, "{}"),
        join(r#"{"alg":"ES256","kid":1}"#, "{}"),
        join(r#"{"alg":"ES256","kid":{}}"#, "{}"),
        join(r#"{"alg":"none","alg":"ES256"}"#, "{}"),
        join(r#"{"alg":"ES256","jwk":{"x":1,"x":2}}"#, "{}"),
        join(alg, r#"{"iss":"a","\u0069ss":"b"}"#),
        join(alg, r#"{"cnf":{"jkt":"a","jkt":"b"}}"#),
        join(alg, r#"{"exp":1e999}"#),
        format!(
            "{}.{}.AAAA",
            encode(alg.as_bytes()),
            encode(b"{\"a\":\"\xff\"}")
        ),
    ] {
        assert!(Unverified::read(&text).is_none(), "{text}");
    }
    assert!(Unverified::read(&good).unwrap().verify(&signer.key()));
}

#[test]
fn the_signature_has_one_spelling_too() {
    // 64 bytes: the last of 86 characters has four bits to spare.
    let signer = Signer::shared(ES256);
    let good = signer.sign(&json!({}), &json!({}));
    let (start, last) = good.split_at(good.len() - 1);
    assert!("AQgw".contains(last));
    let other = char::from(last.as_bytes()[0] + 1);
    assert!(Unverified::read(&format!("{start}{other}")).is_none());
}

#[test]
fn longer_than_16_kib_is_not_read() {
    let of_length = |length: usize| {
        let start = join(r#"{"alg":"ES256"}"#, "{}");
        format!("{start}{}", "A".repeat(length - start.len()))
    };
    assert!(Unverified::read(&of_length(LONGEST)).is_some());
    assert!(Unverified::read(&of_length(LONGEST + 4)).is_none());
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert!(Unverified::read(&join(r#"{"alg":"ES256"}"#, &deep)).is_none());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}|[A-Za-z0-9_.-]{0,80}", claims in "\\PC{0,40}") {
        let key = Signer::shared(ES256).key();
        for text in [text.clone(), join(r#"{"alg":"ES256"}"#, &claims), join(&text, "{}")] {
            prop_assert!(!Unverified::read(&text).is_some_and(|jws| jws.verify(&key)));
        }
    }
}
