//! The operator's hand on users.

use jiff::tz::TimeZone;

use crate::app::{App, new_id};
use crate::model::{Locale, PartyState, PaymentPointer, User, fold_username};
use crate::store::{self, StoreFault};

use super::passwords::{self, PasswordFault};

/// Why a user was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserFault {
    /// The name cannot be used.
    #[error("a username has 1 to 100 characters, none of them a control character")]
    Username,
    /// The name is taken.
    #[error("there is a user {0} already")]
    Taken(String),
    /// There is no such user.
    #[error("there is no user {0}")]
    Unknown(String),
    /// The language is not one of this server's.
    #[error("the locale {0} is not one of this server's: {1}")]
    Locale(String, String),
    /// The time zone is unknown.
    #[error("the time zone {0} is unknown: use an IANA name such as Europe/Berlin")]
    TimeZone(String),
    /// A payment pointer has an owner.
    #[error("the payment pointer {0} belongs to another user already")]
    PointerTaken(String),
    /// The password.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Makes a user.
pub async fn create(app: &App, username: &str, password: &str) -> Result<User, UserFault> {
    create_with(app, username, password, &[]).await
}

/// Makes a user who owns `pointers`, which were found to be good: all of it, or nothing.
pub async fn create_with(
    app: &App,
    username: &str,
    password: &str,
    pointers: &[PaymentPointer],
) -> Result<User, UserFault> {
    let folded = fold_username(username);
    if !(1..=100).contains(&folded.chars().count()) || folded.chars().any(char::is_control) {
        return Err(UserFault::Username);
    }
    let user = User {
        id: new_id("usr_"),
        username: folded.clone(),
        locale: None,
        time_zone: None,
        password_hash: passwords::hash(app, password).await?,
        state: PartyState::Enabled,
        created_at: app.clock.now(),
    };
    let tx = app.store.begin().await?;
    let inserted = store::user::insert(&tx, &user).await;
    or_if_there(inserted, || UserFault::Taken(folded))?;
    for pointer in pointers {
        let inserted = store::payment_pointer::insert(&tx, pointer.as_str(), &user.id).await;
        or_if_there(inserted, || UserFault::PointerTaken(pointer.display()))?;
    }
    tx.commit().await?;
    Ok(user)
}

fn or_if_there(
    inserted: Result<(), StoreFault>,
    fault: impl FnOnce() -> UserFault,
) -> Result<(), UserFault> {
    match inserted {
        Err(StoreFault::Duplicate(_)) => Err(fault()),
        other => Ok(other?),
    }
}

/// Finds a user by name or id.
pub async fn load(app: &App, name: &str) -> Result<User, UserFault> {
    let by_name = store::user::find_by_username(&app.store, &fold_username(name)).await?;
    let found = match by_name {
        Some(user) => Some(user),
        None => store::user::find(&app.store, name).await?,
    };
    found.ok_or_else(|| UserFault::Unknown(name.to_owned()))
}

/// Sets a password; whoever is signed in as this user is signed out.
pub async fn set_password(app: &App, name: &str, password: &str) -> Result<User, UserFault> {
    let user = load(app, name).await?;
    let hash = passwords::hash(app, password).await?;
    change(app, &user.id, true, |user| user.password_hash = hash).await
}

/// Sets language and time zone; an empty one is taken away, `None` stays as it is.
pub async fn update(
    app: &App,
    name: &str,
    locale: Option<&str>,
    time_zone: Option<&str>,
) -> Result<User, UserFault> {
    let user = load(app, name).await?;
    if let Some(wanted) = locale.filter(|locale| !locale.is_empty()) {
        let known = Locale::available();
        let known: Vec<&str> = known.iter().map(Locale::as_str).collect();
        if !known.contains(&wanted) {
            return Err(UserFault::Locale(wanted.to_owned(), known.join(", ")));
        }
    }
    if let Some(wanted) = time_zone.filter(|zone| !zone.is_empty())
        && TimeZone::get(wanted).is_err()
    {
        return Err(UserFault::TimeZone(wanted.to_owned()));
    }
    let set = |wanted: &str| Some(wanted.to_owned()).filter(|wanted| !wanted.is_empty());
    change(app, &user.id, false, |user| {
        if let Some(wanted) = locale {
            user.locale = set(wanted);
        }
        if let Some(wanted) = time_zone {
            user.time_zone = set(wanted);
        }
    })
    .await
}

/// Lets a user sign in, or not; tokens of a user who is switched off do not work meanwhile.
pub async fn set_state(app: &App, name: &str, state: PartyState) -> Result<User, UserFault> {
    let user = load(app, name).await?;
    let disabled = state == PartyState::Disabled;
    change(app, &user.id, disabled, |user| user.state = state).await
}

/// Changes a user as they are now, not as they were when somebody began to.
async fn change(
    app: &App,
    id: &str,
    sign_out: bool,
    change: impl FnOnce(&mut User),
) -> Result<User, UserFault> {
    let tx = app.store.begin().await?;
    let locked = store::user::lock(&tx, id).await?;
    let mut user = locked.ok_or_else(|| UserFault::Unknown(id.to_owned()))?;
    change(&mut user);
    store::user::update(&tx, &user).await?;
    if sign_out {
        store::session::remove_of_user(&tx, &user.id).await?;
    }
    tx.commit().await?;
    Ok(user)
}
