use jiff::Timestamp;

use crate::app::{App, later};
use crate::model::{AgreementUrl, ResourceServer, User};
use crate::oauth::agreement::{self, Fetched, Unreadable};
use crate::oauth::error::{ErrorCode, Over, PageError, PageKind};
use crate::oauth::grants::{self, Earlier, Place};
use crate::store::{self, Rows, StoreFault};

use super::approval::approval_digest;
use super::settled::settle;
use super::shown::{Elsewhere, Seen, change};
use super::{Opened, Presentation, Presented, Say, Visit, load};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// A request that is open, with those whom it is about: what the sign-in page may tell.
pub async fn context(app: &App, visit: &Visit<'_>) -> Result<Opened, PageError> {
    let (opened, _) = load(app, visit).await?;
    opened.check_open(app, app.clock.now())?;
    Ok(opened)
}

/// Looks at a request; `say` gives the sentence that is kept with what was shown.
#[tracing::instrument(target = "countersign::trace", name = "consent presented", skip_all)]
pub async fn present(app: &App, visit: &Visit<'_>, say: &Say<'_>) -> Result<Presented, PageError> {
    let (opened, browser) = load(app, visit).await?;
    let payer = visit.payer.map(|(user, _)| user);
    let opened = match settle(app, opened, &browser, payer).await? {
        Ok(opened) => opened,
        Err(settled) => return Ok(Presented::Settled(Box::new(settled))),
    };
    opened.check_open(app, app.clock.now())?;
    let Some((user, session)) = visit.payer else {
        return Ok(Presented::SignIn);
    };
    if opened.wants_sign_in(session) {
        return Ok(Presented::SignIn);
    }
    match examine(app, opened, user).await? {
        Examined::Ready(presentation) => Ok(match change(app, *presentation, say).await? {
            Ok(Seen::Same(presentation)) => Presented::Page(presentation),
            Ok(Seen::Changed(changed)) => Presented::Changed(changed),
            Err(Elsewhere) => Presented::Again,
        }),
        Examined::ChooseAccount(opened, pointers) => Ok(Presented::ChooseAccount(opened, pointers)),
    }
}

/// What there is to be shown.
pub(super) enum Examined {
    /// It is complete.
    Ready(Box<Presentation>),
    /// The payer has to pick a pointer first.
    ChooseAccount(Box<Opened>, Vec<String>),
}

/// Reads everything that an approval covers, as it is now.
pub(super) async fn examine(app: &App, opened: Opened, user: &User) -> Result<Examined, PageError> {
    if opened.request.collection {
        return collection(app, opened, user).await;
    }
    let fetched = match fetch(app, &opened).await? {
        Ok(fetched) => fetched,
        Err(unreadable) => {
            if let Some(subject) = &unreadable.subject {
                check_owner(app, &opened, user, subject).await?;
            }
            let page = opened.page(unreadable.kind, unreadable.code);
            return Err(page.because(unreadable.cause));
        }
    };
    let subject = fetched.agreement.subject.as_str().to_owned();
    check_owner(app, &opened, user, &subject).await?;
    let earlier = earlier(&app.store, &opened, (user, &subject), app.clock.now()).await?;
    if earlier.taken {
        return Err(opened.page(PageKind::Over(Over::Taken), ErrorCode::AccessDenied));
    }
    let terms = fetched.agreement.terms.digest();
    let digest = approval_digest(&opened, &subject, &terms, &earlier.own);
    Ok(Examined::Ready(Box::new(Presentation {
        opened,
        user: user.clone(),
        subject,
        agreement: Some(fetched.agreement),
        etag: fetched.etag,
        at: fetched.at,
        earlier: earlier.own,
        digest,
        until: None,
    })))
}

/// Fails unless `subject` is the payer's.
async fn check_owner(
    app: &App,
    opened: &Opened,
    user: &User,
    subject: &str,
) -> Result<(), PageError> {
    let owner = store::payment_pointer::owner(&app.store, subject).await?;
    if owner.as_ref() == Some(&user.id) {
        return Ok(());
    }
    Err(opened.page(
        PageKind::NotYours(user.username.clone()),
        ErrorCode::AccessDenied,
    ))
}

/// The outer error is a page about the request, the inner one is about the agreement.
async fn fetch(app: &App, opened: &Opened) -> Result<Result<Fetched, Unreadable>, PageError> {
    let url = AgreementUrl::parse(&opened.request.scope, &opened.wallet.origins())
        .map_err(|refusal| opened.page(PageKind::Unusable(refusal), ErrorCode::InvalidScope))?;
    let (kind, client) = (opened.request.kind, Some(opened.client.id.as_str()));
    Ok(agreement::fetch(app, &opened.wallet, &url, kind, client).await)
}

async fn collection(app: &App, opened: Opened, user: &User) -> Result<Examined, PageError> {
    let pointers = pointers_at(app, &opened.wallet, user).await?;
    let subject = match (&opened.request.account, pointers.as_slice()) {
        (_, []) => {
            return Err(opened.page(
                PageKind::NotYours(user.username.clone()),
                ErrorCode::AccessDenied,
            ));
        }
        (_, [only]) => only.clone(),
        (Some(chosen), several) if several.contains(chosen) => chosen.clone(),
        _ => return Ok(Examined::ChooseAccount(Box::new(opened), pointers)),
    };
    let until = collection_end(app, opened.request.created_at);
    let at = app.clock.now();
    let earlier = earlier(&app.store, &opened, (user, &subject), at)
        .await?
        .own;
    let named = format!("{} {until}", opened.request.scope);
    let digest = approval_digest(&opened, &subject, &named, &earlier);
    Ok(Examined::Ready(Box::new(Presentation {
        until: Some(until),
        opened,
        user: user.clone(),
        subject,
        agreement: None,
        etag: None,
        at,
        earlier,
        digest,
    })))
}

/// Until when a permission to create agreements lasts: counted from the request, so that what is shown is what is granted;
/// a long one ends with a day.
fn collection_end(app: &App, created_at: Timestamp) -> Timestamp {
    let lifetime = app.settings.grant.collection_lifetime;
    let end = later(created_at, lifetime);
    if lifetime < 2 * DAY {
        return end;
    }
    let midnight = end.as_second().div_euclid(DAY) * DAY;
    Timestamp::from_second(midnight).unwrap_or(end)
}

/// The payer's pointers at a wallet.
pub(super) async fn pointers_at(
    app: &App,
    wallet: &ResourceServer,
    user: &User,
) -> Result<Vec<String>, PageError> {
    let origins = wallet.origins();
    let all = store::payment_pointer::of_user(&app.store, &user.id).await?;
    let here = |url: &String| origins.iter().any(|origin| is_below(url, origin.as_str()));
    Ok(all.into_iter().filter(here).collect())
}

fn is_below(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin)
        .is_some_and(|path| path.starts_with('/'))
}

/// What is alive where the grant of this request would live.
pub(super) async fn earlier(
    rows: &impl Rows,
    opened: &Opened,
    (user, subject): (&User, &str),
    now: Timestamp,
) -> Result<Earlier, StoreFault> {
    let place = Place {
        agreement_url: &opened.request.scope,
        collection: opened.request.collection,
        client: &opened.client.id,
        user: Some(&user.id),
        subject,
    };
    grants::earlier(rows, &place, now).await
}

/// Keeps the agreement of a presentation, and answers the snapshot's id.
pub(super) async fn keep_snapshot(
    app: &App,
    presentation: &Presentation,
) -> Result<String, PageError> {
    let Some(agreement) = presentation.agreement.clone() else {
        return Err(PageError::new(PageKind::Fault { retry: false })
            .because("a collection has no snapshot"));
    };
    let fetched = Fetched {
        agreement,
        etag: presentation.etag.clone(),
        at: presentation.at,
    };
    let snapshot = fetched.snapshot();
    store::agreement_snapshot::insert(&app.store, &snapshot).await?;
    Ok(snapshot.id)
}
