use std::fmt;

use askama::filters::{Escaper as _, Html as Escape, HtmlSafe};
use jiff::Timestamp;

use crate::model::{Phrase, Voice, visible, wording};

/// Characters of an amount in the largest text that a phone has room for in one line.
const LONGEST_UNBROKEN: usize = 18;

/// Words that write themselves as HTML, every character of them escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Html {
    /// A message of the catalogue.
    Phrase(Phrase),
    /// An instant and how it is written.
    Time {
        /// The instant.
        at: Timestamp,
        /// How the page writes it.
        words: String,
    },
    /// What a program wrote, such as a URL: never translated.
    Code(String),
}

impl HtmlSafe for Html {}

impl From<Phrase> for Html {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

impl Html {
    /// The words alone.
    #[must_use]
    pub fn to_plain(&self) -> String {
        match self {
            Self::Phrase(phrase) => phrase.to_plain(),
            Self::Time { words, .. } => words.clone(),
            Self::Code(code) => code.clone(),
        }
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phrase(phrase) => write_phrase(phrase, f),
            Self::Time { at, words } => write_time(*at, words, f),
            Self::Code(code) => {
                f.write_str("<code lang=\"en\" dir=\"ltr\" translate=\"no\">")?;
                escape(&visible(code), f)?;
                f.write_str("</code>")
            }
        }
    }
}

fn write_phrase(phrase: &Phrase, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut strong = false;
    for segment in phrase.segments() {
        if segment.strong != strong {
            strong = segment.strong;
            f.write_str(if strong { "<strong>" } else { "</strong>" })?;
        }
        match segment.voice {
            Voice::Ours => escape(&segment.text, f)?,
            Voice::Given => {
                f.write_str("<bdi translate=\"no\">")?;
                escape(&segment.text, f)?;
                f.write_str("</bdi>")?;
            }
            Voice::Date(at) => write_time(at, &segment.text, f)?,
            Voice::Amount => write_amount(&segment.text, f)?,
        }
    }
    if strong {
        f.write_str("</strong>")?;
    }
    Ok(())
}

fn write_time(at: Timestamp, words: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "<time datetime=\"{at}\">")?;
    escape(words, f)?;
    f.write_str("</time>")
}

/// An amount stays on one line unless it is longer than a phone is wide: then it breaks between groups of digits, and
/// before its code.
fn write_amount(amount: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let long = amount.chars().count() > LONGEST_UNBROKEN;
    let class = if long { "money long" } else { "money" };
    write!(f, "<bdi class=\"{class}\" dir=\"ltr\" translate=\"no\">")?;
    if long {
        write_groups(amount, f)?;
    } else {
        escape(amount, f)?;
    }
    f.write_str("</bdi>")
}

fn write_groups(amount: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mark = decimal_mark(amount);
    let mut decimals = None;
    for c in amount.chars() {
        if decimals.is_some_and(|count| count > 0 && count % 3 == 0) && c.is_ascii_digit() {
            f.write_str("<wbr>")?;
        }
        escape(c.encode_utf8(&mut [0; 4]), f)?;
        if matches!(c, ',' | '.' | '\u{a0}') && Some(c) != mark {
            f.write_str("<wbr>")?;
        }
        decimals = match c {
            c if Some(c) == mark => Some(0),
            c if c.is_ascii_digit() => decimals.map(|count| count + 1),
            _ => None,
        };
    }
    Ok(())
}

/// The sign before the decimals, whichever the language has: another than that between groups. One that is alone may be
/// either, and is not broken at.
fn decimal_mark(amount: &str) -> Option<char> {
    let mut marks = amount.chars().rev().filter(|c| matches!(c, ',' | '.'));
    let last = marks.next()?;
    marks
        .next()
        .is_none_or(|before| before != last)
        .then_some(last)
}

fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    Escape.write_escaped_str(f, text)
}

/// A label and what belongs to it.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// One line each.
    pub values: Vec<Html>,
}

impl From<wording::Row> for Row {
    fn from(row: wording::Row) -> Self {
        Self {
            label: row.label,
            values: row.values.into_iter().map(Html::from).collect(),
        }
    }
}

impl Row {
    /// A row of one line.
    pub fn new(label: impl Into<String>, value: impl Into<Html>) -> Self {
        Self {
            label: label.into(),
            values: vec![value.into()],
        }
    }

    /// A row of one line that somebody else wrote.
    pub fn given(label: impl Into<String>, text: &str) -> Self {
        Self::new(label, Phrase::given(text))
    }

    /// A row of one line that a program wrote.
    pub fn code(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(label, Html::Code(text.into()))
    }

    /// The same row with one more line.
    #[must_use]
    pub fn and(mut self, value: impl Into<Html>) -> Self {
        self.values.push(value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::tests::{app, explained};

    #[test]
    fn a_sentence_keeps_whose_words_are_whose() {
        let json = r#"{"amount": 2000, "assetCode": "USD", "assetScale": 2, "interval": "P1M", "cycles": 12,
            "start": "2026-12-01T00:00:00Z"}"#;
        let html = Html::from(explained(json, &app()).sentence).to_string();
        let money =
            |amount| format!("<bdi class=\"money\" dir=\"ltr\" translate=\"no\">{amount}</bdi>");
        let day = |at, words| format!("<time datetime=\"{at}T00:00:00Z\">{words}</time>");
        let wanted = format!(
            "<bdi translate=\"no\">Acme Streaming</bdi> can take <strong>up to {} each month for 12 months</strong>, \
             from {} to {}: <strong>at most {} in total</strong>.",
            money("$20.00"),
            day("2026-12-01", "1 Dec 2026"),
            day("2027-12-01", "1 Dec 2027"),
            money("$240.00"),
        );
        assert_eq!(html, wanted);
    }

    #[test]
    fn an_amount_that_fits_no_line_breaks_between_groups() {
        let written = |amount| Html::from(Phrase::amount(amount)).to_string();
        assert_eq!(
            written("$1,234.50"),
            "<bdi class=\"money\" dir=\"ltr\" translate=\"no\">$1,234.50</bdi>"
        );
        let whole = written("9,223,372,036,854,775,807\u{a0}GLDX2");
        assert!(whole.starts_with("<bdi class=\"money long\" "));
        assert!(whole.ends_with(
            ">9,<wbr>223,<wbr>372,<wbr>036,<wbr>854,<wbr>775,<wbr>807\u{a0}<wbr>GLDX2</bdi>"
        ));
        let german = written("9.223.372.036.854.775.807,12\u{a0}US$");
        assert!(german.ends_with(
            ">9.<wbr>223.<wbr>372.<wbr>036.<wbr>854.<wbr>775.<wbr>807,12\u{a0}<wbr>US$</bdi>"
        ));
        let german = written("1.234,123456789\u{a0}GLDX");
        assert!(german.ends_with(">1.<wbr>234,123<wbr>456<wbr>789\u{a0}<wbr>GLDX</bdi>"));
        let alone = written("123.456\u{a0}GLDXGLDXGLDX");
        assert!(alone.ends_with(">123.456\u{a0}<wbr>GLDXGLDXGLDX</bdi>"));
        let fraction = written("9.2233720368547758\u{a0}GLDX");
        assert!(
            fraction.ends_with(">9.223<wbr>372<wbr>036<wbr>854<wbr>775<wbr>8\u{a0}<wbr>GLDX</bdi>")
        );
    }
}
