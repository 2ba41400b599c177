use jiff::Timestamp;

use super::{Ask, Explanation, Row, View};
use crate::model::{Arg, Phrase, State, Terms};

/// An invoice: money that comes in, once.
pub(super) fn invoice(terms: &Terms, state: &State, view: &View<'_>) -> Explanation {
    let text = view.text;
    let mut args = until(terms.end, view);
    let amount = terms.amount.and_then(|amount| view.money(terms, amount));
    let (heading, sentence, value) = match &amount {
        Some(total) => {
            args.push(("amount", Arg::Amount(total.clone())));
            (
                text.phrase("consent-invoice-heading", &args),
                text.phrase("consent-invoice", &args),
                Phrase::amount(total),
            )
        }
        None => (
            text.phrase("consent-invoice-heading-any", &args),
            text.phrase("consent-invoice-any", &args),
            text.phrase("consent-invoice-any-amount", &[]),
        ),
    };
    let mut rows = vec![Row::new(text.plain("consent-invoice-amount", &[]), value)];
    rows.extend(received(terms, state, view));
    rows.extend(at_once(terms, view));
    rows.push(view.ends(terms.end));
    rows.push(sees(view, "consent-invoice-sees"));
    Explanation {
        ask: Ask::Invoice,
        heading,
        sentence,
        rows,
        warnings: Vec::new(),
        figures: None,
    }
}

/// What has come in already, and what is still to come.
fn received(terms: &Terms, state: &State, view: &View<'_>) -> Option<Row> {
    let received = state.received.filter(|received| *received > 0)?;
    let rest = terms.amount?.saturating_sub(received).max(0);
    let args = [
        ("received", Arg::Amount(view.money(terms, received)?)),
        ("rest", Arg::Amount(view.money(terms, rest)?)),
    ];
    let label = view.text.plain("consent-invoice-received", &[]);
    let still = view.text.phrase("consent-invoice-still", &args);
    Some(Row::new(label, still))
}

/// A payment session: small payments that come in.
pub(super) fn session(terms: &Terms, state: &State, view: &View<'_>) -> Explanation {
    let text = view.text;
    let label = text.plain("consent-session-lasts", &[]);
    let lasts = match state.session_end {
        Some(end) => text.phrase("consent-session-until", &[("end", view.date(end))]),
        None => text.phrase("consent-session-open", &[]),
    };
    let mut rows = Vec::new();
    if let Some(total) = terms.amount.and_then(|amount| view.money(terms, amount)) {
        let label = text.plain("consent-session-amount", &[]);
        rows.push(Row::new(label, Phrase::amount(&total)));
    }
    rows.extend(at_once(terms, view));
    rows.push(Row::new(label, lasts));
    rows.push(sees(view, "consent-session-sees"));
    Explanation {
        ask: Ask::Session,
        heading: text.phrase("consent-session-heading", &[view.app()]),
        sentence: text.phrase("consent-session", &[view.app()]),
        rows,
        warnings: Vec::new(),
        figures: None,
    }
}

/// The most in one payment, if the terms say so.
pub(super) fn at_once(terms: &Terms, view: &View<'_>) -> Option<Row> {
    let most = view.money(terms, terms.max_per_payment?)?;
    let label = view.text.plain("mandate-row-payment", &[]);
    Some(Row::new(label, Phrase::amount(&most)))
}

/// A permission to create agreements.
pub(super) fn creation(
    ask: Ask,
    account: &str,
    end: Option<Timestamp>,
    view: &View<'_>,
) -> Explanation {
    let text = view.text;
    let mut args = until(end, view);
    args.push(("ask", ask.choice()));
    args.push(("account", account.into()));
    let kind = text.phrase("consent-create-kind", &args);
    Explanation {
        ask,
        heading: text.phrase("consent-create-heading", &args),
        sentence: text.phrase("consent-create", &args),
        rows: vec![
            Row::new(text.plain("consent-create-what", &[]), kind),
            view.ends(end),
        ],
        warnings: Vec::new(),
        figures: None,
    }
}

fn until(end: Option<Timestamp>, view: &View<'_>) -> Vec<(&'static str, Arg)> {
    let choice = if end.is_some() { "to" } else { "open" };
    let mut args = vec![view.app(), ("dates", Arg::Choice(choice))];
    args.extend(end.map(|at| ("end", view.date(at))));
    args
}

fn sees(view: &View<'_>, key: &str) -> Row {
    let label = view.text.plain("consent-row-sees", &[]);
    Row::new(label, view.text.phrase(key, &[]))
}
