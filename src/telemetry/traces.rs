//! The span of a request, which traces hang on. Nothing in it comes from whoever asks, but the number of a trace.

use tracing::Span;
use tracing::field::Empty;

use super::{Endpoint, Method, TRACE};

/// Begins the span of a request, within the trace that `traceparent` names (W3C Trace Context §3.2).
#[must_use]
pub fn begin(request_id: &str, method: Method, traceparent: Option<&str>) -> Span {
    let span = tracing::info_span!(
        target: TRACE,
        "request",
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        http.route = Empty,
        http.response.status_code = Empty,
        request_id,
    );
    #[cfg(feature = "otel")]
    super::collector::go_on(&span, traceparent);
    #[cfg(not(feature = "otel"))]
    let _ = traceparent;
    span
}

/// Says what a request came to.
pub fn end(span: &Span, method: Method, endpoint: Endpoint, status: u16) {
    if span.is_disabled() {
        return;
    }
    #[cfg(feature = "otel")]
    super::collector::name(span, format!("{method} {endpoint}"));
    #[cfg(not(feature = "otel"))]
    let _ = method;
    span.record("http.route", endpoint.as_str());
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}
