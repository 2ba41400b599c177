use clap::{Args, Subcommand};
use jiff::SignedDuration;

use crate::app::App;
use crate::model::{self, AuthMethod, Client, GrantType, PartyState};
use crate::oauth::registration::{
    ClientChange, DutiesChange, NewClient, create_client, load_client, rotate_secret,
    set_client_state, update_client,
};
use crate::store;

use super::Context;
use super::credentials::{self, Credentials};
use super::failure::Failure;
use super::hints;
use super::record::{self, Record};

/// What can be done with clients.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a client; a secret, where it has one, is shown once.
    Create(Create),
    /// List the clients.
    List,
    /// Show one client.
    Show(Named),
    /// Change a client; what is not named stays.
    Update(Update),
    /// Make a new secret, which is shown once.
    RotateSecret(RotateSecret),
    /// Keep a client from asking for anything, and its tokens from working.
    Disable(Named),
    /// Let a client take part again.
    Enable(Named),
}

/// A client.
#[derive(Debug, Args)]
pub struct Named {
    /// The client's id (`cli_…`).
    #[arg(value_name = "CLIENT_ID")]
    id: String,
}

/// A new client.
#[derive(Debug, Args)]
#[command(mut_arg("signing_alg", credentials::with_default_algorithm))]
pub struct Create {
    /// What payers will read.
    #[arg(long)]
    name: String,
    /// Where browsers are sent back to: https, http on a loopback IP address, or a private-use scheme; can be repeated.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// How it authenticates; `none` is for what cannot keep a secret.
    #[arg(long, value_name = "METHOD", default_value = "client_secret_basic", value_parser = record::auth_method())]
    auth_method: AuthMethod,
    /// What it may ask for; can be repeated [default: `authorization_code` and `refresh_token`].
    #[arg(long, value_name = "GRANT_TYPE", value_parser = record::grant_type())]
    grant_type: Vec<GrantType>,
    /// A payment pointer of its own, at most one a wallet; can be repeated.
    #[arg(long, value_name = "POINTER")]
    account: Vec<String>,
    #[command(flatten)]
    credentials: Credentials,
    #[command(flatten)]
    duties: Duties,
}

const DUTIES: &str = "What it must do";

/// What a client has to do beyond what everybody has to.
#[derive(Debug, Clone, Copy, Args)]
pub struct Duties {
    /// Whether its tokens are bound to a key (DPoP).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = DUTIES)]
    dpop_bound_access_tokens: Option<bool>,
    /// Whether its tokens are bound to its certificate; not for a public client.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = DUTIES)]
    tls_client_certificate_bound_access_tokens: Option<bool>,
    /// Whether it must push its requests (PAR).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = DUTIES)]
    require_pushed_authorization_requests: Option<bool>,
    /// Whether it must sign its requests (JAR), with one of its keys, whatever its auth method.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = DUTIES)]
    require_signed_request_object: Option<bool>,
}

impl From<Duties> for DutiesChange {
    fn from(duties: Duties) -> Self {
        Self {
            dpop_bound_access_tokens: duties.dpop_bound_access_tokens,
            tls_client_certificate_bound_access_tokens: duties
                .tls_client_certificate_bound_access_tokens,
            require_pushed_authorization_requests: duties.require_pushed_authorization_requests,
            require_signed_request_object: duties.require_signed_request_object,
        }
    }
}

/// What changes about a client.
#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    named: Named,
    /// What payers will read.
    #[arg(long)]
    name: Option<String>,
    /// Where browsers are sent back to, in the place of all those registered; can be repeated.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// What it may ask for, in the place of all that is registered; can be repeated.
    #[arg(long, value_name = "GRANT_TYPE", value_parser = record::grant_type())]
    grant_type: Vec<GrantType>,
    /// Its own payment pointers, in the place of all those registered; can be repeated, an empty one is none.
    #[arg(long, value_name = "POINTER")]
    account: Vec<String>,
    /// Another way to authenticate; `rotate-secret` makes a secret where that needs one.
    #[arg(long, value_name = "METHOD", value_parser = record::auth_method())]
    auth_method: Option<AuthMethod>,
    #[command(flatten)]
    credentials: Credentials,
    #[command(flatten)]
    duties: Duties,
    /// Whether you have checked who it is.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    verified: Option<bool>,
}

/// A client and how long its old secrets stay good.
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
    let client = match command {
        Command::List => return list(context, &app).await,
        Command::Create(new) => return create(context, &app, new).await,
        Command::RotateSecret(wanted) => return rotate(context, &app, wanted).await,
        Command::Show(named) => load_client(&app, &named.id).await?,
        Command::Update(wanted) => return update(context, &app, wanted).await,
        Command::Disable(named) => set_client_state(&app, &named.id, PartyState::Disabled).await?,
        Command::Enable(named) => set_client_state(&app, &named.id, PartyState::Enabled).await?,
    };
    let record = Record::default().with("client_id", client.id.as_str());
    context.output.one(&describe(record, &client))?;
    hints::certificates(context, &app, &(&client).into());
    Ok(())
}

async fn list(context: &Context, app: &App) -> Result<(), Failure> {
    let clients = store::client::list(&app.store).await?;
    let record = |client: &Client| {
        let record = Record::default().with("client_id", client.id.as_str());
        describe(record, client)
    };
    let records: Vec<Record> = clients.iter().map(record).collect();
    let columns = ["client_id", "name", "auth_method", "verified_at", "state"];
    context.output.list(&records, &columns)
}

async fn update(context: &Context, app: &App, wanted: Update) -> Result<(), Failure> {
    let before = load_client(app, &wanted.named.id).await?;
    let change = change(wanted)?;
    let (names_keys, moves) = (
        change.credentials.names_keys(),
        change.auth_method.is_some(),
    );
    let client = update_client(app, &before.id, change).await?;
    let record = Record::default().with("client_id", client.id.as_str());
    context.output.one(&describe(record, &client))?;
    if moves {
        hints::secret(context, app, &(&client).into(), before.auth_method).await?;
    }
    hint(context, app, &client, names_keys);
    Ok(())
}

async fn create(context: &Context, app: &App, new: Create) -> Result<(), Failure> {
    let new = NewClient {
        name: new.name,
        redirect_uris: new.redirect_uri,
        auth_method: new.auth_method,
        grant_types: new.grant_type,
        accounts: new.account,
        credentials: new.credentials.read()?,
        duties: DutiesChange::from(new.duties).of(model::Duties::default()),
    };
    let names_keys = new.credentials.names_keys();
    let (client, secret) = create_client(app, new).await?;
    let mut record = Record::default().with("client_id", client.id.as_str());
    if let Some(secret) = &secret {
        record = record.with("client_secret", secret.expose());
    }
    context.output.one(&describe(record, &client))?;
    if secret.is_some() {
        context
            .output
            .hint("the client_secret is not shown again: hand it to the client now");
    }
    hint(context, app, &client, names_keys);
    Ok(())
}

fn hint(context: &Context, app: &App, client: &Client, names_keys: bool) {
    hints::certificates(context, app, &client.into());
    hints::account(context, client);
    if names_keys {
        hints::keys(context, &client.into());
    }
    hints::profile(context, app, client);
}

async fn rotate(context: &Context, app: &App, wanted: RotateSecret) -> Result<(), Failure> {
    let client = load_client(app, &wanted.named.id).await?;
    let (secret, end) = rotate_secret(app, &client.id, wanted.overlap).await?;
    let record = Record::default()
        .with("client_id", client.id)
        .with("client_secret", secret.expose())
        .at("old_secrets_end_at", end);
    context.output.one(&record)?;
    context
        .output
        .hint("the client_secret is not shown again: hand it to the client now");
    Ok(())
}

fn change(update: Update) -> Result<ClientChange, Failure> {
    Ok(ClientChange {
        name: update.name,
        redirect_uris: record::replacement(update.redirect_uri),
        accounts: record::replacement(update.account),
        grant_types: Some(update.grant_type).filter(|wanted| !wanted.is_empty()),
        credentials: update.credentials.read()?,
        auth_method: update.auth_method,
        duties: update.duties.into(),
        verified: update.verified,
    })
}

fn describe(record: Record, client: &Client) -> Record {
    let duties = client.duties;
    let record = record
        .with("name", client.name.as_str())
        .with("auth_method", client.auth_method.as_str());
    let record = credentials::describe(record, client.keys.as_ref(), client.certificate.as_ref());
    record
        .with("dpop_bound_access_tokens", duties.dpop_bound_access_tokens)
        .with(
            "tls_client_certificate_bound_access_tokens",
            duties.tls_client_certificate_bound_access_tokens,
        )
        .with(
            "require_pushed_authorization_requests",
            duties.require_pushed_authorization_requests,
        )
        .with(
            "require_signed_request_object",
            duties.require_signed_request_object,
        )
        .words("redirect_uris", &client.redirect_uris)
        .words("grant_types", &client.grant_types)
        .words("accounts", &client.accounts)
        .at("verified_at", client.verified_at)
        .with("state", client.state.as_str())
        .at("created_at", client.created_at)
}
