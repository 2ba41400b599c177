//! The examples of the RFCs, from `tests/vectors/signatures.json`.

use jiff::Timestamp;
use serde_json::Value;

use super::testing::{encode, with};
use super::{DpopProof, KeySet, PartyKey, Unverified, Wanted, access_token_hash};
use crate::model::SignatureAlgorithm;

fn cases(kind: &str) -> Vec<Value> {
    let text = include_str!("../../tests/vectors/signatures.json");
    let vectors: Value = serde_json::from_str(text).unwrap();
    let cases = vectors[kind].as_array().unwrap().clone();
    assert!(cases.len() > 1, "{kind}");
    cases
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap()
}

fn key(case: &Value) -> PartyKey {
    let algorithm = SignatureAlgorithm::parse(text(case, "algorithm")).unwrap();
    PartyKey::from_jwk(case["jwk"].as_object().unwrap(), algorithm).unwrap()
}

#[test]
fn signatures_verify_and_others_do_not() {
    for case in cases("signatures") {
        let (signed, signature) = (text(&case, "signed"), text(&case, "signature"));
        let key = key(&case);
        assert!(key.verify(signed.as_bytes(), signature), "{case}");
        assert!(!key.verify(&signed.as_bytes()[1..], signature), "{case}");
        assert!(!key.verify(signed.as_bytes(), &signature[4..]), "{case}");
        assert!(!key.verify(signed.as_bytes(), &encode(&[0; 64])), "{case}");
        assert!(!key.verify(signed.as_bytes(), ""), "{case}");
    }
}

#[test]
fn a_whole_jws_verifies() {
    let case = &cases("signatures")[0];
    let text = format!("{}.{}", text(case, "signed"), text(case, "signature"));
    let jws = Unverified::read(&text).unwrap();
    assert!(jws.verify(&key(case)));
    assert_eq!(jws.claims()["iss"], "joe");
    let set = with(&case["jwk"], "use", "sig".into());
    let set = format!(r#"{{"keys":[{set}]}}"#);
    let set = KeySet::parse(&set, SignatureAlgorithm::Es256).unwrap();
    assert!(set.has_signed(&jws));
    assert!(!KeySet::empty().has_signed(&jws));
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    for case in cases("thumbprints") {
        assert_eq!(key(&case).thumbprint(), text(&case, "thumbprint"), "{case}");
    }
}

#[test]
fn proofs_verify() {
    for case in cases("proofs") {
        let iat = Timestamp::from_second(case["iat"].as_i64().unwrap()).unwrap();
        let wanted = Wanted {
            method: text(&case, "method"),
            uri: text(&case, "uri"),
            now: iat,
            longest: 60,
        };
        let proof = DpopProof::verify(text(&case, "proof"), &wanted).unwrap();
        assert_eq!(proof.thumbprint, text(&case, "thumbprint"));
        assert_eq!(proof.jti, text(&case, "jti"));
        assert_eq!(proof.iat, iat);
        assert_eq!(proof.ath.as_deref(), case["ath"].as_str());
        assert_eq!(proof.ath, case["token"].as_str().map(access_token_hash));
    }
}
