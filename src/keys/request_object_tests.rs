use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

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

fn header() -> Value {
    json!({ "typ": "oauth-authz-req+jwt" })
}

fn said() -> Value {
    json!({
        "iss": "cli_a", "client_id": "cli_a", "aud": ISSUER, "nbf": NOW, "exp": NOW + 300,
        "response_type": "code", "scope": "https://wallet.example/mandates/1",
    })
}

fn read(header: &Value, claims: &Value) -> Result<RequestObject, RequestObjectFault> {
    RequestObject::read(&Signer::shared(ES256).sign(header, claims), &terms())
}

fn value_of<'a>(request: &'a RequestObject, name: &str) -> Vec<&'a str> {
    let named = request.parameters.iter().filter(|(it, _)| it == name);
    named.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_request_is_its_claims_and_that_can_be_checked() {
    let claims = with(&with(&said(), "jti", json!("a")), "sub", json!("x"));
    let request = read(&header(), &with(&claims, "iat", json!(NOW))).unwrap();
    assert_eq!(request.client, "cli_a");
    let parameters = [
        ("client_id", "cli_a"),
        ("response_type", "code"),
        ("scope", "https://wallet.example/mandates/1"),
    ];
    assert_eq!(
        request.parameters,
        parameters.map(|(n, v)| (n.into(), v.into()))
    );
    assert!(Signer::shared(ES256).set().has_signed(&request.jws));
    assert!(!Signer::new(ES256).set().has_signed(&request.jws));
}

#[test]
fn claims_become_parameters() {
    let details = json!([{ "type": "open_payments_mandate", "actions": ["read"] }]);
    for (name, value, parameters) in [
        ("state", json!("a \"b\""), vec!["a \"b\""]),
        ("state", json!(300), vec!["300"]),
        (
            "authorization_details",
            details.clone(),
            vec![details.to_string().as_str()],
        ),
        ("authorization_details", json!([]), vec!["[]"]),
        (
            "resource",
            json!("https://a.example"),
            vec!["https://a.example"],
        ),
        (
            "resource",
            json!(["https://a.example", "b"]),
            vec!["https://a.example", "b"],
        ),
        ("resource", json!([]), vec![]),
    ] {
        let request = read(&header(), &with(&said(), name, value)).unwrap();
        assert_eq!(value_of(&request, name), parameters);
    }
}

#[test]
fn what_no_parameter_can_be_made_of_is_refused() {
    for (name, value) in [
        ("state", json!(true)),
        ("state", json!(["a"])),
        ("state", json!({})),
        ("state", json!(1.5)),
        ("prompt", json!(["login"])),
        ("dpop_jkt", json!(false)),
        ("scope", json!(["https://wallet.example/mandates/1"])),
        ("resource", json!({})),
        ("resource", json!(["https://a.example", 1])),
        ("authorization_details", json!(true)),
        ("authorization_details", json!("[]")),
        ("authorization_details", json!({ "a": 1 })),
        ("authorization_details", json!(1)),
    ] {
        let claims = with(&said(), name, value);
        let fault = read(&header(), &claims).unwrap_err();
        assert_eq!(fault, RequestObjectFault::Parameter, "{claims}");
        assert!(read(&header(), &said()).is_ok());
    }
    let null = said().to_string().replace('}', r#","state":null}"#);
    let text =
        Signer::shared(ES256).sign_text(r#"{"alg":"ES256","typ":"oauth-authz-req+jwt"}"#, &null);
    let fault = RequestObject::read(&text, &terms()).unwrap_err();
    assert_eq!(fault, RequestObjectFault::Parameter);
}

#[test]
fn what_is_no_parameter_is_ignored_whatever_it_is() {
    let parameters = read(&header(), &said()).unwrap().parameters;
    for value in [
        json!("a"),
        json!("a\0b"),
        json!(1.5),
        json!(true),
        json!(["a", 1]),
        json!({ "userinfo": { "name": null } }),
    ] {
        for name in ["claims", "max_age", "Scope", "sub", "client_assertion"] {
            let claims = with(&said(), name, value.clone());
            let request = read(&header(), &claims).unwrap();
            assert_eq!(request.parameters, parameters, "{claims}");
        }
    }
    let null = said().to_string().replace('}', r#","claims":null}"#);
    let text =
        Signer::shared(ES256).sign_text(r#"{"alg":"ES256","typ":"oauth-authz-req+jwt"}"#, &null);
    let request = RequestObject::read(&text, &terms()).unwrap();
    assert_eq!(request.parameters, parameters);
}

#[test]
fn its_type_is_a_media_type() {
    for typ in [
        "oauth-authz-req+jwt",
        "OAuth-Authz-Req+JWT",
        "application/oauth-authz-req+jwt",
        "APPLICATION/OAUTH-AUTHZ-REQ+JWT",
    ] {
        assert!(read(&json!({ "typ": typ }), &said()).is_ok(), "{typ}");
    }
    for typ in [
        "",
        "application/",
        "/oauth-authz-req+jwt",
        "text/oauth-authz-req+jwt",
        "application/application/oauth-authz-req+jwt",
        "oauth-authz-req+jwt;v=1",
        " oauth-authz-req+jwt",
    ] {
        let fault = read(&json!({ "typ": typ }), &said()).unwrap_err();
        assert_eq!(fault, RequestObjectFault::Type, "{typ}");
    }
}

#[test]
fn the_header_is_held_to_the_rules() {
    for (name, value, fault) in [
        ("typ", json!(null), RequestObjectFault::Type),
        ("typ", json!("JWT"), RequestObjectFault::Type),
        ("alg", json!("none"), RequestObjectFault::Algorithm),
        ("alg", json!("RS256"), RequestObjectFault::Algorithm),
        ("crit", json!(["exp"]), RequestObjectFault::Header),
        (
            "jwk",
            Signer::shared(ES256).jwk(),
            RequestObjectFault::Header,
        ),
        (
            "jku",
            json!("https://evil.example/keys"),
            RequestObjectFault::Header,
        ),
        ("x5c", json!([]), RequestObjectFault::Header),
        (
            "x5u",
            json!("https://evil.example/chain"),
            RequestObjectFault::Header,
        ),
    ] {
        let header = with(&header(), name, value);
        assert_eq!(read(&header, &said()).unwrap_err(), fault, "{header}");
        assert!(read(&self::header(), &said()).is_ok());
    }
    for text in ["", "a.b.c", "x"] {
        let fault = RequestObject::read(text, &terms()).unwrap_err();
        assert_eq!(fault, RequestObjectFault::Malformed, "{text}");
    }
}

#[test]
fn the_claims_are_held_to_the_rules() {
    for (name, value, fault) in [
        ("iss", json!(null), RequestObjectFault::Client),
        ("iss", json!(""), RequestObjectFault::Client),
        ("iss", json!("cli_b"), RequestObjectFault::Client),
        ("client_id", json!(null), RequestObjectFault::Client),
        ("client_id", json!("cli_b"), RequestObjectFault::Client),
        ("aud", json!(null), RequestObjectFault::Audience),
        ("aud", json!([]), RequestObjectFault::Audience),
        ("aud", json!([ISSUER, 1]), RequestObjectFault::Audience),
        (
            "aud",
            json!("https://auth.example/par"),
            RequestObjectFault::Audience,
        ),
        ("nbf", json!(null), RequestObjectFault::Times),
        ("nbf", json!("now"), RequestObjectFault::Times),
        ("exp", json!(null), RequestObjectFault::Times),
        ("exp", json!(i64::MAX), RequestObjectFault::Times),
        ("nbf", json!(i64::MIN), RequestObjectFault::Times),
        ("exp", json!(NOW), RequestObjectFault::Times),
        ("nbf", json!(NOW + 11), RequestObjectFault::Begin),
        ("iat", json!(NOW + 11), RequestObjectFault::Begin),
        ("iat", json!("now"), RequestObjectFault::Begin),
        ("nbf", json!(NOW - 3601), RequestObjectFault::Begin),
        ("exp", json!(NOW + 3601), RequestObjectFault::TooLong),
        ("nbf", json!(NOW - 3400), RequestObjectFault::TooLong),
        ("request", json!("a.b.c"), RequestObjectFault::Nested),
        ("request", json!({}), RequestObjectFault::Nested),
        ("request_uri", json!("urn:x"), RequestObjectFault::Nested),
    ] {
        let claims = with(&said(), name, value);
        assert_eq!(read(&header(), &claims).unwrap_err(), fault, "{claims}");
        assert!(read(&header(), &said()).is_ok());
    }
    let past = with(&with(&said(), "nbf", json!(NOW - 60)), "exp", json!(NOW));
    assert_eq!(
        read(&header(), &past).unwrap_err(),
        RequestObjectFault::Expired
    );
}

#[test]
fn what_is_within_the_bounds_is_let_be() {
    for (name, value) in [
        ("aud", json!([ISSUER])),
        ("aud", json!(["https://other.example", ISSUER])),
        ("nbf", json!(NOW + 10)),
        ("exp", json!(NOW + 3600)),
        ("iat", json!(NOW - 86_400)),
        ("exp", json!(1_800_000_000.0_f64 + 60.5)),
    ] {
        let claims = with(&said(), name, value);
        assert!(read(&header(), &claims).is_ok(), "{claims}");
    }
    let old = with(
        &with(&said(), "nbf", json!(NOW - 3599)),
        "exp",
        json!(NOW + 1),
    );
    assert!(read(&header(), &old).is_ok());
}

#[test]
fn neither_reasons_nor_requests_say_too_much() {
    assert_descriptions(RequestObjectFault::ALL.iter().map(|fault| fault.as_str()));
    let shown = format!("{:?}", read(&header(), &said()).unwrap());
    assert!(
        shown.contains("cli_a") && !shown.contains("mandates"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn no_claims_make_it_panic(
        text in "\\PC{0,40}",
        name in "iss|aud|exp|iat|nbf|state|resource|authorization_details",
        value in "-?[0-9]{1,30}(\\.[0-9]{1,5})?(e-?[0-9]{1,3})?|\"[a-z:/.]{0,20}\"|\\[\\]|\\{\\}",
    ) {
        prop_assert!(RequestObject::read(&text, &terms()).is_err());
        let claims = with(&said(), &name, json!("@")).to_string().replace("\"@\"", &value);
        let header = r#"{"alg":"ES256","typ":"oauth-authz-req+jwt"}"#;
        let _ = RequestObject::read(&Signer::shared(ES256).sign_text(header, &claims), &terms());
    }
}
