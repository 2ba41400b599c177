//! What ends a grant, what is written down about it, and which grants a new one takes the place of.

use jiff::Timestamp;

use crate::app::App;
use crate::keys::random;
use crate::model::{EndReason, Grant, GrantState, HistoryEntry, HistoryKind};
use crate::store::{self, Rows, StoreFault, Transaction};

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

/// What a new grant is for, and whose it is.
pub(super) struct Place<'a> {
    /// The agreement's or collection's URL.
    pub(super) agreement_url: &'a str,
    /// Whether that is a collection.
    pub(super) collection: bool,
    /// Who may act.
    pub(super) client: &'a str,
    /// Who approves.
    pub(super) user: Option<&'a str>,
    /// The payment pointer.
    pub(super) subject: &'a str,
}

/// What is alive, by the rows, where a new grant is to live.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// The same client's, from the same payer: the new grant takes their place.
    pub(super) own: Vec<Grant>,
    /// Those whose time is over, which nobody has written down yet.
    pub(super) over: Vec<Grant>,
    /// Whether there is somebody else's.
    pub(super) taken: bool,
}

/// What there is at `now` in the place of a new grant: there is one living grant an agreement; for a collection, one a client,
/// payer and pointer.
pub(super) async fn earlier(
    rows: &impl Rows,
    place: &Place<'_>,
    now: Timestamp,
) -> Result<Earlier, StoreFault> {
    let holder = (place.client, place.user);
    let living = if place.collection {
        let (url, subject) = (place.agreement_url, place.subject);
        store::grant::live_for_collection(rows, url, holder, subject).await?
    } else {
        let living = store::grant::find_live(rows, place.agreement_url).await?;
        living.into_iter().collect()
    };
    let mut found = Earlier::default();
    for grant in living {
        if grant.ends_at.is_some_and(|end| end <= now) {
            found.over.push(grant);
        } else if (grant.client.as_str(), grant.user.as_deref()) == holder {
            found.own.push(grant);
        } else {
            found.taken = true;
        }
    }
    found
        .own
        .sort_by_key(|own| (own.consented_at, own.id.clone()));
    Ok(found)
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
