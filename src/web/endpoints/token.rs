//! `/token` (RFC 6749 §3.2).

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::oauth::metadata::paths;
use crate::oauth::token;
use crate::web::extract::{AuthenticatedClient, Posted};
use crate::web::respond::{self, OAuthFailure};

/// Authenticates the client and answers its request.
pub async fn post(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, OAuthFailure> {
    let AuthenticatedClient { caller, form } =
        AuthenticatedClient::prove(&app, &http, posted, paths::TOKEN).await?;
    let response = token::issue(&app, &caller, &form).await?;
    Ok(respond::token(&response))
}
