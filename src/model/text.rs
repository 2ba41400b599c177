use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::Loader as _;
use fluent_templates::fluent_bundle::FluentValue;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use unicode_normalization::char::is_combining_mark;

use super::Money;
use super::phrase::{END, ISOLATE, ISOLATE_AMOUNT, ISOLATE_DATE, Phrase, UNIT};

mod locale;
mod notation;
mod pseudo;
#[cfg(test)]
mod tests;

pub use locale::Locale;

// Arguments are isolated here and not by the library, so that also an argument which is all of
// its message is isolated, and one that a selector reads is not.
fluent_templates::static_loader! {
    static CATALOGUES = {
        locales: "./templates/locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The most characters that a shop's or a wallet's own words may take.
pub const LONGEST_QUOTE: usize = 140;

/// More combining marks than this on one letter are there to paint over their neighbours.
const MARKS: usize = 4;

/// What fills a place in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Words, a name, a date: isolated, and never read as markup.
    Text(String),
    /// An amount of money, already written out: isolated, from left to right.
    Amount(String),
    /// An instant and how it is written: isolated, and still an instant.
    Date(Timestamp, String),
    /// A number, for plural forms and dates.
    Number(i64),
    /// A word of our own that a message selects by, and that nobody reads.
    Choice(&'static str),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Arg {
    fn value(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => format!("{ISOLATE}{}{END}", visible(text)).into(),
            Self::Amount(text) => format!("{ISOLATE_AMOUNT}{}{END}", visible(text)).into(),
            Self::Date(at, words) => {
                format!("{ISOLATE_DATE}{at}{UNIT}{}{END}", visible(words)).into()
            }
            Self::Number(number) => (*number).into(),
            Self::Choice(word) => (*word).into(),
        }
    }
}

/// Speaks one language: messages of its catalogue, dates and money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    locale: Locale,
}

impl Text {
    /// Speaks `locale`.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        Self { locale }
    }

    /// The language spoken.
    #[must_use]
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// The message `key` as plain words.
    #[must_use]
    pub fn plain(&self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.phrase(key, args).to_plain()
    }

    /// The message `key` as a phrase; the key itself, if there is no such message.
    #[must_use]
    pub fn phrase(&self, key: &str, args: &[(&'static str, Arg)]) -> Phrase {
        let args: HashMap<Cow<'static, str>, FluentValue<'static>> = args
            .iter()
            .map(|(name, arg)| (Cow::Borrowed(*name), arg.value()))
            .collect();
        let found = CATALOGUES.try_lookup_complete(self.locale.catalogue(), key, Some(&args));
        match found {
            Some(said) if self.locale.is_pseudo() => Phrase::parse(&pseudo::pseudo(&said)),
            Some(said) => Phrase::parse(&said),
            None => Phrase::parse(key),
        }
    }

    /// An amount with every digit, as the language writes it: `$1,234.50`, or the number, a no-break space and the code.
    #[must_use]
    pub fn money(&self, money: &Money) -> String {
        notation::write(money, &self.locale)
    }

    /// A day, "1 Dec 2026"; with the time and its zone when it is not midnight there.
    #[must_use]
    pub fn date(&self, at: Timestamp, zone: &TimeZone) -> String {
        let there = at.to_zoned(zone.clone());
        let month = self.plain(
            "date-month",
            &[("month", Arg::Number(there.month().into()))],
        );
        let day = self.plain(
            "date-day",
            &[
                ("day", Arg::Number(there.day().into())),
                ("month", month.into()),
                ("year", Arg::Number(there.year().into())),
            ],
        );
        if there.time() == Time::midnight() {
            return day;
        }
        self.plain(
            "date-moment",
            &[
                ("day", day.into()),
                ("time", self.time(at, zone).into()),
                ("zone", self.zone(at, zone).into()),
            ],
        )
    }

    /// The time of day, "14:32"; with seconds when they are not zero.
    #[must_use]
    pub fn time(&self, at: Timestamp, zone: &TimeZone) -> String {
        let there = at.to_zoned(zone.clone());
        let format = if there.second() == 0 {
            "%H:%M"
        } else {
            "%H:%M:%S"
        };
        there.strftime(format).to_string()
    }

    /// The name of a zone at an instant: "UTC", "CET", or "Asia/Dubai" where there is no short name.
    #[must_use]
    pub fn zone(&self, at: Timestamp, zone: &TimeZone) -> String {
        let info = zone.to_offset_info(at);
        let short = info.abbreviation();
        if short.chars().all(|c| c.is_ascii_alphabetic()) {
            return short.to_owned();
        }
        match zone.iana_name() {
            Some(name) => name.to_owned(),
            None => format!("UTC{short}"),
        }
    }
}

/// One line of at most `max` characters from what somebody else wrote, with nothing in it that hides or reorders text.
#[must_use]
pub fn clean(text: &str, max: usize) -> String {
    let shown = visible(text);
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let mut short: String = line.chars().take(max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// `text` without controls, directional marks, zero-width characters and towers of marks.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            c => c,
        })
        .filter(|&c| {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            marks <= MARKS && !is_hidden(c)
        })
        .collect()
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}
