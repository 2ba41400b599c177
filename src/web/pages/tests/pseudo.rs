//! Every page in the pseudo-language: words that are in no brackets come from no catalogue.

use std::collections::BTreeSet;

use super::{
    account, app, changed, consent, csrf, done, failure, home, page, payments, shell, speaking,
    step_up, unchecked,
};
use crate::model::Locale;
use crate::model::wording::Ask;
use crate::web::pages::sign_in::{Context, SignIn};

const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// Elements without an end tag.
const VOID: [&str; 7] = ["meta", "link", "input", "br", "wbr", "img", "hr"];
/// Attributes that are read out or shown.
const SPOKEN: [&str; 4] = ["aria-label", "title", "alt", "placeholder"];

/// Every page's samples, by the stem of its template. A new page belongs here.
fn samples() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("account", account::tests::samples()),
        ("changed", changed::tests::samples()),
        ("consent", consent::tests::samples()),
        ("done", done::tests::samples()),
        ("failure", failure::tests::samples()),
        ("home", home::tests::samples()),
        ("payments", payments::tests::samples()),
        ("sign_in", sign_in_pages()),
        ("step_up", step_up::tests::samples()),
    ]
}

fn sign_in_pages() -> Vec<String> {
    let empty = || SignIn::new(shell(), csrf("/sign-in"));
    let mut all = vec![empty(), empty().wrong("bob"), empty().expired("bob")];
    all.extend([1, 90].map(|wait| empty().throttled("bob", wait)));
    for ask in Ask::ALL {
        for app in [app(), unchecked()] {
            let leave = csrf("/consent/r1").with("decision", "decline");
            let context = Context::new(&shell().text, &app, ask, leave);
            all.push(empty().because(context));
        }
    }
    all.iter().map(page).collect()
}

/// The runs of text outside of brackets that have a letter, leaving out what the page was given (`bdi`), what a program
/// wrote (`code`) and what is in a language of its own (`lang`).
fn strays(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(&str, bool)> = Vec::new();
    let mut depth = 0_usize;
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag
            .split([' ', '\n', '/'])
            .find(|it| !it.is_empty())
            .unwrap_or_default();
        if tag.starts_with('/') {
            let at = open.iter().rposition(|(it, _)| *it == name);
            open.truncate(at.unwrap_or_else(|| panic!("</{name}> ends nothing")));
        } else if !tag.ends_with('/') && !tag.starts_with('!') && !VOID.contains(&name) {
            let own = name != "html" && tag.contains(" lang=\"");
            open.push((name, own || ["bdi", "code"].contains(&name)));
        }
        for attribute in SPOKEN {
            let value = tag
                .split_once(&format!(" {attribute}=\""))
                .map(|(_, rest)| rest);
            if let Some(value) = value.and_then(|rest| rest.split('"').next()) {
                found.extend(outside(value, &mut 0));
            }
        }
        // An instant for a program.
        let instant = tag == format!("time datetime=\"{text}\"");
        if !instant && !open.iter().any(|(_, given)| *given) {
            found.extend(outside(text, &mut depth));
        }
    }
    assert_eq!(depth, 0, "brackets that are not closed in {html}");
    found
}

/// The part of `text` outside of brackets, if it has a letter. Entities are no words.
fn outside(text: &str, depth: &mut usize) -> Option<String> {
    let mut rest = String::new();
    for c in text.chars() {
        match c {
            OPEN => *depth += 1,
            CLOSE => *depth = depth.checked_sub(1).expect("a bracket that was not opened"),
            c if *depth == 0 => rest.push(c),
            _ => {}
        }
    }
    let rest = rest.trim().to_owned();
    rest.chars().any(char::is_alphabetic).then_some(rest)
}

#[test]
fn every_word_on_a_page_comes_from_the_catalogue() {
    let mut found = BTreeSet::new();
    speaking("en-XA", || {
        for (page, samples) in samples() {
            assert!(!samples.is_empty(), "{page} has no sample");
            for html in samples {
                assert!(html.contains("<html lang=\"en-XA\"") && html.contains(OPEN));
                found.extend(
                    strays(&html)
                        .into_iter()
                        .map(|stray| format!("{page}: {stray}")),
                );
            }
        }
    });
    assert!(found.is_empty(), "not from the catalogue: {found:#?}");
}

#[test]
fn every_page_is_among_the_samples() {
    let known: BTreeSet<String> = samples()
        .iter()
        .map(|(page, _)| (*page).to_owned())
        .collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/pages");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // The page of a fault needs no catalogue.
        let fine = known.contains(&stem) || stem == "fault";
        assert!(fine, "{stem}.html has no samples in pages/tests/pseudo.rs");
    }
}

#[test]
fn every_page_speaks_german() {
    speaking("de", || {
        for html in samples().into_iter().flat_map(|(_, samples)| samples) {
            assert!(html.contains("<html lang=\"de\" dir=\"ltr\">"));
            assert!(html.contains("Zum Hauptteil springen"));
            assert!(html.contains("hreflang=\"de\" aria-current=\"true\">Deutsch</a>"));
        }
    });
}

#[test]
fn a_word_that_is_in_no_catalogue_is_found() {
    let page = |main: &str| {
        format!("<!doctype html>\n<html lang=\"en-XA\"><body><main>{main}</main></body></html>")
    };
    for fine in [
        "<p>⟦Ĥîî <bdi>Acme</bdi> <b>x</b>⟧ <time datetime=\"x\">⟦1 ⟦Ðéç⟧⟧</time> 12:30 · 5</p>",
        "<dd><bdi>Acme</bdi></dd><code lang=\"en\">invalid</code><a lang=\"de\">Deutsch</a><input name=\"a\">",
        "<nav aria-label=\"⟦Ļ⟧\"><path d=\"M1 2L3\"/></nav>",
    ] {
        assert_eq!(strays(&page(fine)), Vec::<String>::new());
    }
    for (stray, words) in [
        ("<p>Hello</p>", "Hello"),
        ("<p>⟦Ĥîî⟧ there</p>", "there"),
        ("<bdi>Acme</bdi> says", "says"),
        ("<nav aria-label=\"Menu\"></nav>", "Menu"),
        ("<time datetime=\"x\">1 Dec</time>", "1 Dec"),
    ] {
        assert_eq!(strays(&page(stray)), [words]);
    }
    assert!(Locale::find("en-XA").unwrap().is_pseudo());
}
