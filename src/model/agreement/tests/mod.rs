use serde_json::{Value, json};

use super::*;
use crate::model::{AgreementType, Origin};

mod reading;
mod terms;

const MANDATE: &str = "https://issuer.wallet/mandates/1";
const INVOICE: &str = "https://issuer.wallet/invoices/1";
const SESSION: &str = "https://issuer.wallet/sessions/1";

fn read(url: &str, body: &[u8]) -> Result<Agreement, Fault> {
    let origins = [
        Origin::parse("https://issuer.wallet").unwrap(),
        Origin::parse("https://pay.issuer.wallet").unwrap(),
    ];
    let kind = match url {
        MANDATE => AgreementType::Mandate,
        INVOICE => AgreementType::Invoice,
        _ => AgreementType::Session,
    };
    let url = AgreementUrl::parse(url, &origins).unwrap();
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    Agreement::read(
        body,
        &Reading {
            url: &url,
            kind,
            origins: &origins,
            client_id: Some("cli_1"),
            now,
        },
    )
}

/// The plain mandate, with other members; `null` takes one away.
fn mandate(members: &Value) -> Value {
    let mut body = json!({
        "name": "//issuer.wallet/mandates/1",
        "subject": "$issuer.wallet/bob",
        "assetCode": "USD",
        "assetScale": 2,
        "amount": "2000",
        "interval": "P1M",
        "cycles": 12,
        "startAt": "2027-01-01T08:00:00Z",
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn reads(members: &Value) -> Result<Agreement, Fault> {
    read(MANDATE, mandate(members).to_string().as_bytes())
}

fn refused(fault: Result<Agreement, Fault>) -> (String, String) {
    match fault {
        Err(Fault::Refused(refusal)) => (refusal.member, refusal.rule),
        other => panic!("not refused: {other:?}"),
    }
}

fn invoice(members: &Value) -> Result<Agreement, Fault> {
    let mut body = json!({"subject": "$issuer.wallet/bob", "assetCode": "USD", "assetScale": 2, "amount": 500});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    read(INVOICE, body.to_string().as_bytes())
}
