//! Who asks at the token, revocation and introspection endpoints (RFC 6749 §2.3).
//!
//! 1. exactly one set of credentials — `invalid_request`
//! 2. of a party that exists and is enabled — `invalid_client`
//! 3. by the method that is registered — `invalid_client`
//! 4. with a secret that is good now — `invalid_client`

use crate::app::App;
use crate::model::{AuthMethod, Client, ResourceServer, Secret};
use crate::store;

use super::Parameters;
use super::error::{ErrorCode, OAuthError};

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

/// A client that has proven who it is, as it is registered now.
pub async fn authenticate_client(
    app: &App,
    credentials: &Credentials,
) -> Result<Client, OAuthError> {
    let client = store::client::find(&app.store, &credentials.id).await?;
    let client = client.filter(Client::is_enabled).ok_or_else(failed)?;
    if client.auth_method != credentials.method {
        return Err(failed().because("another method than the one that is registered"));
    }
    if client.auth_method != AuthMethod::None {
        check_secret(app, &client.id, credentials).await?;
    }
    Ok(client)
}

/// A resource server that has proven who it is, by HTTP Basic.
pub async fn authenticate_resource_server(
    app: &App,
    credentials: &Credentials,
) -> Result<ResourceServer, OAuthError> {
    let server = store::resource_server::find(&app.store, &credentials.id).await?;
    let server = server
        .filter(ResourceServer::is_enabled)
        .ok_or_else(failed)?;
    if credentials.method != AuthMethod::ClientSecretBasic {
        return Err(failed().because("resource servers authenticate with HTTP Basic"));
    }
    check_secret(app, &server.id, credentials).await?;
    Ok(server)
}

async fn check_secret(app: &App, party: &str, credentials: &Credentials) -> Result<(), OAuthError> {
    let secret = credentials.secret.as_ref().ok_or_else(failed)?;
    let now = app.clock.now();
    if store::party_secret::is_valid(&app.store, party, &secret.digest(), now).await? {
        Ok(())
    } else {
        Err(failed())
    }
}

/// One answer for an unknown party, a disabled one and a wrong secret.
fn failed() -> OAuthError {
    refused("The client is unknown, disabled, or its credentials are wrong")
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, description)
}
