//! `/introspect` (RFC 7662).

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::introspection;
use crate::telemetry::Answer;
use crate::web::extract::{AuthenticatedResourceServer, Posted};
use crate::web::respond::{self, OAuthFailure};

/// Authenticates the wallet and describes the token.
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
    let described = introspection::describe(&app, server, token).await;
    Ok(respond::introspection(&described))
}
