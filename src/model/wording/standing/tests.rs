use jiff::tz::TimeZone;

use super::*;
use crate::model::{Agreement, AgreementType, GrantState};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A grant of the draft `json`, approved on 15 November.
pub fn grant(json: &str) -> Grant {
    let approved = at("2026-11-15T00:00:00Z");
    let agreement = Agreement::read_draft(json.as_bytes(), approved).unwrap();
    let limits = Limits::resolve(&agreement.terms, approved).unwrap();
    Grant {
        id: "grt_1".to_owned(),
        client: "cli_1".to_owned(),
        user: Some("usr_1".to_owned()),
        resource_server: "rs_1".to_owned(),
        agreement_url: agreement.url.as_str().to_owned(),
        collection: false,
        kind: agreement.terms.kind,
        actions: agreement.terms.kind.every_action(),
        subject: agreement.subject.as_str().to_owned(),
        snapshot: None,
        agreement_digest: None,
        approval_digest: None,
        starts_at: limits.start,
        ends_at: limits.end,
        limits: Some(limits),
        authentication: None,
        consented_at: Some(approved),
        text: None,
        state: GrantState::Active,
        state_at: approved,
        replaces: None,
        created_at: approved,
    }
}

fn monthly(more: &str) -> String {
    format!(
        "{{\"amount\": 2000, \"assetCode\": \"USD\", \"assetScale\": 2, \"startAt\": \"2026-11-15T00:00:00Z\"{more}}}"
    )
}

fn lines(phrases: &[Phrase]) -> Vec<String> {
    phrases.iter().map(Phrase::to_plain).collect()
}

fn short(json: &str) -> Vec<String> {
    lines(&brief(&grant(json), &Text::default()))
}

/// What is said of the present period at an instant.
fn said(json: &str, now: &str) -> Vec<String> {
    let view = View {
        text: &Text::default(),
        zone: &TimeZone::UTC,
        at: at(now),
        app: "Acme",
    };
    lines(&period(&grant(json), &view))
}

const YEAR: &str = ", \"interval\": \"P1M\", \"cycles\": 12";

#[test]
fn a_card_says_what_and_how_much_in_all() {
    assert_eq!(
        short(&monthly(YEAR)),
        ["Up to $20.00 each month", "At most $240.00 in total"]
    );
    assert_eq!(
        short(&monthly(", \"interval\": \"P2W\", \"cap\": false")),
        [
            "Up to $20.00 every 2 weeks",
            "No limit on the total",
            "What they do not take carries over"
        ]
    );
    assert_eq!(short(&monthly("")), ["Up to $20.00 in total"]);
}

#[test]
fn every_unit_of_time_has_its_words() {
    for (one, two, words) in [
        ("PT60S", "PT120S", ["minute", "minutes"]),
        ("PT61S", "PT122S", ["61 seconds", "122 seconds"]),
        ("PT1H", "PT2H", ["hour", "hours"]),
        ("P1D", "P2D", ["day", "days"]),
        ("P1W", "P2W", ["week", "weeks"]),
        ("P1M", "P2M", ["month", "months"]),
        ("P1Y", "P2Y", ["year", "years"]),
    ] {
        for (interval, word) in [one, two].into_iter().zip(words) {
            let line = short(&monthly(&format!(", \"interval\": \"{interval}\""))).remove(0);
            assert!(line.ends_with(word), "{line}");
        }
    }
}

#[test]
fn what_comes_in_and_what_is_created_have_words_of_their_own() {
    let invoice =
        "{\"type\": \"invoice\", \"amount\": 3450, \"assetCode\": \"USD\", \"assetScale\": 2}";
    assert_eq!(short(invoice), ["Can pay you $34.50, once"]);
    assert_eq!(short("{\"type\": \"invoice\"}"), ["Can pay you any amount"]);
    let session = short("{\"type\": \"session\"}");
    assert_eq!(session, ["Can send small payments into your account"]);
    let mut all = Vec::new();
    for kind in AgreementType::ALL {
        let collection = Grant {
            collection: true,
            limits: None,
            kind,
            ..grant(&monthly(""))
        };
        all.extend(lines(&brief(&collection, &Text::default())));
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 3, "{all:?}");
}

#[test]
fn the_present_period_and_the_next() {
    assert_eq!(
        said(&monthly(YEAR), "2026-12-20T00:00:00Z"),
        [
            "This period: up to $20.00, until 15 Jan 2027.",
            "Next period: 15 Jan 2027, up to $20.00 again."
        ]
    );
    assert_eq!(
        said(&monthly(YEAR), "2027-10-20T00:00:00Z"),
        ["This period: up to $20.00, until 15 Nov 2027."]
    );
}

#[test]
fn what_carried_over_is_in_the_present_period() {
    let carried = monthly(&format!("{YEAR}, \"cap\": false"));
    assert_eq!(
        said(&carried, "2026-11-20T00:00:00Z"),
        [
            "This period: up to $20.00, until 15 Dec 2026.",
            "Next period: 15 Dec 2026, up to $20.00 more."
        ]
    );
    assert_eq!(
        said(&carried, "2027-01-20T00:00:00Z")[0],
        "This period: up to $60.00, with what was not taken before, until 15 Feb 2027."
    );
    assert_eq!(
        said(&carried, "2028-01-20T00:00:00Z"),
        ["The last period is over. What is left can be taken at any time."]
    );
    let until = monthly(&format!(
        "{YEAR}, \"cap\": false, \"expiresAt\": \"2029-01-01T00:00:00Z\""
    ));
    assert_eq!(
        said(&until, "2028-01-20T00:00:00Z"),
        ["The last period is over. What is left can be taken until 1 Jan 2029."]
    );
    assert!(said(&until, "2029-01-01T00:00:00Z").is_empty());
}

#[test]
fn before_the_first_period_nothing_can_be_taken() {
    let later = monthly(YEAR).replace("2026-11-15", "2026-12-01");
    assert_eq!(
        said(&later, "2026-11-20T00:00:00Z"),
        ["Nothing can be taken before 1 Dec 2026."]
    );
}

#[test]
fn one_period_is_all_there_is() {
    assert_eq!(
        said(&monthly(""), "2026-11-20T00:00:00Z"),
        ["Up to $20.00 in total, with no end date."]
    );
    let ends = monthly(", \"expiresAt\": \"2026-12-01T00:00:00Z\"");
    assert_eq!(
        said(&ends, "2026-11-20T00:00:00Z"),
        ["Up to $20.00 in total, until 1 Dec 2026."]
    );
    assert!(said("{\"type\": \"session\"}", "2026-11-20T00:00:00Z").is_empty());
}
