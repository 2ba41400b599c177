use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpResponse, Responder, ResponseError};
use askama::Template;
use serde_json::json;

/// A refusal for a program: problem details (RFC 9457) that say what to fix.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    status: StatusCode,
    detail: String,
    rule: Option<&'static str>,
    challenge: Option<String>,
}

impl Problem {
    /// A refusal with a status and what to do about it.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            rule: None,
            challenge: None,
        }
    }

    /// Names the rule that was broken, for a program.
    pub fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds the challenge of a protected resource (RFC 6750 §3).
    pub fn challenge(mut self, challenge: String) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(rule) = self.rule {
            body["rule"] = rule.into();
        }
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        if let Some(challenge) = &self.challenge
            && let Ok(value) = HeaderValue::from_str(challenge)
        {
            response.insert_header((WWW_AUTHENTICATE, value));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.body(body.to_string())
    }
}

/// Renders a page.
pub fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html),
        Err(cause) => {
            tracing::error!(%cause, "a demo page could not be written");
            HttpResponse::InternalServerError().body("This page could not be written.")
        }
    }
}

/// Sends the browser on with a GET.
pub fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("Location", url))
        .finish()
}

/// `GET /style.css`
pub async fn style() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(include_str!("../../templates/demo/style.css"))
}

/// The headers of every answer; a form of the shop ends at the authorization server, whose origin it discovers.
pub fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self' http: https:",
        ))
        .add(("X-Frame-Options", "DENY"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add((
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=()",
        ))
        .add(("Cache-Control", "no-store"))
}
