use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::App;
use crate::identity::users;
use crate::model::{AgreementUrl, Grant, GrantState, HistoryEntry, Origin, ResourceServer};
use crate::oauth::grants;
use crate::oauth::registration::load_client;
use crate::store;
use crate::store::grant::Filter;

use super::Context;
use super::failure::Failure;
use super::record::Record;

/// The most that one list shows.
const MOST: usize = 1000;

/// What can be done with grants.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List grants, the newest first, at most 1000.
    List(Wanted),
    /// Show one grant and what happened to it.
    Show(Named),
    /// End a grant: its tokens are dead at once.
    Revoke(Named),
}

/// Which grants to list.
#[derive(Debug, Args)]
pub struct Wanted {
    /// Those of a client.
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
    /// Those of a user, by name or id.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Those for an agreement or a collection.
    #[arg(long, value_name = "URL")]
    agreement: Option<String>,
    /// Those in a state.
    #[arg(long, value_parser = PossibleValuesParser::new(["pending", "active", "suspended", "ended"]))]
    state: Option<String>,
}

/// A grant.
#[derive(Debug, Args)]
pub struct Named {
    /// The grant's id (`grt_…`).
    #[arg(value_name = "GRANT_ID")]
    id: String,
}

/// Does what the command says.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let app = context.app().await?;
    match command {
        Command::List(wanted) => list(context, &app, wanted).await,
        Command::Show(named) => show(context, &app, &named.id).await,
        Command::Revoke(named) => {
            let ended = grants::revoke(&app, &named.id).await?;
            show(context, &app, &named.id).await?;
            if ended == Some(false) {
                context.output.hint("it had ended before");
            }
            Ok(())
        }
    }
}

async fn list(context: &Context, app: &App, wanted: Wanted) -> Result<(), Failure> {
    let filter = filter(app, &wanted).await?;
    let now = app.clock.now();
    // A grant whose time is over has ended, although its row may not say so yet.
    let stored: &[Option<&str>] = match wanted.state.as_deref() {
        Some("ended") => &[
            Some("ended"),
            Some("active"),
            Some("pending"),
            Some("suspended"),
        ],
        other => &[other],
    };
    let mut found: Vec<Grant> = Vec::new();
    for state in stored {
        let filter = Filter {
            state: state.map(str::to_owned),
            ..filter.clone()
        };
        found.extend(store::grant::list(&app.store, &filter, MOST as u64 + 1).await?);
    }
    if let Some(state) = &wanted.state {
        found.retain(|grant| grants::state_at(grant, now).as_str() == state);
    }
    found.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    let cut = found.len() > MOST;
    found.truncate(MOST);
    let records: Vec<Record> = found.iter().map(|grant| describe(app, grant)).collect();
    let columns = [
        "grant_id",
        "client_id",
        "user_id",
        "agreement",
        "state",
        "ends_at",
    ];
    context.output.list(&records, &columns)?;
    if cut {
        context
            .output
            .hint("there are more: narrow the list by --client, --user, --agreement or --state");
    }
    Ok(())
}

async fn filter(app: &App, wanted: &Wanted) -> Result<Filter, Failure> {
    let client = match &wanted.client {
        Some(id) => Some(load_client(app, id).await?.id),
        None => None,
    };
    let user = match &wanted.user {
        Some(name) => Some(users::load(app, name).await?.id),
        None => None,
    };
    let agreement_url = match &wanted.agreement {
        Some(text) => Some(agreement(app, text).await?),
        None => None,
    };
    Ok(Filter {
        client,
        user,
        agreement_url,
        ..Filter::default()
    })
}

async fn agreement(app: &App, text: &str) -> Result<String, Failure> {
    let wallets = store::resource_server::list(&app.store).await?;
    let origins: Vec<Origin> = wallets.iter().flat_map(ResourceServer::origins).collect();
    match AgreementUrl::parse(text, &origins) {
        Ok(url) => Ok(url.as_str().to_owned()),
        Err(refusal) => Err(Failure::new(&format!("{text:?}: {}", refusal.rule)).hint(
            "name the agreement by its URL, or scheme-relative, as in //wallet.example/mandates/1",
        )),
    }
}

async fn show(context: &Context, app: &App, id: &str) -> Result<(), Failure> {
    let found = store::grant::find(&app.store, id).await?;
    let grant = found.ok_or_else(|| {
        Failure::not_found(&format!("there is no grant {id:?}"))
            .hint("`countersign grant list` prints those there are")
    })?;
    let history = store::grant_history::list(&app.store, id).await?;
    let history: Vec<Value> = history.iter().map(happened).collect();
    let (text, locale) = grant.text.clone().unzip();
    let limits = serde_json::to_value(&grant.limits).map_err(|error| Failure::new(&error))?;
    let authentication = grant.authentication.as_ref();
    let record = describe(app, &grant)
        .with("limits", limits)
        .with("agreement_digest", grant.agreement_digest.clone())
        .with("approval_digest", grant.approval_digest.clone())
        .with("snapshot", grant.snapshot.clone())
        .with("text", text)
        .with("locale", locale)
        .at("auth_time", authentication.map(|how| how.time))
        .words("amr", authentication.map_or(&[], |how| how.amr.as_slice()))
        .with("history", history);
    context.output.one(&record)
}

fn happened(entry: &HistoryEntry) -> Value {
    json!({
        "at": entry.at.to_string(),
        "kind": entry.kind.as_str(),
        "by": entry.by,
        "detail": entry.detail,
    })
}

fn describe(app: &App, grant: &Grant) -> Record {
    let state = grants::state_at(grant, app.clock.now());
    let reason = match &state {
        GrantState::Ended(reason) => Some(reason.to_string()),
        GrantState::Suspended(holder) => Some(holder.clone()),
        GrantState::Pending | GrantState::Active => None,
    };
    Record::default()
        .with("grant_id", grant.id.as_str())
        .with("client_id", grant.client.as_str())
        .with("user_id", grant.user.clone())
        .with("resource_server_id", grant.resource_server.as_str())
        .with("agreement", grant.agreement_url.as_str())
        .with("type", grant.kind.as_str())
        .with("collection", grant.collection)
        .words("actions", &grant.actions)
        .with("subject", grant.subject.as_str())
        .with("state", state.as_str())
        .with("reason", reason)
        .at("state_at", grant.state_at)
        .at("consented_at", grant.consented_at)
        .at("starts_at", grant.starts_at)
        .at("ends_at", grant.ends_at)
        .with("replaces", grant.replaces.clone())
        .at("created_at", grant.created_at)
}
