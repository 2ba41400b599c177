use std::fs::File;
use std::io::{self, Read};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::model::wording::{Explanation, Figures, View, beside};
use crate::model::{Agreement, AgreementType, Arg, Clock, Locale, Phrase, Refusal, Text, visible};
use crate::oauth::agreement::{ReadFault, read};

use super::Context;
use super::failure::Failure;
use super::{output, record};

/// Periods that are listed, at most.
const MOST: usize = 60;
/// More than any agreement may have, so that one that is too long is seen to be.
const MOST_BYTES: u64 = 128 * 1024;

/// What can be done with agreements.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what an agreement allows, in the words that its payer reads, or which rule it breaks.
    Explain(Explain),
}

/// An agreement, and how it is looked at.
#[derive(Debug, Args)]
pub struct Explain {
    /// Its URL at a registered wallet, a file with its JSON, or - for standard input. In a file, name, type and subject may
    /// be left out; without a name it is a mandate.
    #[arg(value_name = "URL|FILE|-")]
    agreement: String,
    /// What is asked for, such as read or charge,cancel; everything, if it is left out.
    #[arg(long, value_name = "A", value_delimiter = ',')]
    actions: Vec<String>,
    /// The instant that is taken for the approval, such as 2026-11-22T10:00:00Z; now, if it is left out.
    #[arg(long, value_name = "T", value_parser = record::instant)]
    now: Option<Timestamp>,
    /// The language, such as de.
    #[arg(long, value_name = "L", default_value = "en")]
    locale: String,
}

/// Does what the command says.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let Command::Explain(explain) = command;
    let locale = locale(&explain.locale)?;
    let at = explain.now.unwrap_or_else(|| Clock::system().now());
    let text = Text::new(locale);
    let explained = match agreement(context, &explain.agreement, at).await? {
        Ok(agreement) => {
            let actions = actions(&explain.actions, agreement.terms.kind)?;
            let app = text.plain("consent-some-app", &[]);
            let view = View {
                text: &text,
                zone: &TimeZone::UTC,
                at,
                app: &app,
            };
            let asked = (actions.as_slice(), &agreement.terms);
            let explained = Explanation::of(asked, &agreement.state, &view);
            explained.map(|mut explained| {
                let told = beside(&agreement.terms, &view);
                let is_access = explained.ask.is_access();
                explained
                    .rows
                    .extend(told.into_iter().filter(|_| !is_access));
                explained
            })
        }
        Err(refusal) => Err(refusal),
    };
    match explained {
        Ok(explained) if context.output.is_json() => {
            output::json(&Explained::of(&explained, &text))
        }
        Ok(explained) => output::print(&table(&explained, &text)),
        Err(refusal) => {
            let failure = Failure::new(&refusal);
            if context.output.is_json() {
                output::json(&Refused {
                    refused: (&refusal).into(),
                })?;
            }
            Err(failure.hint(advice(&refusal)))
        }
    }
}

/// What whoever made the agreement does about it.
fn advice(refusal: &Refusal) -> &'static str {
    match (refusal.member.as_str(), refusal.rule.as_str()) {
        ("agreement", rule) if rule.starts_with("is over") => {
            "nobody can be asked to approve this: create another agreement"
        }
        ("agreement", _) => {
            "nobody can be asked to approve this: see that the URL is right, and what its wallet answers there"
        }
        ("interval", "interval not understood") => {
            "nobody can be asked to approve this: write the interval in ISO 8601, such as P1M (a month), P1W or PT1H"
        }
        _ => "nobody can be asked to approve this: mend the member and try again",
    }
}

fn locale(wanted: &str) -> Result<Locale, Failure> {
    let all = Locale::available();
    Locale::negotiate(&all, [wanted]).ok_or_else(|| {
        let tags: Vec<&str> = all.iter().map(Locale::as_str).collect();
        Failure::usage(&format!("there is no language {wanted:?} here"))
            .hint(format!("there are: {}", tags.join(", ")))
    })
}

/// The actions that are asked for, in the order of the table (RFC 9396 §2).
fn actions(wanted: &[String], kind: AgreementType) -> Result<Vec<String>, Failure> {
    let every = kind.every_action();
    if wanted.is_empty() {
        return Ok(every);
    }
    if let Some(unknown) = wanted.iter().find(|it| !every.contains(it)) {
        let failure = Failure::usage(&format!("there is no action {unknown:?} here"));
        return Err(failure.hint(format!("there are: {}", every.join(", "))));
    }
    Ok(every.into_iter().filter(|it| wanted.contains(it)).collect())
}

/// The agreement, or the rule that it breaks.
async fn agreement(
    context: &Context,
    named: &str,
    at: Timestamp,
) -> Result<Result<Agreement, Refusal>, Failure> {
    let is_url = ["https://", "http://", "//"]
        .iter()
        .any(|start| named.starts_with(start));
    if !is_url {
        return draft(context, named, at);
    }
    let app = context.app().await?;
    match read(&app, named, at).await {
        Ok(agreement) => Ok(Ok(agreement)),
        Err(ReadFault::Refused(refusal)) => Ok(Err(refusal)),
        Err(ReadFault::Failed(error)) => Err(Failure::new(&error).hint(
            "an agreement is read at a wallet that is registered here; \
             `countersign resource-server list` prints those there are",
        )),
    }
}

/// Reads a file. It is held to the settings, except for how far off its start is: nobody is asked about a file.
fn draft(
    context: &Context,
    named: &str,
    at: Timestamp,
) -> Result<Result<Agreement, Refusal>, Failure> {
    let bounds = crate::settings::load(context.config.as_deref())?
        .mandate
        .bounds();
    let bytes = if named == "-" {
        bytes(io::stdin().lock())
    } else {
        File::open(named).and_then(bytes)
    };
    let bytes = bytes.map_err(|error| {
        Failure::new(&format!("{named}: {error}"))
            .hint("name a URL, a file with the JSON of an agreement, or - for standard input")
    })?;
    let read = match Agreement::read_draft(&bytes, at) {
        Ok(read) => read,
        Err(fault) => return Ok(Err(fault.refusal())),
    };
    if let Err(refusal) = bounds.check(&read.terms, at) {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = bounds.check_start(&read.terms, at) {
        output::note(&format!("note: nobody would be asked today: {refusal}"));
    }
    Ok(Ok(read))
}

fn bytes(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The answer for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    sentence: String,
    #[serde(flatten)]
    mandate: Option<Comes>,
    warnings: Vec<String>,
}

/// What a mandate comes to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Comes {
    total: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    periods: Option<u64>,
    starts: Vec<String>,
    open_ended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_year: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_year_periods: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_short: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    already_over: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carry_over: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_unused: Option<String>,
    cap: bool,
    schedule: Vec<Listed>,
}

/// One period.
#[derive(Debug, Serialize)]
struct Listed {
    start: String,
    end: Option<String>,
    at_most: String,
}

#[derive(Debug, Serialize)]
struct Refused {
    refused: Rule,
}

#[derive(Debug, Serialize)]
struct Rule {
    member: String,
    rule: String,
}

impl From<&Refusal> for Rule {
    fn from(refusal: &Refusal) -> Self {
        Self {
            member: refusal.member.clone(),
            rule: refusal.rule.clone(),
        }
    }
}

impl Explained {
    fn of(explained: &Explanation, text: &Text) -> Self {
        let warnings = explained.warnings.iter();
        let mut sentence = plain(&explained.sentence.to_plain());
        if let Some(figures) = &explained.figures {
            sentence = plain(&figures.allowance);
        }
        Self {
            sentence,
            mandate: explained.figures.as_ref().map(Comes::of),
            warnings: warnings
                .map(|warning| plain(&warning.clone().phrase(text).to_plain()))
                .collect(),
        }
    }
}

impl Comes {
    fn of(figures: &Figures) -> Self {
        let words = |text: &Option<String>| text.as_deref().map(plain);
        let (first_year, first_year_periods) = figures.first_year.clone().unzip();
        let listed = figures.schedule.periods().take(MOST);
        Self {
            total: words(&figures.total),
            periods: figures.schedule.granted(),
            starts: figures.starts.clone(),
            open_ended: figures.schedule.end().is_none(),
            first_year: words(&first_year),
            first_year_periods,
            last_short: figures.last_short.then_some(true),
            already_over: Some(figures.already_over).filter(|over| *over > 0),
            carry_over: words(&figures.carry_over),
            tail: figures.tail.clone(),
            expiry_unused: figures.expiry_unused.clone(),
            cap: figures.cap,
            schedule: listed
                .map(|period| Listed {
                    start: period.start.to_string(),
                    end: period.end.map(|end| end.to_string()),
                    at_most: plain(&figures.money(period.at_most)),
                })
                .collect(),
        }
    }
}

/// An amount has a no-break space on a page; a program reads a plain one.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The answer for people: the sentence, the warnings, the rows, the periods.
fn table(explained: &Explanation, text: &Text) -> String {
    let Explained {
        sentence, warnings, ..
    } = Explained::of(explained, text);
    let mut lines = vec![sentence];
    let warn = text.plain("shell-warning", &[]);
    lines.extend(warnings.iter().map(|warning| format!("{warn} {warning}")));
    lines.push(String::new());
    let rows = explained.rows.iter().map(|row| {
        let values: Vec<String> = row.values.iter().map(Phrase::to_plain).collect();
        vec![row.label.clone(), values.join("; ")]
    });
    lines.extend(columns(&rows.collect::<Vec<_>>()));
    if let Some(figures) = &explained.figures {
        lines.push(String::new());
        lines.extend(columns(&periods(figures, text)));
        let listed = u64::try_from(MOST).unwrap_or(u64::MAX);
        match figures.schedule.granted() {
            None => lines.push(text.plain("schedule-more-open", &[])),
            Some(all) if all > listed => {
                let end = figures.schedule.end().unwrap_or(Timestamp::MAX);
                let args = [
                    (
                        "count",
                        Arg::Number(i64::try_from(all - listed).unwrap_or(i64::MAX)),
                    ),
                    ("end", text.date(end, &TimeZone::UTC).into()),
                ];
                lines.push(text.plain("schedule-more", &args));
            }
            Some(_) => {}
        }
    }
    lines.join("\n") + "\n"
}

fn periods(figures: &Figures, text: &Text) -> Vec<Vec<String>> {
    let date = |at| text.date(at, &TimeZone::UTC);
    let header = [
        "schedule-column-period",
        "schedule-column-from",
        "consent-row-ends",
        "schedule-column-most",
    ];
    let header = header.map(|key| text.plain(key, &[]).to_uppercase());
    let mut rows = vec![header.to_vec()];
    // Granted periods are counted from 1, as on the page.
    let granted = (1..).zip(figures.schedule.periods().take(MOST));
    rows.extend(granted.map(|(number, period): (u64, _)| {
        vec![
            number.to_string(),
            date(period.start),
            period.end.map_or_else(|| "-".to_owned(), date),
            figures.money(period.at_most),
        ]
    }));
    rows
}

/// Lines whose cells stand below each other, in which nothing steers the terminal.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..most).map(width).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let cells = cells.map(|(cell, width)| format!("{:width$}", plain(&visible(cell))));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}
