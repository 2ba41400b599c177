//! A permission that moves no money: to see an agreement, to end it, or to change its record.

use super::mandate::Mandate;
use super::permission::{self, Does};
use super::{Ask, Explanation, Row, View, credit, rows, standing};
use crate::model::{Arg, Limits, Phrase, Refusal, State, Terms};

/// Explains what `actions`, none of which moves money, allow with an agreement.
pub(super) fn explain(
    (actions, terms): (&[String], &Terms),
    state: &State,
    view: &View<'_>,
) -> Result<Explanation, Refusal> {
    let ask = Ask::of(terms.kind, false, actions);
    let args = [view.app(), ("ask", ask.choice()), Does::of(actions).arg()];
    let mut told = match ask {
        Ask::AccessMandate => mandate(terms, view)?,
        Ask::AccessInvoice => credit::invoice_rows(terms, state, view),
        _ => credit::session_rows(terms, state, view),
    };
    told.push(permission::can(terms.kind, actions, view));
    told.extend(permission::cannot(terms.kind, actions, view));
    Ok(Explanation {
        ask,
        heading: view.text.phrase("consent-access-heading", &args),
        sentence: view.text.phrase("consent-access", &args),
        rows: told,
        warnings: Vec::new(),
        figures: None,
    })
}

/// What a mandate says, which is what can be seen, and until when it does.
fn mandate(terms: &Terms, view: &View<'_>) -> Result<Vec<Row>, Refusal> {
    let limits = Limits::resolve(terms, view.at)?;
    let (schedule, asset, amount) = super::mandate::parts(terms, view)?;
    let says = Row {
        label: view.text.plain("consent-access-says", &[]),
        values: standing::mandate(&schedule, &limits, view.text),
    };
    let mandate = Mandate {
        terms,
        asset,
        amount,
        schedule: &schedule,
        view,
    };
    Ok(vec![says, rows::ends(&mandate)])
}

/// What a grant that moves no money allows, in short.
pub(super) fn brief(ask: Ask, actions: &[String], text: &crate::model::Text) -> Phrase {
    let args: [(&'static str, Arg); 2] = [("ask", ask.choice()), Does::of(actions).arg()];
    text.phrase("payments-brief-access", &args)
}
