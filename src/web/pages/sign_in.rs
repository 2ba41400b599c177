//! The sign-in page, with or without a request that waits for its payer.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use askama::Template;

use super::payments::WayBack;
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

    /// The page for somebody who wanted another one first, and is led back to it.
    #[must_use]
    pub fn before(mut self, next: Option<&WayBack>) -> Self {
        if let Some(next) = next {
            self.form = self.form.with("next", next.as_str());
        }
        self
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
        let problem = wait(&self.shell.text, wait_seconds);
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

/// How long to wait after too many tries.
pub(super) fn wait(text: &Text, seconds: i64) -> String {
    let wait = seconds.max(1);
    if wait < 60 {
        return text.plain("sign-in-wait-seconds", &[("seconds", wait.into())]);
    }
    let minutes = wait.div_euclid(60) + i64::from(wait % 60 != 0);
    text.plain("sign-in-wait", &[("minutes", minutes.into())])
}

/// Asks who the payer is.
pub async fn get(visitor: Visitor) -> HttpResponse {
    let query = Parameters::new(parse_pairs(visitor.http.query_string()).unwrap_or_default());
    let (request, next) = (request_of(&query), way_back(&query));
    show(&visitor, request.as_deref(), StatusCode::OK, |page| {
        page.before(next.as_ref())
    })
    .await
}

/// Signs the payer in, and sends them on to the request that waits.
pub async fn post(mut visitor: Visitor, posted: Posted) -> HttpResponse {
    let Ok(form) = posted.0 else {
        return failure(&visitor, &PageError::new(PageKind::OpenAgain));
    };
    let (request, next) = (request_of(&form), way_back(&form));
    let next = next.as_ref();
    visitor.here = own_path(request.as_deref(), next);
    let (typed, password) = (
        form.one("username").unwrap_or_default(),
        form.one("password").unwrap_or_default(),
    );
    if visitor.form_cookie.is_none() {
        return failure(&visitor, &PageError::new(PageKind::NoCookies));
    }
    if !is_own_form(&visitor, &form) {
        return show(
            &visitor,
            request.as_deref(),
            StatusCode::FORBIDDEN,
            |page| page.expired(typed).before(next),
        )
        .await;
    }
    match identity::sign_in(&visitor.app, typed, password, &visitor.origin()).await {
        Ok(signed_in) => {
            let next = destination(request, next);
            with_cookie(
                &visitor,
                see_other(&visitor.app, &next),
                &session_cookie(&signed_in.cookie),
            )
        }
        Err(SignInError::Wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visitor, request.as_deref(), status, |page| {
                page.wrong(typed).before(next)
            })
            .await
        }
        Err(SignInError::Wait(seconds)) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = show(&visitor, request.as_deref(), status, |page| {
                page.throttled(typed, seconds).before(next)
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
pub async fn sign_out(mut visitor: Visitor, posted: Posted) -> HttpResponse {
    "/".clone_into(&mut visitor.here);
    let Ok(form) = posted.0 else {
        return failure(&visitor, &PageError::new(PageKind::OpenAgain));
    };
    let next = own_path(request_of(&form).as_deref(), way_back(&form).as_ref());
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

fn request_of(sent: &Parameters) -> Option<String> {
    let id = sent.one("request").filter(|id| is_id(id));
    id.map(str::to_owned)
}

/// The sign-in page that leads to where the payer wants to go.
fn own_path(request: Option<&str>, next: Option<&WayBack>) -> String {
    match (request, next) {
        (Some(id), _) => format!("/sign-in?request={id}"),
        (None, Some(next)) => next.sign_in(),
        (None, None) => "/sign-in".to_owned(),
    }
}

/// Where somebody goes who has signed in.
fn destination(request: Option<String>, next: Option<&WayBack>) -> String {
    match (request, next) {
        (Some(id), _) => format!("/consent/{id}"),
        (None, Some(next)) => next.as_str().to_owned(),
        (None, None) => "/".to_owned(),
    }
}

fn way_back(sent: &Parameters) -> Option<WayBack> {
    WayBack::parse(sent.one("next")?)
}

/// Whether `id` has the form of a request's id, so that it can stand in a path.
fn is_id(id: &str) -> bool {
    id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests;
