use super::*;
use crate::model::Unit;
use crate::web::pages::tests::{app, unchecked};

fn text() -> Text {
    Text::default()
}

fn day(at: &str) -> Day {
    Day::new(&text(), at.parse().unwrap(), &TimeZone::UTC)
}

fn mandate(every: Option<Every>, start: bool, end: bool) -> Mandate {
    Mandate {
        amount: "$20.00".into(),
        every,
        start: start.then(|| day("2026-12-01T00:00:00Z")),
        end: end.then(|| day("2027-12-01T00:00:00Z")),
        ..Mandate::default()
    }
}

fn says(mandate: &Mandate) -> String {
    mandate.wording(&text(), &app()).sentence.to_plain()
}

#[test]
fn a_mandate_is_one_sentence() {
    let each = |unit| Some(Every { count: 1, unit });
    let every = |count, unit| Some(Every { count, unit });
    let cases = [
        (
            mandate(each(Unit::Month), true, true),
            "each month, from 1 Dec 2026 to 1 Dec 2027.",
        ),
        (
            mandate(each(Unit::Month), true, false),
            "each month, from 1 Dec 2026, with no end date.",
        ),
        (
            mandate(each(Unit::Year), false, true),
            "each year, from when you approve to 1 Dec 2027.",
        ),
        (
            mandate(each(Unit::Day), false, false),
            "each day, from when you approve, with no end date.",
        ),
        (
            mandate(every(30, Unit::Day), true, true),
            "every 30 days, from 1 Dec 2026 to 1 Dec 2027.",
        ),
        (
            mandate(every(2, Unit::Week), false, false),
            "every 2 weeks, from when you approve, with no end date.",
        ),
        (
            mandate(None, true, true),
            "in total, from 1 Dec 2026 to 1 Dec 2027.",
        ),
        (
            mandate(None, false, false),
            "in total, from when you approve, with no end date.",
        ),
    ];
    for (mandate, words) in cases {
        assert_eq!(
            says(&mandate),
            format!("Acme Streaming can take up to $20.00 {words}")
        );
    }
}

#[test]
fn the_limit_is_what_is_stressed() {
    let every = Some(Every {
        count: 1,
        unit: Unit::Month,
    });
    let html = mandate(every, true, true).wording(&text(), &app()).sentence;
    assert!(html.to_string().contains(
        "<strong>up to <bdi class=\"money\" dir=\"ltr\" translate=\"no\">$20.00</bdi> each month</strong>, from"
    ));
}

#[test]
fn every_period_has_words() {
    for unit in [
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Year,
    ] {
        for count in [1, 6] {
            for (start, end) in [(true, true), (true, false), (false, true), (false, false)] {
                let mut mandate = mandate(Some(Every { count, unit }), start, end);
                mandate.cycles = Some(12);
                mandate.total = Some("$240.00".into());
                mandate.max_per_payment = Some("$5.00".into());
                let wording = mandate.wording(&text(), &app());
                let named = format!("{unit:?}").to_lowercase();
                assert!(wording.sentence.to_plain().contains(&named));
                assert_eq!(wording.rows.len(), 8);
                for row in wording.rows {
                    assert!(
                        row.label.contains(' ') || row.label == "Ends" || row.label == "Payments"
                    );
                    assert!(
                        row.values
                            .iter()
                            .all(|v| !v.to_plain().starts_with("mandate"))
                    );
                }
            }
        }
    }
}

#[test]
fn only_the_gravest_warning_is_shown() {
    let every = Some(Every {
        count: 1,
        unit: Unit::Month,
    });
    let mut endless = mandate(every, true, false);
    endless.carries_over = true;
    let mut warnings = endless.warnings();
    warnings.insert(0, Warning::UnknownCurrency("GLDX".into()));
    warnings.insert(0, Warning::Unchecked("Wallet".into()));
    let said = Warning::gravest(&text(), warnings).unwrap().to_plain();
    assert!(said.starts_with("There is no end date"));
    assert!(Warning::gravest(&text(), []).is_none());
    assert!(mandate(None, true, false).warnings().is_empty());
    for warning in [
        Warning::CarriesOver,
        Warning::Unchecked("W".into()),
        Warning::UnknownCurrency("X".into()),
    ] {
        assert!(
            Warning::gravest(&text(), [warning])
                .unwrap()
                .to_plain()
                .ends_with(['.', 'X'])
        );
    }
}

#[test]
fn an_invoice_moves_no_money_out() {
    let invoice = Invoice {
        amount: Some("$34.50".into()),
        received: Some(("$10.00".into(), "$24.50".into())),
        end: Some(day("2026-12-05T00:00:00Z")),
    };
    let wording = invoice.wording(&text(), &app());
    assert_eq!(
        wording.h1.to_plain(),
        "Let Acme Streaming pay $34.50 into your account?"
    );
    assert_eq!(
        wording.sentence.to_plain(),
        "Acme Streaming can pay you $34.50, once, until 5 Dec 2026. No money leaves your account."
    );
    assert_eq!(
        wording.rows[1].values[0].to_plain(),
        "$10.00, still to come $24.50"
    );
    assert_eq!(
        wording.rows[2].values[0].to_plain(),
        "5 Dec 2026 (last day: 4 Dec 2026)"
    );
    let any = Invoice::default().wording(&text(), &app());
    assert!(
        any.sentence
            .to_plain()
            .contains("can pay you any amount, with no end date.")
    );
    assert!(any.h1.to_plain().contains("any amount"));
}

#[test]
fn a_session_moves_no_money_out() {
    for end in [None, Some(day("2026-12-05T14:00:00Z"))] {
        let wording = Session { end }.wording(&text(), &app());
        assert!(
            wording
                .sentence
                .to_plain()
                .ends_with("No money leaves your account.")
        );
    }
}

#[test]
fn creating_moves_no_money() {
    for ask in [
        Ask::CreateInvoices,
        Ask::CreateMandates,
        Ask::CreateSessions,
    ] {
        for end in [None, Some(day("2026-12-05T00:00:00Z"))] {
            let account = "$wallet.example/bob".to_owned();
            let wording = Creation { ask, account, end }.wording(&text(), &app());
            let said = wording.sentence.to_plain();
            assert!(said.contains("$wallet.example/bob"));
            assert!(said.ends_with(
                "Creating one moves no money. You are asked again before anyone can take money."
            ));
        }
    }
}

#[test]
fn an_unchecked_app_is_its_host_and_its_name_is_a_claim() {
    let lines = who(&text(), &unchecked(), "Wallet");
    assert_eq!(
        lines[0].to_plain(),
        "shop.example · Wallet has not checked this company"
    );
    assert_eq!(lines[1].to_plain(), "It calls itself “Totally Your Bank”.");
    assert_eq!(
        who(&text(), &app(), "Wallet")[0].to_plain(),
        "acme.example · checked by Wallet on 3 Oct 2026"
    );
    let wording = mandate(None, true, true).wording(&text(), &unchecked());
    assert!(!wording.sentence.to_plain().contains("Bank"));
}

#[test]
fn an_end_that_is_no_midnight_has_no_last_day() {
    assert_eq!(
        day("2026-12-05T14:00:00Z").ending(&text()).to_plain(),
        "5 Dec 2026, 14:00 UTC"
    );
}

#[test]
fn an_unknown_currency_is_said_to_be_unknown() {
    let said = |name| currency(&text(), "XRP", name).values[0].to_plain();
    assert_eq!(said(None), "XRP. We do not know this currency.");
    assert_eq!(said(Some("Ripples")), "Ripples (XRP)");
}

#[test]
fn an_invoice_ends_by_itself() {
    assert!(how_to_stop(&text(), Ask::Invoice, &app(), "Wallet").is_none());
    let said = how_to_stop(&text(), Ask::Session, &app(), "Wallet").unwrap();
    assert_eq!(
        said.to_plain(),
        "You can stop this later: ask Wallet, or ask Acme Streaming."
    );
}
