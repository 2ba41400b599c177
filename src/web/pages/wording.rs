//! Who asks a payer, and the answers that there are. What is asked is said by [`crate::model::wording`].

use std::borrow::Cow;

use unicode_security::MixedScript as _;

use super::{Html, Row};
use crate::model::wording::Ask;
use crate::model::{Arg, LONGEST_QUOTE, Text, clean};

/// The most characters of a host in our sentences, and beside them. The end of a longer one is shown, which says whose it is.
const LONGEST_HOST: usize = 40;
const LONGEST_HOST_BESIDE: usize = 120;

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
    /// The name that our sentences use: the display name once it was checked, the host until then, and where the name mixes
    /// scripts, which is how one name is made to look like another (UTS #39 §5.1).
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        if self.checked.is_some() && self.name.as_str().is_single_script() {
            Cow::Borrowed(&self.name)
        } else {
            end_of(&self.host, LONGEST_HOST)
        }
    }
}

/// `text`, or the last of its characters, at most `most` with the sign for what is left out.
fn end_of(text: &str, most: usize) -> Cow<'_, str> {
    let Some(cut) = text
        .chars()
        .count()
        .checked_sub(most)
        .filter(|over| *over > 0)
    else {
        return Cow::Borrowed(text);
    };
    let end: String = text.chars().skip(cut + 1).collect();
    Cow::Owned(format!("…{end}"))
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
    let host = end_of(&app.host, LONGEST_HOST_BESIDE);
    let mut args = vec![
        ("host", host.into_owned().into()),
        ("wallet", wallet.into()),
    ];
    if let Some(date) = &app.checked {
        args.push(("date", date.into()));
        return vec![text.phrase("consent-who-checked", &args).into()];
    }
    let mut lines = vec![text.phrase("consent-who-unchecked", &args).into()];
    let name = clean(&app.name, LONGEST_QUOTE);
    if !name.is_empty() && name != app.host && name.as_str().is_single_script() {
        let claim = text.phrase("consent-who-claims", &[("name", name.into())]);
        lines.push(claim.into());
    }
    lines
}

/// The account that the money leaves or arrives in, for which things are created, or which an agreement is about.
#[must_use]
pub fn account(text: &Text, ask: Ask, name: &str) -> Row {
    let label = match ask {
        Ask::Mandate => text.plain("consent-from", &[]),
        Ask::Invoice | Ask::Session => text.plain("consent-into", &[]),
        _ => text.plain("consent-for", &[]),
    };
    Row::given(label, name)
}

/// How a permission is ended; `None` for an invoice, which ends by itself.
#[must_use]
pub fn how_to_stop(text: &Text, ask: Ask) -> Option<Html> {
    let kind = if ask.is_access() { "access" } else { "other" };
    let args = [("kind", Arg::Choice(kind))];
    (ask != Ask::Invoice).then(|| text.phrase("consent-stop", &args).into())
}

#[cfg(test)]
mod tests;
