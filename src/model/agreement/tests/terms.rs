use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::Limits;

#[test]
fn changes_are_named() {
    let plain = reads(&json!({})).unwrap().terms;
    let other = reads(
        &json!({"amount": 1, "assetScale": 3, "interval": "P1W", "cap": false, "description": "x"}),
    );
    let other = other.unwrap().terms;
    let changed = [
        Member::Asset,
        Member::Amount,
        Member::Interval,
        Member::Cap,
        Member::Description,
    ];
    assert_eq!(plain.changes(&other), changed);
    assert_ne!(plain.digest(), other.digest());
    assert!(plain.changes(&plain).is_empty());
}

#[test]
fn the_digest_vectors_hold() {
    let vectors = include_str!("../../../../tests/vectors/agreement-digests.json");
    let vectors: Vec<Value> = serde_json::from_str(vectors).unwrap();
    assert!(vectors.len() >= 6);
    for vector in vectors {
        let url = vector["url"].as_str().unwrap();
        let terms = read(url, vector["agreement"].to_string().as_bytes())
            .unwrap()
            .terms;
        assert_eq!(vector["canonical"], terms.canonical());
        assert_eq!(vector["digest"], terms.digest());
        assert_eq!(Terms::from_canonical(&terms.canonical()).unwrap(), terms);
    }
}

#[test]
fn only_the_canonical_form_is_read_back() {
    let canonical = reads(&json!({})).unwrap().terms.canonical();
    for other in [
        canonical.replace("\"12\"", "12"),
        canonical.replace(",\"cap\"", ", \"cap\""),
        canonical.replace("P1M", "P0Y1M"),
        canonical.replace("Z\"", "+00:00\""),
        canonical.replace("{\"amount\"", "{\"a\":1,\"amount\""),
        canonical.replace("\"type\":\"mandate\"", "\"type\":\"gift\""),
        String::new(),
    ] {
        assert!(Terms::from_canonical(&other).is_err(), "{other}");
    }
}

#[test]
fn limits_are_resolved() {
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let terms = reads(&json!({"startAt": null, "maxPerPayment": 700, "receiver": "$shop.example"}));
    let limits = Limits::resolve(&terms.unwrap().terms, now).unwrap();
    let text = serde_json::to_string(&limits).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"amount":"2000","assetCode":"USD","assetScale":"2","interval":"P1M","start":"2026-11-22T10:00:00Z","#,
            r#""end":"2027-11-22T10:00:00Z","cycles":"12","cap":true,"#,
            r#""receiver":"https://shop.example/.well-known/pay","maxPerPayment":"700"}"#
        )
    );
    assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits);
    assert!(serde_json::from_str::<Limits>(r#"{"amount":2000}"#).is_err());
    assert!(serde_json::from_str::<Limits>(r#"{"assetScale":"256"}"#).is_err());
    let carried = reads(&json!({"cap": false})).unwrap().terms;
    assert_eq!(Limits::resolve(&carried, now).unwrap().end, None);
    let invoice = invoice(&json!({"expiry": "2027-01-01T00:00:00Z"}))
        .unwrap()
        .terms;
    let limits = serde_json::to_string(&Limits::resolve(&invoice, now).unwrap()).unwrap();
    assert_eq!(
        limits,
        r#"{"amount":"500","assetCode":"USD","assetScale":"2","end":"2027-01-01T00:00:00Z"}"#
    );
}

#[test]
fn the_longest_terms_are_read_back() {
    let long = |start: &str| format!("{start}{}", "a".repeat(2048 - start.len()));
    let description = "\u{1}".repeat(10_000);
    let members = json!({
        "name": null, "description": description, "receiver": long("https://shop.example/"), "subject": long("https://issuer.wallet/"),
    });
    let terms = reads(&members).unwrap().terms;
    assert_eq!(Terms::from_canonical(&terms.canonical()).unwrap(), terms);
}

fn any_member() -> impl Strategy<Value = (String, Value)> {
    let name = prop_oneof![
        4 => "name|id|subject|scope|account|assetCode|assetScale|asset|amount|startAt|start|expiresAt|expiry",
        4 => "interval|cycles|cap|balance|received|receiver|maxPerPayment|description|client|status|cancelledAt|type",
        1 => "\\PC{0,8}",
    ];
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        (1..100_i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "P[0-9]{1,3}[YMWD]|PT[0-9]{1,9}[HMS]|[0-9]{1,20}".prop_map(Value::from),
        "[0-9]{4}-0[1-9]-[0-2][1-9]T0[0-9]:00:00(\\.[0-9]{1,9})?(Z|\\+0[0-9]:00)"
            .prop_map(Value::from),
        Just(json!({"code": "XRP", "scale": 9, "total": "1"})),
        Just(json!("$issuer.wallet/bob")),
        Just(Value::Null),
    ];
    (name, value)
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,60}") {
        let _ = read(MANDATE, &bytes);
        let _ = Terms::from_canonical(&text);
    }

    #[test]
    fn no_members_make_it_panic_and_terms_are_read_back(members in prop::collection::vec(any_member(), 0..6), base: bool) {
        let mut body = if base { mandate(&json!({})) } else { json!({}) };
        for (name, value) in members {
            body[name] = value;
        }
        for url in [MANDATE, INVOICE, SESSION] {
            if let Ok(agreement) = read(url, body.to_string().as_bytes()) {
                let terms = agreement.terms;
                prop_assert_eq!(&Terms::from_canonical(&terms.canonical()).unwrap(), &terms);
                let again = read(url, agreement.raw.as_bytes()).unwrap();
                prop_assert_eq!(again.terms.digest(), terms.digest());
            }
        }
    }
}
