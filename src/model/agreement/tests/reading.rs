use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

#[test]
fn a_mandate_is_read_as_a_wallet_serves_it() {
    let body = br#"{
        "name": "//issuer.wallet/mandates/1", "subject": "$issuer.wallet/bob",
        "assetCode": "USD", "assetScale": 2, "amount": "2000",
        "interval": "P0Y1M0DT0H0M0S", "cycles": 12, "cap": false,
        "startAt": "2027-01-01T10:00:00+02:00", "expiresAt": "2028-01-02T00:00:00Z",
        "description": "Streaming, standard plan", "plan": {"tier": 1.50}, "sharedSecret": "a",
        "balance": {"total": "0", "interval": "0", "available": "2000", "ilpSecret": "b"}, "cycle": 0
    }"#;
    let agreement = read(MANDATE, body).unwrap();
    assert_eq!(
        agreement.terms.canonical(),
        concat!(
            r#"{"amount":"2000","assetCode":"USD","assetScale":"2","cap":false,"cycles":"12","#,
            r#""description":"Streaming, standard plan","expiresAt":"2028-01-02T00:00:00Z","interval":"P1M","#,
            r#""name":"https://issuer.wallet/mandates/1","startAt":"2027-01-01T08:00:00Z","#,
            r#""subject":"https://issuer.wallet/bob","type":"mandate"}"#
        )
    );
    assert_eq!(agreement.state.balance_available, Some(2000));
    let unknown = vec![("plan".to_owned(), r#"{"tier":1.50}"#.to_owned())];
    assert_eq!(agreement.unknown, unknown);
    assert!(!agreement.raw.contains("ecret"));
    assert!(agreement.raw.contains("1.50"));
}

#[test]
fn every_spelling_says_the_same() {
    let plain = reads(&json!({"expiresAt": "2027-12-01T00:00:00Z", "cap": true})).unwrap();
    for (old, members) in [
        ("name", json!({"id": "https://issuer.wallet/mandates/1"})),
        ("name", json!({"id": 17})),
        ("name", json!({})),
        ("subject", json!({"scope": "https://issuer.wallet/bob"})),
        ("subject", json!({"account": "//issuer.wallet/bob"})),
        ("assetCode", json!({"asset": {"code": "USD"}})),
        ("assetCode", json!({"asset": {"code": "USD", "scale": "2"}})),
        ("amount", json!({"amount": 2000})),
        ("startAt", json!({"start_at": "2027-01-01T08:00:00Z"})),
        ("startAt", json!({"start": "2027-01-01T09:00:00+01:00"})),
        ("expiresAt", json!({"expireAt": "2027-12-01T00:00:00Z"})),
        ("expiresAt", json!({"expires_at": "2027-12-01T00:00:00Z"})),
        ("expiresAt", json!({"expiry": "2027-12-01T00:00:00Z"})),
        (
            "expiresAt",
            json!({"expire_time": "2027-12-01T00:00:00Z", "start": "2027-01-01T08:00:00Z"}),
        ),
        ("cycles", json!({"cycles": "12"})),
        (
            "cap",
            json!({"type": "mandate", "client": "cli_1", "client_id": "cli_1"}),
        ),
        ("type", json!({"type": "open_payments_mandate"})),
    ] {
        let mut all = json!({"expiresAt": "2027-12-01T00:00:00Z"});
        all[old] = Value::Null;
        for (name, value) in members.as_object().unwrap() {
            all[name] = value.clone();
        }
        assert_eq!(reads(&all).unwrap().terms, plain.terms, "{all}");
    }
}

#[test]
fn two_spellings_that_disagree_are_refused() {
    for (member, members) in [
        ("id", json!({"id": "https://issuer.wallet/mandates/2"})),
        ("account", json!({"account": "$issuer.wallet/alice"})),
        ("asset", json!({"asset": {"code": "EUR"}})),
        ("asset", json!({"asset": {"scale": 3}})),
        ("start", json!({"start": "2027-01-02T08:00:00Z"})),
        (
            "expiry",
            json!({"expiresAt": "2028-01-01T00:00:00Z", "expiry": "2029-01-01T00:00:00Z"}),
        ),
        (
            "client_id",
            json!({"client": "cli_1", "client_id": "cli_2"}),
        ),
    ] {
        assert_eq!(refused(reads(&members)).0, member, "{members}");
    }
}

#[test]
fn a_number_is_digits_only() {
    for number in [
        "5.0",
        "5e2",
        "\"05\"",
        "\"+5\"",
        "-5",
        "\"\"",
        "true",
        "[5]",
        "9223372036854775808",
        "\"9223372036854775808\"",
        "\" 5\"",
    ] {
        for member in ["amount", "maxPerPayment", "cycles", "assetScale"] {
            let body = mandate(&json!({member: "TAKEN"}))
                .to_string()
                .replace("\"TAKEN\"", number);
            assert_eq!(
                refused(read(MANDATE, body.as_bytes())).0,
                member,
                "{number}"
            );
        }
    }
    let most = reads(&json!({"amount": i64::MAX, "maxPerPayment": i64::MAX.to_string()})).unwrap();
    assert_eq!(most.terms.amount, Some(i64::MAX));
}

#[test]
fn what_a_mandate_must_keep_to_is_refused_otherwise() {
    for (member, members) in [
        ("name", json!({"name": "//issuer.wallet/mandates/2"})),
        ("name", json!({"name": "Streaming"})),
        ("type", json!({"type": "invoice"})),
        ("client", json!({"client": "cli_2"})),
        ("client_id", json!({"client_id": 1})),
        ("subject", json!({"subject": null})),
        ("subject", json!({"subject": "$other.wallet/bob"})),
        ("subject", json!({"subject": "bob"})),
        ("assetCode", json!({"assetCode": "usd"})),
        ("assetCode", json!({"assetCode": null})),
        ("assetScale", json!({"assetScale": null})),
        ("assetScale", json!({"assetScale": 19})),
        ("asset", json!({"asset": "USD"})),
        ("amount", json!({"amount": null})),
        ("amount", json!({"amount": 0})),
        ("amount", json!({"assetCode": null, "assetScale": null})),
        ("maxPerPayment", json!({"maxPerPayment": 0})),
        ("startAt", json!({"startAt": "2027-01-01"})),
        ("startAt", json!({"startAt": 1})),
        ("expiresAt", json!({"expiresAt": "2027-01-01T08:00:00Z"})),
        ("interval", json!({"interval": "P1M15D"})),
        ("interval", json!({"interval": 30})),
        ("cycles", json!({"cycles": 0})),
        ("cycles", json!({"interval": null})),
        ("cycles", json!({"cycles": i64::MAX})),
        ("cap", json!({"cap": "true"})),
        ("receiver", json!({"receiver": "shop"})),
        ("receiver", json!({"receiver": "http://127.0.0.1/shop"})),
        ("description", json!({"description": 1})),
        ("description", json!({"description": "ä".repeat(10_001)})),
        ("description", json!({"description": "a\u{0}b"})),
        ("startAt", json!({"startAt": "9999-12-31T23:59:59Z"})),
        ("balance", json!({"balance": true})),
        ("balance.total", json!({"balance": {"total": -1}})),
        ("received", json!({"received": "x"})),
    ] {
        assert_eq!(refused(reads(&members)).0, member, "{members}");
    }
    assert!(reads(&json!({"description": "ä".repeat(10_000)})).is_ok());
    assert!(reads(&json!({"subject": "$pay.issuer.wallet/bob"})).is_ok());
}

#[test]
fn unknown_members_are_kept_as_they_are() {
    let members =
        json!({"asset": {"code": "USD", "issuer": "x"}, "plan": null, "id": 7, "count": 1.0});
    let unknown = reads(&members).unwrap().unknown;
    let known = [("count", "1.0"), ("id", "7"), ("asset.issuer", "\"x\"")];
    assert_eq!(
        unknown,
        known.map(|(name, text)| (name.to_owned(), text.to_owned()))
    );
}

#[test]
fn an_agreement_on_another_origin_is_refused() {
    let origins = [
        Origin::parse("https://issuer.wallet").unwrap(),
        Origin::parse("https://pay.issuer.wallet").unwrap(),
    ];
    let url = AgreementUrl::parse("https://pay.issuer.wallet/mandates/1", &origins).unwrap();
    let reading = Reading {
        url: &url,
        kind: AgreementType::Mandate,
        origins: &origins,
        client_id: Some("cli_1"),
        now: Timestamp::UNIX_EPOCH,
    };
    let body = mandate(&json!({"name": null})).to_string();
    assert_eq!(
        refused(Agreement::read(body.as_bytes(), &reading)).0,
        "name"
    );
    let nowhere = Reading {
        origins: &[],
        ..reading
    };
    assert_eq!(
        refused(Agreement::read(body.as_bytes(), &nowhere)).0,
        "name"
    );
}

#[test]
fn only_mandates_repeat() {
    for (member, members) in [
        ("interval", json!({"interval": "P1M"})),
        ("cycles", json!({"cycles": 1})),
        ("cap", json!({"cap": true})),
        ("amount", json!({"assetCode": null, "assetScale": null})),
    ] {
        assert_eq!(refused(invoice(&members)).0, member);
    }
    let plain = invoice(&json!({"interval": null, "scope": "x"})).unwrap();
    assert_eq!(plain.terms.cap, None);
    assert_eq!(plain.unknown, [("scope".to_owned(), "\"x\"".to_owned())]);
    assert!(invoice(&json!({"amount": null})).is_ok());
}

#[test]
fn what_is_over_says_so() {
    for (ended, members) in [
        (
            Ended::Cancelled,
            json!({"cancelledAt": "2026-01-01T00:00:00Z"}),
        ),
        (Ended::Cancelled, json!({"canceled_at": 1_700_000_000})),
        (Ended::Cancelled, json!({"status": "cancelled"})),
        (Ended::Cancelled, json!({"state": "Canceled"})),
        (
            Ended::Cancelled,
            json!({"status": "active", "state": "revoked"}),
        ),
        (Ended::Cancelled, json!({"status": "closed"})),
        (Ended::Expired, json!({"status": "expired"})),
        (Ended::UsedUp, json!({"status": "completed"})),
        (
            Ended::Expired,
            json!({"startAt": "2026-01-01T00:00:00Z", "expiresAt": "2026-11-22T10:00:00Z"}),
        ),
        (
            Ended::Expired,
            json!({"startAt": null, "expiresAt": "2026-11-22T10:00:00Z"}),
        ),
        (Ended::Expired, json!({"startAt": "2025-01-01T00:00:00Z"})),
        (Ended::UsedUp, json!({"balance": {"total": "24000"}})),
    ] {
        assert_eq!(reads(&members), Err(Fault::Over(ended)), "{members}");
    }
    assert_eq!(
        invoice(&json!({"received": 500})),
        Err(Fault::Over(Ended::UsedUp))
    );
    assert_eq!(
        invoice(&json!({"expiry": "2026-01-01T00:00:00Z"})),
        Err(Fault::Over(Ended::Expired))
    );
    for members in [
        json!({"balance": 24_000}),
        json!({"balance": "24000"}),
        json!({"balance": {"total": "23999"}}),
        json!({"balance": {"total": "99999"}, "cycles": null}),
        json!({"status": "active", "cancelledAt": null}),
        json!({"expiresAt": "2027-12-01T00:00:00Z"}),
    ] {
        assert!(reads(&members).is_ok(), "{members}");
    }
    assert!(invoice(&json!({"received": 499})).is_ok());
}

#[test]
fn the_end_of_a_session_is_state() {
    let body = |end: &str| {
        json!({"account": "$issuer.wallet/bob", "expiresAt": end, "ilpAddress": "g.a", "sharedSecret": "x"}).to_string()
    };
    let first = read(SESSION, body("2026-11-22T11:00:00Z").as_bytes()).unwrap();
    let later = read(SESSION, body("2026-11-22T12:00:00Z").as_bytes()).unwrap();
    assert_eq!(first.terms.digest(), later.terms.digest());
    assert_ne!(first.state, later.state);
    assert_eq!(first.terms.end, None);
    assert!(first.unknown.is_empty());
    let over = read(SESSION, body("2026-11-22T09:00:00Z").as_bytes());
    assert_eq!(over, Err(Fault::Over(Ended::Expired)));
}

#[test]
fn a_change_of_state_changes_no_terms() {
    let plain = reads(&json!({})).unwrap();
    let moved = reads(&json!({
        "balance": {"total": "2000"}, "received": 1, "spent": 2, "cycle": 3, "authorized": true,
        "status": "active", "createdAt": "x", "updated_at": "y", "destinationAccount": "z", "destination": {}
    }));
    let moved = moved.unwrap();
    assert_eq!(plain.terms, moved.terms);
    assert!(moved.unknown.is_empty());
}

#[test]
fn secrets_are_dropped_at_any_depth() {
    let agreement = reads(&json!({
        "shared_secret": "hush", "extra": [{"sharedSecret": "hush", "kept": {"ilpSecret": {"a": "hush"}, "b": 1}}]
    }))
    .unwrap();
    assert!(!format!("{agreement:?}").contains("hush"));
    assert_eq!(
        agreement.unknown,
        [("extra".to_owned(), r#"[{"kept":{"b":1}}]"#.to_owned())]
    );
}
