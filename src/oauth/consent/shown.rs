use crate::app::App;
use crate::model::{RequestStatus, Shown};
use crate::oauth::error::{ErrorCode, PageError, PageKind};
use crate::store;
use crate::store::authorization_request::Comparison;

use super::decide::settle;
use super::present::keep_snapshot;
use super::{Changed, Presentation, Say};

/// How often terms may change under a payer's eyes before the request is stopped.
const MOST_CHANGES: i64 = 2;

/// How what there is now compares with what this payer was shown.
pub(super) fn compare(now: &Presentation) -> Comparison {
    let shown = now.opened.request.shown.as_ref();
    match shown.filter(|shown| shown.payer == now.user.id) {
        None => Comparison::First,
        Some(shown) if shown.digest == now.digest => Comparison::Same,
        Some(_) => Comparison::Other,
    }
}

/// Notes what the payer is shown: a snapshot, unless the last one has the same terms, the digest and the words. False if
/// something else happened to the request meanwhile.
pub(super) async fn note(app: &App, now: &Presentation, say: &Say<'_>) -> Result<bool, PageError> {
    let request = &now.opened.request;
    let comparison = compare(now);
    let snapshot = match (&now.agreement, comparison, &request.shown) {
        (None, _, _) => None,
        (Some(_), Comparison::Same, Some(shown)) => shown.snapshot.clone(),
        (Some(_), _, _) => Some(keep_snapshot(app, now).await?),
    };
    let (text, locale) = say(now);
    let shown = Shown {
        payer: now.user.id.clone(),
        snapshot,
        digest: now.digest.clone(),
        text,
        locale,
    };
    Ok(store::authorization_request::show(&app.store, request, &shown, comparison).await?)
}

/// What the payer is told where there is something else than they saw; none if it is as they saw it, or was not shown yet.
/// A second change stops the request. `Err` in the answer: look again, something else happened meanwhile.
pub(super) async fn change(
    app: &App,
    now: Presentation,
    say: &Say<'_>,
) -> Result<Result<Seen, Elsewhere>, PageError> {
    let comparison = compare(&now);
    let request = &now.opened.request;
    if comparison == Comparison::Other && request.changes + 1 >= MOST_CHANGES {
        let tx = app.store.begin().await?;
        settle(app, &tx, &now.opened, RequestStatus::Left).await?;
        tx.commit().await?;
        let page = now
            .opened
            .page(PageKind::KeepsChanging, ErrorCode::AccessDenied);
        return Err(page);
    }
    if !note(app, &now, say).await? {
        return Ok(Err(Elsewhere));
    }
    let saw = match comparison {
        Comparison::First => None,
        Comparison::Same => request.earlier.clone(),
        Comparison::Other => request.shown.clone(),
    };
    let Some(saw) = saw.filter(|saw| saw.payer == now.user.id) else {
        return Ok(Ok(Seen::Same(Box::new(now))));
    };
    let before = match &saw.snapshot {
        Some(id) => store::agreement_snapshot::find(&app.store, id).await?,
        None => None,
    };
    Ok(Ok(Seen::Changed(Box::new(Changed { before, saw, now }))))
}

/// What the payer is shown.
pub(super) enum Seen {
    /// What they are asked, for the first time or once more.
    Same(Box<Presentation>),
    /// What changed.
    Changed(Box<Changed>),
}

/// Something else happened to the request meanwhile, in another tab of the same browser.
pub(super) struct Elsewhere;
