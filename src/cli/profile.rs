use std::path::Path;

use serde_json::{Value, json};

use crate::app::App;
use crate::model::ResourceServer;
use crate::oauth::profile::{OTHER_ALGORITHMS, Obstacle, Parties, Verdict, obstacle, report};
use crate::settings::Settings;
use crate::store::{self, Store};

use super::Context;
use super::failure::Failure;
use super::output;

/// Says clause by clause how the FAPI 2.0 Security Profile stands here, and which clients are in its way; fails if a clause
/// does not hold, or there is such a client.
pub async fn check(context: &Context, settings: &Settings) -> Result<(), Failure> {
    let parties = parties(settings).await;
    let known = parties.as_ref().ok();
    let clauses = report(settings, known);
    let rows: Vec<[&str; 4]> = clauses
        .iter()
        .map(|it| [it.verdict.as_str(), it.number, it.rule, &it.why])
        .collect();
    let obstacles = known.map(|known| -> Vec<Obstacle> {
        known
            .clients
            .iter()
            .filter_map(|client| obstacle(settings, client))
            .collect()
    });
    let notes = match &parties {
        Ok(parties) => parties.wallets.iter().filter_map(note).collect(),
        Err(why) => vec![format!("clients were not looked at: {why}")],
    };
    if context.output.is_json() {
        output::json(&json!({
            "profile": "fapi2",
            "clauses": rows.iter().map(clause).collect::<Vec<Value>>(),
            "clients": obstacles.as_ref().map(|all| all.iter().map(client).collect::<Vec<Value>>()),
            "notes": notes,
        }))?;
    } else {
        output::print(&table(
            &rows,
            obstacles.as_deref().unwrap_or_default(),
            &notes,
        ))?;
    }
    let failed = clauses.iter().filter(|it| it.verdict == Verdict::Fails);
    let failed = match failed.count() {
        0 => None,
        1 => Some("1 clause does not hold".to_owned()),
        failed => Some(format!("{failed} clauses do not hold")),
    };
    let barred = match obstacles.as_ref().map_or(0, Vec::len) {
        0 => None,
        1 => Some("1 client is in the way".to_owned()),
        barred => Some(format!("{barred} clients are in the way")),
    };
    let errors: Vec<String> = failed.into_iter().chain(barred).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(&errors.join(", ")))
    }
}

/// Writes to the log which profile is set, and how many clients it keeps out.
pub async fn greet(app: &App) -> Result<(), Failure> {
    if !app.settings.is_fapi2() {
        return Ok(());
    }
    tracing::info!("profile fapi2");
    let clients = store::client::list(&app.store).await?;
    let barred = clients
        .iter()
        .filter(|client| obstacle(&app.settings, client).is_some())
        .count();
    if barred > 0 {
        tracing::warn!(
            clients = barred,
            "the profile keeps enabled clients out: `countersign settings check --profile fapi2` says which"
        );
    }
    Ok(())
}

/// Whoever is registered, or why that cannot be known; nothing is made or changed.
async fn parties(settings: &Settings) -> Result<Parties, String> {
    let database = &settings.database;
    if let Some(path) = database.sqlite_path()
        && !Path::new(path).exists()
    {
        return Err(format!("there is no database at {path} yet"));
    }
    let read = async {
        let store = Store::look(database).await?;
        store.check_schema().await?;
        Ok(Parties {
            clients: store::client::list(&store).await?,
            wallets: store::resource_server::list(&store).await?,
        })
    };
    read.await
        .map_err(|fault: store::StoreFault| fault.to_string())
}

/// No clause is about how wallets authenticate; a secret that is stolen there tells what tokens are worth.
fn note(wallet: &ResourceServer) -> Option<String> {
    let (id, name) = (&wallet.id, &wallet.name);
    (wallet.is_enabled() && wallet.auth_method.has_secret()).then(|| {
        format!(
            "wallet {id} ({name}) authenticates by a secret, of which the profile says nothing; \
             `countersign resource-server update {id} --auth-method private_key_jwt --jwks-uri URL` changes it, {OTHER_ALGORITHMS}"
        )
    })
}

fn clause([verdict, number, rule, why]: &[&str; 4]) -> Value {
    json!({ "clause": number, "rule": rule, "verdict": verdict, "why": why })
}

fn client(obstacle: &Obstacle) -> Value {
    json!({
        "client_id": obstacle.client,
        "name": obstacle.name,
        "reasons": obstacle.reasons,
        "change": obstacle.change,
    })
}

fn table(rows: &[[&str; 4]], obstacles: &[Obstacle], notes: &[String]) -> String {
    let clauses = rows.iter().map(|[verdict, number, rule, why]| {
        format!(
            "{verdict:13}  {number:10}  {}\n",
            output::line(&format!("{rule}: {why}"))
        )
    });
    let clients = obstacles.iter().map(|it| {
        let said = format!(
            "{} ({}): {}; {}",
            it.client,
            it.name,
            it.reasons.join(", "),
            it.change
        );
        format!(
            "{:13}  {:10}  {}\n",
            "in the way",
            "client",
            output::line(&said)
        )
    });
    let notes = notes
        .iter()
        .map(|note| format!("{:13}  {:10}  {}\n", "note", "", output::line(note)));
    clauses.chain(clients).chain(notes).collect()
}
