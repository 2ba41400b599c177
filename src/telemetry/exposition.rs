use std::fmt;

use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::registry::Registry;

/// How figures are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposition {
    /// The text format of Prometheus, version 0.0.4.
    Prometheus,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

impl Exposition {
    /// What whoever asks can read, by their `Accept` header.
    #[must_use]
    pub fn wanted(accept: &str) -> Self {
        let reads = |media_type: &str| {
            let essence = media_type.split(';').next().unwrap_or_default();
            essence
                .trim()
                .eq_ignore_ascii_case("application/openmetrics-text")
        };
        if accept.split(',').any(reads) {
            Self::OpenMetrics
        } else {
            Self::Prometheus
        }
    }

    /// The media type of what is written.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    pub(super) fn write(self, registry: &Registry) -> Result<String, fmt::Error> {
        let mut written = String::new();
        match self {
            Self::Prometheus => prometheus_text::encode(&mut written, registry)?,
            Self::OpenMetrics => text::encode(&mut written, registry)?,
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::Exposition::{self, OpenMetrics, Prometheus};

    #[test]
    fn open_metrics_is_for_who_can_read_it() {
        for (accept, wanted) in [
            ("", Prometheus),
            ("*/*", Prometheus),
            ("text/plain;version=0.0.4", Prometheus),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3",
                OpenMetrics,
            ),
            ("text/plain, application/OpenMetrics-text", OpenMetrics),
            ("application/openmetrics-texts", Prometheus),
        ] {
            assert_eq!(Exposition::wanted(accept), wanted, "{accept}");
        }
    }
}
