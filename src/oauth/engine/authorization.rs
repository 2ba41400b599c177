use std::borrow::Cow;

use oxide_auth::code_grant::authorization::{Authorization, Error, Input, Output, Request};
use oxide_auth::code_grant::extensions::Pkce;
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};

use super::super::Parameters;
use super::super::error::{ErrorCode, OAuthError};
use super::super::redirection::RedirectTarget;
use super::{cow, parse_scope, single, single_in, stray};

const CHALLENGE_LENGTH: usize = 43;

/// What the machine let through.
pub(in crate::oauth) struct Checked {
    /// The scope, one value.
    pub(in crate::oauth) scope: String,
    /// The PKCE challenge as the library encodes it.
    pub(in crate::oauth) challenge: String,
}

/// Runs the authorization machine for a client and a redirect URI that are verified (RFC 6749 §4.1.1).
pub(in crate::oauth) fn check(
    parameters: &Parameters,
    client: &str,
    target: &RedirectTarget,
) -> Result<Checked, OAuthError> {
    let view = View {
        parameters,
        client,
        target,
    };
    let mut machine = Authorization::new(&view);
    let mut input = Input::None;
    loop {
        input = match machine.advance(input) {
            Output::Bind { .. } => Input::Bound {
                request: &view,
                bound_client: bound(client, target)?,
            },
            Output::Extend => Input::Extended(challenge(parameters)?),
            Output::Negotiate {
                bound_client,
                scope,
            } => Input::Negotiated {
                pre_grant: PreGrant {
                    client_id: client.to_owned(),
                    redirect_uri: bound_client.redirect_uri.clone().into_owned(),
                    scope: parse_scope(&single_in(parameters.one("scope"), scope.as_ref())?)?,
                },
                state: None,
            },
            Output::Ok {
                pre_grant,
                extensions,
                ..
            } => {
                return Ok(Checked {
                    scope: single(Some(&pre_grant.scope))?,
                    challenge: read(extensions)?,
                });
            }
            Output::Err(Error::Redirect(mut error)) => {
                return Err(refused(error.description().kind()));
            }
            Output::Err(_) => return Err(stray("authorization")),
        };
    }
}

fn bound(client: &str, target: &RedirectTarget) -> Result<BoundClient<'static>, OAuthError> {
    let exact: ExactUrl = target
        .as_str()
        .parse()
        .map_err(|_| stray("authorization"))?;
    Ok(BoundClient {
        client_id: Cow::Owned(client.to_owned()),
        redirect_uri: Cow::Owned(RegisteredUrl::Exact(exact)),
    })
}

fn challenge(parameters: &Parameters) -> Result<Extensions, OAuthError> {
    let required = || {
        OAuthError::new(
            ErrorCode::InvalidRequest,
            "PKCE is required: code_challenge of 43 base64url characters, code_challenge_method S256",
        )
    };
    let challenge = parameters.one("code_challenge").ok_or_else(required)?;
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if challenge.len() != CHALLENGE_LENGTH || !challenge.bytes().all(base64url) {
        return Err(required());
    }
    let pkce = Pkce::required();
    let value = pkce
        .challenge(
            cow(parameters.one("code_challenge_method")),
            Some(Cow::Borrowed(challenge)),
        )
        .ok()
        .flatten()
        .ok_or_else(required)?;
    let mut extensions = Extensions::new();
    extensions.set(&pkce, value);
    Ok(extensions)
}

fn read(mut extensions: Extensions) -> Result<String, OAuthError> {
    let pkce = Pkce::required();
    let value = extensions
        .remove(&pkce)
        .and_then(|value| value.into_private_value().ok().flatten());
    value.ok_or_else(|| stray("authorization"))
}

fn refused(kind: oxide_auth::code_grant::error::AuthorizationErrorType) -> OAuthError {
    match ErrorCode::from(kind) {
        ErrorCode::UnsupportedResponseType => OAuthError::new(
            ErrorCode::UnsupportedResponseType,
            "The response_type must be code",
        ),
        ErrorCode::InvalidScope => OAuthError::new(
            ErrorCode::InvalidScope,
            "The scope has characters that RFC 6749 does not allow",
        ),
        code => OAuthError::new(code, "The request is not one for an authorization code"),
    }
}

struct View<'a> {
    parameters: &'a Parameters,
    client: &'a str,
    target: &'a RedirectTarget,
}

impl Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }
    fn client_id(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.client))
    }
    fn scope(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("scope"))
    }
    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.target.as_str()))
    }
    fn state(&self) -> Option<Cow<'_, str>> {
        None
    }
    fn response_type(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("response_type"))
    }
    fn extension(&self, key: &str) -> Option<Cow<'_, str>> {
        cow(self.parameters.one(key))
    }
}
