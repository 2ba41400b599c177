use crate::app::App;
use crate::model::{Grant, GrantState, RequestStatus, Secret, User};
use crate::oauth::error::{Over, PageError};
use crate::oauth::grants::state_at;
use crate::store;

use super::{Opened, code};

/// A request that was decided, for the payer who comes back to it (screen S17).
#[derive(Debug)]
pub struct Settled {
    /// The request.
    pub opened: Opened,
    /// What came of it; none if it was declined.
    pub outcome: Option<Outcome>,
}

/// What came of an approval.
#[derive(Debug)]
pub struct Outcome {
    /// The permission.
    pub grant: Grant,
    /// Whether the client has still to come for it: going back to it sends the code once more.
    pub redeemable: bool,
}

/// What a decided request is to `payer`; the request back if it is open, an error if there is nothing more to tell.
pub(super) async fn settle(
    app: &App,
    opened: Opened,
    browser: &Secret,
    payer: Option<&User>,
) -> Result<Result<Opened, Settled>, PageError> {
    match opened.request.status {
        RequestStatus::Open => Ok(Ok(opened)),
        RequestStatus::Declined => Ok(Err(Settled {
            opened,
            outcome: None,
        })),
        RequestStatus::Approved => {
            let found = store::grant::find(&app.store, &opened.request.grant_id).await?;
            let own = |grant: &Grant| grant.user.as_ref() == payer.map(|user| &user.id);
            let Some(grant) = found.filter(own) else {
                return Err(opened.decided());
            };
            let redeemable = is_redeemable(app, &opened, browser).await?;
            match state_at(&grant, app.clock.now()) {
                GrantState::Pending if !redeemable => Err(opened.approved(Over::Uncollected)),
                GrantState::Ended(_) => Err(opened.decided()),
                _ => Ok(Err(Settled {
                    opened,
                    outcome: Some(Outcome { grant, redeemable }),
                })),
            }
        }
        RequestStatus::Left | RequestStatus::Unusable | RequestStatus::Unreachable => {
            Err(opened.decided())
        }
    }
}

/// Whether the code of an approved request is in time and unused, and its grant waits for it.
pub(super) async fn is_redeemable(
    app: &App,
    opened: &Opened,
    browser: &Secret,
) -> Result<bool, PageError> {
    let digest = code(browser, &opened.request.id).digest();
    let row = store::authorization_code::find(&app.store, &digest).await?;
    let now = app.clock.now();
    if row.is_none_or(|code| code.redeemed_at.is_some() || code.expires_at <= now) {
        return Ok(false);
    }
    let grant = store::grant::find(&app.store, &opened.request.grant_id).await?;
    Ok(grant.is_some_and(|grant| state_at(&grant, now) == GrantState::Pending))
}
