//! Answers that travel through the payer's browser (RFC 6749 §4.1.2, RFC 9207).

use url::form_urlencoded;

use super::error::OAuthError;
use crate::model::{AuthorizationRequest, Client, Secret};

/// A redirect URI that is registered for the client that named it; there is no other way to make one.
#[derive(Debug, Clone)]
pub struct RedirectTarget(String);

impl RedirectTarget {
    /// `None` unless `requested` is one of the client's redirect URIs (RFC 6749 §3.1.2.3).
    #[must_use]
    pub fn verify(client: &Client, requested: &str) -> Option<Self> {
        client
            .may_redirect_to(requested)
            .then(|| Self(requested.to_owned()))
    }

    /// The redirect URI as it was asked.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The answer to an approval (RFC 6749 §4.1.2).
    #[must_use]
    pub fn with_code(&self, code: &Secret, state: Option<&str>, issuer: &str) -> Redirection {
        self.answer(&[
            ("code", Some(code.expose())),
            ("state", state),
            ("iss", Some(issuer)),
        ])
    }

    /// The answer to anything else (RFC 6749 §4.1.2.1).
    #[must_use]
    pub fn with_error(&self, error: &OAuthError, state: Option<&str>, issuer: &str) -> Redirection {
        self.answer(&[
            ("error", Some(error.code.as_str())),
            ("error_description", Some(error.description)),
            ("state", state),
            ("iss", Some(issuer)),
        ])
    }

    fn answer(&self, parameters: &[(&str, Option<&str>)]) -> Redirection {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in parameters {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let separator = match self.0.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        Redirection {
            location: format!("{}{separator}{}", self.0, query.finish()),
        }
    }
}

/// Where the browser is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    location: String,
}

impl Redirection {
    /// The whole URL.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }
}

/// The target of a stored request, if it is still registered.
pub(super) fn target_of(client: &Client, request: &AuthorizationRequest) -> Option<RedirectTarget> {
    RedirectTarget::verify(client, &request.redirect_uri)
}
