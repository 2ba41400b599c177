//! Stopping what was approved (screen S19): the page shows, the form acts. No reason is asked, and no password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::apart::{self, Apart};
use super::{Reader, ask_of, kind, named, sign_in};
use crate::app::{derive, is_same};
use crate::model::wording::Ask;
use crate::model::{GrantState, Phrase, Secret, Text};
use crate::oauth::payments::{self as rules, Permission};
use crate::web::extract::{Posted, Visitor, is_from_our_page};
use crate::web::pages::wording::App;
use crate::web::pages::{Form, Html, Shell};
use crate::web::respond;

/// What stopping does, and the two answers.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/payments/stop.html")]
pub struct Stop {
    /// What is around the page.
    pub shell: Shell,
    /// The question.
    pub h1: Html,
    /// What is allowed now, for which account, and what else tells it from others.
    pub allowed: Vec<Html>,
    /// What stopping does, and what it does not do.
    pub text: Vec<Html>,
    /// Stops it.
    pub form: Form,
    /// The answer that stops.
    pub button: String,
    /// Where the other answer leads.
    pub keep: String,
}

impl Stop {
    /// Asks about `permission`, which is told `apart` from others; its tokens live for `token_life` seconds.
    #[must_use]
    pub(super) fn new(
        shell: Shell,
        reader: &Reader,
        (permission, apart): (&Permission, Apart),
        form: Form,
        token_life: i64,
    ) -> Self {
        let text = &reader.text;
        let app = reader.app(permission);
        let ask = ask_of(permission);
        let args = [named(&app), ("ask", ask.choice())];
        let h1: Html = text.phrase("payments-stop-heading", &args).into();
        let mut said = vec![text.phrase("payments-stop-text", &args)];
        if ask == Ask::Mandate {
            said.push(text.phrase("payments-stop-contract", &args));
        }
        if permission.grant.state != GrantState::Pending {
            said.push(late(text, &app, token_life));
        }
        let mut allowed = apart::words(reader, permission, apart);
        if permission.grant.state == GrantState::Pending {
            allowed.push(text.phrase("payments-status-pending", &[]));
        }
        Self {
            allowed: allowed.into_iter().map(Html::from).collect(),
            text: said.into_iter().map(Html::from).collect(),
            button: text.plain("payments-stop-button", &[kind(ask)]),
            keep: shell.path(&format!("/payments/{}", permission.grant.id)),
            form,
            shell: shell.titled(&h1),
            h1,
        }
    }

    /// The page again, when its form was not ours.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.shell.error = true;
        self
    }
}

/// How long a wallet that does not ask may go on accepting what it was shown.
pub(super) fn late(text: &Text, app: &App, token_life: i64) -> Phrase {
    if token_life < 60 {
        let args = [named(app), ("seconds", token_life.into())];
        return text.phrase("payments-stop-late-seconds", &args);
    }
    let minutes = token_life.div_euclid(60) + i64::from(token_life % 60 != 0);
    let args = [named(app), ("minutes", minutes.into())];
    text.phrase("payments-stop-late-minutes", &args)
}

/// Asks whether to stop; what is over says so itself.
pub async fn get(visitor: Visitor, id: Path<String>) -> HttpResponse {
    show(&visitor, &id, StatusCode::OK).await
}

/// Stops it, and shows that it was stopped.
pub async fn post(visitor: Visitor, id: Path<String>, posted: Posted) -> HttpResponse {
    let (Some((user, _)), Some(session)) = (&visitor.payer, &visitor.session_cookie) else {
        return sign_in(&visitor);
    };
    let form = posted.0.unwrap_or_default();
    let sent = form.one("csrf").unwrap_or_default();
    let own = is_same(&token(session, &id), sent)
        && is_from_our_page(&visitor.http, &visitor.app.settings.server.issuer);
    if !own {
        return show(&visitor, &id, StatusCode::FORBIDDEN).await;
    }
    match rules::stop(&visitor.app, user, &id).await {
        Ok(()) => respond::see_other(&visitor.app, &format!("/payments/{id}")),
        Err(error) => respond::failure(&visitor, &error),
    }
}

async fn show(visitor: &Visitor, id: &str, status: StatusCode) -> HttpResponse {
    let (Some((user, _)), Some(session)) = (&visitor.payer, &visitor.session_cookie) else {
        return sign_in(visitor);
    };
    let permission = match rules::load(&visitor.app, user, id).await {
        Ok(permission) => permission,
        Err(error) => return respond::failure(visitor, &error),
    };
    if permission.has_ended() {
        return respond::see_other(&visitor.app, &format!("/payments/{id}"));
    }
    let beside = match rules::living(&visitor.app, user).await {
        Ok(beside) => beside,
        Err(error) => return respond::failure(visitor, &error),
    };
    let reader = Reader::of(visitor);
    let shell = visitor.shell(reader.text.clone(), None);
    let form =
        Form::to(shell.path(&format!("/payments/{id}/stop"))).with("csrf", token(session, id));
    let life = visitor.app.settings.token.access_token_lifetime;
    let apart = apart::among(&reader, &permission, &beside);
    let page = Stop::new(shell, &reader, (&permission, apart), form, life);
    if status == StatusCode::OK {
        respond::page(status, &page)
    } else {
        respond::page(status, &page.again())
    }
}

/// The token of the form that stops `id`: another session's, or another form's, is none.
fn token(session: &Secret, id: &str) -> String {
    let place = format!("payments/{id}/stop");
    derive(session, "csrf", &place).expose().to_owned()
}
