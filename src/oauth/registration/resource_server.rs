use crate::app::{App, new_id};
use crate::model::{
    AgreementUrl, Asset, AuthMethod, Endpoints, Origin, PartyState, Refusal, ResourceServer, Secret,
};
use crate::store::{self, Rows, Transaction};

use super::credentials::{NewCredentials, check_method};
use super::{RegistrationFault, checked_name, repeated, secret};

/// What a resource server is registered with.
#[derive(Debug, Clone)]
pub struct NewResourceServer {
    /// What payers will read.
    pub name: String,
    /// Where its agreements are.
    pub origin: String,
    /// Where its agreements are created.
    pub endpoints: Endpoints,
    /// Further origins on which its payment pointers are.
    pub pointer_origins: Vec<String>,
    /// The assets in which it keeps accounts; any, when empty.
    pub assets: Vec<Asset>,
    /// Whether it may be at a private address.
    pub allow_private_network: bool,
    /// Whether it has promised to hold charges to the limits in the introspection answer.
    pub enforces_limits: bool,
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// Its keys, or the name in its certificate.
    pub credentials: NewCredentials,
}

/// What changes about a resource server; `None` stays as it is. Its origin never changes: grants hang on it.
#[derive(Debug, Clone, Default)]
pub struct ResourceServerChange {
    /// What payers will read.
    pub name: Option<String>,
    /// Where its agreements are created; an empty one is taken away.
    pub endpoints: Endpoints,
    /// Further origins on which its payment pointers are, in the place of those registered.
    pub pointer_origins: Option<Vec<String>>,
    /// The assets, in the place of those registered.
    pub assets: Option<Vec<Asset>>,
    /// Whether it may be at a private address.
    pub allow_private_network: Option<bool>,
    /// Whether it has promised to hold charges to the limits in the introspection answer.
    pub enforces_limits: Option<bool>,
    /// Another way to authenticate.
    pub auth_method: Option<AuthMethod>,
    /// Its keys, or the name in its certificate, in the place of those registered.
    pub credentials: NewCredentials,
}

/// No two registrations look for conflicts at once.
const LOCK: &str = "resource_server";

/// Registers a resource server and makes its secret.
pub async fn create_resource_server(
    app: &App,
    new: NewResourceServer,
) -> Result<(ResourceServer, Option<Secret>), RegistrationFault> {
    let now = app.clock.now();
    let origin = checked_origin(app, "origin", &new.origin)?;
    let server = ResourceServer {
        id: new_id("rs_"),
        name: checked_name(&new.name)?,
        pointer_origins: checked_pointer_origins(app, &new.pointer_origins)?,
        endpoints: checked_endpoints(&new.endpoints, &origin)?,
        assets: new.assets,
        allow_private_network: new.allow_private_network,
        enforces_limits: new.enforces_limits,
        auth_method: new.auth_method,
        keys: new.credentials.keys(app, None)?,
        certificate: new.credentials.certificate,
        state: PartyState::Enabled,
        created_at: now,
        origin,
    };
    check_assets(&server.assets)?;
    check_credentials(&server)?;
    let tx = app.store.begin().await?;
    tx.lock(LOCK).await?;
    check_hosts(&tx, &server).await?;
    store::resource_server::insert(&tx, &server).await?;
    let secret = if server.auth_method.has_secret() {
        Some(secret::add(&tx, &server.id, now).await?)
    } else {
        None
    };
    tx.commit().await?;
    Ok((server, secret))
}

/// Changes a resource server; what is not named stays.
pub async fn update_resource_server(
    app: &App,
    id: &str,
    change: ResourceServerChange,
) -> Result<ResourceServer, RegistrationFault> {
    let tx = app.store.begin().await?;
    let mut server = locked(&tx, id).await?;
    if let Some(name) = change.name {
        server.name = checked_name(&name)?;
    }
    let endpoints = Endpoints {
        mandates: change.endpoints.mandates.or(server.endpoints.mandates),
        invoices: change.endpoints.invoices.or(server.endpoints.invoices),
        sessions: change.endpoints.sessions.or(server.endpoints.sessions),
    };
    server.endpoints = checked_endpoints(&endpoints, &server.origin)?;
    if let Some(origins) = change.pointer_origins {
        server.pointer_origins = checked_pointer_origins(app, &origins)?;
    }
    if let Some(assets) = change.assets {
        check_assets(&assets)?;
        server.assets = assets;
    }
    if let Some(allowed) = change.allow_private_network {
        server.allow_private_network = allowed;
    }
    if let Some(promised) = change.enforces_limits {
        server.enforces_limits = promised;
    }
    server.keys = change.credentials.keys(app, server.keys)?;
    server.certificate = change.credentials.certificate.or(server.certificate);
    if let Some(method) = change.auth_method {
        server.auth_method = method;
        if !method.has_secret() {
            let now = app.clock.now();
            store::party_secret::end(&tx, &server.id, now, now).await?;
        }
    }
    check_credentials(&server)?;
    check_hosts(&tx, &server).await?;
    store::resource_server::update(&tx, &server).await?;
    tx.commit().await?;
    Ok(server)
}

/// Lets a resource server take part, or not; tokens for its agreements do not work meanwhile.
pub async fn set_resource_server_state(
    app: &App,
    id: &str,
    state: PartyState,
) -> Result<ResourceServer, RegistrationFault> {
    let tx = app.store.begin().await?;
    let mut server = locked(&tx, id).await?;
    server.state = state;
    store::resource_server::update(&tx, &server).await?;
    tx.commit().await?;
    Ok(server)
}

/// The resource server with this id.
pub async fn load_resource_server(
    app: &App,
    id: &str,
) -> Result<ResourceServer, RegistrationFault> {
    find(&app.store, id).await
}

/// A wallet proves who it is by a secret in HTTP Basic, a key or a certificate.
fn check_credentials(server: &ResourceServer) -> Result<(), RegistrationFault> {
    let method = server.auth_method;
    if !method.is_for_wallets() {
        let rule = "it must be client_secret_basic, private_key_jwt or tls_client_auth";
        return Err(RegistrationFault::refused(
            "auth method",
            method.as_str(),
            rule,
        ));
    }
    check_method(method, server.keys.as_ref(), server.certificate.as_ref())
}

async fn locked(tx: &Transaction, id: &str) -> Result<ResourceServer, RegistrationFault> {
    tx.lock(LOCK).await?;
    find(tx, id).await
}

async fn find(rows: &impl Rows, id: &str) -> Result<ResourceServer, RegistrationFault> {
    let found = store::resource_server::find(rows, id).await?;
    found.ok_or_else(|| RegistrationFault::UnknownResourceServer(id.to_owned()))
}

fn checked_origin(app: &App, what: &'static str, text: &str) -> Result<Origin, RegistrationFault> {
    let refused = |rule: String| RegistrationFault::refused(what, text, rule);
    let origin = Origin::parse(text).map_err(|refusal: Refusal| refused(refusal.rule))?;
    if !origin.is_https() && !app.settings.authorization.allow_loopback_http {
        let rule = "http is for development: set authorization.allow_loopback_http, or use https";
        return Err(refused(rule.to_owned()));
    }
    Ok(origin)
}

fn checked_pointer_origins(app: &App, texts: &[String]) -> Result<Vec<Origin>, RegistrationFault> {
    let check = |text: &String| checked_origin(app, "pointer origin", text);
    texts.iter().map(check).collect()
}

/// Endpoints in their one spelling; an empty one is none.
fn checked_endpoints(given: &Endpoints, origin: &Origin) -> Result<Endpoints, RegistrationFault> {
    let check = |what: &'static str, given: &Option<String>| {
        let Some(text) = given.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let refused = |rule: String| RegistrationFault::refused(what, text, rule);
        let url = AgreementUrl::parse(text, std::slice::from_ref(origin))
            .map_err(|refusal| refused(refusal.rule))?;
        if url.origin() == *origin {
            Ok(Some(url.as_str().to_owned()))
        } else {
            Err(refused(format!("it must be on the origin {origin}")))
        }
    };
    let endpoints = Endpoints {
        mandates: check("mandates endpoint", &given.mandates)?,
        invoices: check("invoices endpoint", &given.invoices)?,
        sessions: check("sessions endpoint", &given.sessions)?,
    };
    let all = [
        &endpoints.mandates,
        &endpoints.invoices,
        &endpoints.sessions,
    ];
    let all: Vec<&String> = all.into_iter().flatten().collect();
    match repeated(&all) {
        None => Ok(endpoints),
        Some(url) => {
            let rule = "two kinds of agreement cannot have the same one; name different URLs";
            Err(RegistrationFault::refused("endpoint", url, rule))
        }
    }
}

fn check_assets(assets: &[Asset]) -> Result<(), RegistrationFault> {
    let codes: Vec<&str> = assets.iter().map(Asset::code).collect();
    match repeated(&codes) {
        None => Ok(()),
        Some(code) => {
            let rule = "it is there twice; name it once, with its scale";
            Err(RegistrationFault::refused("asset", code, rule))
        }
    }
}

/// A scheme-relative name says only host and port, so two wallets never share these, whatever the scheme.
async fn check_hosts(rows: &impl Rows, server: &ResourceServer) -> Result<(), RegistrationFault> {
    let own = server.origins();
    let hosts: Vec<&str> = own.iter().map(Origin::authority).collect();
    if let Some(host) = repeated(&hosts) {
        let rule = "it is there twice; the origin is a pointer origin without being named";
        return Err(RegistrationFault::refused("pointer origin", host, rule));
    }
    for other in store::resource_server::list(rows).await? {
        if other.id == server.id {
            continue;
        }
        let theirs = other.origins();
        let taken = |origin: &&Origin| theirs.iter().any(|t| t.authority() == origin.authority());
        if let Some(origin) = own.iter().find(taken) {
            let rule = format!(
                "it belongs to resource server {} already; change that one, or name another origin",
                other.id
            );
            return Err(RegistrationFault::refused("origin", origin.as_str(), rule));
        }
    }
    Ok(())
}
