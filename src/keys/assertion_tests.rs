use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::testing::{Signer, assert_descriptions, with};
use super::*;
use crate::model::SignatureAlgorithm;

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://auth.example";
const ES256: SignatureAlgorithm = SignatureAlgorithm::Es256;

fn terms() -> Terms<'static> {
    Terms {
        issuer: ISSUER,
        now: Timestamp::from_second(NOW).unwrap(),
    }
}

fn said() -> Value {
    json!({ "iss": "cli_a", "sub": "cli_a", "aud": ISSUER, "jti": "a", "exp": NOW + 60, "iat": NOW })
}

fn read(header: &Value, claims: &Value) -> Result<ClientAssertion, AssertionFault> {
    ClientAssertion::read(&Signer::shared(ES256).sign(header, claims), &terms())
}

#[test]
fn an_assertion_says_who_signed_it_and_that_can_be_checked() {
    for algorithm in SignatureAlgorithm::ALL {
        let signer = Signer::shared(*algorithm);
        let assertion = ClientAssertion::read(&signer.sign(&json!({}), &said()), &terms()).unwrap();
        assert_eq!(
            (assertion.client.as_str(), assertion.jti.as_str()),
            ("cli_a", "a")
        );
        assert_eq!(assertion.expires_at.as_second(), NOW + 60);
        assert!(signer.set().has_signed(&assertion.jws));
        assert!(!Signer::new(ES256).set().has_signed(&assertion.jws));
    }
}

#[test]
fn an_assertion_is_not_signed_with_another_algorithm_than_the_registered_one() {
    // One RSA key could sign with either; the set says with which.
    let signer = Signer::shared(SignatureAlgorithm::Ps256);
    for alg in ["RS256", "none", "HS256", "PS512"] {
        let text = signer.sign(&json!({ "alg": alg }), &said());
        let fault = ClientAssertion::read(&text, &terms()).unwrap_err();
        assert_eq!(fault, AssertionFault::Algorithm, "{alg}");
    }
    let text = signer.sign(&json!({ "alg": "ES256" }), &said());
    let assertion = ClientAssertion::read(&text, &terms()).unwrap();
    assert!(!signer.set().has_signed(&assertion.jws));
    assert!(!Signer::shared(ES256).set().has_signed(&assertion.jws));
}

#[test]
fn what_is_no_jws_is_no_assertion() {
    for text in ["", "a.b", "a.b.c", "..", "\u{e4}"] {
        let fault = ClientAssertion::read(text, &terms()).unwrap_err();
        assert_eq!(fault, AssertionFault::Malformed, "{text}");
    }
}

#[test]
fn the_header_is_held_to_the_rules() {
    let jwk = Signer::shared(ES256).jwk();
    for (name, value, fault) in [
        ("typ", json!(""), AssertionFault::Type),
        ("typ", json!("text/jwt"), AssertionFault::Type),
        ("typ", json!("application/at+jwt"), AssertionFault::Type),
        ("typ", json!("at+jwt"), AssertionFault::Type),
        ("typ", json!("dpop+jwt"), AssertionFault::Type),
        ("typ", json!("oauth-authz-req+jwt"), AssertionFault::Type),
        ("crit", json!(["exp"]), AssertionFault::Header),
        ("jwk", jwk, AssertionFault::Header),
        (
            "jku",
            json!("https://evil.example/keys"),
            AssertionFault::Header,
        ),
        ("x5c", json!([]), AssertionFault::Header),
        (
            "x5u",
            json!("https://evil.example/chain"),
            AssertionFault::Header,
        ),
    ] {
        let header = json!({ name: value });
        assert_eq!(read(&header, &said()).unwrap_err(), fault, "{header}");
        assert!(read(&json!({}), &said()).is_ok());
    }
    for typ in [
        "JWT",
        "jwt",
        "application/jwt",
        "client-authentication+jwt",
        "Application/Client-Authentication+JWT",
    ] {
        assert!(read(&json!({ "typ": typ, "x5t": "a" }), &said()).is_ok());
    }
}

#[test]
fn the_claims_are_held_to_the_rules() {
    for (name, value, fault) in [
        ("iss", json!(null), AssertionFault::Subject),
        ("iss", json!("cli_b"), AssertionFault::Subject),
        ("iss", json!(["cli_a"]), AssertionFault::Subject),
        ("sub", json!(null), AssertionFault::Subject),
        ("sub", json!("cli_b"), AssertionFault::Subject),
        ("aud", json!(null), AssertionFault::Audience),
        ("aud", json!([ISSUER]), AssertionFault::Audience),
        (
            "aud",
            json!("https://auth.example/"),
            AssertionFault::Audience,
        ),
        (
            "aud",
            json!("https://auth.example/token"),
            AssertionFault::Audience,
        ),
        (
            "aud",
            json!("https://evil.example"),
            AssertionFault::Audience,
        ),
        ("exp", json!(null), AssertionFault::Expiry),
        ("exp", json!((NOW + 60).to_string()), AssertionFault::Expiry),
        ("exp", json!(NOW), AssertionFault::Expiry),
        ("exp", json!(NOW - 1), AssertionFault::Expiry),
        ("exp", json!(i64::MAX), AssertionFault::Expiry),
        ("exp", json!(i64::MIN), AssertionFault::Expiry),
        ("exp", json!(1e300), AssertionFault::Expiry),
        ("exp", json!(NOW + 301), AssertionFault::TooLong),
        ("exp", json!(200_000_000_000_i64), AssertionFault::TooLong),
        ("iat", json!(NOW + 11), AssertionFault::Ahead),
        ("iat", json!(NOW + 61), AssertionFault::Ahead),
        ("iat", json!("now"), AssertionFault::Ahead),
        ("nbf", json!(NOW + 11), AssertionFault::Ahead),
        ("nbf", json!(true), AssertionFault::Ahead),
        ("jti", json!(null), AssertionFault::Id),
        ("jti", json!(""), AssertionFault::Id),
        ("jti", json!("a".repeat(257)), AssertionFault::Id),
        ("jti", json!(1), AssertionFault::Id),
    ] {
        let claims = with(&said(), name, value);
        assert_eq!(read(&json!({}), &claims).unwrap_err(), fault, "{claims}");
        assert!(read(&json!({}), &said()).is_ok());
    }
    let nobody = with(&with(&said(), "iss", json!("")), "sub", json!(""));
    assert_eq!(
        read(&json!({}), &nobody).unwrap_err(),
        AssertionFault::Subject
    );
}

#[test]
fn what_is_within_the_bounds_is_let_be() {
    for (name, value) in [
        ("exp", json!(NOW + 1)),
        ("exp", json!(NOW + 300)),
        ("exp", json!(1_800_000_100.5)),
        ("iat", json!(null)),
        ("iat", json!(NOW + 10)),
        ("iat", json!(NOW - 86_400)),
        ("nbf", json!(NOW + 10)),
        ("jti", json!("a".repeat(256))),
        ("unknown", json!(["x"])),
    ] {
        let claims = with(&said(), name, value);
        assert!(read(&json!({}), &claims).is_ok(), "{claims}");
    }
}

#[test]
fn neither_reasons_nor_assertions_say_too_much() {
    assert_descriptions(AssertionFault::ALL.iter().map(|fault| fault.as_str()));
    let shown = format!("{:?}", read(&json!({}), &said()).unwrap());
    assert!(shown.contains("cli_a") && !shown.contains("jti"), "{shown}");
}

proptest! {
    #[test]
    fn no_claims_make_it_panic(
        text in "\\PC{0,40}",
        name in "iss|sub|aud|exp|iat|nbf|jti",
        value in "-?[0-9]{1,30}(\\.[0-9]{1,5})?(e-?[0-9]{1,3})?|\"[a-z:/.]{0,20}\"|\\[\\]",
    ) {
        prop_assert!(ClientAssertion::read(&text, &terms()).is_err());
        let claims = with(&said(), &name, json!("@")).to_string().replace("\"@\"", &value);
        let text = Signer::shared(ES256).sign_text(r#"{"alg":"ES256"}"#, &claims);
        let _ = ClientAssertion::read(&text, &terms());
    }
}
