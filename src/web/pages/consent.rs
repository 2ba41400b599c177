//! The consent page: what is asked for, by whom, and the two answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::schedule::Picture;
use super::step_up::{self, Attempt};
use super::wording::{self, App, Buttons};
use super::{Form, Html, Row, Shell, Sitting, done, presentation};
use crate::model::wording::Explanation;
use crate::model::{LONGEST_QUOTE, Phrase, Text, clean};
use crate::oauth::Parameters;
use crate::oauth::consent::{
    self as rules, Approval, Decided, Decision, Presentation, Presented, Visit,
};
use crate::oauth::error::{ErrorCode, PageError, PageKind};
use crate::web::extract::{Posted, Visitor, is_from_our_page};
use crate::web::respond;

/// One request of one app, whatever its kind.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/consent.html")]
pub struct Consent {
    /// What is around the page.
    pub shell: Shell,
    /// The question.
    pub h1: Html,
    /// The sentence that is agreed to.
    pub sentence: Html,
    /// What it takes the place of, and what ends with that.
    pub replaces: Vec<Html>,
    /// The one warning.
    pub warning: Option<Html>,
    /// Who asks, and where the money can go.
    pub who: Vec<Html>,
    /// The account that the money leaves, or arrives in.
    pub account: Row,
    /// How it is ended later, said above the buttons.
    pub stop: Option<Html>,
    /// The two answers.
    pub buttons: Buttons,
    /// Where `decision=approve` or `decision=decline` goes, with the digest of what is shown.
    pub form: Form,
    /// What is agreed to, in detail.
    pub rows: Vec<Row>,
    /// What the app says itself.
    pub quote: Option<Quote>,
    /// When money can be taken, if there are several periods.
    pub picture: Option<Picture>,
    /// What a developer wants to see.
    pub technical: Vec<Row>,
    /// Who decides and until when.
    pub sitting: Sitting,
}

/// The app's or the wallet's own description of the agreement.
#[derive(Debug, Clone)]
pub struct Quote {
    /// "Acme says:".
    pub by: Html,
    /// The words, as one isolate.
    pub words: Html,
}

impl Quote {
    /// What `app` says, made harmless; `None` if nothing visible is left.
    #[must_use]
    pub fn new(text: &Text, app: &App, description: &str) -> Option<Self> {
        let words = clean(description, LONGEST_QUOTE);
        let by = text.phrase("consent-quote", &[("app", app.shown().into_owned().into())]);
        (!words.is_empty()).then(|| Self {
            by: by.into(),
            words: Phrase::given(&words).into(),
        })
    }
}

/// The particulars that are not needed to decide.
#[derive(Debug, Clone, Default)]
pub struct Technical {
    /// The agreement's URL.
    pub url: String,
    /// The payer's payment pointer.
    pub pointer: String,
    /// The interval as the wallet wrote it.
    pub interval: Option<String>,
    /// What the token lets the app do, a line each.
    pub permissions: Vec<Phrase>,
    /// The id of the authorization request.
    pub request: String,
}

impl Technical {
    /// The rows of the folded part.
    #[must_use]
    pub fn rows(self, text: &Text) -> Vec<Row> {
        let say = |key| text.plain(key, &[]);
        let mut rows = vec![
            Row::code(say("consent-row-url"), self.url),
            Row::code(say("consent-row-pointer"), self.pointer),
        ];
        if let Some(interval) = self.interval {
            rows.push(Row::code(say("consent-row-interval"), interval));
        }
        rows.push(Row {
            label: say("consent-row-permissions"),
            values: self.permissions.into_iter().map(Html::from).collect(),
        });
        rows.push(Row::code(say("consent-row-request"), self.request));
        rows
    }
}

impl Consent {
    /// The page for what `explained` says, asked by `app`, about the account `account`. Its own warnings are not shown yet.
    #[must_use]
    pub fn new(
        shell: Shell,
        explained: Explanation,
        (app, account): (&App, &str),
        form: Form,
        sitting: Sitting,
    ) -> Self {
        let text = shell.text.clone();
        let ask = explained.ask;
        let site = shell.site().to_owned();
        let h1 = explained.heading.into();
        Self {
            shell: shell.titled(&h1),
            h1,
            sentence: explained.sentence.into(),
            replaces: Vec::new(),
            warning: None,
            who: wording::who(&text, app, &site),
            account: wording::account(&text, ask, account),
            stop: wording::how_to_stop(&text, ask),
            buttons: wording::buttons(&text, ask),
            form,
            rows: explained.rows.into_iter().map(Row::from).collect(),
            quote: None,
            picture: None,
            technical: Vec::new(),
            sitting,
        }
    }
}

/// Shows a request to its payer.
pub async fn get(visitor: Visitor, id: Path<String>) -> HttpResponse {
    let browser = visitor.request_cookie(&id);
    let visit = Visit {
        request: &id,
        browser: browser.as_ref(),
        payer: visitor.payer.as_ref(),
    };
    let say = |presentation: &Presentation| presentation::sentence(&visitor, presentation);
    match rules::present(&visitor.app, &visit, &say).await {
        Ok(Presented::SignIn) => sign_in(&visitor, &id),
        Ok(Presented::Settled(settled)) => done::show(&visitor, &settled),
        Ok(Presented::Again) => respond::see_other(&visitor.app, &format!("/consent/{id}")),
        Ok(Presented::Changed(changed)) => show_changed(&visitor, &changed, StatusCode::OK),
        Ok(Presented::ChooseAccount(opened, pointers)) => {
            let page = presentation::account_page(&visitor, &opened, pointers);
            respond::page_with(StatusCode::OK, &page, &opened.request.redirect_uri)
        }
        Ok(Presented::Page(shown)) => match presentation::consent_page(&visitor, &shown) {
            Ok(page) => {
                respond::page_with(StatusCode::OK, &page, &shown.opened.request.redirect_uri)
            }
            Err(error) => respond::failure(&visitor, &error),
        },
        Err(error) => respond::failure(&visitor, &error),
    }
}

/// Takes the payer's decision.
pub async fn post(visitor: Visitor, id: Path<String>, posted: Posted) -> HttpResponse {
    let stale = || PageError::new(PageKind::OpenAgain);
    let Ok(form) = posted.0 else {
        return respond::failure(&visitor, &stale());
    };
    let Some(browser) = visitor.request_cookie(&id) else {
        return respond::failure(&visitor, &PageError::new(PageKind::NoCookies));
    };
    let token = form.one("csrf").unwrap_or_default();
    let own = rules::is_own_form(&browser, &id, token)
        && is_from_our_page(&visitor.http, &visitor.app.settings.server.issuer);
    if !own || form.repeated().is_some() {
        return respond::failure(&visitor, &stale());
    }
    let attempt = match Attempt::of(&visitor, &form).await {
        Ok(attempt) => attempt,
        Err(error) => return respond::failure(&visitor, &error),
    };
    let Some(decision) = decision(&form, &attempt) else {
        return respond::failure(&visitor, &stale());
    };
    let more_time = matches!(decision, Decision::MoreTime);
    let visit = Visit {
        request: &id,
        browser: Some(&browser),
        payer: visitor.payer.as_ref(),
    };
    let say = |presentation: &Presentation| presentation::sentence(&visitor, presentation);
    let decided = rules::decide(&visitor.app, &visit, decision, &say).await;
    let mut response = answer(&visitor, &id, decided, &attempt);
    if more_time && response.status() == StatusCode::SEE_OTHER {
        let life = visitor.app.settings.authorization.request_lifetime;
        // The cookie lives as long as the request; should it not be set, the request just ends earlier.
        let _ = response.add_cookie(&respond::request_cookie(&id, &browser, life));
    }
    if matches!(attempt, Attempt::Right) {
        response = step_up::renew(&visitor, response).await;
    }
    response
}

fn answer(
    visitor: &Visitor,
    id: &str,
    decided: Result<Decided, PageError>,
    attempt: &Attempt,
) -> HttpResponse {
    match decided {
        Ok(Decided::Redirect(redirection)) => respond::to_client(&redirection),
        Ok(Decided::SignIn) => sign_in(visitor, id),
        Ok(Decided::Again) => respond::see_other(&visitor.app, &format!("/consent/{id}")),
        Ok(Decided::StepUp(shown)) => step_up::ask(visitor, &shown, attempt),
        Ok(Decided::Changed(changed)) => show_changed(visitor, &changed, StatusCode::CONFLICT),
        Err(error) => respond::failure(visitor, &error),
    }
}

fn show_changed(visitor: &Visitor, changed: &rules::Changed, status: StatusCode) -> HttpResponse {
    match presentation::changed_page(visitor, changed) {
        Ok(page) => {
            let leads_to = &changed.now.opened.request.redirect_uri;
            respond::page_with(status, &page, leads_to)
        }
        Err(error) => respond::failure(visitor, &error),
    }
}

fn sign_in(visitor: &Visitor, id: &str) -> HttpResponse {
    respond::see_other(&visitor.app, &format!("/sign-in?request={id}"))
}

fn decision(form: &Parameters, attempt: &Attempt) -> Option<Decision> {
    if let Some(pointer) = form.one("pointer") {
        return Some(Decision::Account(pointer.to_owned()));
    }
    match form.one("decision")? {
        "approve" | "confirm" => Some(Decision::Approve(Approval {
            digest: form.one("digest")?.to_owned(),
            password: attempt.password(),
        })),
        "decline" => Some(Decision::Decline),
        "more_time" => Some(Decision::MoreTime),
        "leave" => Some(Decision::Leave(match form.one("error")? {
            "invalid_scope" | "invalid_authorization_details" => ErrorCode::InvalidScope,
            "temporarily_unavailable" => ErrorCode::TemporarilyUnavailable,
            _ => ErrorCode::AccessDenied,
        })),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests;
