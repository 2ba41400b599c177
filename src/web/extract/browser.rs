use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, ORIGIN};

use crate::model::Secret;

/// The cookie of a browser session.
pub const SESSION: &str = "__Host-session";
/// The cookie that binds the sign-in form to a browser nobody has signed in with.
pub const FORM: &str = "__Host-form";

/// The cookie of the language that was chosen on a page.
pub const LOCALE: &str = "__Host-locale";

/// The name of the cookie that binds an authorization request to the browser that opened it.
#[must_use]
pub fn request_cookie_name(request: &str) -> String {
    format!("__Host-request-{request}")
}

/// The cookie of an authorization request, if the browser sent it.
#[must_use]
pub fn request_cookie(http: &HttpRequest, request: &str) -> Option<Secret> {
    cookie(http, &request_cookie_name(request))
}

/// A cookie by its name, if its value has the form of those that are made here: what comes in may go out again.
pub(super) fn cookie(http: &HttpRequest, name: &str) -> Option<Secret> {
    let cookie = http.cookie(name)?;
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let ours = cookie.value().len() == 43 && cookie.value().bytes().all(base64url);
    ours.then(|| Secret::presented(cookie.value()))
}

/// Whether a post can come from a page of this server, by what the browser says of its origin (`Origin`, RFC 6454, and
/// Fetch Metadata); the form's token is checked beside it.
#[must_use]
pub fn is_from_our_page(http: &HttpRequest, issuer: &str) -> bool {
    let header = |name: &str| {
        http.headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or_default().to_owned())
    };
    let scheme_and_host = issuer.split('/').take(3).collect::<Vec<_>>().join("/");
    let origin = header(ORIGIN.as_str());
    let site = header("Sec-Fetch-Site");
    origin.is_none_or(|origin| origin == scheme_and_host)
        && site.is_none_or(|site| site == "same-origin")
}

/// Whether somebody looks at the answer: a browser that opens an address asks for HTML, a program for JSON or anything.
#[must_use]
pub fn is_person(http: &HttpRequest) -> bool {
    let accepts = http.headers().get_all(ACCEPT);
    let mut accepts = accepts.filter_map(|value| value.to_str().ok());
    accepts.any(|value| value.contains("text/html"))
}
