use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, ToSpan as _, Unit};

use super::Row;
use crate::model::{Arg, Money, PaymentPointer, Phrase, Terms, Text, clean};

/// The most characters of an agreement's id that a row shows.
const LONGEST_REFERENCE: usize = 13;

/// For whom and as of when something is explained.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The language.
    pub text: &'a Text,
    /// The zone in which dates are written.
    pub zone: &'a TimeZone,
    /// The instant that is taken for the approval.
    pub at: Timestamp,
    /// What the app that asks is called.
    pub app: &'a str,
}

impl View<'_> {
    /// The name of the app, as an argument.
    pub(super) fn app(&self) -> (&'static str, Arg) {
        ("app", self.app.into())
    }

    /// An instant as an argument: "1 Dec 2026".
    pub(super) fn date(&self, at: Timestamp) -> Arg {
        Arg::Date(at, self.text.date(at, self.zone))
    }

    /// An instant for a row.
    pub(super) fn day(&self, at: Timestamp) -> Phrase {
        Phrase::date(at, &self.text.date(at, self.zone))
    }

    /// An instant for a row, as the end of something: at a midnight, the last day is the one before.
    pub(super) fn ending(&self, at: Timestamp) -> Phrase {
        let there = at.to_zoned(self.zone.clone());
        let eve = there.checked_sub(1.day()).ok();
        match eve.filter(|_| there.time() == Time::midnight()) {
            Some(eve) => {
                let last = self.date(eve.timestamp());
                let args = [("date", self.date(at)), ("last", last)];
                self.text.phrase("date-last", &args)
            }
            None => self.day(at),
        }
    }

    /// The row for the end of something.
    pub(super) fn ends(&self, end: Option<Timestamp>) -> Row {
        let value = match end {
            Some(end) => self.ending(end),
            None => self.text.phrase("consent-no-end", &[]),
        };
        Row::new(self.text.plain("consent-row-ends", &[]), value)
    }

    /// An amount of the asset of `terms`, written out; nothing without an asset.
    pub(super) fn money(&self, terms: &Terms, value: impl Into<i128>) -> Option<String> {
        let asset = terms.asset.clone()?;
        Some(self.text.money(&Money::new(value, asset)))
    }

    /// The row with a short form of the agreement's id.
    pub(super) fn reference(&self, terms: &Terms) -> Row {
        let label = self.text.plain("mandate-row-reference", &[]);
        Row::new(label, Phrase::given(&reference(terms.name.as_str())))
    }
}

/// The minute that an instant is in.
#[must_use]
pub fn minute(at: Timestamp) -> Timestamp {
    let whole = TimestampRound::new()
        .smallest(Unit::Minute)
        .mode(RoundMode::Floor);
    at.round(whole).unwrap_or(at)
}

/// A short form of the id of the agreement at `url`.
#[must_use]
pub fn reference(url: &str) -> String {
    let id = url.rsplit('/').next().unwrap_or_default();
    clean(id, LONGEST_REFERENCE)
}

/// A payment pointer as people write it.
pub(super) fn pointer(url: &str) -> String {
    PaymentPointer::parse(url, &[]).map_or_else(|_| url.to_owned(), |pointer| pointer.display())
}
