//! The sign-in page, with or without a request that waits for its payer.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use askama::Template;

use super::presentation::{ask_of, asker};
use super::wording::App;
use super::{Form, Html, Shell};
use crate::app::{derive, is_same, new_secret};
use crate::identity::{self, SignInError};
use crate::model::wording::Ask;
use crate::model::{LONGEST_QUOTE, Text, clean};
use crate::oauth::Parameters;
use crate::oauth::consent::{self, Visit};
use crate::oauth::error::{PageError, PageKind};
use crate::web::extract::{Posted, Visitor, is_from_our_page, parse_pairs};
use crate::web::respond::{
    self, clear, failure, form_cookie, page_with, see_other, session_cookie,
};

/// Username and password, and whose request brought the payer here.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignIn {
    /// What is around the page.
    pub shell: Shell,
    /// What the page is about.
    pub h1: Html,
    /// Where `username` and `password` go.
    pub form: Form,
    /// The username that was typed last time.
    pub username: String,
    /// Why the last try did not work.
    pub problem: Option<String>,
    /// Whether the problem is with what was typed.
    pub invalid: bool,
    /// The request that waits, if one does.
    pub context: Option<Context>,
}

/// The request that waits for its payer.
#[derive(Debug, Clone)]
pub struct Context {
    /// "You are here because …", without any amount: it is not known yet whose agreement this is.
    pub sentence: Html,
    /// "Go back to Acme without signing in".
    pub leave_label: Html,
    /// Declines the request.
    pub leave: Form,
}

impl Context {
    /// What `app` asked for, and the form by which the payer declines unread.
    #[must_use]
    pub fn new(text: &Text, app: &App, ask: Ask, leave: Form) -> Self {
        let args = [
            ("ask", ask.choice()),
            ("app", app.shown().into_owned().into()),
            ("host", app.host.as_str().into()),
        ];
        let sentence = if app.checked.is_some() {
            text.phrase("sign-in-because", &args)
        } else {
            text.phrase("sign-in-because-unchecked", &args)
        };
        Self {
            sentence: sentence.into(),
            leave_label: text.phrase("sign-in-leave", &args).into(),
            leave,
        }
    }
}

impl SignIn {
    /// An empty page.
    #[must_use]
    pub fn new(shell: Shell, form: Form) -> Self {
        let site = shell.site().to_owned();
        let h1 = shell
            .text
            .phrase("sign-in-heading", &[("site", site.into())])
            .into();
        Self {
            shell: shell.titled(&h1),
            h1,
            form,
            username: String::new(),
            problem: None,
            invalid: false,
            context: None,
        }
    }

    /// The page for a request that waits.
    #[must_use]
    pub fn because(self, context: Context) -> Self {
        Self {
            context: Some(context),
            ..self
        }
    }

    /// The page again, for any username and password that do not belong together.
    #[must_use]
    pub fn wrong(self, username: &str) -> Self {
        let problem = self.shell.t("sign-in-wrong");
        Self {
            invalid: true,
            ..self.again(username, problem)
        }
    }

    /// The page again, after too many tries.
    #[must_use]
    pub fn throttled(self, username: &str, wait_seconds: i64) -> Self {
        let wait = wait_seconds.max(1);
        let minutes = wait.div_euclid(60) + i64::from(wait % 60 != 0);
        let problem = if wait < 60 {
            let args = [("seconds", wait.into())];
            self.shell.text.plain("sign-in-wait-seconds", &args)
        } else {
            let args = [("minutes", minutes.into())];
            self.shell.text.plain("sign-in-wait", &args)
        };
        self.again(username, problem)
    }

    /// The page again, when its form was no longer ours.
    #[must_use]
    pub fn expired(self, username: &str) -> Self {
        let problem = self.shell.t("sign-in-expired");
        self.again(username, problem)
    }

    fn again(mut self, username: &str, problem: String) -> Self {
        self.username = clean(username, LONGEST_QUOTE);
        self.problem = Some(problem);
        self.shell.error = true;
        self
    }
}

/// Asks who the payer is.
pub async fn get(visitor: Visitor) -> HttpResponse {
    let request = request_of(visitor.http.query_string());
    show(&visitor, request.as_deref(), StatusCode::OK, |page| page).await
}

/// Signs the payer in, and sends them on to the request that waits.
pub async fn post(visitor: Visitor, posted: Posted) -> HttpResponse {
    let Ok(form) = posted.0 else {
        return failure(&visitor, &PageError::new(PageKind::OpenAgain));
    };
    let request = form
        .one("request")
        .filter(|id| is_id(id))
        .map(str::to_owned);
    let (typed, password) = (
        form.one("username").unwrap_or_default(),
        form.one("password").unwrap_or_default(),
    );
    if !is_own_form(&visitor, &form) {
        return show(
            &visitor,
            request.as_deref(),
            StatusCode::FORBIDDEN,
            |page| page.expired(typed),
        )
        .await;
    }
    let origin = identity::Origin {
        address: visitor.address(),
        agent: visitor.agent(),
        session: visitor.session_cookie.clone(),
    };
    match identity::sign_in(&visitor.app, typed, password, &origin).await {
        Ok(signed_in) => {
            let next = request.map_or_else(|| "/".to_owned(), |id| format!("/consent/{id}"));
            with_cookie(
                &visitor,
                see_other(&visitor.app, &next),
                &session_cookie(&signed_in.cookie),
            )
        }
        Err(SignInError::Wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visitor, request.as_deref(), status, |page| {
                page.wrong(typed)
            })
            .await
        }
        Err(SignInError::Wait(seconds)) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = show(&visitor, request.as_deref(), status, |page| {
                page.throttled(typed, seconds)
            })
            .await;
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Err(SignInError::Store(fault)) => failure(&visitor, &fault.into()),
        Err(SignInError::Password(fault)) => failure(
            &visitor,
            &PageError::new(PageKind::Fault { retry: true }).because(fault),
        ),
    }
}

/// Signs the payer out; with a request that waits, asks who else they are.
pub async fn sign_out(visitor: Visitor, posted: Posted) -> HttpResponse {
    let Ok(form) = posted.0 else {
        return failure(&visitor, &PageError::new(PageKind::OpenAgain));
    };
    let next = match form.one("request").filter(|id| is_id(id)) {
        Some(id) => format!("/sign-in?request={id}"),
        None => "/sign-in".to_owned(),
    };
    // Another site's form comes without the cookie (`SameSite`): the answer must not take it away.
    let Some(session) = &visitor.session_cookie else {
        return see_other(&visitor.app, &next);
    };
    let token = form.one("csrf").unwrap_or_default();
    let own = is_same(derive(session, "csrf", "sign-out").expose(), token);
    if !own || !is_from_our_page(&visitor.http, &visitor.app.settings.server.issuer) {
        return failure(&visitor, &PageError::new(PageKind::OpenAgain));
    }
    if let Err(fault) = identity::sign_out(&visitor.app, session).await {
        return failure(&visitor, &fault.into());
    }
    with_cookie(&visitor, see_other(&visitor.app, &next), &clear())
}

/// The form that signs the payer out, and comes back to `request`; none when nobody is signed in.
#[must_use]
pub fn sign_out_form(visitor: &Visitor, shell: &Shell, request: Option<&str>) -> Option<Form> {
    let session = visitor.session_cookie.as_ref()?;
    let form = Form::to(shell.path("/sign-out"))
        .with("csrf", derive(session, "csrf", "sign-out").expose());
    Some(match request {
        Some(id) => form.with("request", id),
        None => form,
    })
}

/// Renders the page, with a request's context if one waits.
async fn show(
    visitor: &Visitor,
    request: Option<&str>,
    status: StatusCode,
    change: impl FnOnce(SignIn) -> SignIn,
) -> HttpResponse {
    let opened = match request {
        Some(id) => {
            let browser = visitor.request_cookie(id);
            let visit = Visit {
                request: id,
                browser: browser.as_ref(),
                payer: None,
            };
            match consent::context(&visitor.app, &visit).await {
                Ok(opened) => Some((opened, browser)),
                Err(error) => return failure(visitor, &error),
            }
        }
        None => None,
    };
    let cookie = visitor.form_cookie.clone().unwrap_or_else(new_secret);
    let token = derive(&cookie, "csrf", "sign-in");
    let ui_locales = opened
        .as_ref()
        .and_then(|(opened, _)| opened.request.ui_locales.as_deref());
    let wallet = opened
        .as_ref()
        .map(|(opened, _)| opened.wallet.name.as_str());
    let shell = visitor.shell(visitor.text(ui_locales), wallet);
    let form = Form::to(shell.path("/sign-in")).with("csrf", token.expose());
    let response = match &opened {
        Some((opened, browser)) => {
            let id = &opened.request.id;
            let form = form.with("request", id);
            let csrf = browser
                .as_ref()
                .map(|secret| consent::csrf_token(secret, id))
                .unwrap_or_default();
            let leave = Form::to(shell.path(&format!("/consent/{id}")))
                .with("csrf", csrf)
                .with("decision", "decline");
            let asker = asker(&shell.text, opened, &visitor.zone());
            let context = Context::new(&shell.text, &asker, ask_of(opened), leave);
            let page = change(SignIn::new(shell, form).because(context));
            page_with(status, &page, &opened.request.redirect_uri)
        }
        None => respond::page(status, &change(SignIn::new(shell, form))),
    };
    with_cookie(visitor, response, &form_cookie(&cookie))
}

fn is_own_form(visitor: &Visitor, form: &Parameters) -> bool {
    let token = form.one("csrf").unwrap_or_default();
    let own = visitor
        .form_cookie
        .as_ref()
        .is_some_and(|cookie| is_same(derive(cookie, "csrf", "sign-in").expose(), token));
    own && is_from_our_page(&visitor.http, &visitor.app.settings.server.issuer)
}

fn with_cookie(visitor: &Visitor, mut response: HttpResponse, cookie: &Cookie<'_>) -> HttpResponse {
    match response.add_cookie(cookie) {
        Ok(()) => response,
        Err(error) => failure(
            visitor,
            &PageError::new(PageKind::Fault { retry: false }).because(error),
        ),
    }
}

fn request_of(query: &str) -> Option<String> {
    let pairs = Parameters::new(parse_pairs(query).ok()?);
    pairs
        .one("request")
        .filter(|id| is_id(id))
        .map(str::to_owned)
}

/// Whether `id` has the form of a request's id, so that it can stand in a path.
fn is_id(id: &str) -> bool {
    id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::tests::{HOSTILE, app, csrf, page, shell, unchecked};

    fn sample() -> SignIn {
        SignIn::new(shell(), csrf("/sign-in"))
    }

    fn waiting(app: &App, ask: Ask) -> SignIn {
        let leave = csrf("/consent/r1").with("decision", "decline");
        let context = Context::new(&shell().text, app, ask, leave);
        sample().because(context)
    }

    #[test]
    fn a_plain_sign_in_needs_no_request() {
        let html = page(&sample());
        assert!(html.contains("autocomplete=\"current-password\""));
        assert!(!html.contains("role=\"alert\""));
        assert!(!html.contains("because"));
    }

    #[test]
    fn the_app_and_what_it_wants_are_named_without_an_amount() {
        let html = page(&waiting(&app(), Ask::Mandate));
        assert!(html.contains(
            "(<bdi translate=\"no\">acme.example</bdi>) asked for permission to take payments."
        ));
        assert!(html.contains("without signing in"));
        assert!(html.contains("name=\"decision\" value=\"decline\""));
        for ask in Ask::ALL {
            assert!(page(&waiting(&app(), ask)).contains("asked for permission to"));
        }
    }

    #[test]
    fn an_app_that_nobody_checked_is_named_by_its_host() {
        let html = page(&waiting(&unchecked(), Ask::Invoice));
        assert!(!html.contains("Totally Your Bank"));
        assert!(html.contains("shop.example"));
    }

    #[test]
    fn one_text_for_every_wrong_sign_in() {
        let html = page(&sample().wrong(HOSTILE));
        assert!(html.contains("<title>Error: "));
        assert!(html.contains("role=\"alert\""));
        assert!(html.contains("href=\"#username\""));
        assert_eq!(html.matches("Check both and try again.").count(), 2);
        assert!(html.contains("value=\"&#60;script"));
    }

    #[test]
    fn a_throttled_payer_reads_how_long_to_wait() {
        let wait = |seconds| sample().throttled("bob", seconds).problem.unwrap();
        assert!(wait(1).contains("Wait 1 second,"));
        assert!(wait(59).contains("Wait 59 seconds,"));
        assert!(wait(60).contains("Wait 1 minute,"));
        assert!(wait(61).contains("Wait 2 minutes,"));
        let html = page(&sample().expired("bob"));
        assert!(html.contains("role=\"alert\"") && !html.contains("aria-invalid"));
    }
}
