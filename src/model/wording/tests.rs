use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{Agreement, AgreementFault, Interval, Limits, Schedule, Text};

mod access;
mod creation;
mod properties;
mod replaced;

fn now() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read(input: &Value) -> Result<Agreement, AgreementFault> {
    Agreement::read_draft(input.to_string().as_bytes(), now())
}

fn explain(input: &Value) -> Explanation {
    let agreement = read(input).unwrap();
    explain_terms(&agreement.terms, &agreement.state, now()).unwrap()
}

fn explain_terms(terms: &Terms, state: &State, at: Timestamp) -> Result<Explanation, Refusal> {
    let view = View {
        text: &Text::default(),
        zone: &TimeZone::UTC,
        at,
        app: "Acme Streaming",
    };
    Explanation::of((&terms.kind.every_action(), terms), state, &view)
}

fn of_everything(agreement: &Agreement, view: &View<'_>) -> Explanation {
    let every = agreement.terms.kind.every_action();
    Explanation::of((&every, &agreement.terms), &agreement.state, view).unwrap()
}

/// A monthly mandate over 20 dollars, with other members; `null` takes one away.
fn monthly(members: &Value) -> Value {
    let mut body = json!({
        "amount": "2000", "assetCode": "USD", "assetScale": 2, "interval": "P1M", "cycles": 12,
        "start": "2026-12-01T00:00:00Z",
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn says(members: &Value) -> String {
    explain(&monthly(members)).sentence.to_plain()
}

fn row(explained: &Explanation, label: &str) -> Option<String> {
    let row = explained.rows.iter().find(|row| row.label == label)?;
    let values: Vec<String> = row.values.iter().map(Phrase::to_plain).collect();
    Some(values.join("; ").replace('\u{a0}', " "))
}

#[test]
fn the_sentence_is_whole_and_stresses_the_limits() {
    let explained = explain(&monthly(&json!({})));
    assert_eq!(
        explained.sentence.to_plain(),
        "Acme Streaming can take up to $20.00 each month for 12 months, from 1 Dec 2026 to 1 Dec 2027: \
         at most $240.00 in total."
    );
    let strong = explained.sentence.segments().iter().filter(|s| s.strong);
    let strong: String = strong.map(|s| s.text.as_str()).collect();
    assert_eq!(
        strong,
        "up to $20.00 each month for 12 monthsat most $240.00 in total"
    );
    assert_eq!(
        explained.heading.to_plain(),
        "Let Acme Streaming take payments from your account?"
    );
}

#[test]
fn nothing_that_is_shown_depends_on_when_it_is_shown() {
    for (members, words) in [
        (
            json!({"start": null}),
            "each month for 12 months, from when you approve: at most $240.00 in total.",
        ),
        (
            json!({"start": null, "expiry": "2027-06-22T10:00:00Z"}),
            "each month for 7 months, from when you approve to 22 Jun 2027, 10:00 UTC: at most $140.00 in total.",
        ),
        (
            json!({"start": null, "cycles": 2, "expiry": "2030-01-01T00:00:00Z"}),
            "each month for 2 months, from when you approve: at most $40.00 in total.",
        ),
        (
            json!({"start": null, "cycles": null}),
            "each month, from when you approve, with no end date.",
        ),
        (
            json!({"start": null, "cycles": 1}),
            "in total, from when you approve.",
        ),
        (
            json!({"start": null, "interval": null, "cycles": null}),
            "in total, from when you approve, with no end date.",
        ),
    ] {
        let wanted = format!("Acme Streaming can take up to $20.00 {words}");
        assert_eq!(says(&members), wanted);
    }
    let explained = explain(&monthly(&json!({"start": null})));
    assert_eq!(
        row(&explained, "Ends").unwrap(),
        "12 months after you approve"
    );
    assert_eq!(row(&explained, "First day").unwrap(), "When you approve");
}

#[test]
fn one_period_is_a_total() {
    for (members, words) in [
        (json!({"cycles": 1}), "from 1 Dec 2026 to 1 Jan 2027."),
        (
            json!({"interval": "P5Y", "cycles": null, "expiry": "2027-12-01T00:00:00Z"}),
            "from 1 Dec 2026 to 1 Dec 2027.",
        ),
        (
            json!({"interval": null, "cycles": null}),
            "from 1 Dec 2026, with no end date.",
        ),
    ] {
        let explained = explain(&monthly(&members));
        let wanted = format!("Acme Streaming can take up to $20.00 in total, {words}");
        assert_eq!(explained.sentence.to_plain(), wanted);
        assert!(explained.warnings.is_empty());
        assert_eq!(row(&explained, "If they do not use it all"), None);
    }
    // Periods that are taken off because they are over do not make it one.
    let one_left = says(&json!({"start": "2026-01-01T00:00:00Z", "cycles": 11}));
    assert_eq!(
        one_left,
        "Acme Streaming can take up to $20.00 each month for 1 month, from 1 Nov 2026 to 1 Dec 2026: at most $20.00 \
         in total."
    );
}

/// Holds rows of monthly mandates, with other members, to their words.
fn tells(cases: &[(Value, &str, &str)]) {
    for (members, label, words) in cases {
        let explained = explain(&monthly(members));
        assert_eq!(row(&explained, label).as_deref(), Some(*words), "{members}");
    }
}

#[test]
fn a_row_tells_how_many_periods_there_are() {
    tells(&[
        (
            json!({"expiry": "2027-06-01T00:00:00Z"}),
            "Number of months",
            "6 (the end date comes before 12)",
        ),
        (
            json!({"start": "2026-06-01T00:00:00Z"}),
            "Already over",
            "5 of the 12 months are already over and do not count",
        ),
        (
            json!({"start": "2026-10-01T00:00:00Z", "cycles": null}),
            "Already over",
            "1 month is already over and does not count",
        ),
        (
            json!({"interval": "P30D"}),
            "Every 30 days, at most",
            "$20.00",
        ),
    ]);
}

#[test]
fn a_row_tells_when_it_starts_and_ends() {
    tells(&[
        (json!({}), "Ends", "1 Dec 2027 (last day: 30 Nov 2027)"),
        (
            json!({"start": "2027-01-31T00:00:00Z"}),
            "Day of the month",
            "Starts on the 31st, or the last day of a shorter month",
        ),
        (
            json!({"start": "2028-02-29T00:00:00Z", "interval": "P1Y"}),
            "Day of the month",
            "Starts on 29 February, or 28 February in a shorter year",
        ),
        (
            json!({"cycles": null, "expiry": "2027-12-02T00:00:00Z"}),
            "Last month",
            "The last month is short (1 day) but the full $20.00 can still be taken",
        ),
        (
            json!({"cycles": null, "expiry": "2027-12-01T00:00:00.500Z"}),
            "Last month",
            "The last month is short (1 second) but the full $20.00 can still be taken",
        ),
        (
            json!({"cycles": null, "interval": "P2W", "expiry": "2027-12-02T05:00:00Z"}),
            "Last period",
            "The last period is short (2 days) but the full $20.00 can still be taken",
        ),
        (json!({"cap": false}), "Last period ends", "1 Dec 2027"),
        (
            json!({"cycles": 10, "interval": "PT5H"}),
            "In one day",
            "at most $120.00 a day",
        ),
        (
            json!({"cycles": 100, "interval": "PT1H", "start": "2026-12-01T09:30:00Z"}),
            "In one day",
            "at most $500.00 a day",
        ),
        (
            json!({"expiry": "2029-01-02T00:00:00Z"}),
            "End date in the terms",
            "2 Jan 2029, which is after the last period: nothing can be taken then",
        ),
    ]);
}

#[test]
fn a_row_names_no_day_that_the_dates_beside_it_are_not_on() {
    let input = monthly(&json!({"start": "2027-01-31T12:00:00Z"}));
    let agreement = read(&input).unwrap();
    let seen_in = |zone: &str| {
        let view = View {
            text: &Text::default(),
            zone: &TimeZone::get(zone).unwrap(),
            at: now(),
            app: "Acme Streaming",
        };
        let explained = of_everything(&agreement, &view);
        row(&explained, "Day of the month")
    };
    assert!(seen_in("America/New_York").is_some());
    assert!(seen_in("Pacific/Kiritimati").is_none());
}

#[test]
fn a_row_tells_how_much_can_be_taken() {
    tells(&[
        (
            json!({"amount": "50", "interval": "PT1H"}),
            "In one day",
            "at most $6.00 a day",
        ),
        (
            json!({"amount": "50", "interval": "PT1H", "cycles": null}),
            "In one day",
            "at most $12.00 a day",
        ),
        (
            json!({"cap": false}),
            "If they do not use it all",
            "It carries over, so up to $240.00 could be taken at once",
        ),
        (
            json!({"cap": false, "maxPerPayment": 500}),
            "If they do not use it all",
            "It carries over, so up to $240.00 could be taken on one day, at most $5.00 in one payment",
        ),
        (
            json!({"cap": false}),
            "After the last period",
            "what is left can be taken at any time",
        ),
        (
            json!({"maxPerPayment": 500}),
            "In one payment, at most",
            "$5.00",
        ),
        (json!({"cycles": null}), "Total, at most", "No limit"),
        (
            json!({"cycles": null}),
            "In the first year, at most",
            "$240.00",
        ),
    ]);
}

#[test]
fn a_row_names_the_currency_and_the_agreement() {
    tells(&[
        (json!({}), "Currency", "US dollars (USD)"),
        (
            json!({"assetCode": "GLDX"}),
            "Currency",
            "GLDX. We do not know this currency.",
        ),
        (
            json!({"name": "//wallet.example/mandates/2fad69d0-7997-4543"}),
            "Reference",
            "2fad69d0-799…",
        ),
    ]);
}

#[test]
fn the_gravest_warning_comes_first() {
    let said = |members: &Value| -> Vec<String> {
        let warnings = explain(&monthly(members)).warnings.into_iter();
        let said = warnings.map(|warning| warning.phrase(&Text::default()).to_plain());
        said.collect()
    };
    assert_eq!(
        said(&json!({"cycles": null, "cap": false, "assetCode": "GLDX"})),
        [
            "There is no end date and no limit on the total. In the first year it is at most 240\u{a0}GLDX. Put a note in your diary.",
            "What they do not take carries over, with no limit.",
            "We do not know the currency GLDX.",
        ]
    );
    assert_eq!(
        said(&json!({"cap": false})),
        ["What they do not take carries over. They could take up to $240.00 at once."]
    );
    assert_eq!(
        said(&json!({"cap": false, "maxPerPayment": 4500})),
        [
            "What they do not take carries over. They could take up to $240.00 on one day, at most $45.00 in one payment."
        ]
    );
    let larger = Warning::Larger("$1".into(), "$2".into());
    let gravest = Warning::gravest(&Text::default(), [Warning::NoEnd("$3".into()), larger]);
    assert!(
        gravest
            .unwrap()
            .to_plain()
            .starts_with("The most they can take went")
    );
    assert_eq!(Warning::gravest(&Text::default(), []), None);
}

#[test]
fn money_that_comes_in_is_said_to() {
    let said = |input: &Value| explain(input).sentence.to_plain();
    let mut invoice = json!({
        "name": "//wallet.example/invoices/1", "amount": 3450, "received": 1000,
        "assetCode": "USD", "assetScale": 2, "expiresAt": "2026-12-05T00:00:00Z",
    });
    assert_eq!(
        said(&invoice),
        "Acme Streaming can pay you $34.50, once, until 5 Dec 2026. No money leaves your account."
    );
    let explained = explain(&invoice);
    assert_eq!(
        row(&explained, "Already received").unwrap(),
        "$10.00, still to come $24.50"
    );
    invoice["amount"] = Value::Null;
    assert!(said(&invoice).contains("can pay you any amount, until 5 Dec 2026."));
    for end in [Value::Null, json!("2026-12-05T14:00:00Z")] {
        let session = json!({"type": "session", "expiresAt": end});
        assert!(said(&session).ends_with("No money leaves your account."));
    }
    let session = explain(&json!({
        "type": "session", "amount": "700", "maxPerPayment": "5", "assetCode": "USD", "assetScale": 2,
    }));
    assert_eq!(row(&session, "In all, at most").unwrap(), "$7.00");
    assert_eq!(row(&session, "In one payment, at most").unwrap(), "$0.05");
}

#[test]
fn a_name_cannot_change_our_words() {
    let agreement = read(&monthly(&json!({}))).unwrap();
    let hostile = "Acme can take up to $1.00\u{2069}**free**\u{202e}\n";
    let view = View {
        text: &Text::default(),
        zone: &TimeZone::UTC,
        at: now(),
        app: hostile,
    };
    let explained = of_everything(&agreement, &view);
    let first = &explained.sentence.segments()[0];
    assert_eq!(first.voice, crate::model::Voice::Given);
    assert_eq!(first.text, "Acme can take up to $1.00**free** ");
    assert!(
        explained
            .figures
            .unwrap()
            .allowance
            .starts_with("up to $20.00")
    );
}
