//! Pages that a payer reads: one struct and one template each, with the same stem.

pub mod account;
mod action;
pub mod brand;
pub mod changed;
pub mod consent;
mod difference;
pub mod done;
pub mod failure;
pub mod fault;
pub mod home;
mod html;
pub mod language;
pub mod payments;
mod presentation;
pub mod schedule;
pub mod sign_in;
mod sitting;
pub mod step_up;
pub mod wording;

pub use action::{Action, Return};
pub use html::{Html, Row};
pub use language::Language;
pub use sitting::Sitting;

use crate::model::Text;

/// What every page has around its main part.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The language that the page is written in.
    pub text: Text,
    /// The path prefix of the issuer, usually empty, never ending in a slash.
    pub base: String,
    /// What the page is about, as its title and without the site's name.
    pub title: String,
    /// Whether the page answers a form that could not be used, which its title then says first.
    pub error: bool,
    /// The wallet whose agreement this is about, once that is known.
    pub wallet: Option<String>,
    /// Who runs this server.
    pub operator: String,
    /// Whether the operator has a mark.
    pub mark: bool,
    /// The host that the browser shows, with its port if there is one.
    pub host: String,
    /// Where the operator helps people.
    pub help_url: Option<String>,
    /// The operator's privacy statement.
    pub privacy_url: Option<String>,
    /// A URI to report a security problem to (RFC 9116 §2.5.3).
    pub security_contact: Option<String>,
    /// The number under which the log has this request.
    pub request_id: String,
    /// The languages that the page can be read in; none if there is no choice.
    pub languages: Vec<Language>,
    /// Where the page can be read again: a path of this server, below its own, and its query.
    pub here: String,
}

impl Shell {
    /// The message `key` without arguments.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.text.plain(key, &[])
    }

    /// The language of the page, for `<html lang>`.
    #[must_use]
    pub fn lang(&self) -> &str {
        self.text.locale().as_str()
    }

    /// The direction of the page, for `<html dir>`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        self.text.locale().direction()
    }

    /// Whom the payer deals with: the wallet if there is one, else the operator.
    #[must_use]
    pub fn site(&self) -> &str {
        self.wallet.as_deref().unwrap_or(&self.operator)
    }

    /// A path of this server, which starts with a slash, as a link on a page.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The same shell for a page that is about `heading`.
    #[must_use]
    pub fn titled(mut self, heading: &Html) -> Self {
        self.title = heading.to_plain();
        self
    }

    /// Where the page is switched to `language`.
    #[must_use]
    pub fn switch(&self, language: &Language) -> String {
        self.path(&language.link(&self.here))
    }

    fn document_title(&self) -> String {
        let args = [
            ("page", self.title.as_str().into()),
            ("site", self.site().into()),
        ];
        if self.error {
            self.text.plain("shell-title-error", &args)
        } else {
            self.text.plain("shell-title", &args)
        }
    }

    fn you_are_on(&self) -> Html {
        let args = [
            ("host", self.host.as_str().into()),
            ("operator", self.operator.as_str().into()),
        ];
        let key = if self.wallet.is_some() {
            "shell-host-run"
        } else {
            "shell-host"
        };
        self.text.phrase(key, &args).into()
    }
}

/// Where a form goes, and what it carries unseen.
#[derive(Debug, Clone)]
pub struct Form {
    /// The path that it is posted to.
    pub action: String,
    /// Names and values of its hidden fields.
    pub hidden: Vec<(&'static str, String)>,
}

impl Form {
    /// A form that is posted to `action`.
    pub fn to(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            hidden: Vec::new(),
        }
    }

    /// The same form, which also carries `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }
}

/// The stylesheet, served at `{base}/assets/style.css`.
pub const STYLE: &str = include_str!("../../../templates/assets/style.css");

#[cfg(test)]
mod tests;
