//! Who asks at the token, revocation and introspection endpoints (RFC 6749 §2.3).
//!
//! 1. exactly one set of credentials — `invalid_request`
//! 2. of a party that exists and is enabled — `invalid_client`
//! 3. by the method that is registered — `invalid_client`
//! 4. with a secret that is good now — `invalid_client`

use crate::app::App;
use crate::model::{AuthMethod, Secret};
use crate::store::{self, presented::Standing};

use super::caller::{Held, Spending};
use super::error::{ErrorCode, OAuthError};
use super::{Caller, Parameters};

/// What was presented to prove who asks.
#[derive(Debug)]
pub struct Credentials {
    /// The identifier.
    pub id: String,
    /// The secret; none for a public client.
    pub secret: Option<Secret>,
    /// How they came.
    pub method: AuthMethod,
}

impl Credentials {
    /// Chooses between what came in the `Authorization` header and what is in the form (RFC 6749 §2.3.1).
    pub fn choose(basic: Option<(String, Secret)>, form: &Parameters) -> Result<Self, OAuthError> {
        for name in ["client_assertion", "client_assertion_type"] {
            if form.has(name) {
                return Err(refused("Client assertions are not supported"));
            }
        }
        let id = form.one("client_id");
        match (basic, form.has("client_secret")) {
            (Some(_), true) => Err(OAuthError::new(
                ErrorCode::InvalidRequest,
                "The client must authenticate in one way only",
            )),
            (Some((basic_id, secret)), false) => {
                if id.is_some_and(|id| id != basic_id) {
                    return Err(OAuthError::new(
                        ErrorCode::InvalidRequest,
                        "The client_id is not the one in the Authorization header",
                    ));
                }
                Ok(Self {
                    id: basic_id,
                    secret: Some(secret),
                    method: AuthMethod::ClientSecretBasic,
                })
            }
            (None, in_form) => {
                let id = id
                    .ok_or_else(|| refused("The client must authenticate"))?
                    .to_owned();
                let secret = form.one("client_secret").map(Secret::presented);
                let method = if in_form {
                    AuthMethod::ClientSecretPost
                } else {
                    AuthMethod::None
                };
                Ok(Self { id, secret, method })
            }
        }
    }
}

/// A client that has proven who it is.
pub async fn authenticate_client(
    app: &App,
    credentials: &Credentials,
) -> Result<Caller, OAuthError> {
    let secret = credentials.secret.as_ref().map(Secret::digest);
    let now = app.clock.now();
    let found =
        store::client::find_presented(&app.store, &credentials.id, secret.as_ref(), now).await?;
    let (client, proven) = found
        .filter(|(client, _)| client.is_enabled())
        .ok_or_else(failed)?;
    if client.auth_method != credentials.method {
        return Err(failed().because("another method than the one that is registered"));
    }
    if client.auth_method != AuthMethod::None && !proven {
        return Err(failed());
    }
    Ok(Caller {
        client,
        held: Held::default(),
        spending: Spending::default(),
    })
}

/// A resource server that has proven who it is, by HTTP Basic, and what is known of the token that it asks about: one
/// statement reads both.
pub async fn authenticate_resource_server(
    app: &App,
    credentials: &Credentials,
    token: Option<&str>,
) -> Result<AskingWallet, OAuthError> {
    if credentials.method != AuthMethod::ClientSecretBasic {
        return Err(failed().because("resource servers authenticate with HTTP Basic"));
    }
    let secret = credentials.secret.as_ref().ok_or_else(failed)?.digest();
    let token = Secret::presented(token.unwrap_or_default()).digest();
    let now = app.clock.now();
    let found = store::presented::find(&app.store, &credentials.id, &secret, &token, now).await?;
    let found = found.filter(|found| found.enabled).ok_or_else(failed)?;
    Ok(AskingWallet {
        id: credentials.id.clone(),
        origin: found.origin,
        standing: found.standing,
    })
}

/// A resource server that has proven who it is, and asks about a token.
#[derive(Debug)]
pub struct AskingWallet {
    /// `rs_…`
    pub id: String,
    /// Its origin.
    pub origin: String,
    /// The token, if it is known.
    pub standing: Option<Standing>,
}

/// One answer for an unknown party, a disabled one and a wrong secret.
fn failed() -> OAuthError {
    refused("The client is unknown, disabled, or its credentials are wrong")
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, description)
}
