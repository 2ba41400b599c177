//! Permissions that leave something out.

use super::*;

fn asked(actions: &[&str], input: &Value) -> Explanation {
    let agreement = read(input).unwrap();
    let actions: Vec<String> = actions.iter().map(|&it| it.to_owned()).collect();
    let view = View {
        text: &Text::default(),
        zone: &TimeZone::UTC,
        at: now(),
        app: "Acme",
    };
    Explanation::of((&actions, &agreement.terms), &agreement.state, &view).unwrap()
}

/// Every way to ask for some actions.
fn subsets(all: [&'static str; 3]) -> Vec<Vec<&'static str>> {
    let some = |bits: usize| (0..3).filter(move |at| bits >> at & 1 == 1);
    (1..8)
        .map(|bits| some(bits).map(|at| all[at]).collect())
        .collect()
}

fn said(explained: &Explanation) -> (String, String) {
    (explained.heading.to_plain(), explained.sentence.to_plain())
}

#[test]
fn what_takes_no_money_is_never_said_to() {
    let endless = json!({"cycles": null, "cap": false});
    for actions in subsets(["read", "charge", "cancel"]) {
        let explained = asked(&actions, &monthly(&endless));
        let (heading, sentence) = said(&explained);
        let takes = actions.contains(&"charge");
        assert_eq!(
            heading == "Let Acme take payments from your account?",
            takes
        );
        assert_eq!(sentence.contains("can take up to"), takes, "{sentence}");
        assert_eq!(sentence.contains("cannot take money"), !takes, "{sentence}");
        assert_eq!(
            sentence.contains("can see"),
            !takes && actions.contains(&"read"),
            "{sentence}"
        );
        let ends = sentence.contains("end this automatic payment") || sentence.contains("end it");
        assert_eq!(ends, !takes && actions.contains(&"cancel"), "{sentence}");
        assert_eq!(explained.figures.is_some(), takes);
        assert_eq!(explained.warnings.is_empty(), !takes);
        assert_eq!(row(&explained, "Payments").is_some(), takes);
        let cannot = row(&explained, "It cannot").unwrap_or_default();
        for (action, words) in [
            ("charge", "Take payments"),
            ("read", "See this automatic payment, and what was taken"),
            ("cancel", "End this automatic payment"),
        ] {
            assert_eq!(
                cannot.contains(words),
                !actions.contains(&action),
                "{actions:?}: {cannot}"
            );
            let can = row(&explained, "It can");
            assert_eq!(can.is_some(), !takes, "{actions:?}");
            let said = can.is_some_and(|can| can.contains(words));
            assert_eq!(said, !takes && actions.contains(&action), "{actions:?}");
        }
    }
}

#[test]
fn a_mandate_that_is_only_seen_is_described() {
    let explained = asked(&["read"], &monthly(&json!({})));
    assert_eq!(
        said(&explained),
        (
            "Let Acme see this automatic payment?".to_owned(),
            "Acme can see the terms of this automatic payment, and what was taken. With this permission it cannot take \
             money."
                .to_owned()
        )
    );
    assert_eq!(
        row(&explained, "About this automatic payment").unwrap(),
        "Up to $20.00 each month; At most $240.00 in total"
    );
    assert!(row(&explained, "Ends").is_some());
}

#[test]
fn what_pays_nothing_is_never_said_to() {
    for (kind, thing) in [("invoice", "invoice"), ("session", "payment session")] {
        let input = json!({"type": kind, "amount": 3450, "assetCode": "GLDX", "assetScale": 2, "received": 1000});
        for actions in subsets(["read", "pay", "update"]) {
            let explained = asked(&actions, &input);
            let (heading, sentence) = said(&explained);
            let (pays, sees) = (actions.contains(&"pay"), actions.contains(&"read"));
            assert_eq!(
                sentence.contains("This permission moves no money."),
                !pays,
                "{sentence}"
            );
            assert_eq!(
                heading.contains(&format!("this {thing}")),
                !pays,
                "{heading}"
            );
            assert_eq!(sentence.contains("can see"), !pays && sees, "{sentence}");
            let changes = !pays && actions.contains(&"update");
            assert_eq!(sentence.contains("can change"), changes, "{sentence}");
            assert_eq!(row(&explained, "It can also see").is_some(), pays && sees);
            assert_eq!(explained.warnings.is_empty(), !pays);
            assert_eq!(row(&explained, "It can").is_some(), !pays);
            let cannot = row(&explained, "It cannot").unwrap_or_default();
            let moves = ["Pay this invoice", "Stream payments to you"];
            assert_eq!(moves.iter().any(|words| cannot.contains(words)), !pays);
            assert!(
                pays || cannot.contains(&thing.replace("payment session", "payments")),
                "{cannot}"
            );
            assert_eq!(cannot.is_empty(), actions.len() == 3);
        }
    }
    let (heading, _) = said(&asked(&["read"], &json!({"type": "invoice"})));
    assert_eq!(heading, "Let Acme see this invoice?");
}

#[test]
fn permissions_are_listed_in_words() {
    let list = |kind: AgreementType, actions: &[&str]| {
        let actions: Vec<String> = actions.iter().map(|&it| it.to_owned()).collect();
        let words = permissions(kind, &actions, &Text::default());
        words.iter().map(Phrase::to_plain).collect::<Vec<_>>()
    };
    let every = list(AgreementType::Mandate, &["read", "charge", "cancel"]);
    assert_eq!(
        every,
        [
            "Take payments",
            "See this automatic payment, and what was taken",
            "End this automatic payment"
        ]
    );
    assert_eq!(list(AgreementType::Mandate, &["read"]), every[1..2]);
    assert_eq!(
        list(AgreementType::Invoice, &["create"]),
        ["Create agreements"]
    );
    assert_eq!(
        list(AgreementType::Session, &["pay", "update"]),
        [
            "Stream payments to you",
            "Change the record of this payment session at your wallet"
        ]
    );
}
