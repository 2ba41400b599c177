//! The page for terms that are no longer those that were shown.

use askama::Template;

use super::wording::{self, App};
use super::{Form, Html, Row, Shell, Sitting};
use crate::model::wording::{Ask, Explanation};

/// What the page says of other terms: its heading and what happened.
const TERMS: (&str, &str) = ("changed-heading", "changed-text");

/// What changed, and the question again; or the end of the request.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/changed.html")]
pub struct Changed {
    /// What is around the page.
    pub shell: Shell,
    /// What happened.
    pub h1: Html,
    /// What happened, and that nothing was approved.
    pub text: Html,
    /// What can be done now.
    pub next: Next,
}

/// What a payer can do after the terms changed.
#[derive(Debug, Clone)]
pub enum Next {
    /// Decide on the new terms.
    Decide(Box<Again>),
    /// Go back to the app: they changed once too often.
    Stop {
        /// That nothing was approved.
        nothing: Html,
        /// Tells the app.
        form: Form,
        /// "Go back to Acme".
        label: Html,
    },
}

/// The new terms.
#[derive(Debug, Clone)]
pub struct Again {
    /// Only what is different.
    pub changes: Vec<Change>,
    /// The new sentence.
    pub sentence: Html,
    /// What it takes the place of, and what ends with that.
    pub replaces: Vec<Html>,
    /// The one warning.
    pub warning: Option<Html>,
    /// Who asks, and where the money can go.
    pub who: Vec<Html>,
    /// The account that the money leaves, or arrives in.
    pub account: Option<Row>,
    /// The answer that grants.
    pub approve: String,
    /// The answer that refuses.
    pub decline: String,
    /// Where the answer goes, with the digest of the new terms.
    pub form: Form,
    /// Who decides and until when.
    pub sitting: Sitting,
}

/// What is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The terms, or who asks.
    Terms,
    /// Only what the new permission takes the place of.
    Place,
}

/// One difference.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is different.
    pub what: String,
    /// What the payer saw.
    pub saw: Html,
    /// What it is now.
    pub now: Html,
}

impl Changed {
    /// Asks again, for what is `explained` now and differs by `changes`, because of `cause`.
    #[must_use]
    pub fn ask_again(
        shell: Shell,
        app: &App,
        (explained, changes, cause): (Explanation, Vec<Change>, Cause),
        form: Form,
        sitting: Sitting,
    ) -> Self {
        let answers = wording::buttons(&shell.text, explained.ask);
        let (said, approve) = match (cause, explained.ask) {
            (Cause::Place, _) => (
                ("changed-place-heading", "changed-place-text"),
                answers.approve,
            ),
            (Cause::Terms, Ask::Mandate) => (TERMS, shell.t("changed-approve")),
            (Cause::Terms, _) => (TERMS, shell.t("changed-allow")),
        };
        let next = Next::Decide(Box::new(Again {
            changes,
            sentence: explained.sentence.into(),
            replaces: Vec::new(),
            warning: None,
            who: Vec::new(),
            account: None,
            approve,
            decline: answers.decline,
            form,
            sitting,
        }));
        Self::new(shell, app, said, next)
    }

    /// Ends the request; `form` tells the app.
    #[must_use]
    pub fn stop(shell: Shell, app: &App, form: Form) -> Self {
        let (h1, said) = ("changed-stopped-heading", "changed-stopped-text");
        let args = [("app", app.shown().into_owned().into())];
        let label = shell.text.phrase("changed-leave", &args).into();
        let next = Next::Stop {
            nothing: shell.text.phrase("changed-nothing", &[]).into(),
            form,
            label,
        };
        Self::new(shell, app, (h1, said), next)
    }

    fn new(shell: Shell, app: &App, (h1, said): (&str, &str), next: Next) -> Self {
        let args = [("app", app.shown().into_owned().into())];
        let h1 = shell.text.phrase(h1, &[]).into();
        Self {
            text: shell.text.phrase(said, &args).into(),
            shell: shell.titled(&h1),
            h1,
            next,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Phrase;
    use crate::model::wording::{AddedUp, Warning};
    use crate::web::pages::tests::{
        HOSTILE, app, csrf, explained, invoice, monthly, page, shell, sitting,
    };

    fn sample(explained: Explanation) -> Changed {
        sample_of(explained, Cause::Terms)
    }

    fn sample_of(explained: Explanation, cause: Cause) -> Changed {
        let changes = vec![
            Change {
                what: shell().t("mandate-row-total"),
                saw: Phrase::amount("$20.00").into(),
                now: Phrase::amount("$50.00").into(),
            },
            Change {
                what: shell().t("changed-description"),
                saw: Phrase::given(HOSTILE).into(),
                now: Html::Code(HOSTILE.into()),
            },
        ];
        let form = csrf("/consent/r1").with("digest", "new");
        let (text, ask) = (shell().text, explained.ask);
        let differs = (explained, changes, cause);
        let mut page = Changed::ask_again(shell(), &app(), differs, form, sitting());
        if let Next::Decide(again) = &mut page.next {
            again.who = wording::who(&text, &app(), "Example Wallet");
            again.account = Some(wording::account(&text, ask, "$wallet.example/bob"));
        }
        page
    }

    pub fn samples() -> Vec<String> {
        let mut mandate = sample(explained(&monthly(), &app()));
        if let Next::Decide(again) = &mut mandate.next {
            let larger = Warning::Larger("$240.00".into(), "$600.00".into());
            again.warning = Some(larger.phrase(&shell().text).into());
            again.who = wording::who(&shell().text, &app(), "Wallet");
        }
        let invoice = sample(explained(&invoice(), &app()));
        let stop = Changed::stop(shell(), &app(), csrf("/consent/r1"));
        let place = sample_of(explained(&monthly(), &app()), Cause::Place);
        [mandate, invoice, stop, place].iter().map(page).collect()
    }

    #[test]
    fn what_is_taken_the_place_of_is_not_called_terms() {
        let mut changed = sample_of(explained(&monthly(), &app()), Cause::Place);
        if let Next::Decide(again) = &mut changed.next {
            again.replaces = vec![Phrase::given("It ends the older one.").into()];
        }
        let html = page(&changed);
        assert!(html.contains("<h1>Something changed. Check it again.</h1>"));
        assert!(html.contains("<strong>Nothing has been approved.</strong>"));
        assert!(html.contains(">Approve</button>") && !html.contains("changed this agreement"));
        let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
        assert!(place("class=\"sentence\"") < place("It ends the older one."));
        assert!(place("It ends the older one.") < place("value=\"approve\""));
    }

    #[test]
    fn the_new_terms_are_asked_for_again() {
        let text = shell().text;
        let mut changed = sample(explained(&monthly(), &app()));
        if let Next::Decide(again) = &mut changed.next {
            let larger = Warning::Larger("$240.00".into(), "$600.00".into());
            again.warning =
                Warning::gravest(&text, [Warning::CarriesOver(AddedUp::Endless), larger])
                    .map(Html::from);
        }
        let html = page(&changed);
        assert!(html.contains("<strong>Nothing has been approved.</strong>"));
        assert!(html.contains("Approve the new terms</button>"));
        assert!(html.contains(">Decline</button>"));
        assert!(html.contains("The most they can take went from"));
        assert!(html.contains("<del>") && html.contains("<ins>"));
    }

    #[test]
    fn what_comes_in_is_allowed_and_not_approved() {
        let html = page(&sample(explained(&invoice(), &app())));
        assert!(html.contains("Allow the new terms</button>"));
        assert!(html.contains(">Do not allow</button>"));
    }

    #[test]
    fn terms_that_keep_changing_end_the_request() {
        let leave = csrf("/consent/r1").with("decision", "leave");
        let html = page(&Changed::stop(shell(), &app(), leave));
        assert!(html.contains("We have stopped this request."));
        assert!(html.contains("name=\"decision\" value=\"leave\""));
        assert!(!html.contains("value=\"approve\""));
    }
}
