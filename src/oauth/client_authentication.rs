//! Who asks at the endpoints for programs (RFC 6749 §2.3).
//!
//! 1. at most one set of credentials — `invalid_request`
//! 2. of an assertion, all that does not depend on who signed it (RFC 7523 §3) — `invalid_client`
//! 3. where the profile asks for keys, a client proves to have one (`profile`) — `invalid_client`
//! 4. of a party that exists and is enabled — `invalid_client`
//! 5. by the method that is registered — `invalid_client`
//! 6. with a secret that is good now, a registered key, or the registered name in a certificate — `invalid_client`
//! 7. of a client at a token endpoint: a DPoP proof that is good, if there is one (RFC 9449 §4.3) — `invalid_dpop_proof`,
//!    `use_dpop_nonce`
//! 8. no assertion or proof is used twice — `invalid_client`, `invalid_dpop_proof`; this is for the rule that follows, in its
//!    transaction

use crate::app::{App, later};
use crate::keys::{ClientAssertion, ClientCertificate};
use crate::model::{AuthMethod, CertificateName, PartyKeys, Secret, Unspent};
use crate::store::{self, presented::Standing};

use super::caller::{Caller, Held, SLACK, Spending};
use super::credentials::{Brought, Credentials, Proof};
use super::error::{ErrorCode, OAuthError};
use super::{party_keys, possession, profile};

/// A client that has proven who it is, and which keys it holds.
pub async fn authenticate_client(
    app: &App,
    credentials: &Credentials,
    brought: &Brought,
) -> Result<Caller, OAuthError> {
    profile::check_proof(&app.settings, credentials)?;
    let secret = match &credentials.proof {
        Proof::Secret(secret, _) => Some(secret.digest()),
        _ => None,
    };
    let now = app.clock.now();
    let found =
        store::client::find_presented(&app.store, &credentials.id, secret.as_ref(), now).await?;
    let found = found.filter(|(client, _)| {
        client.is_enabled() && profile::may_authenticate(&app.settings, client.auth_method)
    });
    let (method, has_secret) = found.as_ref().map_or((None, false), |(client, has)| {
        (Some(client.auth_method), *has)
    });
    let registered = found.as_ref().map(|(client, _)| Registered {
        keys: client.keys.as_ref(),
        certificate: client.certificate.as_ref(),
    });
    let mut spending = Spending::default();
    prove(
        app,
        credentials,
        (method, has_secret, registered),
        &mut spending,
    )
    .await?;
    let (client, _) = found.ok_or_else(|| failed(app, credentials))?;
    let mut held = Held {
        key: None,
        certificate: credentials
            .certificate
            .as_ref()
            .map(|certificate| certificate.thumbprint().to_owned()),
    };
    if let Some((fields, endpoint)) = &brought.dpop {
        let proven = possession::prove(app, fields, endpoint, &mut spending);
        held.key = match proven {
            // An answer that only asks for a nonce has not refused the assertion.
            Err(error) if error.code != ErrorCode::UseDpopNonce => {
                return spending.settle(&app.store, Err(error)).await;
            }
            proven => proven?,
        };
    }
    Ok(Caller {
        client,
        held,
        bound: app.settings.is_fapi2(),
        spending,
    })
}

/// A resource server that has proven who it is, and what is known of the token that it asks about.
///
/// With HTTP Basic one statement reads both.
pub async fn authenticate_resource_server(
    app: &App,
    credentials: &Credentials,
    token: Option<&str>,
) -> Result<AskingWallet, OAuthError> {
    let asking = find_asking(app, credentials, token).await;
    asking.map_err(|error| name_the_askers(error, credentials))
}

/// Says to whoever calls itself a client who asks here: by the form of its id, whether there is such a client or not.
fn name_the_askers(error: OAuthError, credentials: &Credentials) -> OAuthError {
    let refused = matches!(
        error.code,
        ErrorCode::InvalidClient | ErrorCode::InvalidAssertion
    );
    if !refused || !credentials.id.starts_with("cli_") {
        return error;
    }
    OAuthError {
        description: "Introspection is for resource servers, whose ids begin with rs_",
        ..error
    }
}

async fn find_asking(
    app: &App,
    credentials: &Credentials,
    token: Option<&str>,
) -> Result<AskingWallet, OAuthError> {
    let token = Secret::presented(token.unwrap_or_default()).digest();
    let now = app.clock.now();
    let found = match &credentials.proof {
        Proof::Secret(secret, AuthMethod::ClientSecretBasic) => {
            let (id, secret) = (&credentials.id, secret.digest());
            store::presented::find(&app.store, id, &secret, &token, now).await?
        }
        Proof::Secret(..) => {
            return Err(failed(app, credentials)
                .because("resource servers send a secret by HTTP Basic only"));
        }
        Proof::Assertion(_) | Proof::Nothing => {
            let server =
                store::resource_server::find_presented(&app.store, &credentials.id).await?;
            let server = server.filter(crate::model::ResourceServer::is_enabled);
            let method = server.as_ref().map(|server| server.auth_method);
            let registered = server.as_ref().map(|server| Registered {
                keys: server.keys.as_ref(),
                certificate: server.certificate.as_ref(),
            });
            let mut spending = Spending::default();
            prove(app, credentials, (method, false, registered), &mut spending).await?;
            // All is read before anything is used up: after a fault the same request can come again.
            let found =
                store::presented::find_proven(&app.store, &credentials.id, &token, now).await?;
            spending.spend_alone(&app.store).await?;
            found
        }
    };
    let found = found
        .filter(|found| found.enabled)
        .ok_or_else(|| failed(app, credentials))?;
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

/// What a party is registered with.
#[derive(Clone, Copy)]
struct Registered<'a> {
    keys: Option<&'a PartyKeys>,
    certificate: Option<&'a CertificateName>,
}

/// Holds a proof to what is registered; an unknown party is one without a method.
async fn prove(
    app: &App,
    credentials: &Credentials,
    (method, has_secret, registered): (Option<AuthMethod>, bool, Option<Registered<'_>>),
    spending: &mut Spending,
) -> Result<(), OAuthError> {
    let proven = match (&credentials.proof, method) {
        (Proof::Secret(_, used), Some(method)) => *used == method && has_secret,
        (Proof::Assertion(assertion), method) => {
            let keys = registered
                .and_then(|registered| registered.keys)
                .filter(|_| method == Some(AuthMethod::PrivateKeyJwt));
            party_keys::has_signed(app, &assertion.client, keys, &assertion.jws).await?
        }
        (Proof::Nothing, Some(AuthMethod::None)) => true,
        (Proof::Nothing, Some(AuthMethod::TlsClientAuth)) => is_named(
            credentials.certificate.as_ref(),
            registered.and_then(|registered| registered.certificate),
        ),
        (Proof::Secret(..) | Proof::Nothing, _) => false,
    };
    if !proven {
        // What nobody is called is not logged: it can be a secret in the wrong place.
        return Err(failed(app, credentials).because(match method {
            None => "there is no such party, it is disabled, or the profile bars it".to_owned(),
            Some(method) => format!("{} does not prove itself by {method}", credentials.id),
        }));
    }
    if let Proof::Assertion(assertion) = &credentials.proof {
        spending.add(unspent(assertion), failed(app, credentials));
    }
    Ok(())
}

fn is_named(certificate: Option<&ClientCertificate>, name: Option<&CertificateName>) -> bool {
    match (certificate, name) {
        (Some(certificate), Some(name)) => certificate.is_named(name),
        _ => false,
    }
}

fn unspent(assertion: &ClientAssertion) -> Unspent {
    let scope = format!("assertion:{}", assertion.client);
    let end = later(assertion.expires_at, SLACK);
    Unspent::new(scope, &assertion.jti, end)
}

/// One answer for an unknown party, a disabled one, a wrong secret, a wrong key and an assertion that was used.
fn failed(app: &App, credentials: &Credentials) -> OAuthError {
    let code = match &credentials.proof {
        Proof::Assertion(_) => ErrorCode::InvalidAssertion,
        Proof::Secret(..) | Proof::Nothing => ErrorCode::InvalidClient,
    };
    // Whoever brings nothing at all hears it, whatever is registered.
    let bare = matches!(credentials.proof, Proof::Nothing) && credentials.certificate.is_none();
    let description = if bare && !app.settings.certificates.url.is_empty() {
        "The client is unknown, disabled, or its credentials are wrong; with a certificate, ask at mtls_endpoint_aliases"
    } else {
        "The client is unknown, disabled, or its credentials are wrong"
    };
    OAuthError::new(code, description)
}
