//! Which language pages are read in, and the links that change it.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::{Locale, Text};
use crate::oauth::Parameters;
use crate::oauth::error::{PageError, PageKind};
use crate::web::extract::{Visitor, parse_pairs};
use crate::web::respond;

/// What stands for itself in the value of a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

/// A language that a page can be read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its tag (RFC 5646).
    pub tag: String,
    /// What it calls itself.
    pub name: String,
    /// Whether the page is in it.
    pub current: bool,
}

impl Language {
    /// The choice among `offered` on a page in `current`; nothing where there is none.
    #[must_use]
    pub fn all(offered: &[Locale], current: &Locale) -> Vec<Self> {
        if offered.len() < 2 {
            return Vec::new();
        }
        let one = |locale: &Locale| Self {
            tag: locale.as_str().to_owned(),
            name: Text::new(locale.clone()).plain("shell-language", &[]),
            current: locale == current,
        };
        offered.iter().map(one).collect()
    }

    /// The path that chooses it and comes back to `here`.
    #[must_use]
    pub fn link(&self, here: &str) -> String {
        let to = utf8_percent_encode(here, PLAIN);
        format!("/language/{}?to={to}", self.tag)
    }
}

/// Remembers a language, and goes back to the page that it was chosen on.
pub async fn get(visitor: Visitor, tag: Path<String>) -> HttpResponse {
    let offered = visitor.app.settings.operator.languages();
    let named = offered.iter().find(|locale| locale.as_str() == *tag);
    let Some(locale) = named else {
        return respond::failure(&visitor, &PageError::new(PageKind::NotFound));
    };
    let to = back(visitor.http.query_string());
    let mut response = respond::see_other(&visitor.app, to.as_deref().unwrap_or("/"));
    // The choice is the payer's, and outranks what a client wishes: another site's link makes none.
    if !is_chosen_here(&visitor.http) {
        return response;
    }
    // A cookie that cannot be set leaves the page in its language.
    let _ = response.add_cookie(&respond::locale_cookie(locale));
    response
}

/// Whether a page of this server, or the payer, asks for it (Fetch Metadata); an old browser does not say.
fn is_chosen_here(http: &HttpRequest) -> bool {
    let site = http.headers().get("Sec-Fetch-Site");
    site.is_none_or(|site| site == "same-origin" || site == "none")
}

/// The one `to` of a query, if it is a path of this server and leads nowhere else however it is read.
fn back(query: &str) -> Option<String> {
    let parameters = Parameters::new(parse_pairs(query).ok()?);
    let to = parameters.one("to")?;
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let here = path.starts_with('/') && !path.contains("//") && !path.split('/').any(is_dots);
    let plain = to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (here && plain).then(|| to.to_owned())
}

fn is_dots(part: &str) -> bool {
    let part = part.to_ascii_lowercase().replace("%2e", ".");
    part == "." || part == ".."
}

#[cfg(test)]
mod tests;
