//! What a payer who comes back to a decided request is told (screen S17).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::action::Return;
use super::presentation::{ask_of, asker};
use super::wording::{self, App};
use super::{Action, Html, Row, Shell, presentation};
use crate::model::wording::{Ask, reference};
use crate::model::{Grant, Text, redirect_uri};
use crate::oauth::consent::{Outcome, Settled};
use crate::web::extract::Visitor;
use crate::web::respond::page_with;

/// What was decided, and where to go.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/done.html")]
pub struct Done {
    /// What is around the page.
    pub shell: Shell,
    /// What was decided.
    pub h1: Html,
    /// What it means.
    pub text: Html,
    /// The sentence that was approved, and its language.
    pub said: Option<(String, String)>,
    /// The account, and the reference.
    pub rows: Vec<Row>,
    /// Where to go, the best first.
    pub actions: Vec<Action>,
}

impl Done {
    /// The page after an approval of `said`; the client has picked it up unless it is `waiting`.
    #[must_use]
    pub fn approved(
        shell: Shell,
        (app, ask): (&App, Ask),
        said: Option<(String, String)>,
        waiting: bool,
    ) -> Self {
        let text = if waiting {
            "done-waiting-text"
        } else {
            "done-approved-text"
        };
        let page = Self::new(shell, (app, ask), ("done-approved-heading", text));
        Self { said, ..page }
    }

    /// The page after a refusal.
    #[must_use]
    pub fn declined(shell: Shell, app: &App, ask: Ask) -> Self {
        Self::new(
            shell,
            (app, ask),
            ("done-declined-heading", "done-declined-text"),
        )
    }

    fn new(shell: Shell, (app, ask): (&App, Ask), (h1, text): (&str, &str)) -> Self {
        let args = [
            ("app", app.shown().into_owned().into()),
            ("ask", ask.choice()),
        ];
        let h1 = shell.text.phrase(h1, &args).into();
        Self {
            text: shell.text.phrase(text, &args).into(),
            shell: shell.titled(&h1),
            h1,
            said: None,
            rows: Vec::new(),
            actions: Vec::new(),
        }
    }
}

/// Tells a payer what they decided.
pub(super) fn show(visitor: &Visitor, settled: &Settled) -> HttpResponse {
    let opened = &settled.opened;
    let text = visitor.text(opened.request.ui_locales.as_deref());
    let shell = visitor.shell(text.clone(), Some(&opened.wallet.name));
    let app = asker(&text, opened, &visitor.zone());
    let ask = ask_of(opened);
    let again = || Some(Return::Form(presentation::leave_form(visitor, opened)));
    let (mut page, to) = if let Some(Outcome { grant, redeemable }) = &settled.outcome {
        let site = || redirect_uri::site(&opened.request.redirect_uri).map(Return::Link);
        let mut page = Done::approved(shell, (&app, ask), grant.text.clone(), *redeemable);
        page.rows = rows(&text, ask, grant);
        (page, if *redeemable { again() } else { site() })
    } else {
        (Done::declined(shell, &app, ask), again())
    };
    let back = to.map(|to| Action::finish(&page.shell, &app.shown(), to));
    page.actions.extend(back);
    if let Some(Outcome { grant, .. }) = &settled.outcome {
        page.actions.push(Action::see(&page.shell, &grant.id));
    }
    page_with(StatusCode::OK, &page, &opened.request.redirect_uri)
}

/// The account, and the reference of an agreement.
fn rows(text: &Text, ask: Ask, grant: &Grant) -> Vec<Row> {
    let account = presentation::pointer_words(&grant.subject);
    let mut rows = vec![wording::account(text, ask, &account)];
    if !grant.collection {
        let label = text.plain("mandate-row-reference", &[]);
        rows.push(Row::given(label, &reference(&grant.agreement_url)));
    }
    rows
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::pages::tests::{HOSTILE, app, csrf, page, shell, unchecked};

    pub fn samples() -> Vec<String> {
        let said = || Some(("Acme can take 20 dollars.".to_owned(), "en".to_owned()));
        let mut all = vec![
            Done::approved(shell(), (&app(), Ask::Mandate), said(), true),
            Done::approved(shell(), (&app(), Ask::Invoice), said(), false),
        ];
        all.extend(Ask::ALL.map(|ask| Done::declined(shell(), &unchecked(), ask)));
        for done in &mut all {
            let to = Return::Form(csrf("/consent/r1").with("decision", "leave"));
            done.actions = vec![
                Action::finish(&shell(), "Acme", to),
                Action::see(&shell(), "grt_1"),
            ];
        }
        all.iter().map(page).collect()
    }

    #[test]
    fn an_approval_is_told_in_the_words_that_were_approved() {
        let said =
            "Acme darf bis zu 20 $ nehmen.\nDas tritt an die Stelle der früheren.".to_owned();
        let said = Some((said, "de".to_owned()));
        let mut done = Done::approved(shell(), (&app(), Ask::Mandate), said, false);
        let to = Return::Link("https://acme.example/".to_owned());
        done.actions.push(Action::finish(&shell(), HOSTILE, to));
        done.actions.push(Action::see(&shell(), "grt_1"));
        let html = page(&done);
        assert!(html.contains("You approved <bdi"));
        assert!(html.contains("<p class=\"sentence\" lang=\"de\">Acme darf"));
        assert!(html.contains("<p class=\"sentence\" lang=\"de\">Das tritt an"));
        assert!(html.contains("role=\"status\""));
        assert!(html.contains("href=\"/payments/grt_1\""));
    }

    #[test]
    fn a_refusal_says_what_cannot_happen() {
        let all = [
            (Ask::Mandate, "cannot take payments."),
            (Ask::Invoice, "was not allowed to pay you."),
            (Ask::Session, "was not allowed to stream payments to you."),
            (Ask::CreateMandates, "cannot create anything in your name."),
        ];
        for (ask, words) in all {
            let mut done = Done::declined(shell(), &unchecked(), ask);
            let to = Return::Form(csrf("/consent/r1").with("decision", "leave"));
            done.actions.push(Action::finish(&shell(), "Acme", to));
            let html = page(&done);
            assert!(html.contains(words), "{html}");
            assert!(html.contains("You declined"));
            assert!(html.contains("shop.example"));
        }
    }
}
