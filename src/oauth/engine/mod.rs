//! oxide-auth's state machines, driven. They ask, our code answers from the store; nothing else of that library is used.
//!
//! What is fenced here, each with a test under `tests/api`: an unknown or used code and a wrong verifier are
//! `invalid_grant`, not `invalid_request`; redirect URIs are compared as bytes; lifetimes are judged by the [`Clock`]
//! before the machine sees a grant, which is told that everything lasts for ever; nothing is serialised by the library.
//!
//! [`Clock`]: crate::model::Clock

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use oxide_auth::primitives::grant::{Extensions, Grant};
use oxide_auth::primitives::issuer::{IssuedToken, TokenType};
use oxide_auth::primitives::scope::Scope;
use url::Url;

use super::error::{ErrorCode, OAuthError};

pub(super) mod authorization;
pub(super) mod client_credentials;
pub(super) mod code_exchange;
pub(super) mod refresh;

/// What the machines are shown of a redirect URI where there is none.
const NO_REDIRECT: &str = "https://none.invalid/";

fn for_ever() -> DateTime<Utc> {
    DateTime::<Utc>::MAX_UTC
}

fn parse_scope(scope: &str) -> Result<Scope, OAuthError> {
    scope.parse().map_err(|_| {
        OAuthError::new(
            ErrorCode::InvalidScope,
            "The scope has characters that RFC 6749 does not allow",
        )
    })
}

fn parse_url(url: &str) -> Result<Url, OAuthError> {
    Url::parse(url).map_err(|error| {
        OAuthError::new(ErrorCode::InvalidGrant, "The redirect_uri is not a URI").because(error)
    })
}

/// The one value of a scope.
fn single(scope: Option<&Scope>) -> Result<String, OAuthError> {
    let mut values = scope.into_iter().flat_map(Scope::iter);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.to_owned()),
        _ => Err(not_one()),
    }
}

/// The one value of a scope that was sent as `text`: as a set, it has forgotten what was said twice.
fn single_in(text: Option<&str>, scope: Option<&Scope>) -> Result<String, OAuthError> {
    let value = single(scope)?;
    if text == Some(value.as_str()) {
        Ok(value)
    } else {
        Err(not_one())
    }
}

fn not_one() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidScope,
        "The scope must be exactly one agreement or collection URL",
    )
}

fn grant(client: &str, owner: &str, scope: &str, redirect_uri: &str) -> Result<Grant, OAuthError> {
    Ok(Grant {
        owner_id: owner.to_owned(),
        client_id: client.to_owned(),
        scope: parse_scope(scope)?,
        redirect_uri: parse_url(redirect_uri)?,
        until: for_ever(),
        extensions: Extensions::new(),
    })
}

/// Tells a machine that a token was issued, without showing it.
fn issued() -> IssuedToken {
    IssuedToken {
        token: String::new(),
        refresh: None,
        until: for_ever(),
        token_type: TokenType::Bearer,
    }
}

/// A machine went where its input cannot take it.
fn stray(machine: &str) -> OAuthError {
    OAuthError::new(
        ErrorCode::ServerError,
        "The server failed, the reason is in its log",
    )
    .because(format!("the {machine} machine is in an unexpected state"))
}

fn cow(value: Option<&str>) -> Option<Cow<'_, str>> {
    value.map(Cow::Borrowed)
}
