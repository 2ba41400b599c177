use jiff::Timestamp;

use crate::app::{App, later};
use crate::model::{Secret, Session, User};
use crate::store::{self, StoreFault};

/// How old the note of a visit may be before it is written anew, in seconds.
const TOUCH: i64 = 60;

/// Who is signed in with `cookie`, if the session is neither idle nor over and the user may sign in.
pub async fn find(app: &App, cookie: &Secret) -> Result<Option<(User, Session)>, StoreFault> {
    let Some(session) = store::session::find(&app.store, &cookie.digest()).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    if is_over(app, &session, now) {
        store::session::remove(&app.store, &session.digest).await?;
        return Ok(None);
    }
    let Some(user) = store::user::find(&app.store, &session.user)
        .await?
        .filter(User::is_enabled)
    else {
        return Ok(None);
    };
    if later(session.seen_at, TOUCH.min(app.settings.session.idle / 2)) <= now {
        store::session::touch(&app.store, &session.digest, now).await?;
    }
    Ok(Some((user, session)))
}

fn is_over(app: &App, session: &Session, now: Timestamp) -> bool {
    session.expires_at <= now || later(session.seen_at, app.settings.session.idle) <= now
}

/// Ends the session with `cookie`.
pub async fn sign_out(app: &App, cookie: &Secret) -> Result<(), StoreFault> {
    store::session::remove(&app.store, &cookie.digest()).await?;
    Ok(())
}
