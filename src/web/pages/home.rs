//! The start page of somebody who is signed in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::sign_in::sign_out_form;
use super::{Form, Html, Shell};
use crate::web::extract::Visitor;
use crate::web::respond;

/// Who is signed in, how to sign out, and what this server is.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/home.html")]
pub struct Home {
    /// What is around the page.
    pub shell: Shell,
    /// What the page is about.
    pub h1: Html,
    /// "Signed in as bob".
    pub person: Html,
    /// The list of automatic payments.
    pub payments: String,
    /// Signs out.
    pub sign_out: Form,
}

impl Home {
    /// The start page of `username`.
    #[must_use]
    pub fn new(shell: Shell, username: &str, sign_out: Form) -> Self {
        let h1 = shell.text.phrase("home-heading", &[]).into();
        let person = shell
            .text
            .phrase("home-person", &[("person", username.into())])
            .into();
        Self {
            payments: shell.path("/payments"),
            shell: shell.titled(&h1),
            h1,
            person,
            sign_out,
        }
    }
}

/// The start page; whoever is not signed in is asked to.
pub async fn get(visitor: Visitor) -> HttpResponse {
    let Some((user, _)) = &visitor.payer else {
        return respond::see_other(&visitor.app, "/sign-in");
    };
    let shell = visitor.shell(visitor.text(None), None);
    let Some(form) = sign_out_form(&visitor, &shell, None) else {
        return respond::see_other(&visitor.app, "/sign-in");
    };
    respond::page(StatusCode::OK, &Home::new(shell, &user.username, form))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::pages::tests::{HOSTILE, csrf, page, shell};

    fn sample() -> Home {
        Home::new(shell(), HOSTILE, csrf("/sign-out"))
    }

    pub fn samples() -> Vec<String> {
        vec![page(&sample())]
    }

    #[test]
    fn the_start_page_says_who_is_signed_in() {
        let html = page(&sample());
        assert!(html.contains("Signed in as"));
        assert!(html.contains("action=\"/sign-out\""));
    }
}
