//! What is different from what a payer saw.

use super::changed::{Cause, Change};
use super::presentation::pointer_words;
use super::{Html, Row, wording};
use crate::model::wording::{Ask, Explanation, View, Warning, beside};
use crate::model::{Money, Phrase, Refusal, Schedule, State, Terms, Text};
use crate::oauth::consent as rules;

/// What is different, row by row.
pub(super) struct Difference {
    /// The rows.
    pub(super) changes: Vec<Change>,
    /// What they are about.
    pub(super) cause: Cause,
    /// A larger total, which a payer must not miss.
    pub(super) larger: Option<Warning>,
}

/// How what is `explained` now, and `replaces` something, differs from what the payer saw.
pub(super) fn of(
    changed: &rules::Changed,
    explained: &Explanation,
    replaces: &[Phrase],
    view: &View<'_>,
) -> Difference {
    let before = changed.before.as_ref().map(|snapshot| &snapshot.terms);
    let agreement = changed.now.agreement.as_ref();
    let terms = before.zip(agreement.map(|agreement| &agreement.terms));
    let ask = explained.ask;
    // What the payer saw may be over by now: then there is nothing left to compare with.
    let mut found = terms
        .and_then(|terms| changes(view, ask, terms).ok())
        .unwrap_or_default();
    let larger = terms.filter(|_| ask == Ask::Mandate);
    let larger = larger.and_then(|(before, now)| larger_total(view, before, now));
    let (sentence, place) = match changed.saw.text.split_once('\n') {
        Some((sentence, place)) => (sentence, Some(place)),
        None => (changed.saw.text.as_str(), None),
    };
    let same_language = changed.saw.locale == view.text.locale().as_str();
    let place = other_place(view.text, (place, replaces), same_language);
    // With the same terms, it is the name of the app or whether it was checked: the sentence says it.
    let said = explained.sentence.to_plain();
    let comparable = same_language || place.is_none();
    if found.is_empty() && sentence != said && comparable {
        found.push(Change {
            what: view.text.plain("changed-sentence", &[]),
            saw: Phrase::given(sentence).into(),
            now: Phrase::given(&said).into(),
        });
    }
    let cause = match &place {
        Some(_) if found.is_empty() => Cause::Place,
        _ => Cause::Terms,
    };
    found.extend(place);
    Difference {
        changes: found,
        cause,
        larger,
    }
}

/// What the payer read of what is taken the place of, and what there is to read now. In two languages only whether there is
/// anything can be compared.
fn other_place(
    text: &Text,
    (saw, now): (Option<&str>, &[Phrase]),
    same_language: bool,
) -> Option<Change> {
    let lines: Vec<String> = now.iter().map(Phrase::to_plain).collect();
    let now = Some(lines.join("\n")).filter(|now| !now.is_empty());
    let differs = if same_language {
        saw != now.as_deref()
    } else {
        saw.is_some() != now.is_some()
    };
    let nothing = || text.phrase("changed-absent", &[]);
    differs.then(|| Change {
        what: text.plain("changed-place", &[]),
        saw: saw.map_or_else(nothing, Phrase::given).into(),
        now: now.as_deref().map_or_else(nothing, Phrase::given).into(),
    })
}

/// What differs between two versions of the terms: the rows of a page that differ, and what stands outside of them. All
/// terms count, also those of which a permission only to see says nothing.
fn changes(
    view: &View<'_>,
    ask: Ask,
    (before, now): (&Terms, &Terms),
) -> Result<Vec<Change>, Refusal> {
    let rows = |terms: &Terms| {
        let every = terms.kind.every_action();
        let explained = Explanation::of((&every, terms), &State::default(), view)?;
        let rows = explained.rows.into_iter().chain(beside(terms, view));
        let mut rows: Vec<Row> = rows.map(Row::from).collect();
        let account = pointer_words(terms.subject.as_str());
        rows.push(wording::account(view.text, ask, &account));
        Ok(rows)
    };
    Ok(differences(view.text, &rows(before)?, &rows(now)?))
}

fn differences(text: &Text, before: &[Row], now: &[Row]) -> Vec<Change> {
    let values = |rows: &[Row], label: &str| {
        let row = rows.iter().find(|row| row.label == label);
        row.map(|row| row.values.clone()).unwrap_or_default()
    };
    let mut labels: Vec<&str> = Vec::new();
    for row in before.iter().chain(now) {
        if !labels.contains(&row.label.as_str()) {
            labels.push(&row.label);
        }
    }
    let nothing = || Html::from(text.phrase("changed-absent", &[]));
    let change = |label: &str| {
        let (saw, is) = (values(before, label), values(now, label));
        // Of a row with several lines, the first that is not the same.
        let at = (0..saw.len().max(is.len())).find(|at| saw.get(*at) != is.get(*at))?;
        let line = |values: &[Html]| values.get(at).cloned().unwrap_or_else(nothing);
        Some(Change {
            what: label.to_owned(),
            saw: line(&saw),
            now: line(&is),
        })
    };
    labels.into_iter().filter_map(change).collect()
}

/// A larger total is what a payer must not miss.
fn larger_total(view: &View<'_>, before: &Terms, now: &Terms) -> Option<Warning> {
    let (text, at) = (view.text, view.at);
    let total = |terms: &Terms| Schedule::new(terms, at).ok()?.total();
    let (saw, is) = (total(before)?, total(now)?);
    let same_asset = before.asset == now.asset;
    if !same_asset || is <= saw {
        return None;
    }
    let (saw, is) = (money(text, before, saw)?, money(text, now, is)?);
    Some(Warning::Larger(saw, is))
}

fn money(text: &Text, terms: &Terms, value: impl Into<i128>) -> Option<String> {
    let asset = terms.asset.clone()?;
    Some(text.money(&Money::new(value, asset)))
}
