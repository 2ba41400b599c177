//! Automatic payments, and what else a payer has approved: the list, one of them, and how it is stopped.

mod apart;
pub mod detail;
pub mod list;
pub mod stop;
mod way_back;

pub use way_back::WayBack;

use actix_web::HttpResponse;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::presentation::{day_of, pointer_words};
use super::wording::App;
use crate::model::wording::{Ask, minute};
use crate::model::{Arg, GrantState, Phrase, Text, redirect_uri};
use crate::oauth::payments::Permission;
use crate::web::extract::Visitor;
use crate::web::respond;

/// How a payer reads: the language and the zone.
#[derive(Debug, Clone)]
pub struct Reader {
    text: Text,
    zone: TimeZone,
}

impl Reader {
    fn of(visitor: &Visitor) -> Self {
        Self {
            text: visitor.text(None),
            zone: visitor.zone(),
        }
    }

    /// The app, as far as a payer may trust what it says of itself.
    fn app(&self, permission: &Permission) -> App {
        let day = |at| self.text.date(day_of(at, &self.zone), &self.zone);
        App {
            name: permission.client.name.clone(),
            host: redirect_uri::host(&permission.redirect_uri),
            checked: permission.client.verified_at.map(day),
        }
    }

    /// When something happened or will, to the second.
    fn date(&self, at: Timestamp) -> Arg {
        Arg::Date(at, self.text.date(at, &self.zone))
    }

    /// When something happened, to the minute.
    fn moment(&self, at: Timestamp) -> Arg {
        Arg::Date(at, self.text.date(minute(at), &self.zone))
    }

    /// The account that money leaves or arrives in, that things are created for, or that an agreement is about.
    fn account(&self, permission: &Permission) -> Phrase {
        let key = match ask_of(permission) {
            Ask::Mandate => "payments-from",
            Ask::Invoice | Ask::Session => "payments-into",
            _ => "payments-for",
        };
        let account = pointer_words(&permission.grant.subject);
        self.text.phrase(key, &[("account", account.into())])
    }

    /// The state as a word.
    fn status(&self, permission: &Permission) -> String {
        let key = match permission.grant.state {
            GrantState::Pending => "payments-status-pending",
            GrantState::Active => "payments-status-active",
            GrantState::Suspended(_) => "payments-status-held",
            GrantState::Ended(_) => "payments-status-ended",
        };
        self.text.plain(key, &[kind(ask_of(permission))])
    }
}

fn ask_of(permission: &Permission) -> Ask {
    let grant = &permission.grant;
    Ask::of(grant.kind, grant.collection, &grant.actions)
}

/// What messages about taking and about allowing select by.
fn kind(ask: Ask) -> (&'static str, Arg) {
    let word = if ask == Ask::Mandate { "take" } else { "allow" };
    ("kind", Arg::Choice(word))
}

fn named(app: &App) -> (&'static str, Arg) {
    ("app", app.shown().into_owned().into())
}

/// Asks who the payer is, and leads back here.
fn sign_in(visitor: &Visitor) -> HttpResponse {
    let uri = visitor.http.uri();
    let base = visitor.app.settings.server.base_path();
    let here = uri.path_and_query().map_or("", |it| it.as_str());
    let here = here.strip_prefix(base).unwrap_or(here);
    let back = WayBack::parse(here).or_else(|| WayBack::parse(uri.path().strip_prefix(base)?));
    respond::see_other(&visitor.app, &back.unwrap_or_else(WayBack::list).sign_in())
}

#[cfg(test)]
pub(super) mod tests;
