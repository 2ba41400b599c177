//! The sentences that a payer agrees to, each one whole message of the catalogue.

mod credit;
mod mandate;
mod warning;

pub use credit::{Creation, Invoice, Session};
pub use mandate::{Every, Mandate};
pub use warning::Warning;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::{Html, Row};
use crate::model::{Arg, LONGEST_QUOTE, Text, clean};

/// What an app asks a payer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// To take payments.
    Mandate,
    /// To pay the payer once.
    Invoice,
    /// To stream payments to the payer.
    Session,
    /// To create mandates in the payer's name.
    CreateMandates,
    /// To create invoices in the payer's name.
    CreateInvoices,
    /// To create sessions in the payer's name.
    CreateSessions,
}

impl Ask {
    /// Every kind of request.
    pub const ALL: [Self; 6] = [
        Self::Mandate,
        Self::Invoice,
        Self::Session,
        Self::CreateMandates,
        Self::CreateInvoices,
        Self::CreateSessions,
    ];

    /// The word by which messages select.
    #[must_use]
    pub fn choice(self) -> Arg {
        Arg::Choice(match self {
            Self::Mandate => "mandate",
            Self::Invoice => "invoice",
            Self::Session => "session",
            Self::CreateMandates => "create-mandates",
            Self::CreateInvoices => "create-invoices",
            Self::CreateSessions => "create-sessions",
        })
    }
}

/// The app that asks, as far as a payer may trust what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its display name.
    pub name: String,
    /// The host of the redirect URI, where the payer will be sent back to.
    pub host: String,
    /// The day on which somebody checked that the name belongs to the host.
    pub checked: Option<String>,
}

impl App {
    /// The name that our sentences use: the display name once it was checked, the host until then.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.checked.is_some() {
            &self.name
        } else {
            &self.host
        }
    }
}

/// An instant of an agreement and how the page writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The instant.
    pub at: Timestamp,
    /// "1 Dec 2026".
    pub words: String,
    /// The day before, when the instant is a midnight: the last day, if something ends here.
    pub last: Option<String>,
}

impl Day {
    /// The instant as it is written in the payer's zone.
    #[must_use]
    pub fn new(text: &Text, at: Timestamp, zone: &TimeZone) -> Self {
        let there = at.to_zoned(zone.clone());
        let eve = there.checked_sub(1.day()).ok();
        let last = eve
            .filter(|_| there.time() == Time::midnight())
            .map(|eve| text.date(eve.timestamp(), zone));
        Self {
            at,
            words: text.date(at, zone),
            last,
        }
    }

    /// The instant for a row.
    #[must_use]
    pub fn html(&self) -> Html {
        Html::Time {
            at: self.at,
            words: self.words.clone(),
        }
    }

    /// The instant for a row, as the end of something.
    #[must_use]
    pub fn ending(&self, text: &Text) -> Html {
        let words = match &self.last {
            Some(last) => {
                let args = [("date", (&self.words).into()), ("last", last.into())];
                text.plain("date-last", &args)
            }
            None => self.words.clone(),
        };
        Html::Time { at: self.at, words }
    }
}

/// What a consent page says first: the question and the sentence that is agreed to, then the details.
#[derive(Debug, Clone)]
pub struct Wording {
    /// What is asked for, which decides the buttons.
    pub ask: Ask,
    /// The question.
    pub h1: Html,
    /// The sentence that is agreed to.
    pub sentence: Html,
    /// "What you are agreeing to".
    pub rows: Vec<Row>,
}

/// The labels of the two answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buttons {
    /// The answer that grants.
    pub approve: String,
    /// The answer that refuses.
    pub decline: String,
}

/// The labels for `ask`: taking money is approved, being paid is allowed.
#[must_use]
pub fn buttons(text: &Text, ask: Ask) -> Buttons {
    let (approve, decline) = match ask {
        Ask::Mandate => ("consent-approve", "consent-decline"),
        _ => ("consent-allow", "consent-do-not-allow"),
    };
    Buttons {
        approve: text.plain(approve, &[]),
        decline: text.plain(decline, &[]),
    }
}

/// The host of the app and whether `wallet` has checked it; then, unchecked, what it calls itself.
#[must_use]
pub fn who(text: &Text, app: &App, wallet: &str) -> Vec<Html> {
    let mut args = vec![("host", (&app.host).into()), ("wallet", wallet.into())];
    if let Some(date) = &app.checked {
        args.push(("date", date.into()));
        return vec![text.phrase("consent-who-checked", &args).into()];
    }
    let mut lines = vec![text.phrase("consent-who-unchecked", &args).into()];
    let name = clean(&app.name, LONGEST_QUOTE);
    if !name.is_empty() && name != app.host {
        let claim = text.phrase("consent-who-claims", &[("name", name.into())]);
        lines.push(claim.into());
    }
    lines
}

/// The account that the money leaves, or arrives in.
#[must_use]
pub fn account(text: &Text, ask: Ask, name: &str) -> Row {
    let label = match ask {
        Ask::Mandate | Ask::CreateMandates => text.plain("consent-from", &[]),
        _ => text.plain("consent-into", &[]),
    };
    Row::given(label, name)
}

/// How a permission is ended; `None` for an invoice, which ends by itself.
#[must_use]
pub fn how_to_stop(text: &Text, ask: Ask, app: &App, wallet: &str) -> Option<Html> {
    let args = [("app", app.shown().into()), ("wallet", wallet.into())];
    (ask != Ask::Invoice).then(|| text.phrase("consent-stop", &args).into())
}

/// The currency row: its code, and its name in ISO 4217 if it has one.
#[must_use]
pub fn currency(text: &Text, code: &str, name: Option<&str>) -> Row {
    let phrase = match name {
        Some(name) => {
            let args = [("name", name.into()), ("code", code.into())];
            text.phrase("consent-currency-known", &args)
        }
        None => text.phrase("consent-currency-unknown", &[("code", code.into())]),
    };
    Row::new(text.plain("consent-row-currency", &[]), phrase)
}

fn ends(text: &Text, label: &str, end: Option<&Day>) -> Row {
    let label = text.plain(label, &[]);
    match end {
        Some(day) => Row::new(label, day.ending(text)),
        None => Row::new(label, text.phrase("consent-no-end", &[])),
    }
}

fn dates(start: Option<&Day>, end: Option<&Day>) -> Vec<(&'static str, Arg)> {
    let choice = match (start, end) {
        (Some(_), Some(_)) => "from-to",
        (Some(_), None) => "from",
        (None, Some(_)) => "to",
        (None, None) => "open",
    };
    let mut args = vec![("dates", Arg::Choice(choice))];
    args.extend(start.map(|day| ("start", (&day.words).into())));
    args.extend(end.map(|day| ("end", (&day.words).into())));
    args
}

#[cfg(test)]
mod tests;
