use super::*;

fn any_input() -> impl Strategy<Value = Value> {
    let second = now().as_second() - 400_000_000..now().as_second() + 400_000_000;
    let instant = second.prop_map(|second| Timestamp::from_second(second).unwrap().to_string());
    let interval = "P[1-9][0-9]{0,2}[YMWD]|PT[1-9][0-9]{0,5}[HMS]";
    let cycles = prop_oneof![1..100_i64, any::<i64>()];
    let amount = prop_oneof![1..10_000_i64, any::<i64>()];
    let asset = ("USD|JPY|KWD|XRP|[A-Z0-9]{1,12}", 0..=18_i64);
    let flags = (
        prop::option::of(any::<bool>()),
        any::<bool>(),
        any::<bool>(),
    );
    (
        prop::option::of(instant.clone()),
        prop::option::of(instant),
        prop::option::of(interval),
        prop::option::of(cycles),
        (amount, asset, flags),
    )
        .prop_map(|(start, end, interval, cycles, (amount, asset, flags))| {
            let (cap, bare, most) = flags;
            json!({
                "startAt": start, "expiry": end, "interval": interval, "cycles": cycles,
                "amount": if bare { json!(amount) } else { json!(amount.to_string()) },
                "asset": {"code": asset.0, "scale": asset.1}, "cap": cap,
                "maxPerPayment": most.then_some(7),
            })
        })
}

/// The same terms, written as this server writes them.
fn normalised(terms: &Terms) -> Value {
    serde_json::from_str(&terms.canonical()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_total_that_is_said_is_the_sum_of_the_schedule(input in any_input(), later in 0..400_000_000_i64) {
        let Ok(agreement) = read(&input) else { return Ok(()) };
        let clock = Timestamp::from_second(now().as_second() + later).unwrap();
        for clock in [now(), clock] {
            let Ok(explained) = explain_terms(&agreement.terms, &agreement.state, clock) else { continue };
            let said = explained.sentence.to_plain();
            let figures = explained.figures.unwrap();
            let schedule = &figures.schedule;
            if schedule.granted().is_none_or(|granted| granted > 3000) {
                continue;
            }
            let single = agreement.terms.amount.map_or(0, i128::from);
            let sum: i128 = schedule.periods().map(|_| single).sum();
            let last = schedule.periods().last().map_or(0, |period| period.running_total);
            prop_assert_eq!(sum, last);
            prop_assert_eq!(figures.total.clone(), Some(figures.money(sum)));
            let shown = figures.total.unwrap();
            if schedule.is_over() {
                continue;
            }
            let total = said.contains(&format!("at most {shown} in total"));
            prop_assert!(total || said.contains(&format!("up to {shown} in total")), "{}", said);
        }
    }

    #[test]
    fn the_normalised_form_is_explained_alike(input in any_input()) {
        let Ok(agreement) = read(&input) else { return Ok(()) };
        let again = read(&normalised(&agreement.terms)).unwrap();
        prop_assert_eq!(&again.terms, &agreement.terms);
        let [first, second] = [&agreement, &again].map(|read| {
            explain_terms(&read.terms, &read.state, now()).map(|it| (it.sentence, it.rows, it.warnings))
        });
        prop_assert_eq!(first, second);
    }

    #[test]
    fn the_limits_grant_what_was_said(input in any_input(), later in 0..400_000_000_i64) {
        let Ok(agreement) = read(&input) else { return Ok(()) };
        let said = explain_terms(&agreement.terms, &agreement.state, now()).unwrap();
        let said = said.figures.unwrap().schedule;
        let limits = Limits::resolve(&agreement.terms, now()).unwrap();
        let granted = Schedule::of(&limits, now()).unwrap();
        let clock = Timestamp::from_second(now().as_second() + later).unwrap();
        prop_assert_eq!(granted.current(clock), said.current(clock));
        prop_assert_eq!(granted.next_start(clock), said.next_start(clock));
        prop_assert_eq!(granted.true_end(), said.true_end());
        prop_assert_eq!((granted.total(), granted.at_once()), (said.total(), said.at_once()));
        prop_assert!(granted.periods().take(20).eq(said.periods().take(20)));
    }

    #[test]
    fn every_mandate_that_is_read_has_words(input in any_input()) {
        let Ok(agreement) = read(&input) else { return Ok(()) };
        let explained = explain_terms(&agreement.terms, &agreement.state, now()).unwrap();
        let mut said = vec![explained.sentence.to_plain()];
        for row in explained.rows {
            prop_assert!(!row.values.is_empty());
            said.push(row.label);
            said.extend(row.values.iter().map(Phrase::to_plain));
        }
        said.extend(explained.warnings.into_iter().map(|warning| warning.phrase(&Text::default()).to_plain()));
        for words in said {
            prop_assert!(!words.is_empty() && !words.starts_with("mandate"), "{}", words);
            prop_assert!(!words.contains(['{', '}', '\u{2068}', '\u{2069}', '\u{1f}']), "{}", words);
        }
    }

    #[test]
    fn nothing_panics_on_any_text(text in "\\PC{0,200}", bytes: Vec<u8>) {
        let _ = Agreement::read_draft(text.as_bytes(), now());
        let _ = Agreement::read_draft(&bytes, now());
    }

    #[test]
    fn nothing_panics_on_any_json(
        name in "amount|interval|cycles|start|expiry|assetScale|assetCode|cap|name|subject|type|asset|maxPerPayment|description|balance",
        value in prop_oneof![
            any::<i64>().prop_map(Value::from), any::<u64>().prop_map(Value::from), any::<bool>().prop_map(Value::from),
            "\\PC{0,40}".prop_map(Value::from), "P[0-9YMWDTHS.,-]{0,12}".prop_map(Value::from),
            "-?[0-9]{1,25}".prop_map(Value::from), Just(json!([{}])), Just(json!({"code": [], "scale": {}})),
        ],
    ) {
        let mut body = monthly(&json!({}));
        body[name] = value;
        if let Ok(agreement) = read(&body) {
            let _ = explain_terms(&agreement.terms, &agreement.state, now());
        }
    }
}

#[test]
fn a_period_far_in_the_future_costs_nothing() {
    let terms = Terms {
        interval: Some(Interval::parse("PT1M").unwrap()),
        ..read(&monthly(
            &json!({"cycles": null, "expiry": "9998-01-01T00:00:00Z", "amount": i64::MAX}),
        ))
        .unwrap()
        .terms
    };
    let explained = explain_terms(&terms, &State::default(), at("9000-01-01T00:00:00Z")).unwrap();
    assert!(explained.sentence.to_plain().contains("each minute for"));
    let schedule = Schedule::new(&terms, now()).unwrap();
    assert!(schedule.granted().unwrap() > 4_000_000_000);
}
