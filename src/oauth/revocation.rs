//! `/revoke`: a client gives a token back (RFC 7009).
//!
//! A refresh token ends its grant, an access token ends itself. What is unknown, or another client's, stays as it is,
//! and the answer is the same.

use crate::app::App;
use crate::model::{Client, Digest, EndReason, HistoryEntry, HistoryKind, Secret};
use crate::store::{self, Transaction};

use super::error::{ErrorCode, OAuthError};
use super::grants::{self, By, entry};
use super::{Caller, Parameters};

/// Revokes the token in `form` for `client`.
#[tracing::instrument(target = "countersign::trace", name = "revocation", skip_all)]
pub async fn revoke(app: &App, caller: &Caller, form: &Parameters) -> Result<(), OAuthError> {
    let answer = answer(app, caller, form).await;
    caller.spending.settle(&app.store, answer).await
}

async fn answer(app: &App, caller: &Caller, form: &Parameters) -> Result<(), OAuthError> {
    let client = &caller.client;
    let token = form.one("token").ok_or_else(|| {
        OAuthError::new(ErrorCode::InvalidRequest, "The parameter token is missing")
    })?;
    let digest = Secret::presented(token).digest();
    let tx = app.store.begin().await?;
    let spent = caller.spending.spend(&tx).await;
    match &spent {
        Err(error) if error.is_fault() => return spent,
        Err(_) => {}
        Ok(()) => revoke_token(app, &tx, client, &digest).await?,
    }
    tx.commit().await?;
    spent
}

async fn revoke_token(
    app: &App,
    tx: &Transaction,
    client: &Client,
    digest: &Digest,
) -> Result<(), OAuthError> {
    if let Some(refresh) = store::refresh_token::find(tx, digest).await? {
        let grant = store::grant::lock(tx, &refresh.grant).await?;
        let now = app.clock.now();
        if grant.is_some_and(|grant| grant.client == client.id) {
            grants::end(tx, &refresh.grant, EndReason::Client, By::Client, now).await?;
        }
    } else if let Some(access) = store::access_token::find(tx, digest).await? {
        let grant = store::grant::lock(tx, &access.grant).await?;
        let now = app.clock.now();
        if grant.is_some_and(|grant| grant.client == client.id)
            && store::access_token::revoke(tx, digest, now).await?
        {
            let note = HistoryEntry {
                detail: Some(access.jti),
                ..entry(&access.grant, HistoryKind::TokenRevoked, By::Client, now)
            };
            grants::note(tx, note).await?;
        }
    }
    Ok(())
}
