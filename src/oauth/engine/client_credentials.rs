use std::borrow::Cow;

use oxide_auth::code_grant::client_credentials::{
    ClientCredentials, Error, Input, Output, Request,
};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, PreGrant, RegisteredUrl};

use super::super::Parameters;
use super::super::error::{ErrorCode, OAuthError};
use super::{cow, parse_scope, parse_url, single, single_in, stray};

/// Runs the client credentials machine for an authenticated client (RFC 6749 §4.4) and answers the one scope value.
pub(in crate::oauth) fn check(parameters: &Parameters, client: &str) -> Result<String, OAuthError> {
    let mut machine = ClientCredentials::new(&View { parameters, client });
    let mut input = Input::None;
    loop {
        input = match machine.advance(input) {
            Output::Authenticate { client: asked, .. } if asked == client => Input::Authenticated,
            Output::Authenticate { .. } => return Err(stray("client credentials")),
            Output::Binding { .. } => Input::Bound {
                bound_client: bound(client)?,
            },
            Output::Extend => Input::Extended {
                extensions: Extensions::new(),
            },
            Output::Negotiate {
                bound_client,
                scope,
            } => Input::Negotiated {
                pre_grant: PreGrant {
                    client_id: client.to_owned(),
                    redirect_uri: bound_client.redirect_uri.clone().into_owned(),
                    scope: parse_scope(&single_in(parameters.one("scope"), scope.as_ref())?)?,
                },
            },
            Output::Ok { pre_grant, .. } => return single(Some(&pre_grant.scope)),
            Output::Err(error) => return Err(refused(*error)),
        };
    }
}

/// The machine wants a redirect URI, this grant type has none.
fn bound(client: &str) -> Result<BoundClient<'static>, OAuthError> {
    let placeholder = parse_url(super::NO_REDIRECT)?;
    Ok(BoundClient {
        client_id: Cow::Owned(client.to_owned()),
        redirect_uri: Cow::Owned(RegisteredUrl::Semantic(placeholder)),
    })
}

fn refused(mut error: Error) -> OAuthError {
    let code = error
        .description()
        .map_or(ErrorCode::ServerError, |description| {
            description.kind().into()
        });
    match code {
        ErrorCode::InvalidRequest => OAuthError::new(
            ErrorCode::InvalidScope,
            "The scope has characters that RFC 6749 does not allow",
        ),
        code => OAuthError::new(code, "The request is not one for client credentials"),
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
    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client), Cow::Borrowed(b"")))
    }
    fn scope(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("scope"))
    }
    fn grant_type(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("grant_type"))
    }
    // The machine takes a `client_id` without a secret for missing credentials.
    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}
