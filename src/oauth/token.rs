//! `/token`: what an authenticated client is given (RFC 6749 §3.2).
//!
//! 1. no parameter twice — `invalid_request` (checked by the door before the client authenticates)
//! 2. `grant_type` — `invalid_request`, `unsupported_grant_type`
//! 3. the client is registered for it — `unauthorized_client`

use serde_json::value::RawValue;

use crate::app::App;
use crate::model::{Confirmation, GrantType, Secret};

use super::error::{ErrorCode, OAuthError};
use super::{Caller, Parameters, client_credentials, code_exchange, refresh};

/// The token response (RFC 6749 §5.1).
#[derive(Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// Its remaining life, in seconds.
    pub expires_in: i64,
    /// The refresh token, where a new one was made.
    pub refresh_token: Option<Secret>,
    /// The scope: one URL.
    pub scope: String,
    /// What was granted (RFC 9396 §7).
    pub authorization_details: Option<Box<RawValue>>,
    /// The key that whoever presents the access token must hold.
    pub confirmation: Option<Confirmation>,
}

/// Answers a token request of an authenticated client.
#[tracing::instrument(target = "countersign::trace", name = "token", skip_all)]
pub async fn issue(
    app: &App,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let answer = answer(app, caller, parameters).await;
    caller.spending.settle(&app.store, answer).await
}

async fn answer(
    app: &App,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let grant_type = parameters.one("grant_type").ok_or_else(|| {
        OAuthError::new(
            ErrorCode::InvalidRequest,
            "The parameter grant_type is missing",
        )
    })?;
    let grant_type = GrantType::parse(grant_type).ok_or_else(|| {
        OAuthError::new(
            ErrorCode::UnsupportedGrantType,
            "The grant_type must be authorization_code, refresh_token or client_credentials",
        )
    })?;
    if !caller.client.may_use(grant_type) {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "The client is not registered for this grant type",
        ));
    }
    // Read again here where they are too old, before there is a transaction.
    app.ring().await;
    let issued = match grant_type {
        GrantType::AuthorizationCode => code_exchange::exchange(app, caller, parameters).await,
        GrantType::RefreshToken => refresh::rotate(app, caller, parameters).await,
        GrantType::ClientCredentials => client_credentials::grant(app, caller, parameters).await,
    }?;
    app.metrics.issued(grant_type);
    Ok(issued)
}
