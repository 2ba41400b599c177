//! A client acts on its own account: it may create agreements there (RFC 6749 §4.4).
//!
//! 1. the client keeps a secret — `unauthorized_client`
//! 2. `scope`, or `authorization_details`, names one collection of an enabled wallet, and `resource` fits it —
//!    `invalid_scope`, `invalid_authorization_details`, `invalid_target` (the list is in `details.rs`)
//! 3. the operator has registered an account of the client at that wallet — `invalid_scope`,
//!    `invalid_authorization_details`

use crate::app::{App, later};
use crate::keys::random;
use crate::model::{Client, Grant, GrantState, HistoryKind, PaymentPointer, ResourceServer};
use crate::store::{self, Transaction};

use super::error::{ErrorCode, OAuthError};
use super::grants::{self, By, entry};
use super::mint::{self, Order};
use super::scope::Resolved;
use super::token::TokenResponse;
use super::{Caller, Parameters, details};

/// Grants a token for a collection, on the client's own account.
pub(super) async fn grant(
    app: &App,
    caller: &Caller,
    form: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let client = &caller.client;
    if client.is_public() {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "A public client cannot act on its own account",
        ));
    }
    let asked = details::own(app, form, &client.id).await?;
    let resolved = &asked.resolved;
    if !resolved.collection {
        return Err(asked.refuse("The scope must be a collection: an agreement needs its payer"));
    }
    let account = own_account(client, &resolved.wallet).ok_or_else(|| {
        asked.refuse("No account of the client is registered at this wallet: the operator adds one")
    })?;
    let confirmation = caller.confirmation()?;
    let now = app.clock.now();
    let order = |grant| Order {
        grant,
        audience: &resolved.wallet.origin,
        confirmation: confirmation.as_ref(),
        now,
    };
    let url = resolved.url.as_str();
    // Of a grant that ends before the token is kept, the token is dead with it.
    let live = store::grant::find_own(&app.store, &client.id, url).await?;
    let live = live.filter(|live| live.is_alive(now) && live.subject == account);
    if let Some(live) = live
        && caller.spending.is_empty()
    {
        return mint::access_token_alone(app, &order(&live)).await;
    }
    let tx = app.store.begin().await?;
    let spent = caller.spending.spend(&tx).await;
    let answer = match spent {
        Ok(()) => {
            tx.lock(resolved.url.as_str()).await?;
            let grant = find_or_insert(app, &tx, client, resolved, account).await?;
            let now = app.clock.now();
            let order = Order {
                now,
                ..order(&grant)
            };
            mint::access_token(app, &tx, &order).await
        }
        Err(error) => Err(error),
    };
    if answer.as_ref().is_err_and(OAuthError::is_fault) {
        return answer;
    }
    tx.commit().await?;
    answer
}

fn own_account<'a>(client: &'a Client, wallet: &ResourceServer) -> Option<&'a str> {
    let origins = wallet.origins();
    let on_wallet = |account: &&String| {
        PaymentPointer::parse(account, &origins)
            .is_ok_and(|pointer| origins.contains(&pointer.origin()))
    };
    client.accounts.iter().find(on_wallet).map(String::as_str)
}

async fn find_or_insert(
    app: &App,
    tx: &Transaction,
    client: &Client,
    resolved: &Resolved,
    account: &str,
) -> Result<Grant, OAuthError> {
    let now = app.clock.now();
    if let Some(live) = store::grant::find_own(tx, &client.id, resolved.url.as_str()).await? {
        if live.is_alive(now) && live.subject == account {
            return Ok(live);
        }
        grants::end(
            tx,
            &live.id,
            crate::model::EndReason::Replaced,
            By::System,
            now,
        )
        .await?;
    }
    let grant = Grant {
        id: random::id("grt_"),
        client: client.id.clone(),
        user: None,
        resource_server: resolved.wallet.id.clone(),
        agreement_url: resolved.url.as_str().to_owned(),
        collection: true,
        kind: resolved.kind,
        actions: vec!["create".to_owned()],
        subject: account.to_owned(),
        snapshot: None,
        agreement_digest: None,
        approval_digest: None,
        limits: None,
        authentication: None,
        consented_at: None,
        text: None,
        state: GrantState::Active,
        state_at: now,
        starts_at: Some(now),
        ends_at: Some(later(now, app.settings.grant.collection_lifetime)),
        replaces: None,
        created_at: now,
    };
    store::grant::insert(tx, &grant).await?;
    grants::note(tx, entry(&grant.id, HistoryKind::Created, By::Client, now)).await?;
    Ok(grant)
}
