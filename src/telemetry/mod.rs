//! What the operator is told: the log, and figures.

mod exposition;
mod labels;
pub mod log;
mod metrics;
mod process;
mod sink;

pub use exposition::Exposition;
pub use labels::{
    Answer, Call, Consent, Decided, Endpoint, Form, Method, Request, SignIn, Status, Tried,
};
pub use metrics::{Metrics, Readings};

/// The target of the span that every line written while a request is handled is in.
pub const REQUEST: &str = "countersign::request";
