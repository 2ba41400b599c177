use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::model::{Locale, Secret};
use crate::web::extract::{FORM, LOCALE, SESSION, request_cookie_name};

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

/// The cookie of the language that was chosen on a page, for a year.
#[must_use]
pub fn locale_cookie(locale: &Locale) -> Cookie<'static> {
    cookie(LOCALE.to_owned(), locale.as_str(), Some(31_536_000))
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
