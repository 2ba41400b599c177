use proptest::prelude::*;
use serde_json::json;

use super::super::testing::{Signer, assert_descriptions, encode, with};
use super::*;
use crate::model::SignatureAlgorithm;

const NOW: i64 = 1_800_000_000;
const TOKEN: &str = "https://auth.example/token";
const ES256: SignatureAlgorithm = SignatureAlgorithm::Es256;

fn wanted() -> Wanted<'static> {
    Wanted {
        method: "POST",
        uri: TOKEN,
        now: Timestamp::from_second(NOW).unwrap(),
        longest: 60,
    }
}

fn header(signer: &Signer) -> Value {
    json!({ "typ": "dpop+jwt", "jwk": signer.jwk() })
}

fn said() -> Value {
    json!({ "jti": "a", "htm": "POST", "htu": TOKEN, "iat": NOW })
}

fn verify(header: &Value, claims: &Value) -> Result<DpopProof, DpopFault> {
    let signer = Signer::shared(ES256);
    DpopProof::verify(&signer.sign(header, claims), &wanted())
}

#[test]
fn a_proof_of_each_algorithm_is_good() {
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let claims = with(&with(&said(), "nonce", json!("n")), "ath", json!("h"));
        let proof = DpopProof::verify(&signer.sign(&header(signer), &claims), &wanted()).unwrap();
        let expected = DpopProof {
            thumbprint: signer.key().thumbprint().to_owned(),
            jti: "a".into(),
            iat: wanted().now,
            nonce: Some("n".into()),
            ath: Some("h".into()),
        };
        assert_eq!(proof, expected);
    }
}

#[test]
fn what_is_no_jws_is_no_proof() {
    let good = Signer::shared(ES256).sign(&header(Signer::shared(ES256)), &said());
    for text in [
        "",
        "x",
        ".",
        "..",
        &format!("{good}, {good}"),
        &format!("{good} "),
        &good[1..],
    ] {
        let fault = DpopProof::verify(text, &wanted()).unwrap_err();
        assert_eq!(fault, DpopFault::Malformed, "{text}");
    }
    assert!(DpopProof::verify(&good, &wanted()).is_ok());
}

#[test]
fn the_header_is_held_to_the_rules() {
    let signer = Signer::shared(ES256);
    let good = header(signer);
    let private = with(&signer.jwk(), "d", json!("AAAA"));
    let other_use = with(&signer.jwk(), "use", json!("enc"));
    let off_curve = with(&signer.jwk(), "x", json!(encode(&[0; 32])));
    let weak = json!({ "kty": "RSA", "e": "AQAB", "n": encode(&[0xff; 128]) });
    let weak = with(&with(&good, "jwk", weak), "alg", json!("PS256"));
    let rsa = Signer::shared(SignatureAlgorithm::Ps256).jwk();
    let other = Signer::new(ES256).jwk();
    for (header, fault) in [
        (with(&good, "typ", json!(null)), DpopFault::Type),
        (with(&good, "typ", json!("JWT")), DpopFault::Type),
        (with(&good, "typ", json!("text/dpop+jwt")), DpopFault::Type),
        (with(&good, "alg", json!("none")), DpopFault::Algorithm),
        (with(&good, "alg", json!("HS256")), DpopFault::Algorithm),
        (with(&good, "alg", json!("RS256")), DpopFault::Algorithm),
        (with(&good, "crit", json!(["jwk"])), DpopFault::Critical),
        (with(&good, "jwk", json!(null)), DpopFault::Key),
        (
            with(&good, "jwk", json!(signer.jwk().to_string())),
            DpopFault::Key,
        ),
        (with(&good, "jwk", json!([signer.jwk()])), DpopFault::Key),
        (with(&good, "jwk", json!({})), DpopFault::Key),
        (with(&good, "jwk", rsa), DpopFault::Key),
        (with(&good, "jwk", other_use), DpopFault::Key),
        (with(&good, "jwk", off_curve), DpopFault::Key),
        (with(&good, "alg", json!("PS256")), DpopFault::Key),
        (weak, DpopFault::Key),
        (with(&good, "jwk", private), DpopFault::PrivateKey),
        (
            with(&good, "jwk", json!({ "kty": "oct", "k": "AAAA" })),
            DpopFault::PrivateKey,
        ),
        (with(&good, "jwk", other), DpopFault::Signature),
    ] {
        assert_eq!(verify(&header, &said()).unwrap_err(), fault, "{header}");
        assert!(verify(&good, &said()).is_ok());
    }
}

#[test]
fn the_claims_are_held_to_the_rules() {
    let signer = Signer::shared(ES256);
    let good = header(signer);
    for (name, value, fault) in [
        ("jti", json!(null), DpopFault::Id),
        ("jti", json!(""), DpopFault::Id),
        ("jti", json!(7), DpopFault::Id),
        ("jti", json!("a".repeat(257)), DpopFault::Id),
        ("htm", json!(null), DpopFault::Method),
        ("htm", json!("GET"), DpopFault::Method),
        ("htm", json!("post"), DpopFault::Method),
        ("htm", json!(["POST"]), DpopFault::Method),
        ("htu", json!(null), DpopFault::Uri),
        ("htu", json!("/token"), DpopFault::Uri),
        ("htu", json!("https://auth.example/par"), DpopFault::Uri),
        ("htu", json!("https://auth.example/token/"), DpopFault::Uri),
        ("htu", json!("http://auth.example/token"), DpopFault::Uri),
        (
            "htu",
            json!("https://auth.example:444/token"),
            DpopFault::Uri,
        ),
        (
            "htu",
            json!("https://me@auth.example/token"),
            DpopFault::Uri,
        ),
        ("htu", json!([TOKEN]), DpopFault::Uri),
        ("iat", json!(null), DpopFault::Time),
        ("iat", json!(NOW.to_string()), DpopFault::Time),
        ("iat", json!(NOW - 61), DpopFault::Time),
        ("iat", json!(NOW + 11), DpopFault::Time),
        ("iat", json!(-NOW), DpopFault::Time),
        ("iat", json!(0), DpopFault::Time),
        ("iat", json!(i64::MIN), DpopFault::Time),
        ("iat", json!(u64::MAX), DpopFault::Time),
        ("iat", json!(1e308), DpopFault::Time),
        ("nonce", json!(1), DpopFault::Claims),
        ("ath", json!(["x"]), DpopFault::Claims),
    ] {
        let claims = with(&said(), name, value);
        assert_eq!(verify(&good, &claims).unwrap_err(), fault, "{claims}");
        assert!(verify(&good, &said()).is_ok());
    }
}

#[test]
fn what_is_within_the_bounds_is_let_be() {
    let good = header(Signer::shared(ES256));
    for (name, value) in [
        ("jti", json!("a".repeat(256))),
        ("htu", json!("HTTPS://auth.example:443/%74oken?x#y")),
        ("iat", json!(NOW - 60)),
        ("iat", json!(NOW + 10)),
        ("iat", json!(1_799_999_999.5)),
        ("exp", json!(1)),
        ("unknown", json!({})),
    ] {
        let claims = with(&said(), name, value);
        assert!(verify(&good, &claims).is_ok(), "{claims}");
    }
    assert!(verify(&with(&good, "kid", json!("ignored")), &said()).is_ok());
}

#[test]
fn a_wanted_uri_that_is_none_is_never_met() {
    let signer = Signer::shared(ES256);
    let claims = with(&said(), "htu", json!("nonsense"));
    let wanted = Wanted {
        uri: "nonsense",
        ..wanted()
    };
    let fault = DpopProof::verify(&signer.sign(&header(signer), &claims), &wanted);
    assert_eq!(fault.unwrap_err(), DpopFault::Uri);
}

#[test]
fn the_reasons_can_be_sent() {
    assert_descriptions(DpopFault::ALL.iter().map(|fault| fault.as_str()));
}

proptest! {
    #[test]
    fn no_claims_make_it_panic(
        header in "\\PC{0,40}",
        name in "jti|htm|htu|iat|nonce|ath",
        value in "-?[0-9]{1,30}(\\.[0-9]{1,5})?(e-?[0-9]{1,3})?|\"[a-z:/%.]{0,20}\"|\\[\\]",
    ) {
        let signer = Signer::shared(ES256);
        prop_assert!(DpopProof::verify(&header, &wanted()).is_err());
        let claims = with(&said(), &name, json!("@")).to_string().replace("\"@\"", &value);
        let good = with(&self::header(signer), "alg", json!("ES256")).to_string();
        let _ = DpopProof::verify(&signer.sign_text(&good, &claims), &wanted());
        let _ = DpopProof::verify(&signer.sign_text(&header, &claims), &wanted());
    }
}
