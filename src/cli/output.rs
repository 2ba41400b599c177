//! The only place that prints.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use crate::model::visible;

use super::failure::Failure;
use super::record::Record;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Writes answers in one format.
#[derive(Debug, Clone, Copy)]
pub struct Output(Format);

impl Output {
    /// Writes answers in `format`.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self(format)
    }

    /// Whether a program reads the answer.
    #[must_use]
    pub fn is_json(self) -> bool {
        self.0 == Format::Json
    }

    /// Writes one thing.
    pub fn one(self, record: &Record) -> Result<(), Failure> {
        if self.is_json() {
            return json(record);
        }
        let members = record.members();
        let width = members.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (key, value) in members {
            let lines = match (record.words_for(key), value) {
                (Some(words), _) => vec![line(words)],
                (None, Value::Array(values)) if !values.is_empty() => {
                    values.iter().map(cell).collect()
                }
                (None, value) => vec![cell(value)],
            };
            let mut label = *key;
            for line in lines {
                text.push_str(format!("{label:width$}  {line}").trim_end());
                text.push('\n');
                label = "";
            }
        }
        print(&text)
    }

    /// Writes things below each other; a table has `columns` of them only.
    pub fn list(self, records: &[Record], columns: &[&str]) -> Result<(), Failure> {
        if self.is_json() {
            return json(&records);
        }
        let header = columns.iter().map(|c| c.to_uppercase().replace('_', " "));
        let mut rows: Vec<Vec<String>> = vec![header.collect()];
        for record in records {
            let cells = columns.iter().map(|column| cell(record.member(column)));
            rows.push(cells.collect());
        }
        let widths: Vec<usize> = (0..columns.len())
            .map(|at| {
                rows.iter()
                    .map(|row| row[at].chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in &rows {
            let cells = row.iter().zip(&widths);
            let line: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            text.push_str(line.join("  ").trim_end());
            text.push('\n');
        }
        print(&text)
    }

    /// Tells a person, and no program, something about the answer.
    pub fn hint(self, hint: &str) {
        if !self.is_json() {
            note(&format!("hint: {hint}"));
        }
    }
}

/// Writes a line for whoever sits at the terminal, beside the answer.
pub fn note(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes text as it is.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(&format!(
            "the answer cannot be written: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes a value as one line of JSON.
pub fn json_line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::new(&error))?;
    print(&(text + "\n"))
}

/// Writes a value as JSON, for people who read it too.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(&error))?;
    print(&(text + "\n"))
}

/// Says that the arguments are wrong, or prints the help that was asked for.
pub fn usage(usage: &clap::Error) -> ExitCode {
    let _ = usage.print();
    ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2))
}

/// Says why a command failed and what to do next.
pub fn failure(failure: &Failure) -> ExitCode {
    for error in &failure.errors {
        note(&format!("error: {}", line(error)));
    }
    if let Some(hint) = &failure.hint {
        note(&format!("hint: {hint}"));
    }
    ExitCode::from(failure.code)
}

/// One line, in which nothing steers the terminal.
pub fn line(text: &str) -> String {
    visible(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => line(text),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(key, value)| format!("{key}={}", cell(value)));
            members.collect::<Vec<_>>().join(" ")
        }
    }
}
