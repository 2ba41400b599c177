//! Signing in with a password.
//!
//! 1. the account and the address have not tried too often — wait
//! 2. the user is known and may sign in, the password is right — one message and one cost for all that is wrong
//! 3. neither has changed meanwhile — the same message

use crate::app::{App, later, new_secret};
use crate::model::{Digest, Secret, Session, User, fold_username};
use crate::store::{self, StoreFault};
use crate::telemetry::{SignIn, Tried};

use super::attempts::{self, Key};
use super::passwords::{self, PasswordFault};

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address.
    pub address: String,
    /// The browser's own name for itself.
    pub agent: Option<String>,
    /// The session that this browser had.
    pub session: Option<Secret>,
}

/// A new session.
#[derive(Debug)]
pub struct SignedIn {
    /// The value of its cookie.
    pub cookie: Secret,
    /// The payer.
    pub user: User,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, disabled or a wrong password: which, is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many attempts; how long to wait, in seconds.
    #[error("too many attempts, wait {0} s")]
    Wait(i64),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Hashing failed.
    #[error(transparent)]
    Password(#[from] PasswordFault),
}

/// Signs somebody in; the session is a new one, the browser's old one ends.
#[tracing::instrument(target = "countersign::trace", name = "sign-in", skip_all)]
pub async fn sign_in(
    app: &App,
    typed: &str,
    password: &str,
    origin: &Origin,
) -> Result<SignedIn, SignInError> {
    let signed_in = begin(app, typed, password, origin).await;
    app.metrics.tried(SignIn::Begin, tried(&signed_in));
    signed_in
}

fn tried<T>(outcome: &Result<T, SignInError>) -> Tried {
    match outcome {
        Ok(_) => Tried::Right,
        Err(SignInError::Wrong) => Tried::Wrong,
        Err(SignInError::Wait(_)) => Tried::Throttled,
        Err(SignInError::Store(_) | SignInError::Password(_)) => Tried::Fault,
    }
}

async fn begin(
    app: &App,
    typed: &str,
    password: &str,
    origin: &Origin,
) -> Result<SignedIn, SignInError> {
    let username = fold_username(typed);
    let keys = keys(app, &username, origin);
    attempts::begin(app, &keys)
        .await?
        .map_err(SignInError::Wait)?;
    let user = store::user::find_by_username(&app.store, &username)
        .await?
        .filter(User::is_enabled);
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = passwords::verify(app, password, hash).await?;
    let Some(user) = user.filter(|_| right) else {
        return Err(SignInError::Wrong);
    };
    let Some(cookie) = begin_session(app, &user, origin, Place::Any).await? else {
        return Err(SignInError::Wrong);
    };
    attempts::succeed(app, &keys[0], &keys[1]).await?;
    tracing::info!(user = user.id, "somebody signed in");
    Ok(SignedIn { cookie, user })
}

/// Checks the password of somebody who is signed in once more. Attempts count for the session and the address: who is not
/// signed in cannot make a payer wait here.
pub async fn confirm(
    app: &App,
    payer: (&User, &Session),
    password: &str,
    origin: &Origin,
) -> Result<(), SignInError> {
    let confirmed = check(app, payer, password, origin).await;
    app.metrics.tried(SignIn::Confirm, tried(&confirmed));
    confirmed
}

async fn check(
    app: &App,
    (user, session): (&User, &Session),
    password: &str,
    origin: &Origin,
) -> Result<(), SignInError> {
    let own = Key {
        name: format!("session:{}", session.digest.to_base64url()),
        free: app.settings.sign_in.free_attempts,
    };
    let keys = [own, address_key(app, origin)];
    attempts::begin(app, &keys)
        .await?
        .map_err(SignInError::Wait)?;
    let hash = Some(user.password_hash.clone());
    if !passwords::verify(app, password, hash).await? {
        return Err(SignInError::Wrong);
    }
    attempts::succeed(app, &keys[0], &keys[1]).await?;
    tracing::info!(user = user.id, "somebody gave their password again");
    Ok(())
}

/// Begins a session in the place of the browser's old one; `None` if that has ended meanwhile, or the user has changed since
/// their password was checked.
pub async fn renew(app: &App, user: &User, origin: &Origin) -> Result<Option<Secret>, StoreFault> {
    begin_session(app, user, origin, Place::OfAnother).await
}

fn keys(app: &App, username: &str, origin: &Origin) -> [Key; 2] {
    let account = Key {
        name: format!("account:{}", Digest::of(username.as_bytes()).to_base64url()),
        free: app.settings.sign_in.free_attempts,
    };
    [account, address_key(app, origin)]
}

fn address_key(app: &App, origin: &Origin) -> Key {
    Key {
        name: format!("address:{}", attempts::network(&origin.address)),
        free: app.settings.sign_in.free_attempts_per_address,
    }
}

/// Where a new session comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Wherever the browser had one or not.
    Any,
    /// In the place of the one that the browser has.
    OfAnother,
}

/// Begins a session for `user`; `None` if they have changed since their password was checked, or its place is gone.
async fn begin_session(
    app: &App,
    user: &User,
    origin: &Origin,
    place: Place,
) -> Result<Option<Secret>, StoreFault> {
    let cookie = new_secret();
    let now = app.clock.now();
    let session = Session {
        digest: cookie.digest(),
        user: user.id.clone(),
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        seen_at: now,
        expires_at: later(now, app.settings.session.lifetime),
        agent: origin
            .agent
            .as_ref()
            .map(|agent| agent.chars().take(200).collect()),
        address: Some(origin.address.clone()),
    };
    let tx = app.store.begin().await?;
    // A new password, or the end of an account, ends every session: none with the old password may come after it.
    let found = store::user::lock(&tx, &user.id).await?;
    if !found.is_some_and(|found| found.is_as_in(user)) {
        return Ok(None);
    }
    let replaced = match &origin.session {
        Some(old) => store::session::remove(&tx, &old.digest()).await?,
        None => false,
    };
    if place == Place::OfAnother && !replaced {
        return Ok(None);
    }
    store::session::insert(&tx, &session).await?;
    tx.commit().await?;
    Ok(Some(cookie))
}
