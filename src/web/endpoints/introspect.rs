//! `/introspect` (RFC 7662, RFC 9701).

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::introspection;
use crate::telemetry::Answer;
use crate::web::extract::{AuthenticatedResourceServer, Posted, wants_signed};
use crate::web::respond::{self, OAuthFailure};

/// Authenticates the wallet and describes the token; what it accepts decides whether the answer is signed.
pub async fn post(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, OAuthFailure> {
    let proven = AuthenticatedResourceServer::prove(&app, &http, posted).await;
    if proven
        .as_ref()
        .is_err_and(|failure| failure.error.is_fault())
    {
        app.metrics.introspected(Answer::Fault);
    }
    let AuthenticatedResourceServer { server, form } = proven?;
    let token = form.one("token").ok_or_else(|| {
        OAuthError::new(ErrorCode::InvalidRequest, "The parameter token is missing")
    })?;
    let id = server.id.clone();
    let described = introspection::describe(&app, server, token).await;
    if wants_signed(&http) {
        let signed = introspection::sign(&app, &described, &id).await?;
        return Ok(respond::signed_introspection(signed));
    }
    Ok(respond::introspection(&described))
}
