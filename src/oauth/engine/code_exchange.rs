use std::borrow::Cow;

use oxide_auth::code_grant::accesstoken::{
    AccessToken, Authorization, Error, Input, Output, Request,
};
use oxide_auth::code_grant::extensions::Pkce;
use oxide_auth::primitives::grant::{Extensions, Value};

use super::super::Parameters;
use super::super::error::{ErrorCode, OAuthError};
use super::{cow, grant, issued, single, stray};

/// What a code stands for.
pub(in crate::oauth) struct Recovered {
    /// Who approved.
    pub(in crate::oauth) owner: String,
    /// The client it was issued to.
    pub(in crate::oauth) client: String,
    /// The scope.
    pub(in crate::oauth) scope: String,
    /// The redirect URI of the request, byte for byte.
    pub(in crate::oauth) redirect_uri: String,
    /// The challenge as the library encodes it.
    pub(in crate::oauth) challenge: String,
}

/// Runs the access token machine for an authenticated client (RFC 6749 §4.1.3): `recover` spends the code, `issue` mints.
pub(in crate::oauth) async fn run<T>(
    parameters: &Parameters,
    client: &str,
    recover: impl AsyncFnOnce(&str) -> Result<Recovered, OAuthError>,
    issue: impl AsyncFnOnce(&str) -> Result<T, OAuthError>,
) -> Result<T, OAuthError> {
    let mut machine = AccessToken::new(&View { parameters, client });
    let (mut recover, mut issue) = (Some(recover), Some(issue));
    let mut minted = None;
    let mut input = Input::None;
    loop {
        input = match machine.advance(input) {
            Output::Authenticate { client: asked, .. } if asked == client => Input::Authenticated,
            Output::Authenticate { .. } => return Err(stray("access token")),
            Output::Recover { code } => {
                let code = code.to_owned();
                let recover = recover.take().ok_or_else(|| stray("access token"))?;
                let found = recover(&code).await?;
                // The machine compares parsed URLs, RFC 6749 §4.1.3 says identical.
                if parameters.one("redirect_uri") != Some(&found.redirect_uri) {
                    return Err(mismatch());
                }
                let mut recovered = grant(
                    &found.client,
                    &found.owner,
                    &found.scope,
                    &found.redirect_uri,
                )?;
                recovered
                    .extensions
                    .set(&Pkce::required(), Value::private(Some(found.challenge)));
                Input::Recovered(Some(Box::new(recovered)))
            }
            Output::Extend { extensions } => Input::Extended {
                access_extensions: verify(parameters, extensions)?,
            },
            Output::Issue { grant } => {
                let scope = single(Some(&grant.scope))?;
                let issue = issue.take().ok_or_else(|| stray("access token"))?;
                minted = Some(issue(&scope).await?);
                Input::Issued(issued())
            }
            Output::Ok(_) => return minted.ok_or_else(|| stray("access token")),
            Output::Err(error) => return Err(refused(*error)),
        };
    }
}

fn verify(parameters: &Parameters, extensions: &mut Extensions) -> Result<Extensions, OAuthError> {
    let pkce = Pkce::required();
    let mut kept = std::mem::take(extensions);
    let challenge = kept.remove(&pkce);
    let verifier = parameters
        .one("code_verifier")
        .filter(|verifier| is_verifier(verifier));
    pkce.verify(challenge, cow(verifier)).map_err(|()| {
        OAuthError::new(
            ErrorCode::InvalidGrant,
            "The code_verifier does not belong to this code",
        )
    })?;
    Ok(kept)
}

/// Whether it is spelled as a verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
fn is_verifier(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn mismatch() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "The redirect_uri is not that of the authorization request",
    )
}

fn refused(mut error: Error) -> OAuthError {
    let code = error
        .description()
        .map_or(ErrorCode::ServerError, |description| {
            description.kind().into()
        });
    match code {
        ErrorCode::InvalidGrant => mismatch(),
        ErrorCode::InvalidRequest => OAuthError::new(
            code,
            "The parameters code and redirect_uri are required, the latter as an absolute URI",
        ),
        code => OAuthError::new(code, "The request is not one for a token from a code"),
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
    fn code(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("code"))
    }
    fn authorization(&self) -> Authorization<'_> {
        Authorization::Username(Cow::Borrowed(self.client))
    }
    // Compared with the authenticated client before; twice would be `Duplicate`.
    fn client_id(&self) -> Option<Cow<'_, str>> {
        None
    }
    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("redirect_uri"))
    }
    fn grant_type(&self) -> Option<Cow<'_, str>> {
        cow(self.parameters.one("grant_type"))
    }
    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}
