//! Figures: counted as things happen, written down when somebody asks.
//!
//! Every label is a word of this program, so no request can make a series that was not foreseen.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::labels::{
    Answer, Attempt, Build, Call, Called, Connections, Consent, Decided, Decision, Ended, Form,
    Introspected, Issued, Late, Refused, Request, SignIn, Table, Tried,
};
use super::process::Process;
use super::{Exposition, log};
use crate::model::{AgreementType, EndReason, GrantType};

/// The bounds of the latencies of answers, in seconds.
const ANSWERS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The bounds of the latencies of wallets, in seconds: none has more than five.
const CALLS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The figures of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Histograms<Request>,
    decisions: Family<Decision, Counter>,
    attempts: Family<Attempt, Counter>,
    tokens: Family<Issued, Counter>,
    introspections: Family<Introspected, Counter>,
    refusals: Family<Refused, Counter>,
    ended: Family<Ended, Counter>,
    calls: Histograms<Called>,
    connections: Family<Connections, Gauge>,
    limit: Gauge,
    late: Family<Late, Counter>,
    rows: Family<Table, Gauge>,
    lost: Counter,
}

/// What is read elsewhere when somebody asks.
#[derive(Debug, Default, Clone)]
pub struct Readings {
    /// Connections to the database that wait for work.
    pub idle: usize,
    /// Connections to the database that work.
    pub in_use: usize,
    /// The most there may be.
    pub limit: u32,
    /// How often no connection was free in time, since the start.
    pub late_connections: u64,
    /// How often a statement took too long, since the start.
    pub late_statements: u64,
    /// The grants that this server has ended, by reason, since the start.
    pub ended: Vec<(EndReason, u64)>,
}

impl Metrics {
    /// Figures that are all 0, of a server that started at this instant.
    #[must_use]
    pub fn new(started: Timestamp) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::new_with_constructor(|| Histogram::new(ANSWERS)),
            decisions: Family::default(),
            attempts: Family::default(),
            tokens: Family::default(),
            introspections: Family::default(),
            refusals: Family::default(),
            ended: Family::default(),
            calls: Family::new_with_constructor(|| Histogram::new(CALLS)),
            connections: Family::default(),
            limit: Gauge::default(),
            late: Family::default(),
            rows: Family::default(),
            lost: Counter::default(),
        };
        metrics.begin_at_zero();
        metrics.register_protocol();
        metrics.register_machine(started);
        metrics
    }

    /// A rate needs the 0 before the first one.
    fn begin_at_zero(&self) {
        for (r#type, consent, outcome) in every_decision() {
            drop(self.decisions.get_or_create(&Decision {
                r#type,
                consent,
                outcome,
            }));
        }
        for act in SignIn::ALL.iter().copied() {
            for outcome in Tried::ALL.iter().copied() {
                drop(self.attempts.get_or_create(&Attempt { act, outcome }));
            }
        }
        for grant_type in GrantType::ALL.iter().copied() {
            drop(self.tokens.get_or_create(&Issued { grant_type }));
        }
        for answer in Answer::ALL.iter().copied() {
            drop(self.introspections.get_or_create(&Introspected { answer }));
        }
        for reason in EndReason::ALL.iter().copied() {
            drop(self.ended.get_or_create(&Ended { reason }));
        }
        for outcome in Call::ALL.iter().copied() {
            drop(self.calls.get_or_create(&Called { outcome }));
        }
    }

    fn register_protocol(&mut self) {
        let own = self.registry.sub_registry_with_prefix("countersign");
        own.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to its answer, by endpoint, method and class of status; the count is that of \
             the requests",
            Unit::Seconds,
            self.requests.clone(),
        );
        own.register(
            "decisions",
            "Authorization requests that came to an end, by type of agreement, what was asked for, and outcome",
            self.decisions.clone(),
        );
        own.register(
            "password_attempts",
            "Passwords that were given, by act and outcome",
            self.attempts.clone(),
        );
        own.register(
            "access_tokens_issued",
            "Access tokens issued, by grant type",
            self.tokens.clone(),
        );
        own.register(
            "introspections",
            "Introspections of wallets that proved who they are, by answer",
            self.introspections.clone(),
        );
        own.register(
            "refusals",
            "Refusals, by form and reason: an OAuth error code, or the kind of a page",
            self.refusals.clone(),
        );
        own.register(
            "grants_ended",
            "Grants that this server ended, by reason",
            self.ended.clone(),
        );
        own.register_with_unit(
            "outgoing_request_duration",
            "Time that wallets took to answer for an agreement, by outcome; the count is that of the requests",
            Unit::Seconds,
            self.calls.clone(),
        );
    }

    fn register_machine(&mut self, started: Timestamp) {
        let own = self.registry.sub_registry_with_prefix("countersign");
        own.register(
            "database_connections",
            "Connections to the database, by state",
            self.connections.clone(),
        );
        own.register(
            "database_connections_limit",
            "Connections to the database that there may be",
            self.limit.clone(),
        );
        own.register(
            "database_timeouts",
            "Waits for the database that ended in a time-out, by what was waited for",
            self.late.clone(),
        );
        own.register(
            "table_rows",
            "Rows of a table when they were last counted; many are estimated on PostgreSQL",
            self.rows.clone(),
        );
        own.register(
            "log_lines_lost",
            "Lines of the log that could not be written",
            self.lost.clone(),
        );
        let build = Build {
            version: env!("CARGO_PKG_VERSION"),
            otel: cfg!(feature = "otel"),
        };
        own.register("build", "What this program is; always 1", Info::new(build));
        let process = Process::new(started);
        self.registry.register_collector(Box::new(process));
    }

    /// A request was answered.
    pub fn answered(&self, request: &Request, took: Duration) {
        let seconds = took.as_secs_f64();
        self.requests.get_or_create(request).observe(seconds);
    }

    /// An authorization request came to an end.
    pub fn decided(&self, kind: AgreementType, collection: bool, outcome: Decided) {
        let consent = if collection {
            Consent::Collection
        } else {
            Consent::Agreement
        };
        let decision = Decision {
            r#type: kind,
            consent,
            outcome,
        };
        self.decisions.get_or_create(&decision).inc();
    }

    /// Somebody gave a password.
    pub fn tried(&self, act: SignIn, outcome: Tried) {
        self.attempts.get_or_create(&Attempt { act, outcome }).inc();
    }

    /// An access token was issued.
    pub fn issued(&self, grant_type: GrantType) {
        self.tokens.get_or_create(&Issued { grant_type }).inc();
    }

    /// A wallet was told about a token.
    pub fn introspected(&self, answer: Answer) {
        self.introspections
            .get_or_create(&Introspected { answer })
            .inc();
    }

    /// Something was refused; `reason` is a word of this program.
    pub fn refused(&self, form: Form, reason: &'static str) {
        self.refusals.get_or_create(&Refused { form, reason }).inc();
    }

    /// A wallet was asked for an agreement.
    pub fn called(&self, outcome: Call, took: Duration) {
        let seconds = took.as_secs_f64();
        self.calls
            .get_or_create(&Called { outcome })
            .observe(seconds);
    }

    /// A table was counted.
    pub fn set_table_size(&self, table: &'static str, rows: i64) {
        self.rows.get_or_create(&Table { table }).set(rows);
    }

    /// Writes every figure down.
    #[must_use]
    pub fn write(&self, exposition: Exposition, readings: &Readings) -> String {
        self.take(readings);
        // A string takes everything that is written to it.
        exposition.write(&self.registry).unwrap_or_default()
    }

    fn take(&self, readings: &Readings) {
        let states = [("idle", readings.idle), ("in_use", readings.in_use)];
        for (state, count) in states {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.connections
                .get_or_create(&Connections { state })
                .set(count);
        }
        self.limit.set(i64::from(readings.limit));
        let late = [
            ("connection", readings.late_connections),
            ("statement", readings.late_statements),
        ];
        for (waited_for, count) in late {
            let counter = self.late.get_or_create(&Late { waited_for });
            counter.inner().store(count, Ordering::Relaxed);
        }
        for (reason, count) in readings.ended.iter().copied() {
            let counter = self.ended.get_or_create(&Ended { reason });
            counter.inner().store(count, Ordering::Relaxed);
        }
        self.lost.inner().store(log::lost(), Ordering::Relaxed);
    }
}

fn every_decision() -> impl Iterator<Item = (AgreementType, Consent, Decided)> {
    let kinds = AgreementType::ALL.into_iter();
    kinds.flat_map(|kind| {
        let consents = Consent::ALL.iter().copied();
        consents.flat_map(move |consent| {
            let outcomes = Decided::ALL.iter().copied();
            outcomes.map(move |outcome| (kind, consent, outcome))
        })
    })
}

#[cfg(test)]
mod tests;
