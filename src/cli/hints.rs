//! What is said beside an answer about how somebody proves who they are.

use crate::app::App;
use crate::model::{AuthMethod, Client, GrantType, KeySource, PartyKeys, ResourceServer};
use crate::oauth::profile::obstacle;
use crate::store;

use super::Context;
use super::failure::Failure;

/// A client or wallet as it is registered now.
pub struct Party<'a> {
    noun: &'static str,
    id: &'a str,
    method: AuthMethod,
    keys: Option<&'a PartyKeys>,
    must_sign: bool,
    /// Whether it gets tokens only where it shows a certificate.
    is_bound: bool,
    use_of_keys: &'static str,
}

impl<'a> From<&'a Client> for Party<'a> {
    fn from(client: &'a Client) -> Self {
        Self {
            noun: "client",
            id: &client.id,
            method: client.auth_method,
            keys: client.keys.as_ref(),
            must_sign: client.duties.require_signed_request_object,
            is_bound: client.duties.tls_client_certificate_bound_access_tokens,
            use_of_keys: "are for requests that it signs (JAR)",
        }
    }
}

impl<'a> From<&'a ResourceServer> for Party<'a> {
    fn from(server: &'a ResourceServer) -> Self {
        Self {
            noun: "resource-server",
            id: &server.id,
            method: server.auth_method,
            keys: server.keys.as_ref(),
            must_sign: false,
            is_bound: false,
            use_of_keys: "are not used",
        }
    }
}

/// Says what is missing before somebody can authenticate by a certificate, or get tokens that are bound to one.
pub fn certificates(context: &Context, app: &App, party: &Party) {
    if app.settings.has_certificates() {
        return;
    }
    let off = "until the setting certificates.proxies names who checks them";
    if party.method == AuthMethod::TlsClientAuth {
        let hint = format!("certificates are off: nobody can authenticate by one {off}");
        context.output.hint(&hint);
    } else if party.is_bound {
        let hint = format!("certificates are off: this client gets no tokens {off}");
        context.output.hint(&hint);
    }
}

/// Says what is missing before a client can act on its own account.
pub fn account(context: &Context, client: &Client) {
    let acts = client.grant_types.contains(&GrantType::ClientCredentials);
    if acts && client.accounts.is_empty() {
        context.output.hint(&format!(
            "it has no account, so client_credentials gives it nothing: `countersign client update {} --account POINTER` adds one",
            client.id
        ));
    }
}

/// Says what keys that were just named are for, and that nobody has asked for them yet.
pub fn keys(context: &Context, party: &Party) {
    let Some(keys) = party.keys else { return };
    if matches!(keys.source, KeySource::Uri(_)) {
        context
            .output
            .hint("the keys at its jwks_uri were not read yet: `countersign doctor` reads them");
    }
    if party.method != AuthMethod::PrivateKeyJwt && !party.must_sign {
        let Party {
            noun,
            id,
            method,
            use_of_keys,
            ..
        } = party;
        let change = if *method == AuthMethod::None {
            String::new()
        } else {
            format!(
                "; `countersign {noun} update {id} --auth-method private_key_jwt` lets it authenticate by them"
            )
        };
        context.output.hint(&format!(
            "its auth method is {method}, so its keys {use_of_keys}{change}"
        ));
    }
}

/// Says what became of the secret of somebody who authenticated by `before`.
pub async fn secret(
    context: &Context,
    app: &App,
    party: &Party<'_>,
    before: AuthMethod,
) -> Result<(), Failure> {
    let now = app.clock.now();
    if !party.method.has_secret() {
        if before.has_secret() {
            context.output.hint("its secret has ended");
        }
    } else if !store::party_secret::has_any(&app.store, party.id, now).await? {
        context.output.hint(&format!(
            "it has no secret yet: countersign {} rotate-secret {}",
            party.noun, party.id
        ));
    }
    Ok(())
}

/// Says what keeps a client out under the profile that is set.
pub fn profile(context: &Context, app: &App, client: &Client) {
    if !app.settings.is_fapi2() {
        return;
    }
    let Some(obstacle) = obstacle(&app.settings, client) else {
        return;
    };
    let why = if client.auth_method.is_key_based() {
        format!(": {}; ", obstacle.reasons.join(", "))
    } else {
        " until it holds keys: ".to_owned()
    };
    context.output.hint(&format!(
        "profile fapi2: this client can do nothing{why}{}",
        obstacle.change
    ));
}
