use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::super::call::Call;
use super::super::outgoing::{Fault, Reply};

/// The requests that led to a permission are kept whatever else happens.
const BEGINNING: usize = 8;
const MOST_ENTRIES: usize = 32;
const MOST_CHARACTERS: usize = 6000;

/// What was sent and what came back, in order, within bounds.
#[derive(Debug, Clone, Default)]
pub struct Journal(Vec<Entry>);

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is for, and what would happen if it were sent again.
    pub what: String,
    /// The request as a command; empty where the browser was sent, and where nobody else can sign it.
    pub command: String,
    /// The request as it was sent, where it is good once.
    pub message: String,
    /// What was signed for it, decoded.
    pub signed: Vec<Decoded>,
    /// The answer as text.
    pub answer: String,
}

/// A JWT, decoded.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// What it is.
    pub what: &'static str,
    /// Its header as JSON.
    pub header: String,
    /// Its payload as JSON.
    pub payload: String,
}

impl Decoded {
    /// Decodes a JWT without a look at its signature.
    pub fn read(what: &'static str, jwt: &str) -> Option<Self> {
        let mut parts = jwt.split('.').map(|part| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            let value = serde_json::from_slice::<Value>(&bytes).ok()?;
            Some(pretty(&value))
        });
        Some(Self {
            what,
            header: parts.next()??,
            payload: parts.next()??,
        })
    }
}

impl Journal {
    /// Notes a request and its answer.
    pub fn note(&mut self, what: &str, call: &Call, answer: &Result<Reply, Fault>) {
        let answer = match answer {
            Ok(reply) => written(reply),
            Err(fault) => fault.to_string(),
        };
        let signed = call.signed();
        if signed.is_empty() {
            return self.push(what, call.curl(), answer);
        }
        let decoded = signed
            .into_iter()
            .filter_map(|(what, jwt)| Decoded::read(what, jwt));
        self.add(Entry {
            what: what.to_owned(),
            command: String::new(),
            message: call.message(),
            signed: decoded.collect(),
            answer: shortened(answer),
        });
    }

    /// Notes something else.
    pub fn push(&mut self, what: &str, command: String, answer: String) {
        self.add(Entry {
            what: what.to_owned(),
            command,
            message: String::new(),
            signed: Vec::new(),
            answer: shortened(answer),
        });
    }

    fn add(&mut self, entry: Entry) {
        self.0.push(entry);
        if self.0.len() > MOST_ENTRIES {
            self.0.remove(BEGINNING);
        }
    }

    /// Adds the entries of another journal.
    pub fn extend(&mut self, other: Self) {
        for entry in other.0 {
            self.add(entry);
        }
    }

    /// Puts the newest token into the commands, so that they can be run.
    pub fn renew(&mut self, old: &str, new: &str) {
        for entry in &mut self.0 {
            entry.command = entry.command.replace(old, new);
        }
    }

    /// Every entry, the first first.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

fn written(reply: &Reply) -> String {
    let mut text = format!("HTTP status {}", reply.status);
    // Writing to a string cannot fail.
    if let Some(location) = &reply.location {
        let _ = write!(text, "\nLocation: {location}");
    }
    if let Some(nonce) = &reply.nonce {
        let _ = write!(text, "\nDPoP-Nonce: {nonce}");
    }
    if !reply.body.is_null() {
        let _ = write!(text, "\n\n{}", pretty(&reply.body));
    }
    text
}

/// JSON for people.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_newest_are_kept() {
        let mut journal = Journal::default();
        for number in 0..100 {
            journal.push(&number.to_string(), String::new(), "x".repeat(10_000));
        }
        let kept: Vec<&str> = journal
            .entries()
            .iter()
            .map(|it| it.what.as_str())
            .collect();
        assert_eq!(kept.len(), MOST_ENTRIES);
        assert_eq!((kept[0], kept[BEGINNING - 1]), ("0", "7"));
        assert_eq!((kept[BEGINNING], kept[MOST_ENTRIES - 1]), ("76", "99"));
        assert!(journal.entries()[0].answer.chars().count() <= MOST_CHARACTERS + 1);
    }
}
