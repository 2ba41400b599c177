//! The page for whatever ends a request before it is decided.

use askama::Template;
use jiff::Timestamp;

use super::{Action, Html, Row, Shell};
use crate::model::Arg;

/// What happened, what it means for the money, and one thing to do next.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/failure.html")]
pub struct Failure {
    /// What is around the page.
    pub shell: Shell,
    /// What happened.
    pub h1: Html,
    /// Why, in one line or two.
    pub text: Html,
    /// What it means for the money, if money was in question.
    pub money: Option<Html>,
    /// What to do next, the best first.
    pub actions: Vec<Action>,
    /// For the app's developers.
    pub details: Vec<Row>,
}

/// What ended a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The client is unknown or disabled.
    UnknownApp,
    /// The link cannot be read.
    Garbled,
    /// The redirect URI is missing or not registered.
    UnsafeLink,
    /// No pushed request is known by this `request_uri`.
    UnknownRequest,
    /// The agreement's terms are invalid or refused.
    Unusable,
    /// The wallet on this host did not answer.
    Unreachable(String),
    /// Nobody decided within this many minutes.
    Waited(i64),
    /// It was approved before.
    Approved,
    /// It was approved, and the client did not come for it in time.
    Uncollected,
    /// It was declined before.
    Declined,
    /// It ended before without a decision.
    Left,
    /// The agreement was cancelled.
    Cancelled,
    /// The agreement is past its end.
    Expired,
    /// The agreement is used up.
    UsedUp,
    /// Another app holds the agreement.
    Taken,
    /// The agreement is somebody else's; this is who is signed in.
    NotYours(String),
    /// The CSRF token, or the page's origin, is not ours.
    Stale,
    /// The browser sent no cookie.
    NoCookies,
    /// Another browser opened the request.
    Elsewhere,
    /// There is nothing at this address.
    NotFound,
    /// Too much was asked; how long to wait, in seconds.
    TooMany(u64),
    /// The database, or something else that is needed, is down.
    Unavailable,
}

impl Trouble {
    fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownApp => ("failure-unknown-app", "failure-unknown-app-text"),
            Self::Garbled => ("failure-garbled", "failure-garbled-text"),
            Self::UnsafeLink => ("failure-unsafe-link", "failure-unsafe-link-text"),
            Self::UnknownRequest => ("failure-unknown-request", "failure-unknown-request-text"),
            Self::Unusable => ("failure-unusable", "failure-unusable-text"),
            Self::Unreachable(_) => ("failure-unreachable", "failure-unreachable-text"),
            Self::Waited(_) => ("failure-ended", "failure-waited-text"),
            Self::Approved => ("failure-ended", "failure-approved-text"),
            Self::Uncollected => ("failure-ended", "failure-uncollected-text"),
            Self::Declined => ("failure-ended", "failure-declined-text"),
            Self::Left => ("failure-ended", "failure-left-text"),
            Self::Cancelled => ("failure-ended", "failure-cancelled-text"),
            Self::Expired => ("failure-ended", "failure-expired-text"),
            Self::UsedUp => ("failure-ended", "failure-used-up-text"),
            Self::Taken => ("failure-ended", "failure-taken-text"),
            Self::NotYours(_) => ("failure-not-yours", "failure-not-yours-text"),
            Self::Stale => ("failure-stale", "failure-stale-text"),
            Self::NoCookies => ("failure-no-cookies", "failure-no-cookies-text"),
            Self::Elsewhere => ("failure-elsewhere", "failure-elsewhere-text"),
            Self::NotFound => ("failure-not-found", "failure-not-found-text"),
            Self::TooMany(_) => ("failure-too-many", "failure-too-many-text"),
            Self::Unavailable => ("failure-unavailable", "failure-unavailable-text"),
        }
    }

    // A request that was decided before may have been approved then.
    fn money_key(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => None,
            Self::Approved
            | Self::Elsewhere
            | Self::UnknownRequest
            | Self::Stale
            | Self::TooMany(_)
            | Self::Unavailable => Some("failure-nothing-new"),
            Self::Uncollected => Some("failure-nothing-taken"),
            _ => Some("failure-nothing"),
        }
    }

    fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Self::Unreachable(host) => vec![("host", host.into())],
            Self::Waited(minutes) => vec![("minutes", (*minutes).into())],
            Self::TooMany(wait) => {
                vec![("seconds", i64::try_from(*wait).unwrap_or(i64::MAX).into())]
            }
            Self::NotYours(person) => vec![("person", person.into())],
            _ => Vec::new(),
        }
    }
}

impl Failure {
    /// The page for `trouble`, with nothing to do and no details yet.
    #[must_use]
    pub fn new(shell: Shell, trouble: &Trouble) -> Self {
        let (h1, said) = trouble.keys();
        let h1 = shell.text.phrase(h1, &[]).into();
        Self {
            text: shell.text.phrase(said, &trouble.args()).into(),
            money: trouble
                .money_key()
                .map(|key| shell.text.phrase(key, &[]).into()),
            shell: shell.titled(&h1),
            h1,
            actions: Vec::new(),
            details: Vec::new(),
        }
    }

    /// The page with one more thing to do.
    #[must_use]
    pub fn with(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// The page with an error code, a hint that repeats nothing unverified, and when it happened.
    #[must_use]
    pub fn for_developers(mut self, error: &str, hint: &str, at: Timestamp) -> Self {
        let reference = self.shell.request_id.clone();
        let time = Html::Time {
            at,
            words: at.to_string(),
        };
        self.details = vec![
            Row::code(self.shell.t("failure-error"), error),
            Row::code(self.shell.t("failure-hint"), hint),
            Row::code(self.shell.t("failure-reference"), reference),
            Row::new(self.shell.t("failure-time"), time),
        ];
        self
    }
}

#[cfg(test)]
pub(super) mod tests;
