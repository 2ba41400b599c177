//! What a request proves or says, before a rule sees it.

mod accept;
mod address;
mod browser;
mod credentials;
mod form;
mod visitor;

pub use accept::wants_signed;
pub use address::address;
pub use browser::{
    FORM, LOCALE, SESSION, is_from_our_page, is_person, request_cookie, request_cookie_name,
};
pub use credentials::{AuthenticatedClient, AuthenticatedResourceServer};
pub use form::{FormFault, Posted, parse_pairs};
pub use visitor::Visitor;
