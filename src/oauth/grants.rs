//! What ends a grant, and what is written down about it.

use jiff::Timestamp;

use crate::app::App;
use crate::keys::random;
use crate::model::{EndReason, Grant, GrantState, HistoryEntry, HistoryKind};
use crate::store::{self, StoreFault, Transaction};

/// Who did something to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The payer.
    Payer,
    /// The client.
    Client,
    /// The operator.
    Operator,
    /// This server.
    System,
}

impl By {
    fn as_str(self) -> &'static str {
        match self {
            Self::Payer => "payer",
            Self::Client => "client",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

/// Ends a grant; its tokens are dead with the commit. False if it had ended.
pub(super) async fn end(
    tx: &Transaction,
    id: &str,
    reason: EndReason,
    by: By,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let ended = store::grant::end(tx, id, reason, now).await?;
    if ended {
        note(
            tx,
            HistoryEntry {
                detail: Some(reason.to_string()),
                ..entry(id, HistoryKind::Ended, by, now)
            },
        )
        .await?;
        tracing::info!(
            grant = id,
            reason = reason.as_str(),
            by = by.as_str(),
            "a grant ended"
        );
    }
    Ok(ended)
}

/// An entry without detail.
pub(super) fn entry(grant: &str, kind: HistoryKind, by: By, at: Timestamp) -> HistoryEntry {
    HistoryEntry {
        grant: grant.to_owned(),
        at,
        kind,
        by: by.as_str().to_owned(),
        detail: None,
    }
}

/// Writes down that something happened to a grant. Who has the grant's lock reads the clock after that, so that the times in
/// the history have the order of what happened, however many waited.
pub(super) async fn note(tx: &Transaction, entry: HistoryEntry) -> Result<(), StoreFault> {
    store::grant_history::insert(tx, &random::id("his_"), &entry).await
}

/// Ends a grant for the operator; `None` if there is no such grant, false if it had ended.
pub async fn revoke(app: &App, id: &str) -> Result<Option<bool>, StoreFault> {
    let tx = app.store.begin().await?;
    if store::grant::lock(&tx, id).await?.is_none() {
        return Ok(None);
    }
    let now = app.clock.now();
    let ended = end(&tx, id, EndReason::Operator, By::Operator, now).await?;
    tx.commit().await?;
    Ok(Some(ended))
}

/// The state of a grant at `now`: one whose time is over is over, whoever has noticed.
#[must_use]
pub fn state_at(grant: &Grant, now: Timestamp) -> GrantState {
    let over = grant.ends_at.is_some_and(|end| end <= now);
    match &grant.state {
        GrantState::Pending | GrantState::Active | GrantState::Suspended(_) if over => {
            GrantState::Ended(EndReason::Expired)
        }
        state => state.clone(),
    }
}
