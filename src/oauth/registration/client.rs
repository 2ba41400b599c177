use crate::app::{App, new_id};
use crate::model::{
    AuthMethod, Client, Duties, GrantType, Origin, PartyState, PaymentPointer, ResourceServer,
    Secret, redirect_uri,
};
use crate::store::{self, Rows, Transaction};

use super::credentials::{NewCredentials, check_duties, check_method};
use super::{RegistrationFault, checked_name, repeated, secret};

/// What a client is registered with.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// What payers will read.
    pub name: String,
    /// Where it may send browsers back to.
    pub redirect_uris: Vec<String>,
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// What it may ask for; none stands for `authorization_code` and `refresh_token`.
    pub grant_types: Vec<GrantType>,
    /// Its own payment pointers.
    pub accounts: Vec<String>,
    /// Its keys, or the name in its certificate.
    pub credentials: NewCredentials,
    /// What it has to do beyond what everybody has to.
    pub duties: Duties,
}

/// What changes about a client; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ClientChange {
    /// What payers will read.
    pub name: Option<String>,
    /// Where it may send browsers back to, in the place of those registered.
    pub redirect_uris: Option<Vec<String>>,
    /// Its own payment pointers, in the place of those registered.
    pub accounts: Option<Vec<String>>,
    /// What it may ask for, in the place of what is registered.
    pub grant_types: Option<Vec<GrantType>>,
    /// Its keys, or the name in its certificate, in the place of those registered.
    pub credentials: NewCredentials,
    /// Another way to authenticate.
    pub auth_method: Option<AuthMethod>,
    /// What it has to do from now on.
    pub duties: DutiesChange,
    /// Whether the operator has checked who it is.
    pub verified: Option<bool>,
}

/// What changes about a client's duties; `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct DutiesChange {
    /// Its tokens are bound to a key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: Option<bool>,
    /// Its tokens are bound to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    /// It pushes its requests (RFC 9126 §6).
    pub require_pushed_authorization_requests: Option<bool>,
    /// It signs its requests (RFC 9101 §10.5).
    pub require_signed_request_object: Option<bool>,
}

impl DutiesChange {
    /// The duties that come of it.
    #[must_use]
    pub fn of(self, before: Duties) -> Duties {
        Duties {
            dpop_bound_access_tokens: self
                .dpop_bound_access_tokens
                .unwrap_or(before.dpop_bound_access_tokens),
            tls_client_certificate_bound_access_tokens: self
                .tls_client_certificate_bound_access_tokens
                .unwrap_or(before.tls_client_certificate_bound_access_tokens),
            require_pushed_authorization_requests: self
                .require_pushed_authorization_requests
                .unwrap_or(before.require_pushed_authorization_requests),
            require_signed_request_object: self
                .require_signed_request_object
                .unwrap_or(before.require_signed_request_object),
        }
    }
}

/// Registers a client, and makes its secret unless it is public.
pub async fn create_client(
    app: &App,
    new: NewClient,
) -> Result<(Client, Option<Secret>), RegistrationFault> {
    let name = checked_name(&new.name)?;
    let grant_types = checked_grant_types(&new.grant_types, new.auth_method)?;
    check_redirect_uris(&new.redirect_uris, &grant_types)?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let client = Client {
        id: new_id("cli_"),
        name,
        auth_method: new.auth_method,
        redirect_uris: new.redirect_uris,
        grant_types,
        accounts: checked_accounts(&tx, &new.accounts).await?,
        keys: new.credentials.keys(app, None)?,
        certificate: new.credentials.certificate,
        duties: new.duties,
        verified_at: None,
        state: PartyState::Enabled,
        created_at: now,
    };
    check_credentials(&client)?;
    store::client::insert(&tx, &client).await?;
    let secret = if client.auth_method.has_secret() {
        Some(secret::add(&tx, &client.id, now).await?)
    } else {
        None
    };
    tx.commit().await?;
    Ok((client, secret))
}

/// Changes a client; what is not named stays.
pub async fn update_client(
    app: &App,
    id: &str,
    change: ClientChange,
) -> Result<Client, RegistrationFault> {
    let tx = app.store.begin().await?;
    let mut client = locked(&tx, id).await?;
    if let Some(name) = change.name {
        client.name = checked_name(&name)?;
    }
    if let Some(grant_types) = change.grant_types {
        client.grant_types = checked_grant_types(&grant_types, client.auth_method)?;
    }
    if let Some(redirect_uris) = change.redirect_uris {
        client.redirect_uris = redirect_uris;
    }
    check_redirect_uris(&client.redirect_uris, &client.grant_types)?;
    if let Some(accounts) = change.accounts {
        client.accounts = checked_accounts(&tx, &accounts).await?;
    }
    client.keys = change.credentials.keys(app, client.keys)?;
    client.certificate = change.credentials.certificate.or(client.certificate);
    client.duties = change.duties.of(client.duties);
    if let Some(method) = change.auth_method {
        move_to(&mut client, method)?;
        if !method.has_secret() {
            let now = app.clock.now();
            store::party_secret::end(&tx, &client.id, now, now).await?;
        }
    }
    check_credentials(&client)?;
    match change.verified {
        Some(true) if client.verified_at.is_none() => client.verified_at = Some(app.clock.now()),
        Some(false) => client.verified_at = None,
        _ => {}
    }
    store::client::update(&tx, &client).await?;
    tx.commit().await?;
    Ok(client)
}

/// Lets a client take part, or not; its tokens do not work meanwhile.
pub async fn set_client_state(
    app: &App,
    id: &str,
    state: PartyState,
) -> Result<Client, RegistrationFault> {
    let tx = app.store.begin().await?;
    let mut client = locked(&tx, id).await?;
    client.state = state;
    store::client::update(&tx, &client).await?;
    tx.commit().await?;
    Ok(client)
}

/// The client with this `client_id`.
pub async fn load_client(app: &App, id: &str) -> Result<Client, RegistrationFault> {
    find(&app.store, id).await
}

fn check_credentials(client: &Client) -> Result<(), RegistrationFault> {
    let (keys, certificate) = (client.keys.as_ref(), client.certificate.as_ref());
    check_method(client.auth_method, keys, certificate)?;
    check_duties(client)
}

/// Changes how a client authenticates. What is public stays public, and what is not does not become so: refresh tokens
/// live by other rules there. A secret is made by `rotate-secret`.
fn move_to(client: &mut Client, method: AuthMethod) -> Result<(), RegistrationFault> {
    let public = |method| method == AuthMethod::None;
    if public(client.auth_method) != public(method) {
        let rule = "a public client stays public, and no other becomes so; register another one";
        return Err(RegistrationFault::refused(
            "auth method",
            method.as_str(),
            rule,
        ));
    }
    client.auth_method = method;
    Ok(())
}

async fn locked(tx: &Transaction, id: &str) -> Result<Client, RegistrationFault> {
    tx.lock(id).await?;
    find(tx, id).await
}

async fn find(rows: &impl Rows, id: &str) -> Result<Client, RegistrationFault> {
    let found = store::client::find(rows, id).await?;
    found.ok_or_else(|| RegistrationFault::UnknownClient(id.to_owned()))
}

fn checked_grant_types(
    wanted: &[GrantType],
    auth_method: AuthMethod,
) -> Result<Vec<GrantType>, RegistrationFault> {
    let mut grant_types = wanted.to_vec();
    if grant_types.is_empty() {
        grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    }
    grant_types.sort_unstable();
    grant_types.dedup();
    let has = |grant_type: GrantType| grant_types.contains(&grant_type);
    let refused = |grant_type: GrantType, rule| {
        RegistrationFault::refused("grant type", grant_type.as_str(), rule)
    };
    if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
        let rule = "it needs authorization_code beside it; name both, or leave it out";
        return Err(refused(GrantType::RefreshToken, rule));
    }
    if has(GrantType::ClientCredentials) && auth_method == AuthMethod::None {
        let rule = "a public client has no credentials; choose an auth method with a secret";
        return Err(refused(GrantType::ClientCredentials, rule));
    }
    Ok(grant_types)
}

fn check_redirect_uris(
    uris: &[String],
    grant_types: &[GrantType],
) -> Result<(), RegistrationFault> {
    let refused = |uri: &str, rule| Err(RegistrationFault::refused("redirect URI", uri, rule));
    for uri in uris {
        if let Err(rule) = redirect_uri::check(uri) {
            return refused(uri, rule);
        }
    }
    if let Some(uri) = repeated(uris) {
        return refused(uri, "it is there twice; name it once");
    }
    if uris.is_empty() && grant_types.contains(&GrantType::AuthorizationCode) {
        let rule = "at least one must be registered, unless client_credentials is the only grant \
                    type";
        return refused("", rule);
    }
    Ok(())
}

async fn checked_accounts(
    rows: &impl Rows,
    wanted: &[String],
) -> Result<Vec<String>, RegistrationFault> {
    let refused = |text: &str, rule: String| RegistrationFault::refused("account", text, rule);
    let wallets = store::resource_server::list(rows).await?;
    let origins: Vec<Origin> = wallets.iter().flat_map(ResourceServer::origins).collect();
    let mut seen = Vec::new();
    let mut accounts = Vec::new();
    for text in wanted {
        let pointer =
            PaymentPointer::parse(text, &origins).map_err(|refusal| refused(text, refusal.rule))?;
        let origin = pointer.origin();
        let wallet = wallets.iter().find(|w| w.origins().contains(&origin));
        let wallet = wallet.ok_or_else(|| {
            let rule =
                format!("{origin} belongs to no registered resource server; create it first");
            refused(text, rule)
        })?;
        if seen.contains(&wallet.id.as_str()) {
            let rule = format!(
                "there is another account at {} already; name one",
                wallet.id
            );
            return Err(refused(text, rule));
        }
        seen.push(&wallet.id);
        accounts.push(pointer.as_str().to_owned());
    }
    Ok(accounts)
}
