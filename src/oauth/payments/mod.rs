//! What a payer has approved: they see it, and stop it. Checks, in order:
//!
//! 1. somebody is signed in — the sign-in page (the door asks)
//! 2. the id is one that there can be — 404
//! 3. there is such a grant, and it is theirs; a client's own is nobody's — 404, the same
//! 4. it is alive, or waits to be collected — nothing is done, and nothing said against it
//!
//! Time decides: what is past its end is over, and so is what the app did not collect in time, whatever the row says.

mod list;
mod timeline;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::app::App;
use crate::model::{
    AuthorizationCode, Client, EndReason, Grant, GrantState, ResourceServer, Terms, User,
};
use crate::store::{self, Rows, StoreFault};

use super::error::{PageError, PageKind};
use super::grants::{self, By};

pub use list::{Listing, PAGE, Query, Show, list, living};
pub use timeline::{Happened, What};

/// One grant of a payer, with what they are told about it.
#[derive(Debug)]
pub struct Permission {
    /// The grant; its state is the one at the present moment.
    pub grant: Grant,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// Who may act.
    pub client: Client,
    /// Where the payer was sent back to.
    pub redirect_uri: String,
}

impl Permission {
    /// Whether nothing can come of it any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.grant.state, GrantState::Ended(_))
    }

    /// When it ends, as the payer was told: the end of the terms, unless this server ends it earlier; `None` if the terms
    /// have none.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        if self.grant.collection {
            return self.grant.ends_at;
        }
        let end = self.grant.limits.as_ref()?.end?;
        Some(self.grant.ends_at.map_or(end, |earlier| earlier.min(end)))
    }
}

/// A grant of a payer with everything that there is to tell.
#[derive(Debug)]
pub struct Detail {
    /// The grant and its client.
    pub permission: Permission,
    /// The wallet.
    pub wallet: ResourceServer,
    /// What was approved; none for a collection.
    pub terms: Option<Terms>,
    /// What happened, the newest first.
    pub timeline: Vec<Happened>,
}

/// Loads a grant of `user`; somebody else's is as unknown as one that there never was.
pub async fn load(app: &App, user: &User, id: &str) -> Result<Permission, PageError> {
    let grant = store::grant::find(&app.store, checked(id)?).await?;
    let grant = own(grant, user)?;
    let mut found = complete(&app.store, vec![grant], app.clock.now()).await?;
    found.pop().ok_or_else(not_found)
}

/// Loads a grant of `user` with its terms and what happened to it.
pub async fn detail(app: &App, user: &User, id: &str) -> Result<Detail, PageError> {
    let permission = load(app, user, id).await?;
    let grant = &permission.grant;
    let wallet = store::resource_server::find(&app.store, &grant.resource_server).await?;
    let wallet = wallet.ok_or_else(|| lost(&grant.id, &grant.resource_server))?;
    let terms = match &grant.snapshot {
        Some(snapshot) => store::agreement_snapshot::find(&app.store, snapshot).await?,
        None => None,
    };
    Ok(Detail {
        timeline: timeline::of(&app.store, &permission).await?,
        terms: terms.map(|snapshot| snapshot.terms),
        wallet,
        permission,
    })
}

/// Stops a grant of `user`: its code and its tokens are dead with the commit. What is over stays as it is.
pub async fn stop(app: &App, user: &User, id: &str) -> Result<(), PageError> {
    let id = checked(id)?;
    let tx = app.store.begin().await?;
    let grant = own(store::grant::lock(&tx, id).await?, user)?;
    let now = app.clock.now();
    if !matches!(grants::state_at(&grant, now), GrantState::Ended(_)) {
        grants::end(&tx, id, EndReason::Payer, By::Payer, now).await?;
    }
    Ok(tx.commit().await?)
}

/// `PostgreSQL` would take a NUL in an id for a fault.
fn checked(id: &str) -> Result<&str, PageError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let good = id.len() <= 64 && id.bytes().all(plain);
    good.then_some(id).ok_or_else(not_found)
}

fn own(grant: Option<Grant>, user: &User) -> Result<Grant, PageError> {
    grant
        .filter(|grant| grant.user.as_ref() == Some(&user.id))
        .ok_or_else(not_found)
}

fn not_found() -> PageError {
    PageError::new(PageKind::NotFound)
}

fn lost(grant: &str, party: &str) -> StoreFault {
    StoreFault::Corrupt {
        table: "grant",
        row: grant.to_owned(),
        what: format!("there is no {party}"),
    }
}

/// Reads what belongs to each of `grants`, all of them at once, and judges them at `now`.
async fn complete(
    rows: &impl Rows,
    grants: Vec<Grant>,
    now: Timestamp,
) -> Result<Vec<Permission>, StoreFault> {
    let ids: Vec<&str> = grants.iter().map(|grant| grant.id.as_str()).collect();
    let codes = store::authorization_code::of_grants(rows, &ids).await?;
    let codes: HashMap<&str, &AuthorizationCode> = codes
        .iter()
        .map(|code| (code.grant.as_str(), code))
        .collect();
    let mut ids: Vec<&str> = grants.iter().map(|grant| grant.client.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = store::client::find_all(rows, &ids).await?;
    let clients: HashMap<&str, &Client> = clients
        .iter()
        .map(|client| (client.id.as_str(), client))
        .collect();
    grants
        .iter()
        .map(|grant| {
            let client = clients.get(grant.client.as_str());
            let client = *client.ok_or_else(|| lost(&grant.id, &grant.client))?;
            let code = codes.get(grant.id.as_str()).copied();
            let (state, since) = standing(grant, code, now);
            let redirect_uri = code
                .map(|code| &code.redirect_uri)
                .or(client.redirect_uris.first());
            Ok(Permission {
                redirect_uri: redirect_uri.cloned().unwrap_or_default(),
                client: client.clone(),
                since,
                grant: Grant {
                    state,
                    ..grant.clone()
                },
            })
        })
        .collect()
}

/// The state of a grant at `now`, and since when.
fn standing(
    grant: &Grant,
    code: Option<&AuthorizationCode>,
    now: Timestamp,
) -> (GrantState, Timestamp) {
    let over = || GrantState::Ended(EndReason::Expired);
    let end = grant.ends_at.filter(|end| *end <= now);
    match (&grant.state, end) {
        (GrantState::Ended(_), _) => (grant.state.clone(), grant.state_at),
        (GrantState::Pending, end) => {
            let until = code.map_or(grant.state_at, |code| code.expires_at);
            let until = end.map_or(until, |end| end.min(until));
            if until <= now {
                (over(), until)
            } else {
                (GrantState::Pending, grant.state_at)
            }
        }
        (_, Some(end)) => (over(), end),
        (state, None) => (state.clone(), grant.state_at),
    }
}
