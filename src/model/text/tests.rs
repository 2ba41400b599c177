use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

mod catalogues;

fn english() -> Text {
    Text::default()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_wish_is_met_by_the_language_that_it_begins_with() {
    let negotiate = |wishes: &[&str]| {
        let found = Locale::negotiate(&Locale::available(), wishes.iter().copied());
        found.map_or_else(|| "none".to_owned(), |locale| locale.as_str().to_owned())
    };
    for (wishes, wanted) in [
        (&[][..], "none"),
        (&["not a tag", "tlh", "*", "", "-", "e", "e-n"], "none"),
        (&["tlh", "en-GB"], "en"),
        (&["de-AT", "en"], "de"),
        (&["DE-1996-ch-x-a-b", "en"], "de"),
        (&["de-x"], "de"),
        (&["deu"], "none"),
        (&["en-xa"], "en-XA"),
        (&["en-XA-x-long"], "en-XA"),
        (&["x-de"], "none"),
        (&[&"a-".repeat(100_000), "de"], "de"),
    ] {
        assert_eq!(negotiate(wishes), wanted, "{wishes:.3?}");
    }
    let offered = [Locale::default()];
    assert_eq!(
        Locale::negotiate(&offered, ["de", "en-XA"]),
        Some(Locale::default())
    );
    assert_eq!(Locale::negotiate(&offered, ["de"]), None);
    assert_eq!(Locale::default().direction(), "ltr");
    assert!(Locale::available().contains(&Locale::default()));
}

#[test]
fn a_german_day_is_written_as_germans_do() {
    let text = Text::new(Locale::find("de").unwrap());
    for (instant, words) in [
        ("2026-12-01T00:00:00Z", "1. Dez. 2026"),
        ("2027-03-01T08:00:00Z", "1. März 2027, 08:00 Uhr (UTC)"),
        ("2027-05-31T00:00:07Z", "31. Mai 2027, 00:00:07 Uhr (UTC)"),
    ] {
        assert_eq!(text.date(at(instant), &TimeZone::UTC), words);
    }
}

#[test]
fn the_pseudo_language_keeps_arguments_and_numbers() {
    let text = Text::new(Locale::find("en-XA").unwrap());
    let said = text.phrase("shell-host", &[("host", "pay.example".into())]);
    assert_eq!(said.to_plain(), "⟦Ýööûû ååŕéé ööñ pay.example.⟧");
    assert!(
        said.segments()
            .iter()
            .any(|s| s.strong && s.text == "pay.example")
    );
    assert_eq!(
        text.date(at("2026-12-01T00:00:00Z"), &TimeZone::UTC),
        "⟦1 ⟦Ðééç⟧ 2026⟧"
    );
    let args = [("count", Arg::Number(7)), ("end", "X".into())];
    assert!(text.plain("schedule-more", &args).contains(" 7 ɱööŕéé"));
    let (mut plain, mut long) = (0, 0);
    for (_, key, _) in catalogue("en") {
        plain += english().plain(&key, &[]).chars().count();
        long += text.plain(&key, &[]).chars().count();
    }
    let more = (long - plain) * 100 / plain;
    assert!((20..40).contains(&more), "{more} % longer");
}

#[test]
fn a_day_is_named_by_its_month() {
    let text = english();
    assert_eq!(
        text.date(at("2026-12-01T00:00:00Z"), &TimeZone::UTC),
        "1 Dec 2026"
    );
    assert_eq!(
        text.date(at("2026-12-01T09:00:00Z"), &TimeZone::UTC),
        "1 Dec 2026, 09:00 UTC"
    );
    assert_eq!(
        text.date(at("2026-12-01T09:00:07Z"), &TimeZone::UTC),
        "1 Dec 2026, 09:00:07 UTC"
    );
}

#[test]
fn midnight_is_that_of_the_zone() {
    let text = english();
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    assert_eq!(text.date(at("2026-11-30T23:00:00Z"), &berlin), "1 Dec 2026");
    assert_eq!(
        text.date(at("2026-12-01T00:00:00Z"), &berlin),
        "1 Dec 2026, 01:00 CET"
    );
    let dubai = TimeZone::get("Asia/Dubai").unwrap();
    assert_eq!(
        text.date(at("2026-12-01T00:00:00Z"), &dubai),
        "1 Dec 2026, 04:00 Asia/Dubai"
    );
}

#[test]
fn what_somebody_wrote_becomes_one_visible_line() {
    assert_eq!(clean(" a\r\n\tb\u{2028}c ", 140), "a b c");
    assert_eq!(clean("pay\u{202e}lap\u{202c}pal", 140), "paylappal");
    assert_eq!(clean("\u{200b}\u{feff}\u{0}x\u{ad}", 140), "x");
    assert_eq!(clean("e\u{301}", 140), "e\u{301}");
    let tower = format!("e{}", "\u{301}".repeat(50));
    assert_eq!(clean(&tower, 140).chars().count(), 1 + MARKS);
    let long = clean(&"ä".repeat(141), LONGEST_QUOTE);
    assert_eq!(long.chars().count(), 140);
    assert!(long.ends_with('…'));
    assert_eq!(clean(&"ä".repeat(140), LONGEST_QUOTE), "ä".repeat(140));
}

#[test]
fn an_argument_cannot_leave_its_isolate() {
    let hostile = "Acme\u{2069} **free** \u{2066}\u{202e}<b>";
    let phrase = english().phrase("shell-host", &[("host", hostile.into())]);
    let given: Vec<_> = phrase
        .segments()
        .iter()
        .filter(|s| s.voice != crate::model::Voice::Ours)
        .collect();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].text, "Acme **free** <b>");
}

#[test]
fn a_missing_message_shows_its_key() {
    assert_eq!(english().plain("no-such-message", &[]), "no-such-message");
}

fn files(under: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(under)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
            if path.is_dir() {
                open.push(path);
            } else if endings.contains(&ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// Key and body of every message, by the file that it is in.
fn catalogue(locale: &str) -> Vec<(String, String, String)> {
    let mut messages: Vec<(String, String, String)> = Vec::new();
    for (path, text) in files(&format!("templates/locales/{locale}"), &["ftl"]) {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(" =") {
                Some((key, body)) if !key.starts_with([' ', '*', '[', '}']) => {
                    messages.push((stem.clone(), key.to_owned(), body.to_owned()));
                }
                _ => {
                    if let Some(last) = messages.last_mut() {
                        last.2.push('\n');
                        last.2.push_str(line);
                    }
                }
            }
        }
    }
    messages
}

fn literals(text: &str) -> impl Iterator<Item = &str> {
    let is_key = |s: &&str| {
        s.contains('-')
            && s.starts_with(|c: char| c.is_ascii_lowercase())
            && s.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.split('"').filter(is_key)
}

#[test]
fn every_message_is_used_and_every_used_message_exists() {
    let messages = catalogue("en");
    let known: BTreeSet<&str> = messages.iter().map(|(_, key, _)| key.as_str()).collect();
    assert_eq!(known.len(), messages.len(), "a message is there twice");
    let stems: BTreeSet<&str> = messages.iter().map(|(stem, ..)| stem.as_str()).collect();
    let mut used = BTreeSet::new();
    let mut missing = Vec::new();
    let sources = files("src", &["rs"]).into_iter();
    for (path, text) in sources.chain(files("templates", &["html"])) {
        if path.ends_with("model/text/tests.rs") || path.ends_with("text/tests/catalogues.rs") {
            continue;
        }
        let speaks = path
            .components()
            .any(|c| c.as_os_str() == "pages" || c.as_os_str() == "wording")
            || path.extension().is_some_and(|e| e == "html")
            || path.ends_with("model/text.rs");
        for literal in literals(&text) {
            let ours = stems.iter().any(|stem| {
                let rest = literal.strip_prefix(stem);
                rest.is_some_and(|rest| rest.starts_with('-'))
            });
            if known.contains(literal) {
                used.insert(literal.to_owned());
            } else if speaks && ours {
                missing.push(format!("{literal} in {}", path.display()));
            }
        }
        for call in ["plain(\"", "phrase(\"", ".t(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                if !known.contains(key) {
                    missing.push(format!("{key} in {}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no such message: {missing:#?}");
    let unused: Vec<_> = known.iter().filter(|key| !used.contains(**key)).collect();
    assert!(unused.is_empty(), "never used: {unused:#?}");
}

#[test]
fn messages_are_well_formed() {
    let all = Locale::available().into_iter();
    for locale in all.filter(|locale| !locale.is_pseudo()) {
        for (stem, key, body) in catalogue(locale.as_str()) {
            assert!(
                key.starts_with(&format!("{stem}-")),
                "{key} belongs into another file"
            );
            for line in body.lines() {
                assert!(
                    line.matches("**").count() % 2 == 0,
                    "{key}: unpaired ** in {line}"
                );
                assert!(!line.contains('<'), "{key}: markup in {line}");
            }
        }
    }
}
