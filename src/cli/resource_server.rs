use clap::{Args, Subcommand};
use jiff::SignedDuration;

use crate::app::App;
use crate::model::{Asset, AuthMethod, Endpoints, PartyState, ResourceServer};
use crate::oauth::registration::{
    NewResourceServer, ResourceServerChange, create_resource_server, load_resource_server,
    rotate_secret, set_resource_server_state, update_resource_server,
};
use crate::store;

use super::Context;
use super::credentials::{self, Credentials};
use super::failure::Failure;
use super::hints;
use super::record::{self, Record};

/// What can be done with resource servers.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a wallet; a secret, where it has one, is shown once.
    Create(Create),
    /// List the resource servers.
    List,
    /// Show one resource server.
    Show(Named),
    /// Change a resource server; what is not named stays.
    Update(Update),
    /// Make a new secret, which is shown once.
    RotateSecret(RotateSecret),
    /// Keep a resource server from taking part, and tokens for its agreements from working.
    Disable(Named),
    /// Let a resource server take part again.
    Enable(Named),
}

/// A resource server.
#[derive(Debug, Args)]
pub struct Named {
    /// The resource server's id (`rs_…`).
    #[arg(value_name = "RESOURCE_SERVER_ID")]
    id: String,
}

/// Where agreements are, and in which assets.
#[derive(Debug, Args)]
pub struct Places {
    /// Where mandates are created.
    #[arg(long, value_name = "URL")]
    mandates_endpoint: Option<String>,
    /// Where invoices are created.
    #[arg(long, value_name = "URL")]
    invoices_endpoint: Option<String>,
    /// Where sessions are created.
    #[arg(long, value_name = "URL")]
    sessions_endpoint: Option<String>,
    /// A further origin with payment pointers of this wallet; can be repeated.
    #[arg(long, value_name = "ORIGIN")]
    pointer_origin: Vec<String>,
    /// An asset in which it keeps accounts, such as USD:2; can be repeated.
    #[arg(long, value_name = "CODE:SCALE", value_parser = record::asset)]
    asset: Vec<Option<Asset>>,
}

/// A new resource server.
#[derive(Debug, Args)]
#[command(mut_arg("signing_alg", credentials::with_default_algorithm))]
pub struct Create {
    /// What payers will read.
    #[arg(long)]
    name: String,
    /// Where its agreements are, such as `https://wallet.example`.
    #[arg(long)]
    origin: String,
    #[command(flatten)]
    places: Places,
    /// It may be at a private address.
    #[arg(long)]
    allow_private_network: bool,
    /// It has promised to hold charges to the limits in the introspection answer: for your records, nothing is decided by it.
    #[arg(long)]
    enforces_limits: bool,
    /// How it authenticates.
    #[arg(long, value_name = "METHOD", default_value = "client_secret_basic", value_parser = record::auth_method_of_wallets())]
    auth_method: AuthMethod,
    #[command(flatten)]
    credentials: Credentials,
}

/// What changes about a resource server: its lists are replaced as a whole, an empty value takes away.
#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    named: Named,
    /// What payers will read.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    places: Places,
    /// Whether it may be at a private address.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_private_network: Option<bool>,
    /// Whether it has promised to hold charges to the limits in the introspection answer: for your records, nothing is decided
    /// by it.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enforces_limits: Option<bool>,
    /// Another way to authenticate; `rotate-secret` makes a secret where that needs one.
    #[arg(long, value_name = "METHOD", value_parser = record::auth_method_of_wallets())]
    auth_method: Option<AuthMethod>,
    #[command(flatten)]
    credentials: Credentials,
}

/// A resource server and how long its old secrets stay good.
#[derive(Debug, Args)]
pub struct RotateSecret {
    #[command(flatten)]
    named: Named,
    /// How long the secrets that it has stay good, such as 24h; 0s ends them at once.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = record::duration)]
    overlap: SignedDuration,
}

/// Does what the command says.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let app = context.app().await?;
    let server = match command {
        Command::List => return list(context, &app).await,
        Command::Create(new) => return create(context, &app, new).await,
        Command::RotateSecret(wanted) => return rotate(context, &app, wanted).await,
        Command::Show(named) => load_resource_server(&app, &named.id).await?,
        Command::Update(wanted) => return update(context, &app, wanted).await,
        Command::Disable(named) => {
            set_resource_server_state(&app, &named.id, PartyState::Disabled).await?
        }
        Command::Enable(named) => {
            set_resource_server_state(&app, &named.id, PartyState::Enabled).await?
        }
    };
    let record = Record::default().with("resource_server_id", server.id.as_str());
    context.output.one(&describe(record, &server))?;
    hints::certificates(context, &app, &(&server).into());
    Ok(())
}

async fn list(context: &Context, app: &App) -> Result<(), Failure> {
    let servers = store::resource_server::list(&app.store).await?;
    let record = |server: &ResourceServer| {
        let record = Record::default().with("resource_server_id", server.id.as_str());
        describe(record, server)
    };
    let records: Vec<Record> = servers.iter().map(record).collect();
    let columns = [
        "resource_server_id",
        "name",
        "origin",
        "enforces_limits",
        "state",
    ];
    context.output.list(&records, &columns)
}

async fn update(context: &Context, app: &App, wanted: Update) -> Result<(), Failure> {
    let before = load_resource_server(app, &wanted.named.id).await?;
    let change = change(wanted)?;
    let (names_keys, moves) = (
        change.credentials.names_keys(),
        change.auth_method.is_some(),
    );
    let server = update_resource_server(app, &before.id, change).await?;
    let record = Record::default().with("resource_server_id", server.id.as_str());
    context.output.one(&describe(record, &server))?;
    if moves {
        hints::secret(context, app, &(&server).into(), before.auth_method).await?;
    }
    hint(context, app, &server, names_keys);
    Ok(())
}

async fn create(context: &Context, app: &App, new: Create) -> Result<(), Failure> {
    let new = NewResourceServer {
        name: new.name,
        origin: new.origin,
        endpoints: endpoints(&new.places),
        pointer_origins: new.places.pointer_origin,
        assets: new.places.asset.into_iter().flatten().collect(),
        allow_private_network: new.allow_private_network,
        enforces_limits: new.enforces_limits,
        auth_method: new.auth_method,
        credentials: new.credentials.read()?,
    };
    let names_keys = new.credentials.names_keys();
    let (server, secret) = create_resource_server(app, new).await?;
    let mut record = Record::default().with("resource_server_id", server.id.as_str());
    if let Some(secret) = &secret {
        record = record.with("resource_server_secret", secret.expose());
    }
    context.output.one(&describe(record, &server))?;
    if secret.is_some() {
        context
            .output
            .hint("the resource_server_secret is not shown again: hand it to the wallet now");
    }
    hint(context, app, &server, names_keys);
    Ok(())
}

fn hint(context: &Context, app: &App, server: &ResourceServer, names_keys: bool) {
    hints::certificates(context, app, &server.into());
    if names_keys {
        hints::keys(context, &server.into());
    }
}

async fn rotate(context: &Context, app: &App, wanted: RotateSecret) -> Result<(), Failure> {
    let server = load_resource_server(app, &wanted.named.id).await?;
    let (secret, end) = rotate_secret(app, &server.id, wanted.overlap).await?;
    let record = Record::default()
        .with("resource_server_id", server.id)
        .with("resource_server_secret", secret.expose())
        .at("old_secrets_end_at", end);
    context.output.one(&record)?;
    context
        .output
        .hint("the resource_server_secret is not shown again: hand it to the wallet now");
    Ok(())
}

fn endpoints(places: &Places) -> Endpoints {
    Endpoints {
        mandates: places.mandates_endpoint.clone(),
        invoices: places.invoices_endpoint.clone(),
        sessions: places.sessions_endpoint.clone(),
    }
}

fn change(update: Update) -> Result<ResourceServerChange, Failure> {
    let assets = Some(update.places.asset.clone()).filter(|assets| !assets.is_empty());
    Ok(ResourceServerChange {
        name: update.name,
        endpoints: endpoints(&update.places),
        pointer_origins: record::replacement(update.places.pointer_origin),
        assets: assets.map(|assets| assets.into_iter().flatten().collect()),
        allow_private_network: update.allow_private_network,
        enforces_limits: update.enforces_limits,
        auth_method: update.auth_method,
        credentials: update.credentials.read()?,
    })
}

fn describe(record: Record, server: &ResourceServer) -> Record {
    let assets = server.assets.iter();
    let assets: Vec<String> = assets
        .map(|asset| format!("{}:{}", asset.code(), asset.scale()))
        .collect();
    let record = record
        .with("name", server.name.as_str())
        .with("auth_method", server.auth_method.as_str());
    let record = credentials::describe(record, server.keys.as_ref(), server.certificate.as_ref());
    record
        .with("origin", server.origin.as_str())
        .words("pointer_origins", &server.pointer_origins)
        .with("mandates_endpoint", server.endpoints.mandates.clone())
        .with("invoices_endpoint", server.endpoints.invoices.clone())
        .with("sessions_endpoint", server.endpoints.sessions.clone())
        .words("assets", &assets)
        .with("allow_private_network", server.allow_private_network)
        .with("enforces_limits", server.enforces_limits)
        .with("state", server.state.as_str())
        .at("created_at", server.created_at)
}
