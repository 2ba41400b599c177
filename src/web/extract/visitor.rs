use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::error::{ErrorInternalServerError, InternalError};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use jiff::tz::TimeZone;

use super::address::address;
use super::browser::{FORM, LOCALE, SESSION, cookie, request_cookie};
use crate::app::{App, Claim, Standing};
use crate::identity;
use crate::model::{Locale, Network, Secret, Session, Text, User};
use crate::oauth::error::{PageError, PageKind};
use crate::web::pages::{Language, Shell};
use crate::web::respond::{PageLanguage, RequestId, failure, unavailable};

/// Whoever looks at a page: the browser, who is signed in there, and what they like to read.
pub struct Visitor {
    /// Everything the rules need.
    pub app: Arc<App>,
    /// The request itself.
    pub http: HttpRequest,
    /// The session's cookie.
    pub session_cookie: Option<Secret>,
    /// The cookie of the sign-in form.
    pub form_cookie: Option<Secret>,
    /// Who is signed in; `Err` when the database could not say.
    pub payer: Option<(User, Session)>,
    /// Where the page that answers can be read again: a path of this server, and its query.
    pub here: String,
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let mut visitor = Self::stranger(&http)?;
            visitor.recognise().await?;
            Ok(visitor)
        })
    }
}

impl Visitor {
    /// Somebody of whom the database has not been asked.
    pub fn stranger(http: &HttpRequest) -> Result<Self, actix_web::Error> {
        let app = http.app_data::<web::Data<App>>().cloned();
        let app = app.ok_or_else(|| ErrorInternalServerError("no app"))?;
        Ok(Self {
            session_cookie: cookie(http, SESSION),
            form_cookie: cookie(http, FORM),
            payer: None,
            here: here(http, app.settings.server.base_path()),
            app: app.into_inner(),
            http: http.clone(),
        })
    }

    /// Finds out who is signed in, unless there is no room for more requests like this.
    async fn recognise(&mut self) -> Result<(), actix_web::Error> {
        let throttle = &self.app.throttle;
        let claim = self.session_cookie.as_ref().map(Claim::session);
        let network = address(&self.app, &self.http).map(Network::of);
        let standing = throttle
            .admit(network, claim.as_ref())
            .map_err(|too_many| {
                let page = PageError::new(PageKind::TooMany(too_many.wait));
                InternalError::from_response(too_many, failure(self, &page))
            })?;
        let (Some(cookie), Some(claim)) = (&self.session_cookie, claim) else {
            return Ok(());
        };
        let found = identity::find_session(&self.app, cookie).await;
        self.payer = found.map_err(|fault| {
            tracing::error!(%fault, "a session could not be read");
            unavailable(&self.app)
        })?;
        match (&self.payer, standing) {
            (Some(_), Standing::Stranger) => throttle.proven(&claim),
            (None, Standing::Known) => throttle.disproven(&claim),
            _ => {}
        }
        Ok(())
    }

    /// The cookie of an authorization request.
    #[must_use]
    pub fn request_cookie(&self, request: &str) -> Option<Secret> {
        request_cookie(&self.http, request)
    }

    /// The language: what was chosen on a page, else the payer's own, then the client's wish (`ui_locales`), then the
    /// browser's, then the operator's.
    #[must_use]
    pub fn text(&self, ui_locales: Option<&str>) -> Text {
        let operator = &self.app.settings.operator;
        let mut wishes: Vec<String> = Vec::new();
        wishes.extend(self.http.cookie(LOCALE).map(|it| it.value().to_owned()));
        let payer = self.payer.as_ref();
        wishes.extend(payer.and_then(|(user, _)| user.locale.clone()));
        wishes.extend(ui_locales.unwrap_or_default().split(' ').map(str::to_owned));
        wishes.extend(accepted(&self.http));
        let found = Locale::negotiate(&operator.languages(), wishes.iter().map(String::as_str));
        Text::new(found.unwrap_or_else(|| operator.language()))
    }

    /// The payer's time zone, UTC unless one is set.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let name = self
            .payer
            .as_ref()
            .and_then(|(user, _)| user.time_zone.as_deref());
        name.and_then(|name| TimeZone::get(name).ok())
            .unwrap_or(TimeZone::UTC)
    }

    /// What every page has around its main part.
    #[must_use]
    pub fn shell(&self, text: Text, wallet: Option<&str>) -> Shell {
        let operator = &self.app.settings.operator;
        let spoken = PageLanguage(text.locale().clone());
        self.http.extensions_mut().insert(spoken);
        let set = |url: &String| Some(url.clone()).filter(|url| !url.is_empty());
        Shell {
            languages: Language::all(&operator.languages(), text.locale()),
            here: self.here.clone(),
            text,
            base: self.app.settings.server.base_path().to_owned(),
            title: String::new(),
            error: false,
            wallet: wallet.map(str::to_owned),
            operator: operator.name.clone(),
            mark: self.app.mark.is_some(),
            host: self.app.settings.server.host().to_owned(),
            help_url: set(&operator.help_url),
            privacy_url: set(&operator.privacy_url),
            security_contact: set(&operator.security_contact),
            request_id: self.request_id(),
        }
    }

    /// The number under which the log has this request.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.http
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default()
    }

    /// Where a password comes from.
    #[must_use]
    pub fn origin(&self) -> identity::Origin {
        identity::Origin {
            address: self.address(),
            agent: self.agent(),
            session: self.session_cookie.clone(),
        }
    }

    /// The browser's own name for itself.
    #[must_use]
    pub fn agent(&self) -> Option<String> {
        let agent = self.http.headers().get(USER_AGENT)?;
        Some(String::from_utf8_lossy(agent.as_bytes()).into_owned())
    }

    /// The address of the browser.
    #[must_use]
    pub fn address(&self) -> String {
        let address = address(&self.app, &self.http);
        address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }
}

/// Path and query of a request below `base`; of one that sends something, the path alone, where a page stands.
fn here(http: &HttpRequest, base: &str) -> String {
    let uri = http.uri();
    let whole = uri
        .path_and_query()
        .map_or(uri.path(), |both| both.as_str());
    let reads = matches!(*http.method(), Method::GET | Method::HEAD);
    let here = if reads { whole } else { uri.path() };
    let below = here.strip_prefix(base);
    let below = below.filter(|rest| rest.starts_with('/'));
    below.unwrap_or("/").to_owned()
}

/// The languages of `Accept-Language`, the dearest first (RFC 9110 §12.5.4).
fn accepted(http: &HttpRequest) -> Vec<String> {
    let header = http
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut wishes: Vec<(u32, &str)> = header
        .split(',')
        .take(20)
        .filter_map(|wish| {
            let mut parts = wish.trim().split(';');
            let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            (quality > 0).then_some((quality, tag))
        })
        .collect();
    wishes.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    wishes.into_iter().map(|(_, tag)| tag.to_owned()).collect()
}

/// A quality value in thousandths; 0 for what is none.
fn thousandths(quality: &str) -> u32 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("1", _) => 1000,
        ("0", Ok(fraction)) => fraction,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_stands_below_the_path_of_the_issuer() {
        for (request, base, wanted) in [
            (
                TestRequest::get().uri("/consent/r?a=b"),
                "",
                "/consent/r?a=b",
            ),
            (
                TestRequest::get().uri("/as/sign-in?request=r"),
                "/as",
                "/sign-in?request=r",
            ),
            (TestRequest::get().uri("/elsewhere"), "/as", "/"),
            (TestRequest::get().uri("/as"), "/as", "/"),
            (TestRequest::get().uri("/assets/x"), "/as", "/"),
            (
                TestRequest::post().uri("/as/consent/r?a=b"),
                "/as",
                "/consent/r",
            ),
        ] {
            assert_eq!(here(&request.to_http_request(), base), wanted);
        }
    }
}
