//! `/revoke` (RFC 7009).

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::oauth::metadata::paths;
use crate::oauth::revocation;
use crate::web::extract::{AuthenticatedClient, Posted};
use crate::web::respond::{self, OAuthFailure};

/// Authenticates the client and takes its token back.
pub async fn post(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, OAuthFailure> {
    let AuthenticatedClient { caller, form } =
        AuthenticatedClient::prove(&app, &http, posted, paths::REVOKE).await?;
    revocation::revoke(&app, &caller, &form).await?;
    Ok(respond::no_content())
}
