//! What the profile makes mandatory for every client (FAPI 2.0 Security Profile §5.3.2), where the settings name it.
//!
//! 1. it authenticates by `private_key_jwt` or `tls_client_auth` — `invalid_client`
//! 2. it pushes its requests — `invalid_request`
//! 3. its tokens are bound to a key or a certificate — `invalid_dpop_proof`
//!
//! What came before the profile was set is held to it where it is used next: a request that was not pushed ends, a code and a
//! refresh token need such a client and a proof; access tokens live on. Lifetimes and the issuer are held to it by the settings
//! themselves. `report` says what holds, and for whom it would be too much.

mod clauses;
mod clients;
mod cryptography;
mod flow;
mod network;

pub use clauses::{Clause, Parties, Verdict, report};
pub use clients::{OTHER_ALGORITHMS, Obstacle, obstacle};

use crate::model::{AuthMethod, AuthorizationRequest, Client};
use crate::settings::Settings;

use super::credentials::{Credentials, Proof};
use super::error::{ErrorCode, OAuthError};

/// How clients may authenticate.
pub(super) fn methods(settings: &Settings) -> Vec<AuthMethod> {
    let all = AuthMethod::ALL.iter().copied();
    all.filter(|method| is_on(settings, *method) && may_authenticate(settings, *method))
        .collect()
}

/// How wallets may authenticate; the profile asks nothing of them.
pub(super) fn methods_of_wallets(settings: &Settings) -> Vec<AuthMethod> {
    let all = AuthMethod::ALL.iter().copied();
    all.filter(|method| is_on(settings, *method) && method.is_for_wallets())
        .collect()
}

/// Without a proxy that checks certificates, they prove nothing.
fn is_on(settings: &Settings, method: AuthMethod) -> bool {
    method != AuthMethod::TlsClientAuth || settings.has_certificates()
}

/// Whether clients that are registered for `method` take part.
pub(super) fn may_authenticate(settings: &Settings, method: AuthMethod) -> bool {
    !settings.is_fapi2() || method.is_key_based()
}

/// Refuses what proves nothing here, whoever sends it; this says nothing about a registration.
pub(super) fn check_proof(
    settings: &Settings,
    credentials: &Credentials,
) -> Result<(), OAuthError> {
    let is_key_based = match &credentials.proof {
        Proof::Assertion(_) => true,
        Proof::Nothing => credentials.certificate.is_some(),
        Proof::Secret(..) => false,
    };
    if is_key_based || !settings.is_fapi2() {
        return Ok(());
    }
    let description = if settings.has_certificates() {
        "Clients authenticate by private_key_jwt or tls_client_auth here"
    } else {
        "Clients authenticate by private_key_jwt here"
    };
    // Who it says it is may be a secret in the wrong place.
    let cause = "there is no proof of a key, profile fapi2 asks for one";
    Err(OAuthError::new(ErrorCode::InvalidClient, description).because(cause))
}

/// Whether every client has to push its requests (RFC 9126 §5).
pub(super) fn pushes_all(settings: &Settings) -> bool {
    settings.is_fapi2() || settings.authorization.require_pushed_requests
}

/// Whether `client` has to push its requests (RFC 9126 §5 and §6).
pub(super) fn must_push(settings: &Settings, client: &Client) -> bool {
    pushes_all(settings) || client.duties.require_pushed_authorization_requests
}

/// Whether `request` has come as it would have to by now, from a client that can redeem what comes of it: settings and
/// registration may have changed since it came.
pub(super) fn may_be_decided(
    settings: &Settings,
    client: &Client,
    request: &AuthorizationRequest,
) -> bool {
    let is_pushed = request.request_uri_digest.is_some();
    may_authenticate(settings, client.auth_method) && (is_pushed || !must_push(settings, client))
}
