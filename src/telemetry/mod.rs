//! What the operator is told: the log, figures, and traces.

#[cfg(feature = "otel")]
mod collector;
mod exposition;
mod labels;
pub mod log;
mod metrics;
mod process;
mod sink;
mod traces;

pub use exposition::Exposition;
pub use labels::{
    Answer, Call, Consent, Decided, Endpoint, Form, Method, Request, SignIn, Status, Tried,
};
pub use metrics::{Metrics, Readings};
pub use traces::{begin as begin_trace, end as end_trace};

/// The target of the span that every line written while a request is handled is in.
pub const REQUEST: &str = "countersign::request";

/// The target of the spans that traces are made of; what is in them is written for a collector.
pub const TRACE: &str = "countersign::trace";
