//! The password again, after a payer has agreed and before it counts (screen S2).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use askama::Template;

use super::consent::Consent;
use super::{Form, Html, Row, Shell, Sitting, presentation, sign_in};
use crate::identity::{self, SignInError};
use crate::model::{LONGEST_QUOTE, clean};
use crate::oauth::Parameters;
use crate::oauth::consent::{Password, Presentation};
use crate::oauth::error::{PageError, PageKind};
use crate::web::extract::Visitor;
use crate::web::respond::{failure, page_with, session_cookie};

/// What is agreed to, once more, and a field for the password.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/step_up.html")]
pub struct StepUp {
    /// What is around the page.
    pub shell: Shell,
    /// What the page is about.
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
    /// Where `password` goes, with the digest of what is shown.
    pub form: Form,
    /// Whose password it is.
    pub username: String,
    /// Why the last try did not work.
    pub problem: Option<String>,
    /// Who decides and until when.
    pub sitting: Sitting,
}

impl StepUp {
    /// Asks `username` for the password, for what `consent` shows.
    #[must_use]
    pub fn new(consent: Consent, username: &str) -> Self {
        let h1 = consent.shell.text.phrase("step-up-heading", &[]).into();
        Self {
            shell: consent.shell.titled(&h1),
            h1,
            sentence: consent.sentence,
            replaces: consent.replaces,
            warning: consent.warning,
            who: consent.who,
            account: consent.account,
            form: consent.form,
            username: clean(username, LONGEST_QUOTE),
            problem: None,
            sitting: consent.sitting,
        }
    }

    /// The page again, and why.
    #[must_use]
    pub fn again(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self.shell.error = true;
        self
    }
}

/// What came of a password that a payer gave with an approval.
pub(super) enum Attempt {
    /// None was given, or nobody is signed in whose it could be.
    None,
    /// It is the payer's.
    Right,
    /// It is not.
    Wrong,
    /// There were too many attempts: how long to wait, in seconds.
    Wait(i64),
}

impl Attempt {
    /// Checks the password of a form, if it is one that confirms.
    pub(super) async fn of(visitor: &Visitor, form: &Parameters) -> Result<Self, PageError> {
        let (Some("confirm"), Some((user, session))) = (form.one("decision"), &visitor.payer)
        else {
            return Ok(Self::None);
        };
        let password = form.one("password").unwrap_or_default();
        match identity::confirm(&visitor.app, (user, session), password, &visitor.origin()).await {
            Ok(()) => Ok(Self::Right),
            Err(SignInError::Wrong) => Ok(Self::Wrong),
            Err(SignInError::Wait(seconds)) => Ok(Self::Wait(seconds)),
            Err(SignInError::Store(fault)) => Err(fault.into()),
            Err(SignInError::Password(fault)) => {
                Err(PageError::new(PageKind::Fault { retry: true }).because(fault))
            }
        }
    }

    /// What the rule is told of it.
    pub(super) fn password(&self) -> Password {
        match self {
            Self::None => Password::Absent,
            Self::Right => Password::Right,
            Self::Wrong | Self::Wait(_) => Password::Wrong,
        }
    }
}

/// Asks for the password, for what is presented.
pub(super) fn ask(visitor: &Visitor, shown: &Presentation, attempt: &Attempt) -> HttpResponse {
    let consent = match presentation::consent_page(visitor, shown) {
        Ok(consent) => consent,
        Err(error) => return failure(visitor, &error),
    };
    let page = StepUp::new(consent, &shown.user.username);
    let redirect_uri = &shown.opened.request.redirect_uri;
    match attempt {
        Attempt::None | Attempt::Right => page_with(StatusCode::OK, &page, redirect_uri),
        Attempt::Wrong => {
            let problem = page.shell.t("step-up-wrong");
            let page = page.again(problem);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &page, redirect_uri)
        }
        Attempt::Wait(seconds) => {
            let problem = sign_in::wait(&page.shell.text, *seconds);
            let page = page.again(problem);
            let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &page, redirect_uri);
            let seconds = HeaderValue::from(*seconds);
            response.headers_mut().insert(RETRY_AFTER, seconds);
            response
        }
    }
}

/// Gives the browser of a payer whose password was right a new session, so that one which somebody else knows is worth nothing.
/// After the decision: a second press that still brings the old cookie is answered as the first.
pub(super) async fn renew(visitor: &Visitor, mut response: HttpResponse) -> HttpResponse {
    let Some((user, _)) = &visitor.payer else {
        return response;
    };
    match identity::renew(&visitor.app, user, &visitor.origin()).await {
        Ok(Some(cookie)) => {
            // Should it not be set, the payer signs in again some day.
            let _ = response.add_cookie(&session_cookie(&cookie));
        }
        Ok(None) => {}
        Err(fault) => tracing::warn!(%fault, "a session could not be renewed"),
    }
    response
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Phrase;
    use crate::model::wording::Warning;
    use crate::web::pages::tests::{HOSTILE, app, csrf, explained, monthly, page, shell, sitting};

    fn sample() -> StepUp {
        let app = app();
        let explained = explained(&monthly(), &app);
        let warnings = explained.warnings.clone();
        let form = csrf("/consent/r1").with("digest", "d1gest");
        let account = "$wallet.example/bob";
        let mut consent = Consent::new(shell(), explained, (&app, account), form, sitting());
        consent.warning = Warning::gravest(&shell().text, warnings).map(Html::from);
        consent.replaces = vec![Phrase::given("It ends the older one.").into()];
        StepUp::new(consent, HOSTILE)
    }

    pub fn samples() -> Vec<String> {
        let problem = shell().t("step-up-wrong");
        [sample(), sample().again(problem)]
            .iter()
            .map(page)
            .collect()
    }

    #[test]
    fn what_is_confirmed_stands_before_the_password() {
        let html = page(&sample());
        let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
        for what in [
            "class=\"sentence\"",
            "It ends the older one.",
            "class=\"warning\"",
            "acme.example",
            "$wallet.example/bob",
        ] {
            assert!(place(what) < place("type=\"password\""), "{what}");
        }
        assert!(html.contains("name=\"digest\" value=\"d1gest\""));
        assert!(html.contains("autocomplete=\"current-password\""));
        assert!(place("value=\"confirm\"") < place("value=\"decline\""));
    }

    #[test]
    fn a_wrong_password_is_said_at_the_head_and_at_the_field() {
        let html = page(&sample().again("That is not it.".into()));
        assert!(html.contains("<title>Error: Confirm it is you"));
        assert!(html.contains("role=\"alert\"") && html.contains("href=\"#password\""));
        assert!(html.contains("aria-describedby=\"password-problem\""));
        assert_eq!(html.matches("That is not it.").count(), 2);
    }
}
