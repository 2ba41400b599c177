//! The log: lines on standard error, as text or JSON.
//!
//! Every line that is written while a request is handled carries its `request_id`. No secret is in any line, whatever the
//! filter says: this program's own types do not show theirs, and the libraries below, which write headers, statements and
//! URLs when they are asked for details, are not asked.

use std::any::Any;
use std::io::{self, Write};
use std::panic;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, fmt};

use super::sink::{Lost, Sink};
use super::{REQUEST, TRACE};
use crate::settings::{self, Settings};

/// There is one standard error for a process, and so one log.
static LOST: Lost = Lost::none();

/// What says more than it should at a level that others need: `sqlx` repeats parameters of the database's URL that it does not
/// know, such as a password under a name that is not quite right; `actix-http` calls each request that cannot be parsed an error,
/// which is anybody's to cause.
const SILENT: [&str; 2] = ["sqlx_postgres::options", "actix_http::h1::dispatcher"];

/// The log, and the way to the collector, as long as this lives; then what is not written yet is written.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub struct Log {
    sink: Sink,
    #[cfg(feature = "otel")]
    collector: Option<super::collector::Collector>,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogFault {
    /// The filter is not one.
    #[error(
        "log.filter is {0:?}: it must be a level or a filter such as info,countersign=debug ({1})"
    )]
    Filter(String, tracing_subscriber::filter::ParseError),
    /// The way to the collector cannot be made.
    #[error("traces cannot be sent: {0}")]
    Traces(String),
    /// There is another one, or no thread for it.
    #[error("the log cannot be opened: {0}")]
    Open(String),
}

impl Drop for Log {
    fn drop(&mut self) {
        #[cfg(feature = "otel")]
        drop(self.collector.take());
        self.sink.end();
    }
}

/// The filter of the settings.
pub fn filter(settings: &settings::Log) -> Result<EnvFilter, LogFault> {
    EnvFilter::try_new(&settings.filter)
        .map_err(|fault| LogFault::Filter(settings.filter.clone(), fault))
}

/// Begins to write the log to standard error, where a panic is written, too, and to send traces to the collector, if there
/// is one.
pub fn open(settings: &Settings) -> Result<Log, LogFault> {
    let tell = |lines| tracing::warn!(lines, "lines of the log were lost: nobody read them");
    let sink = Sink::to(io::stderr(), &LOST, tell).map_err(open_fault)?;
    let lines = lines(&settings.log, sink.clone())?;
    let subscriber = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    let (subscriber, collector) = {
        let (collector, spans) = super::collector::open(&settings.traces)?.unzip();
        (subscriber.with(spans), collector)
    };
    subscriber.try_init().map_err(open_fault)?;
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string);
        tracing::error!(place, said = said(panicked.payload()), "a thread panicked");
    }));
    Ok(Log {
        sink,
        #[cfg(feature = "otel")]
        collector,
    })
}

/// How many lines of the log could not be written.
#[must_use]
pub fn lost() -> u64 {
    LOST.all()
}

fn open_fault(fault: impl std::fmt::Display) -> LogFault {
    LogFault::Open(fault.to_string())
}

/// What a panic says of itself, if that was written in a source file: a text that was put together may hold anything.
fn said(payload: &(dyn Any + Send)) -> &'static str {
    let fixed = payload.downcast_ref::<&'static str>();
    fixed.copied().unwrap_or("not shown")
}

/// What writes lines.
fn lines<S>(
    settings: &settings::Log,
    sink: Sink,
) -> Result<Box<dyn Layer<S> + Send + Sync>, LogFault>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let request = filter_fn(|it| it.is_span() && it.target() == REQUEST);
    let wanted = request
        .with_max_level_hint(LevelFilter::ERROR)
        .or(filter(settings)?)
        .and(filter_fn(is_fit_to_print).with_max_level_hint(LevelFilter::TRACE));
    let layer = fmt::layer().with_writer(sink);
    Ok(if settings.format == "json" {
        let json = layer.json().flatten_event(true).with_current_span(true);
        json.with_span_list(false).with_filter(wanted).boxed()
    } else {
        layer.with_ansi(false).with_filter(wanted).boxed()
    })
}

/// Whether what `it` writes can be shown to whoever reads the log.
fn is_fit_to_print(it: &Metadata<'_>) -> bool {
    let of = |name: &str| {
        let rest = it.target().strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    if it.target() == TRACE {
        return false;
    }
    of("countersign") || (*it.level() <= Level::INFO && !SILENT.iter().any(|name| of(name)))
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self, false)
    }

    fn make_writer_for(&'a self, of: &Metadata<'_>) -> Self::Writer {
        Line(self, *of.level() == Level::ERROR)
    }
}

/// Takes one line, written at once.
pub(super) struct Line<'a>(&'a Sink, bool);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.put(line, self.1);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
