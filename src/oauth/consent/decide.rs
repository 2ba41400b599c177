use crate::app::{App, later};
use crate::model::{AgreementType, HistoryEntry, HistoryKind, RequestStatus, Secret, Session};
use crate::oauth::error::{ErrorCode, OAuthError, Over, PageError, PageKind};
use crate::oauth::grants::{self, By, entry};
use crate::oauth::redirection::Redirection;
use crate::store::{self, Transaction};

use super::approval::{self, Approved};
use super::present::{Examined, examine, keep_snapshot, note_shown, pointers_at};
use super::{
    Approval, Changed, Decided, Decision, Opened, Password, Presentation, Say, Visit, code, load,
    settled,
};

/// How often terms may change under a payer's eyes before the request is stopped.
const MOST_CHANGES: i64 = 2;

/// Decides a request. Deciding twice is harmless: the first decision counts, and is answered again.
pub async fn decide(
    app: &App,
    visit: &Visit<'_>,
    decision: Decision,
    say: &Say<'_>,
) -> Result<Decided, PageError> {
    let (opened, browser) = load(app, visit).await?;
    if opened.request.status != RequestStatus::Open {
        return repeat(app, &opened, &browser).await;
    }
    let status = match decision {
        Decision::Leave(ErrorCode::InvalidScope) => RequestStatus::Unusable,
        Decision::Leave(ErrorCode::TemporarilyUnavailable) => RequestStatus::Unreachable,
        Decision::Decline | Decision::Leave(_) => RequestStatus::Declined,
        Decision::MoreTime => return more_time(app, &opened).await,
        Decision::Account(account) => return choose_account(app, &opened, visit, &account).await,
        Decision::Approve(approval) => {
            let deciding = Deciding {
                app,
                visit,
                browser: &browser,
                say,
            };
            return deciding.approve(opened, approval).await;
        }
    };
    let tx = app.store.begin().await?;
    let status = settle(&tx, &opened, status).await?;
    tx.commit().await?;
    Ok(Decided::Redirect(answer(app, &opened, &browser, status)))
}

/// Answers a decided request again. A code that was redeemed, or is too old, is not sent again: whoever redeems it a second
/// time ends the grant.
async fn repeat(app: &App, opened: &Opened, browser: &Secret) -> Result<Decided, PageError> {
    let status = opened.request.status;
    if status == RequestStatus::Approved && !settled::is_redeemable(app, opened, browser).await? {
        return Ok(Decided::Again);
    }
    Ok(Decided::Redirect(answer(app, opened, browser, status)))
}

/// Decides the request if nobody has; answers what was decided first.
async fn settle(
    tx: &Transaction,
    opened: &Opened,
    status: RequestStatus,
) -> Result<RequestStatus, PageError> {
    if store::authorization_request::decide(tx, &opened.request.id, status).await? {
        tracing::info!(
            request = opened.request.id,
            status = status.as_str(),
            "a request was decided"
        );
        return Ok(status);
    }
    let decided = store::authorization_request::lock(tx, &opened.request.id).await?;
    Ok(decided
        .ok_or_else(|| PageError::new(PageKind::NotFound))?
        .status)
}

/// What the client is told about a request that was decided.
fn answer(app: &App, opened: &Opened, browser: &Secret, status: RequestStatus) -> Redirection {
    let issuer = &app.settings.server.issuer;
    let state = opened.request.state.as_deref();
    let error = match status {
        RequestStatus::Approved => {
            return opened
                .target
                .with_code(&code(browser, &opened.request.id), state, issuer);
        }
        RequestStatus::Unusable => OAuthError::new(
            ErrorCode::InvalidScope,
            "The agreement cannot be read or its terms are refused, the payer was not asked",
        ),
        RequestStatus::Unreachable => OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
            "The wallet did not answer, try again later",
        ),
        RequestStatus::Open | RequestStatus::Declined => {
            OAuthError::new(ErrorCode::AccessDenied, "The payer did not approve")
        }
    };
    opened.target.with_error(&error, state, issuer)
}

async fn more_time(app: &App, opened: &Opened) -> Result<Decided, PageError> {
    let now = app.clock.now();
    opened.check_open(now)?;
    let until = later(now, app.settings.authorization.request_lifetime);
    if store::authorization_request::extend(&app.store, &opened.request.id, until, now).await? {
        Ok(Decided::Again)
    } else {
        Err(opened.page(PageKind::Over(Over::TooLate), ErrorCode::AccessDenied))
    }
}

async fn choose_account(
    app: &App,
    opened: &Opened,
    visit: &Visit<'_>,
    account: &str,
) -> Result<Decided, PageError> {
    opened.check_open(app.clock.now())?;
    let Some((user, _)) = visit.payer else {
        return Ok(Decided::SignIn);
    };
    let pointers = pointers_at(app, &opened.wallet, user).await?;
    if opened.request.collection && pointers.iter().any(|pointer| pointer == account) {
        store::authorization_request::choose_account(&app.store, &opened.request.id, account)
            .await?;
    }
    Ok(Decided::Again)
}

struct Deciding<'a> {
    app: &'a App,
    visit: &'a Visit<'a>,
    browser: &'a Secret,
    say: &'a Say<'a>,
}

impl Deciding<'_> {
    async fn approve(&self, opened: Opened, approval: Approval) -> Result<Decided, PageError> {
        let now = self.app.clock.now();
        opened.check_open(now)?;
        let Some((user, session)) = self.visit.payer else {
            return Ok(Decided::SignIn);
        };
        let mut session = session.clone();
        if approval.password == Password::Right {
            session.auth_time = now;
        }
        if opened.wants_sign_in(&session) {
            return Ok(Decided::SignIn);
        }
        match examine(self.app, opened, user).await? {
            Examined::ChooseAccount(..) => Ok(Decided::Again),
            Examined::Ready(now) if now.digest != approval.digest => {
                self.changed(*now, &approval.digest).await
            }
            Examined::Ready(now) if self.wants_password(&now, &session, approval.password) => {
                Ok(Decided::StepUp(now))
            }
            Examined::Ready(now) => self.grant(*now, &session).await,
        }
    }

    /// Whether the payer has to give the password before this is approved.
    fn wants_password(
        &self,
        presentation: &Presentation,
        session: &Session,
        password: Password,
    ) -> bool {
        let request = &presentation.opened.request;
        let fresh = self.app.settings.session.step_up_after;
        let is_old = later(session.auth_time, fresh) <= self.app.clock.now();
        let is_mandate = request.kind == AgreementType::Mandate && !request.collection;
        match password {
            Password::Right => false,
            Password::Wrong => true,
            Password::Absent => request.changes > 0 || (is_mandate && is_old),
        }
    }

    /// The payer agreed to something else than there is now.
    async fn changed(&self, now: Presentation, digest: &str) -> Result<Decided, PageError> {
        let request = &now.opened.request;
        let Some(shown) = request
            .shown
            .as_ref()
            .filter(|shown| shown.digest == digest)
        else {
            // An older page, or a made-up digest: what holds now has not been looked at there.
            return Ok(Decided::Again);
        };
        let changes = request.changes + 1;
        if changes >= MOST_CHANGES {
            let tx = self.app.store.begin().await?;
            settle(&tx, &now.opened, RequestStatus::Declined).await?;
            tx.commit().await?;
            return Err(now
                .opened
                .page(PageKind::KeepsChanging, ErrorCode::AccessDenied));
        }
        let before = match &shown.snapshot {
            Some(id) => store::agreement_snapshot::find(&self.app.store, id).await?,
            None => None,
        };
        note_shown(self.app, &now, changes, self.say).await?;
        Ok(Decided::Changed(Box::new(Changed { before, now })))
    }

    async fn grant(
        &self,
        presentation: Presentation,
        session: &Session,
    ) -> Result<Decided, PageError> {
        let shown = presentation
            .opened
            .request
            .shown
            .clone()
            .filter(|shown| shown.digest == presentation.digest);
        let (snapshot, text) = if let Some(shown) = shown {
            (shown.snapshot, (shown.text, shown.locale))
        } else {
            let said = (self.say)(&presentation);
            match presentation.agreement {
                Some(_) => (Some(keep_snapshot(self.app, &presentation).await?), said),
                None => (None, said),
            }
        };
        let now = self.app.clock.now();
        let approved = Approved {
            presentation: &presentation,
            session,
            snapshot,
            text,
        };
        let opened = &presentation.opened;
        let grant = approval::grant(self.app, approved, now)
            .map_err(|refusal| opened.page(PageKind::Unusable(refusal), ErrorCode::InvalidScope))?;
        let code = code(self.browser, &opened.request.id);
        let tx = self.app.store.begin().await?;
        let status = settle(&tx, opened, RequestStatus::Approved).await?;
        if status == RequestStatus::Approved && store::grant::find(&tx, &grant.id).await?.is_none()
        {
            store::grant::insert(&tx, &grant).await?;
            let row = approval::code_row(self.app, opened, &code, now);
            store::authorization_code::insert(&tx, &row).await?;
            let said = grant.text.as_ref().map(|(_, locale)| locale.as_str());
            let approved = HistoryEntry {
                // Which catalogue the words are from: its language, and the version of this program.
                detail: said.map(|locale| format!("{locale} {}", env!("CARGO_PKG_VERSION"))),
                ..entry(&grant.id, HistoryKind::Approved, By::Payer, now)
            };
            grants::note(&tx, approved).await?;
        }
        tx.commit().await?;
        Ok(Decided::Redirect(answer(
            self.app,
            opened,
            self.browser,
            status,
        )))
    }
}
