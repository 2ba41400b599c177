//! What a program is told when something is refused (RFC 6749 §4.1.2.1 and §5.2), and what a person is told.

use oxide_auth::code_grant::error::{AccessTokenErrorType, AuthorizationErrorType};

use crate::keys::KeyFault;
use crate::model::Refusal;
use crate::store::StoreFault;

use super::redirection::Redirection;

/// What the log says of a refusal: anything that can be written.
#[derive(Debug)]
pub struct Cause(String);

impl<T: std::fmt::Display> From<T> for Cause {
    fn from(cause: T) -> Self {
        Self(cause.to_string())
    }
}

/// The error codes that this server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidRequest,
    /// RFC 6749 §5.2.
    InvalidClient,
    /// The same for an assertion, of which no challenge could be the scheme: libraries that find another one look no further
    /// (RFC 7521 §4.2.1).
    InvalidAssertion,
    /// RFC 6749 §5.2.
    InvalidGrant,
    /// RFC 6749 §4.1.2.1, §5.2.
    UnauthorizedClient,
    /// RFC 6749 §5.2.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidScope,
    /// RFC 6749 §4.1.2.1.
    AccessDenied,
    /// RFC 6749 §4.1.2.1.
    ServerError,
    /// RFC 6749 §4.1.2.1.
    TemporarilyUnavailable,
    /// The same where it is the host of a client's or wallet's keys that failed.
    KeysUnavailable,
    /// OpenID Connect Core 1.0 §3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core 1.0 §3.1.2.6.
    ConsentRequired,
    /// RFC 9101 §6 (OpenID Connect Core 1.0 §3.1.2.6).
    RequestNotSupported,
    /// RFC 9101 §6 (OpenID Connect Core 1.0 §3.1.2.6).
    RequestUriNotSupported,
    /// RFC 9101 §6.
    InvalidRequestObject,
    /// RFC 9101 §6, RFC 9126 §2.3.
    InvalidRequestUri,
    /// RFC 8707 §2.
    InvalidTarget,
    /// RFC 9396 §5.
    InvalidAuthorizationDetails,
    /// RFC 9449 §5.
    InvalidDpopProof,
    /// RFC 9449 §8.
    UseDpopNonce,
}

impl ErrorCode {
    /// The code on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient | Self::InvalidAssertion => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable | Self::KeysUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }
}

impl From<AuthorizationErrorType> for ErrorCode {
    fn from(kind: AuthorizationErrorType) -> Self {
        match kind {
            AuthorizationErrorType::UnauthorizedClient => Self::UnauthorizedClient,
            AuthorizationErrorType::AccessDenied => Self::AccessDenied,
            AuthorizationErrorType::UnsupportedResponseType => Self::UnsupportedResponseType,
            AuthorizationErrorType::InvalidScope => Self::InvalidScope,
            AuthorizationErrorType::ServerError => Self::ServerError,
            AuthorizationErrorType::TemporarilyUnavailable => Self::TemporarilyUnavailable,
            AuthorizationErrorType::InvalidRequest => Self::InvalidRequest,
        }
    }
}

impl From<AccessTokenErrorType> for ErrorCode {
    fn from(kind: AccessTokenErrorType) -> Self {
        match kind {
            AccessTokenErrorType::InvalidClient => Self::InvalidClient,
            AccessTokenErrorType::InvalidGrant => Self::InvalidGrant,
            AccessTokenErrorType::UnauthorizedClient => Self::UnauthorizedClient,
            AccessTokenErrorType::UnsupportedGrantType => Self::UnsupportedGrantType,
            AccessTokenErrorType::InvalidScope => Self::InvalidScope,
            AccessTokenErrorType::InvalidRequest => Self::InvalidRequest,
        }
    }
}

/// A refusal that a program reads.
#[derive(Debug, thiserror::Error)]
#[error("{}: {description}{}", code.as_str(), .cause.as_deref().map(|c| format!(" ({c})")).unwrap_or_default())]
pub struct OAuthError {
    /// What the program acts on.
    pub code: ErrorCode,
    /// What to fix; ASCII without quotes and backslash (RFC 6749 §5.2).
    pub description: &'static str,
    /// For the log, never sent.
    pub cause: Option<String>,
}

impl OAuthError {
    /// A refusal that is the caller's to mend.
    #[must_use]
    pub fn new(code: ErrorCode, description: &'static str) -> Self {
        Self {
            code,
            description,
            cause: None,
        }
    }

    /// The same with a cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into().0);
        self
    }

    /// Whether it is not the request that failed, so that the same one can be good a little later.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(
            self.code,
            ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable | ErrorCode::KeysUnavailable
        )
    }

    /// Whether it is this server that failed: its operator has to know of each one.
    #[must_use]
    pub fn is_own_fault(&self) -> bool {
        self.is_fault() && self.code != ErrorCode::KeysUnavailable
    }
}

impl From<StoreFault> for OAuthError {
    fn from(fault: StoreFault) -> Self {
        let error = match fault {
            StoreFault::Unavailable(_) => Self::new(
                ErrorCode::TemporarilyUnavailable,
                "The server is busy, try again",
            ),
            _ => Self::new(
                ErrorCode::ServerError,
                "The server failed, the reason is in its log",
            ),
        };
        error.because(fault)
    }
}

impl From<KeyFault> for OAuthError {
    fn from(fault: KeyFault) -> Self {
        Self::new(
            ErrorCode::ServerError,
            "The server failed, the reason is in its log",
        )
        .because(fault)
    }
}

/// What a person is told instead of the page that was asked for (screens S10 to S16).
#[derive(Debug)]
pub struct PageError {
    /// What happened.
    pub kind: PageKind,
    /// The way back to the client, where there is one.
    pub back: Option<Back>,
    /// The id of the grant that came of the request, where one did.
    pub permission: Option<String>,
    /// For the log, never shown.
    pub cause: Option<String>,
}

/// The way back to the client: a form that ends the request.
#[derive(Debug, Clone)]
pub struct Back {
    /// The request.
    pub request: String,
    /// The client's name.
    pub client: String,
    /// Whether the operator has checked who the client is.
    pub verified: bool,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What the client will be told.
    pub code: ErrorCode,
    /// The languages that the client wished for.
    pub ui_locales: Option<String>,
}

/// What happened.
#[derive(Debug)]
pub enum PageKind {
    /// S10: there is no such client, or it is disabled.
    UnknownApp,
    /// S10: the link cannot be read: what is wrong with it.
    Garbled(&'static str),
    /// S11: the redirect URI is missing or not registered.
    UnsafeLink,
    /// S12: the agreement's terms are refused.
    Unusable(Refusal),
    /// S13: the wallet, at this host, does not answer.
    Unreachable(String),
    /// S10: no request of this client's has this `request_uri`: mistyped, another client's, or not opened in time.
    UnknownRequest,
    /// S14: the request or the agreement is over.
    Over(Over),
    /// S15: the agreement is somebody else's; the name of who is signed in.
    NotYours(String),
    /// There is no such request, or no such page.
    NotFound,
    /// Too much comes from where this comes from; how long to wait, in seconds.
    TooMany(u64),
    /// S16: the form does not come from a page of this browser.
    OpenAgain,
    /// S16: the request's cookie is missing.
    NoCookies,
    /// S16: the pushed request was opened before, and not by this browser.
    Elsewhere,
    /// S9's end: the terms keep changing.
    KeepsChanging,
    /// S16: this server failed; whether trying again may help.
    Fault {
        /// Whether the caller may try again.
        retry: bool,
    },
}

impl PageKind {
    /// The word for it, without the detail.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownApp => "unknown_app",
            Self::Garbled(_) => "garbled",
            Self::UnsafeLink => "unsafe_link",
            Self::Unusable(_) => "unusable",
            Self::Unreachable(_) => "unreachable",
            Self::UnknownRequest => "unknown_request",
            Self::Over(over) => over.as_str(),
            Self::NotYours(_) => "not_yours",
            Self::NotFound => "not_found",
            Self::TooMany(_) => "too_many",
            Self::OpenAgain => "open_again",
            Self::NoCookies => "no_cookies",
            Self::Elsewhere => "opened_elsewhere",
            Self::KeepsChanging => "keeps_changing",
            Self::Fault { .. } => "fault",
        }
    }
}

/// Why a request is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The payer took too long.
    TooLate,
    /// The payer has approved.
    Approved,
    /// The payer has approved, and the client did not redeem the code in time.
    Uncollected,
    /// The payer has declined.
    Declined,
    /// It ended without a decision.
    Left,
    /// The agreement was cancelled.
    Cancelled,
    /// The agreement's end is past.
    Expired,
    /// Nothing is left of the agreement.
    UsedUp,
    /// Another client has it.
    Taken,
}

impl Over {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooLate => "timed_out",
            Self::Approved => "approved_before",
            Self::Uncollected => "uncollected",
            Self::Declined => "declined_before",
            Self::Left => "left_before",
            Self::Cancelled => "agreement_cancelled",
            Self::Expired => "agreement_expired",
            Self::UsedUp => "agreement_used_up",
            Self::Taken => "agreement_taken",
        }
    }
}

impl PageError {
    /// A page without a way back.
    #[must_use]
    pub fn new(kind: PageKind) -> Self {
        Self {
            kind,
            back: None,
            permission: None,
            cause: None,
        }
    }

    /// The same with a cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into().0);
        self
    }
}

impl From<StoreFault> for PageError {
    fn from(fault: StoreFault) -> Self {
        let retry = matches!(fault, StoreFault::Unavailable(_));
        Self::new(PageKind::Fault { retry }).because(fault)
    }
}

impl From<KeyFault> for PageError {
    fn from(fault: KeyFault) -> Self {
        Self::new(PageKind::Fault { retry: false }).because(fault)
    }
}

/// Why `/authorize` or consent did not go on: a page before the client is verified, a redirect after.
#[derive(Debug)]
pub enum AuthorizeError {
    /// A page for the person.
    Page(PageError),
    /// An answer for the client, and what the log says about it.
    Redirect(Redirection, OAuthError),
}

impl From<PageError> for AuthorizeError {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

impl From<StoreFault> for AuthorizeError {
    fn from(fault: StoreFault) -> Self {
        Self::Page(fault.into())
    }
}
