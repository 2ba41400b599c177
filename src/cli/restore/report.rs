use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::record::Record;

use super::{Done, Latest};

/// Says what was ended, and what came back as it was.
pub(super) fn write(
    context: &Context,
    path: &Path,
    replaced: Option<&Path>,
    done: &Done,
) -> Result<(), Failure> {
    let ended = &done.ended;
    let (asked, reason) = match &done.latest {
        Latest::Asked(path) => (Some(path.display().to_string()), None),
        Latest::Unknown(reason) => (None, Some(reason.clone())),
    };
    let known = asked.is_some();
    let [clients, wallets, users] = ended.disabled;
    let name = |id: &str| {
        let found = done.names.iter().find(|(known, _)| known == id);
        found.map(|(_, name)| name.clone())
    };
    let whose: Vec<Value> = ended
        .whose
        .iter()
        .map(|(client, wallet, grants)| {
            json!({
                "client_id": client, "client": name(client),
                "resource_server_id": wallet, "resource_server": name(wallet),
                "grants": grants,
            })
        })
        .collect();
    let record = Record::default()
        .with("restored", path.display().to_string())
        .with("replaced", replaced.map(|path| path.display().to_string()))
        .at("newest_in_backup", done.newest)
        .with("asked", asked)
        .with("not_asked_because", reason)
        .with("grants_ended", ended.grants_ended)
        .with("grants_kept", ended.grants_kept)
        .with("access_tokens_ended", ended.access_tokens)
        .with("refresh_tokens_ended", ended.refresh_tokens)
        .with("codes_ended", ended.codes)
        .with("requests_ended", ended.requests)
        .with("sessions_ended", ended.sessions)
        .with("clients_disabled", clients)
        .with("resource_servers_disabled", wallets)
        .with("users_disabled", users)
        .with("signing_keys_retired", ended.keys)
        .with("new_signing_key", done.signer.clone())
        .with("ended_for", whose);
    context.output.one(&record)?;
    context.output.hint(if known {
        "parties, passwords, secrets and signing keys are as the database that was asked says; what it alone had is not there"
    } else if clients + wallets + users > 0 {
        "who was disabled since the backup, and which passwords and secrets were changed, is unknown: enable whom you have \
         looked at (`client enable`, `resource-server enable`, `user enable`), with a new password or secret if theirs changed"
    } else {
        "parties, passwords and secrets are those of the backup"
    });
    Ok(())
}
