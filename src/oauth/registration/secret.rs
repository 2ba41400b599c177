use jiff::{SignedDuration, Timestamp};

use crate::app::{App, new_secret};
use crate::model::{AuthMethod, Secret};
use crate::store::{self, StoreFault, Transaction};

use super::RegistrationFault;

/// A new secret for a client or resource server, and when those that it has had end: after `overlap`, at once when
/// that is zero.
pub async fn rotate_secret(
    app: &App,
    party: &str,
    overlap: SignedDuration,
) -> Result<(Secret, Timestamp), RegistrationFault> {
    let refused = |rule| RegistrationFault::refused("overlap", &overlap.to_string(), rule);
    if overlap.is_negative() {
        return Err(refused("it must not be negative"));
    }
    let now = app.clock.now();
    let end = now
        .checked_add(overlap)
        .map_err(|_| refused("it must be shorter"))?;
    let tx = app.store.begin().await?;
    tx.lock(party).await?;
    let client = store::client::find(&tx, party).await?;
    match &client {
        Some(client) => check_has_secret("client", party, client.auth_method)?,
        None => match store::resource_server::find(&tx, party).await? {
            Some(server) => check_has_secret("resource server", party, server.auth_method)?,
            None => return Err(RegistrationFault::UnknownParty(party.to_owned())),
        },
    }
    store::party_secret::end(&tx, party, end, now).await?;
    let secret = add(&tx, party, now).await?;
    tx.commit().await?;
    Ok((secret, end))
}

fn check_has_secret(
    kind: &'static str,
    party: &str,
    method: AuthMethod,
) -> Result<(), RegistrationFault> {
    if method.has_secret() {
        return Ok(());
    }
    let rule = format!("its auth method is {method}: it has no secret");
    Err(RegistrationFault::refused(kind, party, rule))
}

/// Gives `party` a secret without an end.
pub(super) async fn add(
    tx: &Transaction,
    party: &str,
    now: Timestamp,
) -> Result<Secret, StoreFault> {
    let secret = new_secret();
    store::party_secret::insert(tx, party, &secret.digest(), now).await?;
    Ok(secret)
}
