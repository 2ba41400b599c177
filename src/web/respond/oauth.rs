use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::app::TooMany;
use crate::model::Confirmation;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::introspection::Introspection;
use crate::oauth::pushed::Pushed;
use crate::oauth::token::TokenResponse;

/// A refusal on its way to a program (RFC 6749 §5.2).
#[derive(Debug)]
pub struct OAuthFailure {
    /// Another status than the code's own.
    pub status: Option<StatusCode>,
    /// The refusal.
    pub error: OAuthError,
    /// When the same request may work, in seconds, where that is known.
    pub retry_after: Option<u64>,
}

/// Goes with the answer to a refusal, for whoever counts them.
#[derive(Debug, Clone, Copy)]
pub struct RefusedAs(pub ErrorCode);

impl From<OAuthError> for OAuthFailure {
    fn from(error: OAuthError) -> Self {
        Self {
            status: None,
            error,
            retry_after: None,
        }
    }
}

impl From<TooMany> for OAuthFailure {
    fn from(too_many: TooMany) -> Self {
        let error = OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
            "There are too many requests, try again after Retry-After seconds",
        );
        Self {
            // RFC 6585 §4.
            status: Some(StatusCode::TOO_MANY_REQUESTS),
            error,
            retry_after: Some(too_many.wait),
        }
    }
}

impl fmt::Display for OAuthFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The media type of a signed introspection response (RFC 9701 §5).
pub const SIGNED_INTROSPECTION: &str = "application/token-introspection+jwt";

impl ResponseError for OAuthFailure {
    fn status_code(&self) -> StatusCode {
        self.status.unwrap_or(match self.error.code {
            ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::TemporarilyUnavailable | ErrorCode::KeysUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::BAD_REQUEST,
        })
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        if self.error.is_own_fault() && self.status_code().is_server_error() {
            tracing::error!(error = %self.error, "a request failed");
        } else if self.status_code() != StatusCode::TOO_MANY_REQUESTS {
            // A flood is in the log once a request already.
            tracing::info!(error = %self.error, "a request was refused");
        }
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((PRAGMA, "no-cache"));
        response.extensions_mut().insert(RefusedAs(self.error.code));
        match self.error.code {
            ErrorCode::InvalidClient => {
                // A 401 has a challenge (RFC 9110 §15.5.2), and this is the one way to authenticate that has a name there.
                response.insert_header((
                    WWW_AUTHENTICATE,
                    "Basic realm=\"countersign\", charset=\"UTF-8\"",
                ));
            }
            ErrorCode::TemporarilyUnavailable | ErrorCode::KeysUnavailable => {
                response.insert_header((RETRY_AFTER, self.retry_after.unwrap_or(1)));
            }
            _ => {}
        }
        response.json(json!({ "error": self.error.code.as_str(), "error_description": self.error.description }))
    }
}

/// The token response (RFC 6749 §5.1).
#[must_use]
pub fn token(response: &TokenResponse) -> HttpResponse {
    let mut body = json!({
        "access_token": response.access_token.expose(),
        "token_type": Confirmation::token_type(response.confirmation.as_ref()),
        "expires_in": response.expires_in,
        "scope": response.scope,
        "authorization_details": response.authorization_details,
    });
    if let Some(refresh) = &response.refresh_token {
        body["refresh_token"] = json!(refresh.expose());
    }
    HttpResponse::Ok()
        .insert_header((PRAGMA, "no-cache"))
        .json(body)
}

/// The answer to a pushed request (RFC 9126 §2.2).
#[must_use]
pub fn pushed(pushed: &Pushed) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((PRAGMA, "no-cache"))
        .json(json!({
            "request_uri": pushed.request_uri.expose(),
            "expires_in": pushed.expires_in,
        }))
}

/// The introspection response (RFC 7662 §2.2).
#[must_use]
pub fn introspection(described: &Introspection) -> HttpResponse {
    HttpResponse::Ok().json(described)
}

/// The introspection response as a signed JWT (RFC 9701 §5).
#[must_use]
pub fn signed_introspection(jwt: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(SIGNED_INTROSPECTION)
        .body(jwt)
}

/// The answer to a revocation (RFC 7009 §2.2).
#[must_use]
pub fn no_content() -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_names_a_client_whose_keys_are_away_writes_no_errors_into_the_log() {
        for (code, level) in [
            (ErrorCode::TemporarilyUnavailable, "ERROR"),
            (ErrorCode::ServerError, "ERROR"),
            (ErrorCode::KeysUnavailable, "INFO"),
            (ErrorCode::InvalidClient, "INFO"),
        ] {
            let lines = Lines::default();
            let writer = lines.clone();
            let log = tracing_subscriber::fmt().with_writer(move || writer.clone());
            tracing::subscriber::with_default(log.finish(), || {
                OAuthFailure::from(OAuthError::new(code, "What to fix")).error_response()
            });
            let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            assert!(written.contains(level), "{code:?}: {written}");
        }
    }
}
