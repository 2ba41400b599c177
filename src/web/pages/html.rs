use std::fmt;

use askama::filters::{Escaper as _, Html as Escape, HtmlSafe};
use jiff::Timestamp;

use crate::model::{Phrase, Voice, visible};

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
            Self::Time { at, words } => {
                write!(f, "<time datetime=\"{at}\">")?;
                escape(words, f)?;
                f.write_str("</time>")
            }
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
            Voice::Amount => {
                f.write_str("<bdi class=\"money\" dir=\"ltr\" translate=\"no\">")?;
                escape(&segment.text, f)?;
                f.write_str("</bdi>")?;
            }
        }
    }
    if strong {
        f.write_str("</strong>")?;
    }
    Ok(())
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
