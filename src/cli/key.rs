use clap::Subcommand;
use jiff::Timestamp;

use crate::model::{Phase, SigningKey};
use crate::oauth::signing_keys;

use super::Context;
use super::failure::Failure;
use super::record::Record;

/// What can be done with signing keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the signing keys, the oldest first.
    List,
    /// Announce a new key, which signs after `keys.announce`; those before it retire by themselves.
    Rotate,
}

/// Does what the command says.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let app = context.app().await?;
    let now = app.clock.now();
    let signer = app.ring().await.signing_key(now).map(|key| key.kid.clone());
    let record = |key: &SigningKey| describe(key, signer.as_deref(), now);
    match command {
        Command::List => {
            let keys = signing_keys::list(&app).await?;
            let records: Vec<Record> = keys.iter().map(record).collect();
            let columns = ["kid", "algorithm", "state", "signs_from", "retires_at"];
            context.output.list(&records, &columns)
        }
        Command::Rotate => {
            let key = signing_keys::rotate(&app).await?;
            context.output.one(&record(&key))?;
            context.output.hint(&format!(
                "it is published now and signs from {}; running servers follow by themselves",
                key.signs_from
            ));
            Ok(())
        }
    }
}

fn describe(key: &SigningKey, signer: Option<&str>, now: Timestamp) -> Record {
    let state = match key.phase(now) {
        _ if signer == Some(key.kid.as_str()) => "signing",
        Phase::Unpublished | Phase::Announced => "announced",
        Phase::Signing | Phase::Retiring => "verifying",
        Phase::Retired => "retired",
    };
    Record::default()
        .with("kid", key.kid.as_str())
        .with("algorithm", key.algorithm.as_str())
        .with("state", state)
        .at("published_at", key.published_at)
        .at("signs_from", key.signs_from)
        .at("retires_at", key.retired_at)
}
