//! What goes out: answers for programs, pages for people, and the headers of both.

mod cookies;
mod head;
mod headers;
mod oauth;
mod page;

pub use cookies::{clear, form_cookie, locale_cookie, request_cookie, session_cookie};
pub use head::short_head;
pub use headers::{DpopNonce, PageLanguage, RequestId, every_answer};
pub use oauth::{
    OAuthFailure, RefusedAs, SIGNED_INTROSPECTION, introspection, no_content, pushed,
    signed_introspection, token,
};
pub use page::{failure, page, page_with, redirect, see_other, to_client, unavailable};
