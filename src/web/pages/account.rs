//! The page that asks which account a collection is for.

use askama::Template;

use super::wording::App;
use super::{Form, Html, Shell, Sitting};
use crate::model::wording::Ask;

/// One button for each payment pointer of the payer; shown only when there are several.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account.html")]
pub struct Account {
    /// What is around the page.
    pub shell: Shell,
    /// The question.
    pub h1: Html,
    /// Who asks.
    pub who: Vec<Html>,
    /// What choosing does.
    pub hint: Html,
    /// Where `pointer=<URL>` or `decision=decline` goes.
    pub form: Form,
    /// The payer's payment pointers.
    pub pointers: Vec<Pointer>,
    /// The button that declines.
    pub decline: String,
    /// Who decides and until when.
    pub sitting: Sitting,
}

/// A payment pointer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// What its button sends.
    pub url: String,
    /// How it is written for people: "$wallet.example/bob".
    pub words: String,
}

impl Account {
    /// Asks which of `pointers` the app may create things for.
    #[must_use]
    pub fn new(
        shell: Shell,
        (app, ask): (&App, Ask),
        form: Form,
        pointers: Vec<Pointer>,
        sitting: Sitting,
    ) -> Self {
        let args = [
            ("ask", ask.choice()),
            ("app", app.shown().into_owned().into()),
        ];
        let h1 = shell.text.phrase("account-heading", &args).into();
        let hint = shell.text.phrase("account-hint", &args).into();
        let decline = super::wording::buttons(&shell.text, ask).decline;
        let who = super::wording::who(&shell.text, app, shell.site());
        Self {
            shell: shell.titled(&h1),
            h1,
            who,
            hint,
            form,
            pointers,
            decline,
            sitting,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::pages::tests::{app, csrf, page, shell, sitting};

    fn sample(ask: Ask) -> Account {
        let pointers = vec![
            Pointer {
                url: "https://wallet.example/bob".into(),
                words: "$wallet.example/bob".into(),
            },
            Pointer {
                url: "https://wallet.example/\"><script>".into(),
                words: "$wallet.example/\"><script>".into(),
            },
        ];
        Account::new(
            shell(),
            (&app(), ask),
            csrf("/consent/r1"),
            pointers,
            sitting(),
        )
    }

    pub fn samples() -> Vec<String> {
        let asks = [
            Ask::CreateInvoices,
            Ask::CreateMandates,
            Ask::CreateSessions,
        ];
        asks.map(|ask| page(&sample(ask))).into()
    }

    #[test]
    fn each_pointer_is_a_button() {
        let html = page(&sample(Ask::CreateInvoices));
        assert_eq!(html.matches("name=\"pointer\"").count(), 2);
        assert!(html.contains("value=\"https://wallet.example/bob\""));
        assert!(html.contains("name=\"decision\" value=\"decline\""));
        page(&sample(Ask::CreateMandates));
        page(&sample(Ask::CreateSessions));
    }
}
