use std::time::{Duration, Instant};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tracing::Instrument as _;

use crate::app::{App, new_id, one_request};
use crate::model::Locale;
use crate::telemetry::{Endpoint, Form, Method, REQUEST, Request, Status, begin_trace, end_trace};
use crate::web::respond::{RefusedAs, page};

/// The number under which the log has a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The nonce for the next proof of whoever sent one (RFC 9449 §8.2).
#[derive(Debug, Clone)]
pub struct DpopNonce(pub String);

/// The language of the page that answers a request.
#[derive(Debug, Clone)]
pub struct PageLanguage(pub Locale);

/// What a page may load, and where its forms may lead; pages that can end at a client say more.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                                 frame-ancestors 'none'; form-action 'self'";

const FIXED: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cache-control", "no-store"),
    ("x-robots-tag", "noindex"),
];

/// Gives every request a number, counts and logs it, and gives every answer the headers that it must have.
pub async fn every_answer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let id = new_id("r_");
    let span = tracing::error_span!(target: REQUEST, "request", request_id = id);
    let traceparent = request.headers().get("traceparent");
    let traceparent = traceparent.and_then(|value| value.to_str().ok());
    let method = Method::from(request.method().as_str());
    let trace = begin_trace(&id, method, traceparent);
    let answered = answer(request, next, id).instrument(trace.clone());
    let response = answered.instrument(span).await?;
    let status = response.status().as_u16();
    end_trace(&trace, method, endpoint_of(&response), status);
    Ok(response)
}

fn endpoint_of<B>(response: &ServiceResponse<B>) -> Endpoint {
    let endpoint = response.request().app_data::<Endpoint>().copied();
    endpoint.unwrap_or(Endpoint::Other)
}

async fn answer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    id: String,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    request.extensions_mut().insert(RequestId(id.clone()));
    let app = request.app_data::<web::Data<App>>().cloned();
    let method = Method::from(request.method().as_str());
    let began = Instant::now();
    let mut response = one_request(next.call(request)).await?.map_into_left_body();
    if let Some(app) = &app {
        let https = app.settings.server.issuer.starts_with("https:");
        // An answer of the framework's own has no words for a person.
        if response.status().is_server_error() && response.headers().get("content-type").is_none() {
            let request = response.request().clone();
            response =
                ServiceResponse::new(request, page::unavailable_page(app)).map_into_right_body();
        }
        let spoken = response
            .request()
            .extensions()
            .get::<PageLanguage>()
            .cloned();
        speak(response.headers_mut(), spoken.as_ref());
        hand_out(&mut response);
        complete(response.headers_mut(), &id, https);
        date(response.headers_mut(), app.clock.now());
    }
    note(app.as_ref(), method, &response, began.elapsed());
    Ok(response)
}

/// Gives the answer to a proof the nonce for the next one.
fn hand_out<B>(response: &mut ServiceResponse<B>) {
    let nonce = response.request().extensions().get::<DpopNonce>().cloned();
    if let Some(DpopNonce(nonce)) = nonce
        && let Ok(value) = HeaderValue::from_str(&nonce)
    {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("dpop-nonce"), value);
    }
}

/// Counts and logs an answer. The address is named by its door alone: what follows is typed by others, and may be a secret
/// in the wrong place.
fn note<B>(
    app: Option<&web::Data<App>>,
    method: Method,
    response: &ServiceResponse<B>,
    took: Duration,
) {
    let endpoint = endpoint_of(response);
    let status = response.status().as_u16();
    if let Some(app) = app {
        let request = Request {
            endpoint,
            method,
            status: Status::from(status),
        };
        app.metrics.answered(&request, took);
        let refused = response.response().extensions();
        if let Some(RefusedAs(code)) = refused.get::<RefusedAs>() {
            app.metrics.refused(Form::Json, code.as_str());
        }
    }
    tracing::info!(
        method = method.as_str(),
        endpoint = endpoint.as_str(),
        status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// Says which language a page is in, unless it has said so itself.
fn speak(headers: &mut HeaderMap, spoken: Option<&PageLanguage>) {
    let is_page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let tag = spoken.and_then(|spoken| HeaderValue::from_str(spoken.0.as_str()).ok());
    if let Some(tag) = tag.filter(|_| is_page && !headers.contains_key(CONTENT_LANGUAGE)) {
        headers.insert(CONTENT_LANGUAGE, tag);
    }
}

fn complete(headers: &mut HeaderMap, id: &str, https: bool) {
    for (name, value) in FIXED {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if https {
        let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(HeaderName::from_static("strict-transport-security"), value);
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// Says when the answer was made by our clock: the framework would ask the machine's, and caches count the age of what we let
/// them keep from here.
fn date(headers: &mut HeaderMap, now: Timestamp) {
    let written = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(value) = written.ok().and_then(|text| text.try_into().ok()) {
        headers.insert(DATE, value);
    }
}
