//! The way to an OpenTelemetry collector: spans are gathered, and sent by a thread of their own (OTLP over HTTP).
//!
//! A collector that is away or slow makes nobody wait: what finds no room in the queue is lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter as Exporter};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::TRACE;
use super::log::LogFault;
use crate::settings::Traces;

/// How long the collector has for one batch.
const PATIENCE: Duration = Duration::from_secs(3);

/// Sends spans as long as this lives; then it sends what there still is.
#[derive(Debug)]
pub(super) struct Collector(SdkTracerProvider);

impl Drop for Collector {
    fn drop(&mut self) {
        // Who does not take the last ones is not waited for.
        let _ = self.0.shutdown_with_timeout(PATIENCE);
    }
}

type Spans<S> = Box<dyn Layer<S> + Send + Sync>;

/// The way to the collector of the settings, if there is one, and what takes spans there.
pub(super) fn open<S>(settings: &Traces) -> Result<Option<(Collector, Spans<S>)>, LogFault>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    if settings.endpoint.is_empty() {
        return Ok(None);
    }
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client(&settings.endpoint)?)
        .with_endpoint(&settings.endpoint)
        .with_timeout(PATIENCE)
        .build()
        .map_err(fault)?;
    let resource = Resource::builder_empty()
        .with_service_name("countersign")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample)));
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(Told {
            exporter,
            failing: AtomicBool::new(false),
        })
        .with_sampler(sampler)
        .with_resource(resource)
        .build();
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("countersign"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(|it| it.is_span() && it.target() == TRACE))
        .boxed();
    Ok(Some((Collector(provider), spans)))
}

fn fault(fault: impl std::fmt::Display) -> LogFault {
    LogFault::Traces(fault.to_string())
}

/// Makes the client beside the runtime, which does not bear one that blocks.
fn client(endpoint: &str) -> Result<reqwest::blocking::Client, LogFault> {
    let mut builder = reqwest::blocking::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none());
    if endpoint.starts_with("http:") {
        // A machine without certificates can still send to itself.
        builder = builder.tls_certs_only([]);
    }
    let made = thread::spawn(move || builder.build()).join();
    let made = made.map_err(|_| fault("there is no client"))?;
    made.map_err(fault)
}

/// Goes on with the trace that somebody else has begun.
pub(super) fn go_on(span: &Span, traceparent: Option<&str>) {
    if let Some(parent) = traceparent.filter(|_| !span.is_disabled()) {
        let carrier = [("traceparent".to_owned(), parent.to_owned())];
        let carrier = std::collections::HashMap::from(carrier);
        let parent = TraceContextPropagator::new().extract(&carrier);
        // Without a layer for traces there is nothing to go on with.
        let _ = span.set_parent(parent);
    }
}

/// Names a span that has begun.
pub(super) fn name(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// Says in the log when the collector begins to fail, and when it takes spans again.
#[derive(Debug)]
struct Told {
    exporter: SpanExporter,
    failing: AtomicBool,
}

impl Exporter for Told {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let done = self.exporter.export(batch).await;
        let failed_before = self.failing.swap(done.is_err(), Ordering::Relaxed);
        match &done {
            Err(error) if !failed_before => {
                tracing::warn!(%error, "the collector takes no traces; they are lost");
            }
            Ok(()) if failed_before => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        done
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests;
