use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER,
};
use askama::Template;

use super::headers::POLICY;
use crate::app::App;
use crate::model::redirect_uri;
use crate::oauth::Redirection;
use crate::oauth::consent;
use crate::oauth::error::{Back, ErrorCode, Over, PageError, PageKind};
use crate::telemetry::Form as Refused;
use crate::web::extract::Visitor;
use crate::web::pages::changed::Changed;
use crate::web::pages::failure::{Failure, Trouble};
use crate::web::pages::wording::App as Asker;
use crate::web::pages::{Action, Form, Shell, fault};

const HTML: &str = "text/html; charset=utf-8";

/// A page whose forms stay here.
#[must_use]
pub fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(html) => HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, HTML))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            static_page(StatusCode::INTERNAL_SERVER_ERROR, "")
        }
    }
}

/// A page whose forms may lead to a client: the whole chain of redirects is held against the policy.
#[must_use]
pub fn page_with(status: StatusCode, template: &impl Template, redirect_uri: &str) -> HttpResponse {
    let mut response = page(status, template);
    let scheme = redirect_uri.split(':').next().unwrap_or_default();
    let more = match scheme {
        "" => return response,
        "https" => String::new(),
        other => format!(" {other}:"),
    };
    if let Ok(policy) = format!("{POLICY} https:{more}").parse() {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Sends the browser to the client with its answer.
#[must_use]
pub fn to_client(redirection: &Redirection) -> HttpResponse {
    redirect(redirection.location())
}

/// Sends the browser to a path of this server.
#[must_use]
pub fn see_other(app: &App, path: &str) -> HttpResponse {
    redirect(&format!("{}{path}", app.settings.server.base_path()))
}

/// Answers 303: the next request is a GET.
#[must_use]
pub fn redirect(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

fn static_page(status: StatusCode, base: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((RETRY_AFTER, "1"));
    }
    response
        .insert_header((CONTENT_TYPE, HTML))
        .insert_header((CONTENT_LANGUAGE, "en"))
        .body(fault::page(base))
}

/// The page of a fault that has no words of its own.
pub(super) fn unavailable_page(app: &App) -> HttpResponse {
    static_page(
        StatusCode::SERVICE_UNAVAILABLE,
        app.settings.server.base_path(),
    )
}

/// The same as an error of the framework.
#[must_use]
pub fn unavailable(app: &App) -> actix_web::Error {
    actix_web::error::InternalError::from_response("unavailable", unavailable_page(app)).into()
}

/// The page for what went wrong (screens S9 to S16).
#[must_use]
pub fn failure(visitor: &Visitor, error: &PageError) -> HttpResponse {
    let metrics = &visitor.app.metrics;
    metrics.refused(Refused::Page, error.kind.as_str());
    if let PageKind::Fault { retry } = error.kind {
        tracing::error!(cause = error.cause, "a page failed");
        let status = if retry {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        return static_page(status, visitor.app.settings.server.base_path());
    }
    if !matches!(error.kind, PageKind::TooMany(_)) {
        tracing::info!(kind = ?error.kind, cause = error.cause, "a page was refused");
    }
    let ui_locales = error
        .back
        .as_ref()
        .and_then(|back| back.ui_locales.as_deref());
    let shell = visitor.shell(visitor.text(ui_locales), None);
    let back = error
        .back
        .as_ref()
        .and_then(|back| Some((back, leave_form(visitor, &shell, back)?)));
    let redirect_uri = error
        .back
        .as_ref()
        .map_or("", |back| back.redirect_uri.as_str());
    if let (PageKind::KeepsChanging, Some((back, form))) = (&error.kind, &back) {
        let page = Changed::stop(shell, &asker(back), form.clone());
        return page_with(StatusCode::GONE, &page, redirect_uri);
    }
    let (status, trouble) = trouble(visitor, &error.kind);
    let mut page = Failure::new(shell.clone(), &trouble);
    for action in actions(visitor, &shell, error, back) {
        page = page.with(action);
    }
    let (code, hint) = for_developers(error);
    let page = page.for_developers(code, &hint, visitor.app.clock.now());
    let mut response = page_with(status, &page, redirect_uri);
    let wait = match error.kind {
        PageKind::TooMany(wait) => Some(wait),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(5),
        _ => None,
    };
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.into());
    }
    response
}

fn asker(back: &Back) -> Asker {
    Asker {
        name: back.client.clone(),
        host: redirect_uri::host(&back.redirect_uri),
        checked: back.verified.then(String::new),
    }
}

fn leave_form(visitor: &Visitor, shell: &Shell, back: &Back) -> Option<Form> {
    let browser = visitor.request_cookie(&back.request)?;
    Some(
        Form::to(shell.path(&format!("/consent/{}", back.request)))
            .with("csrf", consent::csrf_token(&browser, &back.request))
            .with("decision", "leave")
            .with("error", back.code.as_str()),
    )
}

fn trouble(visitor: &Visitor, kind: &PageKind) -> (StatusCode, Trouble) {
    match kind {
        PageKind::UnknownApp => (StatusCode::BAD_REQUEST, Trouble::UnknownApp),
        PageKind::Garbled(_) => (StatusCode::BAD_REQUEST, Trouble::Garbled),
        PageKind::UnsafeLink => (StatusCode::BAD_REQUEST, Trouble::UnsafeLink),
        PageKind::UnknownRequest => (StatusCode::BAD_REQUEST, Trouble::UnknownRequest),
        PageKind::Unusable(_) => (StatusCode::BAD_REQUEST, Trouble::Unusable),
        PageKind::Unreachable(host) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Unreachable(host.clone()),
        ),
        PageKind::NotYours(person) => (StatusCode::FORBIDDEN, Trouble::NotYours(person.clone())),
        PageKind::OpenAgain => (StatusCode::FORBIDDEN, Trouble::Stale),
        PageKind::NoCookies => (StatusCode::BAD_REQUEST, Trouble::NoCookies),
        PageKind::Elsewhere => (StatusCode::BAD_REQUEST, Trouble::Elsewhere),
        PageKind::NotFound => (StatusCode::NOT_FOUND, Trouble::NotFound),
        PageKind::TooMany(wait) => (StatusCode::TOO_MANY_REQUESTS, Trouble::TooMany(*wait)),
        PageKind::Over(Over::Declined) => (StatusCode::GONE, Trouble::Declined),
        PageKind::KeepsChanging | PageKind::Over(Over::Left) => (StatusCode::GONE, Trouble::Left),
        PageKind::Over(Over::Approved) => (StatusCode::GONE, Trouble::Approved),
        PageKind::Over(Over::Uncollected) => (StatusCode::GONE, Trouble::Uncollected),
        PageKind::Fault { .. } => (StatusCode::SERVICE_UNAVAILABLE, Trouble::Unavailable),
        PageKind::Over(Over::TooLate) => {
            let minutes = visitor.app.settings.authorization.request_lifetime / 60;
            (StatusCode::GONE, Trouble::Waited(minutes))
        }
        PageKind::Over(Over::Cancelled) => (StatusCode::GONE, Trouble::Cancelled),
        PageKind::Over(Over::Expired) => (StatusCode::GONE, Trouble::Expired),
        PageKind::Over(Over::UsedUp) => (StatusCode::GONE, Trouble::UsedUp),
        PageKind::Over(Over::Taken) => (StatusCode::GONE, Trouble::Taken),
    }
}

fn actions(
    visitor: &Visitor,
    shell: &Shell,
    error: &PageError,
    back: Option<(&Back, Form)>,
) -> Vec<Action> {
    let kind = &error.kind;
    let mut actions = Vec::new();
    if let Some(grant) = &error.permission {
        actions.push(Action::see(shell, grant));
    }
    match kind {
        PageKind::Unreachable(_)
        | PageKind::OpenAgain
        | PageKind::NoCookies
        | PageKind::TooMany(_) => {
            actions.push(Action::retry(shell));
        }
        PageKind::NotYours(_) => {
            let request = back.as_ref().map(|(back, _)| back.request.as_str());
            if let Some(form) = crate::web::pages::sign_in::sign_out_form(visitor, shell, request) {
                actions.push(Action::switch(shell, form));
            }
        }
        _ => {}
    }
    match (kind, back) {
        (PageKind::Over(_), Some((back, form))) => {
            actions.push(Action::restart(shell, &asker(back).shown(), form));
        }
        (_, Some((back, form))) => actions.push(Action::leave(shell, &asker(back).shown(), form)),
        (_, None) if actions.is_empty() => actions.push(Action::payments(shell)),
        (_, None) => {}
    }
    actions
}

fn for_developers(error: &PageError) -> (&'static str, String) {
    let code = error.back.as_ref().map(|back| back.code);
    let code = |default: ErrorCode| code.unwrap_or(default).as_str();
    match &error.kind {
        PageKind::UnknownApp => (
            code(ErrorCode::InvalidRequest),
            "client_id is missing, repeated, unknown or disabled".to_owned(),
        ),
        PageKind::Garbled(why) => (code(ErrorCode::InvalidRequest), (*why).to_owned()),
        PageKind::UnsafeLink => (
            code(ErrorCode::InvalidRequest),
            "redirect_uri is missing, repeated, or not byte for byte one of the registered ones (the port of a \
             loopback IP address is free)"
                .to_owned(),
        ),
        PageKind::Unusable(refusal) => (code(ErrorCode::InvalidScope), refusal.to_string()),
        PageKind::Unreachable(_) => (
            code(ErrorCode::TemporarilyUnavailable),
            "The wallet did not answer in time, or not as a wallet does".to_owned(),
        ),
        PageKind::NotYours(_) => (
            code(ErrorCode::AccessDenied),
            "The subject of the agreement is another user's payment pointer".to_owned(),
        ),
        PageKind::OpenAgain => (
            code(ErrorCode::InvalidRequest),
            "The form's token, Origin or Sec-Fetch-Site is not this server's".to_owned(),
        ),
        PageKind::NoCookies => (
            code(ErrorCode::InvalidRequest),
            "The request's cookie is missing: it was opened in another browser, or cookies are off"
                .to_owned(),
        ),
        PageKind::Elsewhere => (
            code(ErrorCode::InvalidRequest),
            "The request was opened before, and this browser has not its cookie".to_owned(),
        ),
        PageKind::UnknownRequest => (
            code(ErrorCode::InvalidRequestUri),
            "This client has no request with this request_uri: it is not whole, or was not opened in time".to_owned(),
        ),
        PageKind::NotFound => (
            code(ErrorCode::InvalidRequest),
            "There is no such page or request".to_owned(),
        ),
        PageKind::TooMany(_) => (
            code(ErrorCode::TemporarilyUnavailable),
            "There are too many requests from this address, or with this session".to_owned(),
        ),
        PageKind::Over(over) => (code(ErrorCode::AccessDenied), format!("{over:?}")),
        PageKind::KeepsChanging | PageKind::Fault { .. } => {
            (code(ErrorCode::AccessDenied), String::new())
        }
    }
}
