use super::*;
use crate::model::Text;
use crate::model::{AgreementType, Limits};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A mandate of `client`, approved and begun on 15 November.
fn grant(client: &str, limits: &str) -> Grant {
    let begun = at("2026-11-15T00:00:00Z");
    let limits: Limits = serde_json::from_str(limits).unwrap();
    Grant {
        id: format!("grt_{client}"),
        client: client.to_owned(),
        user: Some("usr_1".to_owned()),
        resource_server: "rs_1".to_owned(),
        agreement_url: "https://wallet.example/mandates/1".to_owned(),
        collection: false,
        kind: AgreementType::Mandate,
        actions: AgreementType::Mandate.every_action(),
        subject: "https://wallet.example/alice".to_owned(),
        snapshot: None,
        agreement_digest: None,
        approval_digest: None,
        starts_at: limits.start,
        limits: Some(limits),
        authentication: None,
        consented_at: Some(begun),
        text: None,
        state: GrantState::Active,
        state_at: begun,
        ends_at: Some(at("2031-11-15T00:00:00Z")),
        replaces: None,
        created_at: begun,
    }
}

fn every(amount: &str, asset: &str, scale: u8, interval: &str) -> String {
    format!(
        "{{\"amount\": \"{amount}\", \"assetCode\": \"{asset}\", \"assetScale\": \"{scale}\", \"interval\": \"{interval}\", \
         \"start\": \"2026-11-15T00:00:00Z\", \"cap\": true}}"
    )
}

/// What can be taken from 22 November to the end of the month, as it is written, and by how many.
fn november(grants: &[Grant]) -> Vec<(String, usize)> {
    let all: Vec<&Grant> = grants.iter().collect();
    let (from, to) = (at("2026-11-22T10:00:00Z"), at("2026-12-01T00:00:00Z"));
    Takings::of(&all, from, to)
        .into_iter()
        .map(|takings| (Text::default().money(&takings.most), takings.companies))
        .collect()
}

#[test]
fn periods_that_touch_the_rest_of_the_month_count_whole() {
    let monthly = grant("a", &every("2000", "USD", 2, "P1M"));
    assert_eq!(november(&[monthly]), [("$20.00".to_owned(), 1)]);
    // The day in which it is 10 o'clock, and the eight that follow.
    let daily = grant("a", &every("100", "USD", 2, "P1D"));
    assert_eq!(november(&[daily]), [("$9.00".to_owned(), 1)]);
    let ten_days = grant("a", &every("100", "USD", 2, "P10D"));
    assert_eq!(november(&[ten_days]), [("$2.00".to_owned(), 1)]);
}

#[test]
fn what_carried_over_can_be_taken_as_well() {
    let carried = every("100", "USD", 2, "P1D").replace("\"cap\": true", "\"cap\": false");
    assert_eq!(
        november(&[grant("a", &carried)]),
        [("$16.00".to_owned(), 1)]
    );
}

#[test]
fn what_is_not_due_this_month_does_not_count() {
    let later = every("2000", "USD", 2, "P1M").replace("2026-11-15", "2026-12-01");
    assert!(november(&[grant("a", &later)]).is_empty());
    let ended = Grant {
        state: GrantState::Ended(crate::model::EndReason::Payer),
        ..grant("a", &every("2000", "USD", 2, "P1M"))
    };
    let held = Grant {
        state: GrantState::Suspended("wallet".to_owned()),
        ..grant("b", &every("2000", "USD", 2, "P1M"))
    };
    let over = Grant {
        ends_at: Some(at("2026-11-22T09:00:00Z")),
        ..grant("c", &every("2000", "USD", 2, "P1M"))
    };
    assert!(november(&[ended, held, over]).is_empty());
}

#[test]
fn currencies_are_never_added_and_a_client_counts_once() {
    let grants = [
        grant("a", &every("2000", "USD", 2, "P1M")),
        grant("a", &every("2500000", "USD", 6, "P1M")),
        grant("b", &every("1000", "EUR", 2, "P1M")),
        grant("c", &every("1", "USD", 0, "P1M")),
    ];
    let wanted = [("€10.00".to_owned(), 1), ("$23.50".to_owned(), 2)];
    assert_eq!(november(&grants), wanted);
}

#[test]
fn a_code_that_is_no_currency_is_its_wallets_own() {
    let here = grant("a", &every("5", "POINTS", 0, "P1M"));
    let there = Grant {
        resource_server: "rs_2".to_owned(),
        ..grant("b", &every("7", "POINTS", 0, "P1M"))
    };
    assert_eq!(november(&[here, there]).len(), 2);
}

#[test]
fn the_greatest_amounts_do_not_overflow() {
    let huge = every(&i64::MAX.to_string(), "USD", 0, "PT60S");
    let fine = every("1", "USD", 18, "P1M");
    assert_eq!(november(&[grant("a", &huge), grant("b", &fine)])[0].1, 2);
}
