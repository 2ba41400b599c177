use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::model::Secret;
use crate::web::extract::{FORM, SESSION, request_cookie_name};

/// The cookie of a new browser session; it goes with the browser.
#[must_use]
pub fn session_cookie(secret: &Secret) -> Cookie<'static> {
    cookie(SESSION.to_owned(), secret.expose(), None)
}

/// The cookie that binds the sign-in form to this browser.
#[must_use]
pub fn form_cookie(secret: &Secret) -> Cookie<'static> {
    cookie(FORM.to_owned(), secret.expose(), None)
}

/// The cookie that binds an authorization request to this browser, for `max_age` seconds.
#[must_use]
pub fn request_cookie(request: &str, secret: &Secret, max_age: i64) -> Cookie<'static> {
    cookie(request_cookie_name(request), secret.expose(), Some(max_age))
}

/// Takes the session's cookie away.
#[must_use]
pub fn clear() -> Cookie<'static> {
    cookie(SESSION.to_owned(), "", Some(0))
}

fn cookie(name: String, value: &str, max_age: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value.to_owned())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(max_age.map(Duration::seconds));
    cookie
}
