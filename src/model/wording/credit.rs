use jiff::Timestamp;

use super::{Ask, Explanation, Row, View, permission};
use crate::model::{Arg, Phrase, State, Terms};

/// An invoice: money that comes in, once.
pub(super) fn invoice(
    (actions, terms): (&[String], &Terms),
    state: &State,
    view: &View<'_>,
) -> Explanation {
    let text = view.text;
    let mut args = until(terms.end, view);
    let amount = terms.amount.and_then(|amount| view.money(terms, amount));
    let (heading, sentence) = match amount {
        Some(total) => {
            args.push(("amount", Arg::Amount(total)));
            (
                text.phrase("consent-invoice-heading", &args),
                text.phrase("consent-invoice", &args),
            )
        }
        None => (
            text.phrase("consent-invoice-heading-any", &args),
            text.phrase("consent-invoice-any", &args),
        ),
    };
    let mut rows = invoice_rows(terms, state, view);
    rows.extend(sees((actions, "consent-invoice-sees"), view));
    rows.extend(permission::cannot(terms.kind, actions, view));
    Explanation {
        ask: Ask::Invoice,
        heading,
        sentence,
        rows,
        warnings: Vec::new(),
        figures: None,
    }
}

/// What an invoice is over, and until when.
pub(super) fn invoice_rows(terms: &Terms, state: &State, view: &View<'_>) -> Vec<Row> {
    let amount = terms.amount.and_then(|amount| view.money(terms, amount));
    let value = match amount {
        Some(total) => Phrase::amount(&total),
        None => view.text.phrase("consent-invoice-any-amount", &[]),
    };
    let label = view.text.plain("consent-invoice-amount", &[]);
    let mut rows = vec![Row::new(label, value)];
    rows.extend(received(terms, state, view));
    rows.extend(at_once(terms, view));
    rows.push(view.ends(terms.end));
    rows
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
pub(super) fn session(
    (actions, terms): (&[String], &Terms),
    state: &State,
    view: &View<'_>,
) -> Explanation {
    let text = view.text;
    let mut rows = session_rows(terms, state, view);
    rows.extend(sees((actions, "consent-session-sees"), view));
    rows.extend(permission::cannot(terms.kind, actions, view));
    Explanation {
        ask: Ask::Session,
        heading: text.phrase("consent-session-heading", &[view.app()]),
        sentence: text.phrase("consent-session", &[view.app()]),
        rows,
        warnings: Vec::new(),
        figures: None,
    }
}

/// How much a session is over, and how long it lasts.
pub(super) fn session_rows(terms: &Terms, state: &State, view: &View<'_>) -> Vec<Row> {
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
    rows
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

/// What can be seen beside the payments, where that is allowed.
fn sees((actions, key): (&[String], &str), view: &View<'_>) -> Option<Row> {
    let label = view.text.plain("consent-row-sees", &[]);
    let can = actions.iter().any(|action| action == "read");
    can.then(|| Row::new(label, view.text.phrase(key, &[])))
}
