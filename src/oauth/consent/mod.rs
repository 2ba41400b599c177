//! Consent: what a payer is shown, and what they decide.
//!
//! Opening, showing and deciding each read client, redirect URI, wallet, user and grant again. Checks, in order:
//! 1. the request exists and this browser opened it — 404, S16
//! 2. client and redirect URI are still registered, the wallet still takes part — S10, S11, S12
//! 3. it is open and in time, and has come as it would have to by now (`profile`) — S14
//! 4. somebody is signed in — the sign-in page
//! 5. the agreement can be fetched — S12, S13, S14
//! 6. its subject, where one can be read, is the payer's — S15
//! 7. it is not over, and its terms are not refused — S12, S14
//! 8. no other client has it — S14; what this client has of it already ends with the new grant, and is shown
//!
//! An approval goes on:
//! 9. what there is now is what this payer was shown and approves — S9, also where it is only looked at; at the second change
//!    the end of the request
//! 10. of a mandate that can be charged, and after a change of anything: the sign-in is fresh, or the password was given again — S2
//! 11. nothing else was shown or decided meanwhile, and what the new grant takes the place of, payer and session are still
//!     what they were — looked at once more, or the sign-in page

mod approval;
mod decide;
mod present;
mod settled;
mod shown;

use jiff::Timestamp;

use crate::app::{App, derive, is_same};
use crate::model::{
    Agreement, AuthorizationRequest, Client, Grant, Refusal, RequestStatus, ResourceServer, Secret,
    Session, Shown, Snapshot, User,
};
use crate::store;

use super::error::{Back, ErrorCode, Over, PageError, PageKind};
use super::profile;
use super::redirection::{RedirectTarget, Redirection, target_of};

pub use decide::decide;
pub use present::{context, present};
pub use settled::{Outcome, Settled};

/// Says what a payer is shown: the sentence and, a line each, what it takes the place of; and the language they are in.
pub type Say<'a> = dyn Fn(&Presentation) -> (String, String) + 'a;

/// Who looks at a request: the browser that holds its cookie, and who is signed in there.
#[derive(Debug)]
pub struct Visit<'a> {
    /// The request's id.
    pub request: &'a str,
    /// The request's cookie.
    pub browser: Option<&'a Secret>,
    /// Who is signed in.
    pub payer: Option<&'a (User, Session)>,
}

/// A request with those whom it is about, before anybody has signed in.
#[derive(Debug)]
pub struct Opened {
    /// The request.
    pub request: AuthorizationRequest,
    /// Who asks.
    pub client: Client,
    /// The wallet.
    pub wallet: ResourceServer,
    /// Where the answer goes.
    pub target: RedirectTarget,
}

/// Everything that a payer is shown, and that an approval covers.
#[derive(Debug)]
pub struct Presentation {
    /// The request and whom it is about.
    pub opened: Opened,
    /// The payer.
    pub user: User,
    /// The payment pointer, as a URL.
    pub subject: String,
    /// The agreement; none for a collection.
    pub agreement: Option<Agreement>,
    /// The `ETag` it came with.
    etag: Option<String>,
    /// When it was read.
    pub at: Timestamp,
    /// The client's grants whose place the new one takes, once its code is redeemed.
    pub earlier: Vec<Grant>,
    /// The approval digest.
    pub digest: String,
    /// Until when a permission to create agreements lasts; none for an agreement.
    pub until: Option<Timestamp>,
}

/// What comes of looking at a request.
#[derive(Debug)]
pub enum Presented {
    /// Somebody has to sign in first.
    SignIn,
    /// The payer has to pick one of these pointers first.
    ChooseAccount(Box<Opened>, Vec<String>),
    /// The payer is asked.
    Page(Box<Presentation>),
    /// The payer is asked again: there is something else than they saw.
    Changed(Box<Changed>),
    /// Something else happened to the request meanwhile: it is to be looked at once more.
    Again,
    /// The payer has decided, and is told what.
    Settled(Box<Settled>),
}

/// What a payer does with a request.
#[derive(Debug)]
pub enum Decision {
    /// Agrees.
    Approve(Approval),
    /// Does not.
    Decline,
    /// Goes back from an error page; the client is told this.
    Leave(ErrorCode),
    /// Wants more time.
    MoreTime,
    /// Picks a payment pointer.
    Account(String),
}

/// To what a payer agrees.
#[derive(Debug)]
pub struct Approval {
    /// The approval digest of what they saw.
    pub digest: String,
    /// Their password, given with it.
    pub password: Password,
}

/// Whether a password came with an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    /// It did not.
    Absent,
    /// It did, and was not the payer's.
    Wrong,
    /// It did, and was.
    Right,
}

/// What comes of it.
#[derive(Debug)]
pub enum Decided {
    /// The client is told.
    Redirect(Redirection),
    /// Somebody has to sign in first.
    SignIn,
    /// The payer is asked again, as at first.
    Again,
    /// The terms are other ones than the payer saw; nothing is approved.
    Changed(Box<Changed>),
    /// The payer has to give the password first, for what is presented.
    StepUp(Box<Presentation>),
}

/// The terms before and now.
#[derive(Debug)]
pub struct Changed {
    /// The agreement that the payer saw.
    pub before: Option<Snapshot>,
    /// What they were shown.
    pub saw: Shown,
    /// What the payer is shown now.
    pub now: Presentation,
}

/// The token that a form of this request carries, so that no other site can send it.
#[must_use]
pub fn csrf_token(browser: &Secret, request: &str) -> String {
    derive(browser, "csrf", request).expose().to_owned()
}

/// Whether a form of this request carries its token.
#[must_use]
pub fn is_own_form(browser: &Secret, request: &str, token: &str) -> bool {
    is_same(&csrf_token(browser, request), token)
}

/// The code of an approved request: only the browser that holds the cookie can make the server say it again.
fn code(browser: &Secret, request: &str) -> Secret {
    derive(browser, "code", request)
}

/// Whether there can be a request of this id; `PostgreSQL` would take a NUL in it for a fault.
fn is_id(id: &str) -> bool {
    id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Loads a request for the browser that opened it, in whatever state it is.
async fn load(app: &App, visit: &Visit<'_>) -> Result<(Opened, Secret), PageError> {
    let found = if is_id(visit.request) {
        store::authorization_request::find(&app.store, visit.request).await?
    } else {
        None
    };
    let request = found.ok_or_else(|| PageError::new(PageKind::NotFound))?;
    let browser = visit
        .browser
        .filter(|cookie| Some(cookie.digest()) == request.browser_digest);
    let browser = browser
        .ok_or_else(|| PageError::new(PageKind::NoCookies))?
        .clone();
    let client = store::client::find(&app.store, &request.client)
        .await?
        .filter(Client::is_enabled);
    let client = client.ok_or_else(|| PageError::new(PageKind::UnknownApp))?;
    let target =
        target_of(&client, &request).ok_or_else(|| PageError::new(PageKind::UnsafeLink))?;
    let wallet = store::resource_server::find(&app.store, &request.resource_server).await?;
    let Some(wallet) = wallet.filter(ResourceServer::is_enabled) else {
        let refusal = Refusal::new("scope", "the wallet is no longer registered");
        let back = Some(back_to(&request, &client, ErrorCode::InvalidScope));
        return Err(PageError {
            back,
            ..PageError::new(PageKind::Unusable(refusal))
        });
    };
    Ok((
        Opened {
            request,
            client,
            wallet,
            target,
        },
        browser,
    ))
}

impl Opened {
    /// Fails unless the request can be decided at `now`.
    fn check_open(&self, app: &App, now: Timestamp) -> Result<(), PageError> {
        if self.request.status != RequestStatus::Open {
            return Err(self.decided());
        }
        if self.request.expires_at <= now {
            return Err(self.page(PageKind::Over(Over::TooLate), ErrorCode::AccessDenied));
        }
        if !profile::may_be_decided(&app.settings, &self.client, &self.request) {
            let page = self.page(PageKind::Over(Over::Left), ErrorCode::AccessDenied);
            let cause = "it was not pushed, or its client cannot authenticate, and by now both are asked for";
            return Err(page.because(cause));
        }
        Ok(())
    }

    /// The page of a request that is decided; only one that was declined has a way back.
    fn decided(&self) -> PageError {
        match self.request.status {
            RequestStatus::Open | RequestStatus::Approved => self.approved(Over::Approved),
            RequestStatus::Declined => {
                self.page(PageKind::Over(Over::Declined), ErrorCode::AccessDenied)
            }
            RequestStatus::Left | RequestStatus::Unusable | RequestStatus::Unreachable => {
                self.page(PageKind::Over(Over::Left), ErrorCode::AccessDenied)
            }
        }
    }

    /// The page of a request that was approved, which leads to the permission.
    fn approved(&self, over: Over) -> PageError {
        PageError {
            permission: Some(self.request.grant_id.clone()),
            ..PageError::new(PageKind::Over(over))
        }
    }

    /// A page about this request; the client is told `code` when the payer goes back.
    fn page(&self, kind: PageKind, code: ErrorCode) -> PageError {
        PageError {
            back: Some(back_to(&self.request, &self.client, code)),
            ..PageError::new(kind)
        }
    }

    /// Whether the client wants the payer to sign in once more for this request.
    fn wants_sign_in(&self, session: &Session) -> bool {
        let prompt = self.request.prompt.as_deref().unwrap_or_default();
        let asked = prompt
            .split(' ')
            .any(|wish| matches!(wish, "login" | "select_account"));
        asked && session.auth_time < self.request.created_at
    }
}

/// The code for an agreement that cannot be used, by the parameter that named it (RFC 9396 §5).
fn unusable(request: &AuthorizationRequest) -> ErrorCode {
    match request.details {
        Some(_) => ErrorCode::InvalidAuthorizationDetails,
        None => ErrorCode::InvalidScope,
    }
}

fn back_to(request: &AuthorizationRequest, client: &Client, code: ErrorCode) -> Back {
    let code = match code {
        ErrorCode::InvalidScope => unusable(request),
        code => code,
    };
    Back {
        request: request.id.clone(),
        client: client.name.clone(),
        verified: client.verified_at.is_some(),
        redirect_uri: request.redirect_uri.clone(),
        code,
        ui_locales: request.ui_locales.clone(),
    }
}
