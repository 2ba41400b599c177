//! `/par` (RFC 9126 §2).

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::oauth::metadata::paths;
use crate::oauth::pushed;
use crate::web::extract::{AuthenticatedClient, Posted};
use crate::web::respond::{self, OAuthFailure};

/// Authenticates the client and keeps its request for the payer.
pub async fn post(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, OAuthFailure> {
    let AuthenticatedClient { caller, form } =
        AuthenticatedClient::prove(&app, &http, posted, paths::PAR).await?;
    let pushed = pushed::push(&app, &caller, &form).await?;
    Ok(respond::pushed(&pushed))
}
