use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::model::{
    Agreement, AgreementFault, AgreementType, AgreementUrl, Asset, Money, Origin, PaymentPointer,
    Reading, Text,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}

fn monthly() -> Terms {
    Terms {
        kind: AgreementType::Mandate,
        name: AgreementUrl::parse("https://wallet.example/mandates/1", &[]).unwrap(),
        subject: PaymentPointer::parse("$wallet.example/alice", &[]).unwrap(),
        asset: Some(Asset::new("USD", 2).unwrap()),
        amount: Some(2000),
        start: Some(at("2026-12-01T00:00:00Z")),
        end: None,
        interval: Some(Interval::parse("P1M").unwrap()),
        cycles: None,
        cap: Some(true),
        receiver: None,
        max_per_payment: None,
        description: None,
    }
}

fn read(input: &Value) -> Result<Terms, AgreementFault> {
    let origins = [Origin::parse("https://wallet.example").unwrap()];
    let url = AgreementUrl::parse("https://wallet.example/mandates/1", &origins).unwrap();
    let mut body = input.clone();
    body["subject"] = "$wallet.example/alice".into();
    let reading = Reading {
        url: &url,
        kind: AgreementType::Mandate,
        origins: &origins,
        client_id: Some("cli_1"),
        now: now(),
    };
    Agreement::read(body.to_string().as_bytes(), &reading).map(|agreement| agreement.terms)
}

/// The date as the vectors write it: midnight in UTC is not named.
fn shown(instant: Timestamp) -> String {
    let date = instant.strftime("%-d %b %Y").to_string();
    let time = instant.strftime("%H:%M").to_string();
    if time == "00:00" {
        date
    } else {
        format!("{date}, {time} UTC")
    }
}

fn money(value: i128, terms: &Terms) -> String {
    let asset = terms.asset.clone().unwrap();
    Text::default()
        .money(&Money::new(value, asset))
        .replace('\u{a0}', " ")
}

#[test]
fn the_vectors_hold() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/vectors/mandates.json")).unwrap();
    assert_eq!(vectors.len(), 23);
    for vector in vectors {
        let (n, output) = (&vector["n"], &vector["output"]);
        let read = read(&vector["input"]);
        if let Some(rule) = output["refuse"].as_str() {
            let Err(AgreementFault::Refused(refusal)) = read else {
                panic!("{n}: not refused");
            };
            assert_eq!(refusal.rule, rule, "{n}");
            continue;
        }
        let terms = read.unwrap();
        let schedule = Schedule::new(&terms, now()).unwrap();
        let first_year = schedule.first_year();
        let starts: Vec<String> = schedule.periods().take(8).map(|p| shown(p.start)).collect();
        let total = schedule.total().map(|total| money(total, &terms));
        let known: [(&str, Value); 8] = [
            ("periods", schedule.granted().into()),
            ("total", total.into()),
            ("starts", starts.into()),
            ("firstYear", money(first_year.total, &terms).into()),
            ("firstYearPeriods", first_year.periods.into()),
            ("openEnded", schedule.count().is_none().into()),
            ("cap", terms.cap.into()),
            ("alreadyOver", schedule.over().into()),
        ];
        for (member, known) in known {
            if let Some(wanted) = output.get(member) {
                assert_eq!(*wanted, known, "{n}: {member}");
            }
        }
        let short = output.get("lastShort").is_some_and(|short| *short == true);
        assert_eq!(schedule.last_is_short(), short, "{n}");
        if let Some(end) = schedule.end() {
            let sentence = output["sentence"].as_str().unwrap();
            let wanted = format!(" to {}", shown(end));
            assert!(sentence.contains(&wanted), "{n}: {wanted}");
        }
        if let Some(tail) = output["tail"].as_str() {
            assert!(tail.ends_with(&shown(schedule.true_end().unwrap())), "{n}");
        }
        if output.get("carryOver").is_some() {
            assert_eq!(schedule.at_once(), schedule.total(), "{n}");
        } else {
            assert_eq!(schedule.at_once(), terms.amount.map(i128::from), "{n}");
        }
    }
}

#[test]
fn a_31st_stays_a_31st() {
    let terms = Terms {
        start: Some(at("2026-10-31T12:00:00Z")),
        ..monthly()
    };
    let schedule = Schedule::new(&terms, at("2026-12-15T00:00:00Z")).unwrap();
    assert_eq!(schedule.over(), 1);
    let starts: Vec<_> = schedule.periods().take(5).map(|p| shown(p.start)).collect();
    assert_eq!(
        starts,
        [
            "30 Nov 2026, 12:00 UTC",
            "31 Dec 2026, 12:00 UTC",
            "31 Jan 2027, 12:00 UTC",
            "28 Feb 2027, 12:00 UTC",
            "31 Mar 2027, 12:00 UTC"
        ]
    );
}

#[test]
fn a_period_ends_where_the_next_begins() {
    let terms = Terms {
        cycles: Some(3),
        max_per_payment: Some(500),
        ..monthly()
    };
    let schedule = Schedule::new(&terms, now()).unwrap();
    assert_eq!(schedule.current(at("2026-11-30T23:59:59Z")), None);
    let second = schedule.current(at("2027-01-01T00:00:00Z")).unwrap();
    assert_eq!(second.index, 1);
    assert_eq!(second.end, Some(at("2027-02-01T00:00:00Z")));
    assert_eq!(second.at_most, 2000);
    assert_eq!(second.running_total, 4000);
    assert_eq!(
        schedule
            .current(at("2027-02-28T23:59:59.999Z"))
            .unwrap()
            .index,
        2
    );
    assert_eq!(schedule.current(at("2027-03-01T00:00:00Z")), None);
    assert_eq!(schedule.next_start(now()), Some(at("2026-12-01T00:00:00Z")));
    assert_eq!(
        schedule.next_start(at("2026-12-01T00:00:00Z")),
        Some(at("2027-01-01T00:00:00Z"))
    );
    assert_eq!(schedule.next_start(at("2027-02-01T00:00:00Z")), None);
    assert_eq!(schedule.at_once(), Some(500));
    assert_eq!(schedule.lifetime_total(), Some(6000));
}

#[test]
fn what_is_not_taken_lapses_or_adds_up() {
    let lapses = Terms {
        cycles: Some(3),
        end: Some(at("2028-01-01T00:00:00Z")),
        ..monthly()
    };
    let adds_up = Terms {
        cap: Some(false),
        ..lapses.clone()
    };
    let for_ever = Terms {
        end: None,
        ..adds_up.clone()
    };
    let [lapses, adds_up, for_ever] =
        [lapses, adds_up, for_ever].map(|terms| Schedule::new(&terms, now()).unwrap());
    assert_eq!(lapses.true_end(), Some(at("2027-03-01T00:00:00Z")));
    assert_eq!(adds_up.end(), lapses.end());
    assert_eq!(adds_up.true_end(), Some(at("2028-01-01T00:00:00Z")));
    assert_eq!(for_ever.true_end(), None);
    assert_eq!(for_ever.end(), lapses.end());
    let most: Vec<_> = adds_up.periods().map(|period| period.at_most).collect();
    assert_eq!(most, [2000, 4000, 6000]);
}

#[test]
fn one_period_when_nothing_repeats() {
    let endless = Terms {
        interval: None,
        start: None,
        ..monthly()
    };
    let schedule = Schedule::new(&endless, now()).unwrap();
    assert_eq!(schedule.start(), now());
    assert_eq!(
        (schedule.granted(), schedule.total()),
        (Some(1), Some(2000))
    );
    assert_eq!((schedule.end(), schedule.true_end()), (None, None));
    let period = schedule.current(at("9000-01-01T00:00:00Z")).unwrap();
    assert_eq!(period.end, None);
    assert_eq!(
        schedule.first_year(),
        FirstYear {
            periods: 1,
            total: 2000
        }
    );
    let long = Terms {
        interval: Some(Interval::parse("P5Y").unwrap()),
        end: Some(at("2027-01-01T00:00:00Z")),
        ..monthly()
    };
    let schedule = Schedule::new(&long, now()).unwrap();
    assert_eq!(schedule.granted(), Some(1));
    assert_eq!(schedule.end(), long.end);
    assert!(!schedule.last_is_short());
}

#[test]
fn nothing_is_granted_of_what_is_over() {
    for (end, cycles) in [
        (Some("2026-11-22T10:00:00Z"), None),
        (None, Some(5)),
        (Some("2030-01-01T00:00:00Z"), Some(5)),
    ] {
        let terms = Terms {
            start: Some(at("2026-01-01T00:00:00Z")),
            end: end.map(at),
            cycles,
            cap: Some(false),
            ..monthly()
        };
        let schedule = Schedule::new(&terms, now()).unwrap();
        assert!(schedule.is_over());
        assert_eq!((schedule.total(), schedule.periods().count()), (Some(0), 0));
        assert_eq!(schedule.first_year().periods, 0);
        assert_eq!(schedule.current(now()), None);
    }
}

#[test]
fn an_end_past_the_year_9999_is_refused() {
    let terms = Terms {
        cycles: Some(8000 * 12),
        ..monthly()
    };
    let refusal = Schedule::new(&terms, now()).unwrap_err();
    assert_eq!(refusal.rule, "the end is past the year 9999");
    let bounded = Terms {
        end: Some(at("2027-12-01T00:00:00Z")),
        ..terms
    };
    assert_eq!(Schedule::new(&bounded, now()).unwrap().granted(), Some(12));
}

#[test]
fn a_great_number_of_periods_costs_nothing() {
    let terms = Terms {
        interval: Some(Interval::parse("PT1S").unwrap()),
        start: Some(at("0001-01-01T00:00:00Z")),
        end: Some(at("9999-01-01T00:00:00Z")),
        amount: Some(i64::MAX),
        ..monthly()
    };
    let schedule = Schedule::new(&terms, now()).unwrap();
    let granted = schedule.granted().unwrap();
    assert!(granted > 250_000_000_000);
    assert_eq!(
        schedule.total(),
        Some(i128::from(i64::MAX) * i128::from(granted))
    );
    assert_eq!(schedule.first_year().periods, 31_536_000);
    assert_eq!(schedule.current(now()).unwrap().start, now());
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let second = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    let near = now().as_second() - 100_000_000..now().as_second() + 100_000_000;
    let instant =
        prop_oneof![near, second].prop_map(|second| Timestamp::from_second(second).unwrap());
    let interval = "P[1-9][0-9]{0,3}[YMWD]|PT[1-9][0-9]{0,6}[HMS]"
        .prop_map(|text| Interval::parse(&text).unwrap());
    let cycles = prop_oneof![1..50_i64, any::<i64>()];
    let amount = prop_oneof![1..10_000_i64, any::<i64>()];
    (
        prop::option::of(instant.clone()),
        prop::option::of(instant),
        prop::option::of(interval),
        prop::option::of(cycles),
        amount,
        any::<bool>(),
    )
        .prop_map(|(start, end, interval, cycles, amount, cap)| Terms {
            start,
            end,
            interval,
            cycles,
            amount: Some(amount),
            cap: Some(cap),
            ..monthly()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_total_is_the_sum_of_the_periods(terms in any_terms(), second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), n: u64) {
        let approved = Timestamp::from_second(second).unwrap();
        for approved in [now(), approved] {
            let Ok(schedule) = Schedule::new(&terms, approved) else { continue };
            let _ = (schedule.start_of(n), schedule.end_of(n), schedule.period(n), schedule.last_is_short());
            let _ = (schedule.next_start(Timestamp::MAX), schedule.next_start(Timestamp::MIN));
            let first: Vec<_> = schedule.periods().take(60).collect();
            for pair in first.windows(2) {
                prop_assert!(pair[0].start < pair[1].start);
                prop_assert_eq!(pair[0].end, Some(pair[1].start));
                prop_assert_eq!(schedule.next_start(pair[0].start), Some(pair[1].start));
            }
            for period in &first {
                prop_assert!(period.end.is_none_or(|end| end > approved && end > period.start));
                let current = schedule.current(period.start);
                prop_assert_eq!(current.as_ref(), Some(period));
            }
            if let Some(granted) = schedule.granted().filter(|granted| *granted <= 60) {
                prop_assert_eq!(u64::try_from(first.len()).unwrap(), granted);
                let amount = i128::from(terms.amount.unwrap());
                prop_assert_eq!(schedule.total(), Some(amount * i128::from(granted)));
                prop_assert_eq!(first.last().map_or(0, |last| last.running_total), schedule.total().unwrap());
                if terms.cap == Some(true) {
                    prop_assert_eq!(first.iter().map(|p| p.at_most).sum::<i128>(), schedule.total().unwrap());
                }
                if let Some(last) = first.last() {
                    prop_assert_eq!(last.end, schedule.end());
                }
            }
            let year = schedule.first_year();
            prop_assert!(schedule.granted().is_none_or(|granted| year.periods <= granted));
        }
    }
}
