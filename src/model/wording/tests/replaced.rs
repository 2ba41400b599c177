//! What a new permission takes the place of.

use super::*;
use crate::model::wording::standing::tests::grant;
use crate::model::{AgreementType, Grant, Locale};

/// A grant of this type with these actions, approved twenty seconds after a minute began.
fn earlier(kind: AgreementType, actions: &[&str]) -> Grant {
    let json = match kind {
        AgreementType::Mandate => monthly(&json!({})),
        AgreementType::Invoice => json!({"type": "invoice"}),
        AgreementType::Session => json!({"type": "session"}),
    };
    Grant {
        actions: actions.iter().map(|&it| it.to_owned()).collect(),
        consented_at: Some(at("2026-11-15T09:30:20.5Z")),
        ..grant(&json.to_string())
    }
}

fn said(text: &Text, actions: &[&str], earlier: &Grant) -> String {
    let view = View {
        text,
        zone: &TimeZone::UTC,
        at: now(),
        app: "Acme",
    };
    let actions: Vec<String> = actions.iter().map(|&it| it.to_owned()).collect();
    Replacement::new(&actions, earlier).phrase(&view).to_plain()
}

#[test]
fn what_ends_is_said_whatever_was_allowed_and_is() {
    let (see, money) = (
        "see this automatic payment",
        "take money with this automatic payment",
    );
    let cases: [(&[&str], &[&str], &str); 8] = [
        (&["read", "charge", "cancel"], &["read"], money),
        (&["charge"], &["cancel"], money),
        (&["read", "charge"], &["charge"], see),
        (
            &["charge", "cancel"],
            &["charge"],
            "end this automatic payment",
        ),
        (
            &["read", "cancel"],
            &["charge"],
            "see and end this automatic payment",
        ),
        (&["read"], &["read"], ""),
        (&["read"], &["read", "charge"], ""),
        (&["create"], &["create"], ""),
    ];
    let tail = " that you gave Acme on 15 Nov 2026, 09:30 UTC";
    for (had, has, ends) in cases {
        let text = Text::default();
        let words = said(&text, has, &earlier(AgreementType::Mandate, had));
        if ends.is_empty() {
            let whole = format!(
                "This takes the place of the permission{tail}, as soon as Acme collects it. There is then one permission, not two."
            );
            assert_eq!(words, whole);
        } else {
            assert!(
                words.contains(&format!("the permission to {ends}{tail}: ")),
                "{words}"
            );
        }
    }
}

#[test]
fn each_loss_of_each_kind_has_words_of_its_own_in_every_language() {
    for locale in Locale::available() {
        let text = Text::new(locale);
        let mut all = Vec::new();
        for kind in AgreementType::ALL {
            let [read, mover, other] = kind.actions() else {
                panic!("three actions")
            };
            let whole = earlier(kind, kind.actions());
            all.extend(
                [&[*read][..], &[mover, other], &[read, mover], &[mover]]
                    .map(|has| said(&text, has, &whole)),
            );
        }
        for words in &all {
            assert!(words.contains("Acme") && words.contains("09:30"), "{words}");
            assert!(!words.contains(concat!("consent", "-")), "{words}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 12, "{all:?}");
    }
}
