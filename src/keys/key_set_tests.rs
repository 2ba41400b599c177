use std::time::Instant;

use proptest::prelude::*;
use serde_json::json;

use super::super::testing::{Signer, with};
use super::*;

const ES256: SignatureAlgorithm = SignatureAlgorithm::Es256;

/// The shared key of an algorithm, under a name.
fn named(algorithm: SignatureAlgorithm, kid: &str) -> Value {
    with(&Signer::shared(algorithm).jwk(), "kid", json!(kid))
}

fn parse(keys: &Value, algorithm: SignatureAlgorithm) -> Result<KeySet, KeySetFault> {
    KeySet::parse(&json!({ "keys": keys }).to_string(), algorithm)
}

fn kids(set: &KeySet) -> Vec<&str> {
    set.keys().iter().filter_map(PartyKey::kid).collect()
}

#[test]
fn of_a_mixed_set_the_keys_that_fit_are_kept() {
    let keys = json!([
        named(ES256, "a"),
        named(SignatureAlgorithm::Ps256, "b"),
        named(SignatureAlgorithm::EdDsa, "c"),
        with(&named(ES256, "d"), "use", json!("enc")),
        { "kty": "AKP", "alg": "ML-DSA-44", "pub": "x" },
        "what is this",
        with(&named(ES256, "e"), "y", json!(null)),
        named(ES256, "f"),
    ]);
    assert_eq!(kids(&parse(&keys, ES256).unwrap()), ["a", "f"]);
    assert_eq!(
        kids(&parse(&keys, SignatureAlgorithm::Ps256).unwrap()),
        ["b"]
    );
    assert_eq!(
        kids(&parse(&keys, SignatureAlgorithm::EdDsa).unwrap()),
        ["c"]
    );
}

#[test]
fn a_set_of_no_use_is_refused_with_the_reason() {
    let private = with(&named(SignatureAlgorithm::EdDsa, "b"), "d", json!("x"));
    let many = |count: usize| {
        let keys = (0..count).map(|at| named(ES256, &at.to_string()));
        json!({ "keys": keys.collect::<Vec<_>>() }).to_string()
    };
    let twice = json!({ "keys": [named(ES256, "a\n"), named(ES256, "a\n")] }).to_string();
    let spoiled = json!({ "keys": [named(ES256, "a"), private] }).to_string();
    let rsa = json!({ "keys": [named(SignatureAlgorithm::Ps256, "a"), 7] }).to_string();
    for (text, reason) in [
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        (r#"{"keys":[],"keys":[]}"#, "cannot be read"),
        ("{}", "no list of keys"),
        (r#"{"keys":{}}"#, "no list of keys"),
        (r#"{"keys":[]}"#, "used with ES256: it is empty"),
        (&rsa, "key 1 is of another type, key 2 is not a valid key"),
        (&many(21), "more than 20 keys"),
        (&twice, r#"the same kid, "a\n""#),
        (&spoiled, "key 2 of the set is a private or secret key"),
        (
            &format!("{{}}{}", " ".repeat(LONGEST)),
            "longer than 64 KiB",
        ),
    ] {
        let fault = KeySet::parse(text, ES256).unwrap_err().to_string();
        assert!(fault.contains(reason), "{fault}");
    }
    assert_eq!(KeySet::parse(&many(20), ES256).unwrap().keys().len(), 20);
}

#[test]
fn one_name_may_serve_keys_of_two_kinds() {
    let keys = json!([named(ES256, "a"), named(SignatureAlgorithm::Ps256, "a")]);
    assert!(parse(&keys, ES256).is_ok());
}

#[test]
fn a_key_is_found_by_its_name_and_without_a_name_all_are_tried() {
    let mut keys = vec![Signer::shared(ES256).jwk()];
    keys.extend((0..12).map(|at| named(ES256, &at.to_string())));
    let set = parse(&json!(keys), ES256).unwrap();
    assert_eq!(set.candidates(Some("11")).len(), 1);
    assert!(set.candidates(Some("12")).is_empty());
    assert!(set.candidates(Some("")).is_empty());
    assert_eq!(set.candidates(None).len(), 4);
    assert!(KeySet::empty().candidates(None).is_empty());
}

#[test]
fn only_the_named_key_counts() {
    let (first, second) = (Signer::new(ES256), Signer::new(ES256));
    let keys = [("a", &first), ("b", &second)].map(|(kid, it)| with(&it.jwk(), "kid", json!(kid)));
    let set = parse(&json!(keys), ES256).unwrap();
    let signed = |header: Value, signer: &Signer| {
        set.has_signed(&Unverified::read(&signer.sign(&header, &json!({}))).unwrap())
    };
    assert!(signed(json!({ "kid": "a" }), &first));
    assert!(signed(json!({}), &first));
    assert!(signed(json!({}), &second));
    assert!(!signed(json!({ "kid": "b" }), &first));
    assert!(!signed(json!({ "kid": "c" }), &first));
    assert!(!signed(json!({}), &Signer::new(ES256)));
    assert!(!signed(
        json!({}),
        Signer::shared(SignatureAlgorithm::EdDsa)
    ));
}

#[test]
fn of_any_set_as_many_keys_are_tried() {
    let many = |algorithm| {
        let keys = (0..12).map(|at| named(algorithm, &at.to_string()));
        parse(&json!(keys.collect::<Vec<_>>()), algorithm).unwrap()
    };
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let jws = |header: Value| Unverified::read(&signer.sign(&header, &json!({}))).unwrap();
        let other = SignatureAlgorithm::ALL.iter().find(|it| *it != algorithm);
        let nobody = KeySet::parse(KeySet::OF_NOBODY, ES256).unwrap();
        let sets = [
            KeySet::empty(),
            nobody,
            signer.set(),
            many(*algorithm),
            many(*other.unwrap()),
        ];
        for set in &sets {
            for (header, count) in [
                (json!({}), MOST_TRIED),
                (json!({ "kid": "7" }), 1),
                (json!({ "kid": "x" }), 1),
            ] {
                let jws = jws(header);
                let tried = set.tried(&jws);
                assert_eq!(tried.len(), count, "{algorithm} {set:?}");
                assert!(tried.iter().all(|key| key.algorithm() == *algorithm));
            }
        }
        // Those of the party come first.
        assert!(signer.set().has_signed(&jws(json!({}))));
        assert!(many(*algorithm).has_signed(&jws(json!({ "kid": "11" }))));
    }
}

#[test]
fn nobody_takes_as_long_as_somebody() {
    assert_eq!(DECOYS.len(), SignatureAlgorithm::ALL.len());
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let jws = Unverified::read(&signer.sign(&json!({ "kid": "a" }), &json!({}))).unwrap();
        let fitting: Vec<_> = DECOYS
            .iter()
            .filter(|it| it.algorithm() == *algorithm)
            .collect();
        assert_eq!(fitting.len(), 1);
        let set = signer.set();
        // The quickest of many tells what it costs.
        let quickest = |act: &dyn Fn() -> bool| {
            let time = |_| {
                let start = Instant::now();
                assert!(!act());
                start.elapsed()
            };
            (0..50).map(time).min().unwrap()
        };
        let wrong_name = quickest(&|| set.has_signed(&jws));
        let nobody = quickest(&|| KeySet::empty().has_signed(&jws));
        let checked = quickest(&|| jws.verify(fitting[0]));
        assert!(nobody >= checked / 2, "{algorithm}: {nobody:?} {checked:?}");
        assert!(
            wrong_name >= checked / 2,
            "{algorithm}: {wrong_name:?} {checked:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}|\\{\"keys\":\\[\\{\"kty\":\"(EC|RSA|OKP)\",[\"a-z:,{}0-9]{0,40}\\}\\]\\}") {
        for algorithm in SignatureAlgorithm::ALL {
            let _ = KeySet::parse(&text, *algorithm);
        }
    }
}
