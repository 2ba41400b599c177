use super::{App, Ask, Day, Wording, dates, ends};
use crate::model::{Arg, Phrase, Text};
use crate::web::pages::Row;

/// The terms of an invoice: money that comes in, once.
#[derive(Debug, Clone, Default)]
pub struct Invoice {
    /// What is to be paid; `None`: any amount.
    pub amount: Option<String>,
    /// What was received already, and what is still to come.
    pub received: Option<(String, String)>,
    /// Until when it can be paid.
    pub end: Option<Day>,
}

impl Invoice {
    /// The question, the sentence and the details.
    #[must_use]
    pub fn wording(&self, text: &Text, app: &App) -> Wording {
        let mut args = dates(None, self.end.as_ref());
        args.push(("app", app.shown().into()));
        let (h1, sentence, value) = match &self.amount {
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
        if let Some((received, rest)) = &self.received {
            let args = [
                ("received", Arg::Amount(received.clone())),
                ("rest", Arg::Amount(rest.clone())),
            ];
            let still = text.phrase("consent-invoice-still", &args);
            rows.push(Row::new(text.plain("consent-invoice-received", &[]), still));
        }
        rows.push(ends(text, "consent-row-ends", self.end.as_ref()));
        rows.push(sees(text, "consent-invoice-sees"));
        Wording {
            ask: Ask::Invoice,
            h1: h1.into(),
            sentence: sentence.into(),
            rows,
        }
    }
}

/// The terms of a payment session: small payments that come in.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// When it ends, as far as is known.
    pub end: Option<Day>,
}

impl Session {
    /// The question, the sentence and the details.
    #[must_use]
    pub fn wording(&self, text: &Text, app: &App) -> Wording {
        let args = [("app", app.shown().into())];
        let label = text.plain("consent-session-lasts", &[]);
        let lasts = match &self.end {
            Some(day) => Row::new(label, day.html()),
            None => Row::new(label, text.phrase("consent-session-open", &[])),
        };
        Wording {
            ask: Ask::Session,
            h1: text.phrase("consent-session-heading", &args).into(),
            sentence: text.phrase("consent-session", &args).into(),
            rows: vec![lasts, sees(text, "consent-session-sees")],
        }
    }
}

/// The terms of a permission to create agreements.
#[derive(Debug, Clone)]
pub struct Creation {
    /// One of the three `Create…` kinds.
    pub ask: Ask,
    /// The payment pointer that they will be for.
    pub account: String,
    /// Until when they can be created.
    pub end: Option<Day>,
}

impl Creation {
    /// The question, the sentence and the details.
    #[must_use]
    pub fn wording(&self, text: &Text, app: &App) -> Wording {
        let mut args = dates(None, self.end.as_ref());
        args.push(("ask", self.ask.choice()));
        args.push(("app", app.shown().into()));
        args.push(("account", (&self.account).into()));
        let kind = text.phrase("consent-create-kind", &args);
        Wording {
            ask: self.ask,
            h1: text.phrase("consent-create-heading", &args).into(),
            sentence: text.phrase("consent-create", &args).into(),
            rows: vec![
                Row::new(text.plain("consent-create-what", &[]), kind),
                ends(text, "consent-row-ends", self.end.as_ref()),
            ],
        }
    }
}

fn sees(text: &Text, key: &str) -> Row {
    let label = text.plain("consent-row-sees", &[]);
    Row::new(label, text.phrase(key, &[]))
}
