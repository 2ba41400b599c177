use jiff::Timestamp;

use crate::app::{App, later};
use crate::model::{
    AgreementType, Grant, HistoryEntry, HistoryKind, RequestStatus, Secret, Session, User,
};
use crate::oauth::error::{ErrorCode, OAuthError, Over, PageError, PageKind};
use crate::oauth::grants::{self, By, entry};
use crate::oauth::redirection::Redirection;
use crate::store::authorization_request::Comparison;
use crate::store::{self, Transaction};
use crate::telemetry::Decided as Outcome;

use super::approval::{self, Approved, covered};
use super::present::{Examined, earlier, examine, pointers_at};
use super::shown::{Elsewhere, Seen, change, compare, note};
use super::{
    Approval, Decided, Decision, Opened, Password, Presentation, Say, Visit, code, load, settled,
    unusable,
};

/// Decides a request. Deciding twice is harmless: the first decision counts, and is answered again.
#[tracing::instrument(target = "countersign::trace", name = "consent decided", skip_all)]
pub async fn decide(
    app: &App,
    visit: &Visit<'_>,
    decision: Decision,
    say: &Say<'_>,
) -> Result<Decided, PageError> {
    let (opened, browser) = load(app, visit).await?;
    if opened.request.status != RequestStatus::Open {
        return repeat(app, &opened, &browser, visit).await;
    }
    let status = match decision {
        Decision::Leave(ErrorCode::InvalidScope | ErrorCode::InvalidAuthorizationDetails) => {
            RequestStatus::Unusable
        }
        Decision::Leave(ErrorCode::TemporarilyUnavailable) => RequestStatus::Unreachable,
        Decision::Decline => RequestStatus::Declined,
        Decision::Leave(_) => RequestStatus::Left,
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
    let status = settle(app, &tx, &opened, status).await?;
    tx.commit().await?;
    Ok(Decided::Redirect(answer(app, &opened, &browser, status)))
}

/// Answers a decided request again. A code that is of no use any more is not sent again: whoever redeems one a second time
/// ends the grant. Nor is somebody else's, in the same browser.
async fn repeat(
    app: &App,
    opened: &Opened,
    browser: &Secret,
    visit: &Visit<'_>,
) -> Result<Decided, PageError> {
    let status = opened.request.status;
    if status == RequestStatus::Approved {
        let grant = store::grant::find(&app.store, &opened.request.grant_id).await?;
        let owner = grant.and_then(|grant| grant.user);
        let foreign = visit
            .payer
            .is_some_and(|(user, _)| owner.as_ref() != Some(&user.id));
        if foreign || !settled::is_redeemable(app, opened, browser).await? {
            return Ok(Decided::Again);
        }
    }
    Ok(Decided::Redirect(answer(app, opened, browser, status)))
}

/// Decides the request if nobody has; answers what was decided first.
pub(super) async fn settle(
    app: &App,
    tx: &Transaction,
    opened: &Opened,
    status: RequestStatus,
) -> Result<RequestStatus, PageError> {
    if store::authorization_request::decide(tx, &opened.request.id, status).await? {
        note_decision(app, opened, status);
        return Ok(status);
    }
    let decided = store::authorization_request::lock(tx, &opened.request.id).await?;
    Ok(decided
        .ok_or_else(|| PageError::new(PageKind::NotFound))?
        .status)
}

fn note_decision(app: &App, opened: &Opened, status: RequestStatus) {
    let request = &opened.request;
    let is_late = request.expires_at <= app.clock.now();
    let outcome = match status {
        RequestStatus::Approved => Outcome::Approved,
        RequestStatus::Declined => Outcome::Declined,
        RequestStatus::Unusable => Outcome::Unusable,
        RequestStatus::Unreachable => Outcome::Unreachable,
        RequestStatus::Open | RequestStatus::Left if is_late => Outcome::TimedOut,
        RequestStatus::Open | RequestStatus::Left => Outcome::Left,
    };
    app.metrics
        .decided(request.kind, request.collection, outcome);
    tracing::info!(
        request = request.id,
        status = status.as_str(),
        "a request was decided"
    );
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
            unusable(&opened.request),
            "The agreement cannot be read or its terms are refused, the payer was not asked",
        ),
        RequestStatus::Unreachable => OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
            "The wallet did not answer, try again later",
        ),
        RequestStatus::Open | RequestStatus::Declined | RequestStatus::Left => {
            OAuthError::new(ErrorCode::AccessDenied, "The payer did not approve")
        }
    };
    opened.target.with_error(&error, state, issuer)
}

async fn more_time(app: &App, opened: &Opened) -> Result<Decided, PageError> {
    let now = app.clock.now();
    opened.check_open(app, now)?;
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
    opened.check_open(app, app.clock.now())?;
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
        opened.check_open(self.app, now)?;
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
        let now = match examine(self.app, opened, user).await? {
            Examined::ChooseAccount(..) => return Ok(Decided::Again),
            Examined::Ready(now) => now,
        };
        let same = compare(&now) == Comparison::Same && now.digest == approval.digest;
        if !same {
            return Ok(match change(self.app, *now, self.say).await? {
                Ok(Seen::Changed(changed)) => Decided::Changed(changed),
                // A made-up digest, or a page that this payer was not shown.
                Ok(Seen::Same(_)) | Err(Elsewhere) => Decided::Again,
            });
        }
        if self.wants_password(&now, &session, approval.password) {
            // The page that asks for it says the sentence once more, perhaps in another language.
            let noted = note(self.app, &now, self.say).await?;
            return Ok(if noted {
                Decided::StepUp(now)
            } else {
                Decided::Again
            });
        }
        self.grant(*now, (user, &session)).await
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
        // Whoever only reads or ends a mandate can take no money: there the sign-in is proof enough, as it is for invoices.
        let takes =
            request.kind == AgreementType::Mandate && request.kind.moves_money(&request.actions());
        match password {
            Password::Right => false,
            Password::Wrong => true,
            Password::Absent => request.changes > 0 || (takes && is_old),
        }
    }

    async fn grant(
        &self,
        presentation: Presentation,
        (user, session): (&User, &Session),
    ) -> Result<Decided, PageError> {
        let opened = &presentation.opened;
        let Some(shown) = opened.request.shown.clone() else {
            return Ok(Decided::Again);
        };
        let now = self.app.clock.now();
        let approved = Approved {
            presentation: &presentation,
            session,
            snapshot: shown.snapshot,
            text: (shown.text, shown.locale),
        };
        let grant = approval::grant(self.app, approved, now)
            .map_err(|refusal| opened.page(PageKind::Unusable(refusal), ErrorCode::InvalidScope))?;
        let tx = self.app.store.begin().await?;
        if !takes_the_same_place(&tx, &presentation, now).await? {
            return Ok(Decided::Again);
        }
        if !store::authorization_request::approve(&tx, &opened.request).await? {
            let found = store::authorization_request::lock(&tx, &opened.request.id).await?;
            drop(tx);
            let mut opened = presentation.opened;
            opened.request = found.ok_or_else(|| PageError::new(PageKind::NotFound))?;
            return match opened.request.status {
                RequestStatus::Open => Ok(Decided::Again),
                _ => repeat(self.app, &opened, self.browser, self.visit).await,
            };
        }
        // The wallet was asked meanwhile, which takes its time: a new password, or the end of the session, ends this, too.
        if !is_still_here(&tx, user, session).await? {
            return Ok(Decided::SignIn);
        }
        self.keep(&tx, opened, &grant).await?;
        tx.commit().await?;
        let status = RequestStatus::Approved;
        note_decision(self.app, opened, status);
        Ok(Decided::Redirect(answer(
            self.app,
            opened,
            self.browser,
            status,
        )))
    }

    /// Adds what comes of an approval.
    async fn keep(
        &self,
        tx: &Transaction,
        opened: &Opened,
        grant: &Grant,
    ) -> Result<(), PageError> {
        let (id, now) = (&opened.request.id, grant.created_at);
        store::grant::insert(tx, grant).await?;
        let row = approval::code_row(self.app, opened, &code(self.browser, id), now);
        store::authorization_code::insert(tx, &row).await?;
        let said = grant.text.as_ref().map(|(_, locale)| locale.as_str());
        let approved = HistoryEntry {
            // Which catalogue the words are from: its language, and the version of this program.
            detail: said.map(|locale| format!("{locale} {}", env!("CARGO_PKG_VERSION"))),
            ..entry(&grant.id, HistoryKind::Approved, By::Payer, now)
        };
        Ok(grants::note(tx, approved).await?)
    }
}

/// Whether what the grant takes the place of is what was shown; no redemption can change that until the end of the transaction.
async fn takes_the_same_place(
    tx: &Transaction,
    presentation: &Presentation,
    now: Timestamp,
) -> Result<bool, PageError> {
    let opened = &presentation.opened;
    tx.lock(&opened.request.scope).await?;
    let whose = (&presentation.user, presentation.subject.as_str());
    let found = earlier(tx, opened, whose, now).await?;
    let actions = opened.request.actions();
    let shown = covered(&actions, &presentation.earlier);
    Ok(!found.taken && covered(&actions, &found.own) == shown)
}

/// Whether the payer may sign in, with the same password, and the session has not ended.
async fn is_still_here(
    tx: &Transaction,
    user: &User,
    session: &Session,
) -> Result<bool, PageError> {
    let found = store::user::lock(tx, &user.id).await?;
    if !found.is_some_and(|found| found.is_as_in(user)) {
        return Ok(false);
    }
    Ok(store::session::find(tx, &session.digest).await?.is_some())
}
