use std::borrow::Cow;

use oxide_auth::code_grant::refresh::{Error, Input, Output, Refresh, Request};
use oxide_auth::primitives::issuer::{RefreshedToken, TokenType};

use super::super::Parameters;
use super::super::error::{ErrorCode, OAuthError};
use super::{cow, for_ever, grant, stray};

/// What a refresh token stands for.
pub(in crate::oauth) struct Recovered {
    /// Who approved.
    pub(in crate::oauth) owner: String,
    /// The client it was issued to.
    pub(in crate::oauth) client: String,
    /// The scope.
    pub(in crate::oauth) scope: String,
}

/// Runs the refresh machine for an authenticated client (RFC 6749 §6): `recover` finds the grant, `issue` rotates and mints.
pub(in crate::oauth) async fn run<T>(
    parameters: &Parameters,
    client: &str,
    recover: impl AsyncFnOnce(&str) -> Result<Recovered, OAuthError>,
    issue: impl AsyncFnOnce() -> Result<T, OAuthError>,
) -> Result<T, OAuthError> {
    let mut machine = Refresh::new(&View { parameters, client });
    let (mut recover, mut issue) = (Some(recover), Some(issue));
    let mut minted = None;
    let mut input = Input::None;
    loop {
        input = match machine.advance(input) {
            Output::Unauthenticated { client: asked, .. } if asked == client => {
                Input::Authenticated {
                    scope: cow(parameters.one("scope")),
                }
            }
            Output::Unauthenticated { .. } => return Err(stray("refresh")),
            Output::RecoverRefresh { token } => {
                let token = token.to_owned();
                let recover = recover.take().ok_or_else(|| stray("refresh"))?;
                let found = recover(&token).await?;
                let recovered = grant(
                    &found.client,
                    &found.owner,
                    &found.scope,
                    super::NO_REDIRECT,
                )?;
                Input::Recovered {
                    scope: cow(parameters.one("scope")),
                    grant: Some(Box::new(recovered)),
                }
            }
            Output::Refresh { .. } => {
                let issue = issue.take().ok_or_else(|| stray("refresh"))?;
                minted = Some(issue().await?);
                Input::Refreshed(RefreshedToken {
                    token: String::new(),
                    refresh: None,
                    until: for_ever(),
                    token_type: TokenType::Bearer,
                })
            }
            Output::Ok(_) => return minted.ok_or_else(|| stray("refresh")),
            Output::Err(error) => return Err(refused(error)),
        };
    }
}

fn refused(mut error: Error) -> OAuthError {
    let code = error
        .description()
        .map_or(ErrorCode::ServerError, |description| {
            description.kind().into()
        });
    match code {
        ErrorCode::InvalidScope => {
            OAuthError::new(code, "The scope is not the one that was granted")
        }
        ErrorCode::InvalidGrant => OAuthError::new(code, "The refresh token is not good"),
        ErrorCode::InvalidRequest => {
            OAuthError::new(code, "The parameter refresh_token is missing")
        }
        code => OAuthError::new(code, "The request is not one for a refreshed token"),
    }
}

struct View<'a> {
    parameters: &'a Parameters,
    client: &'a str,
}

impl Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }
    fn refresh_token(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("refresh_token"))
    }
    fn scope(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("scope"))
    }
    fn grant_type(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("grant_type"))
    }
    // The client is proven already; so that the machine compares it with the grant's, also for public clients.
    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client), Cow::Borrowed(b"")))
    }
    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}
