use std::fmt::{self, Write as _};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

use crate::model::{AgreementType, EndReason, GrantType, words};

words! {
    /// A door, as it is named in the log and in figures: never what somebody typed.
    Endpoint {
        /// The authorization endpoint.
        Authorize = "authorize",
        /// The pushed authorization request endpoint.
        Par = "par",
        /// The token endpoint.
        Token = "token",
        /// The introspection endpoint.
        Introspect = "introspect",
        /// The revocation endpoint.
        Revoke = "revoke",
        /// The metadata document.
        Metadata = "metadata",
        /// The public keys.
        Jwks = "jwks",
        /// The consent page.
        Consent = "consent",
        /// Signing in.
        SignIn = "sign_in",
        /// Signing out.
        SignOut = "sign_out",
        /// The pages of what a payer has approved.
        Payments = "payments",
        /// Stopping one of them.
        Stop = "stop",
        /// The start page.
        Home = "home",
        /// The choice of a language.
        Language = "language",
        /// What pages load.
        Assets = "assets",
        /// Whether the process lives.
        Livez = "livez",
        /// Whether it can work.
        Readyz = "readyz",
        /// There is nothing at this address.
        Other = "other",
    }
}

words! {
    /// The method of a request; a made-up one is `other`.
    Method {
        /// RFC 9110 §9.3.1.
        Get = "GET",
        /// RFC 9110 §9.3.2.
        Head = "HEAD",
        /// RFC 9110 §9.3.3.
        Post = "POST",
        /// RFC 9110 §9.3.7.
        Options = "OPTIONS",
        /// Any other.
        Other = "other",
    }
}

words! {
    /// The class of a status (RFC 9110 §15).
    Status {
        /// Informational.
        Informational = "1xx",
        /// Successful.
        Successful = "2xx",
        /// Redirection.
        Redirection = "3xx",
        /// The caller's error.
        Caller = "4xx",
        /// This server's error.
        Server = "5xx",
    }
}

words! {
    /// What came of an authorization request.
    Decided {
        /// The payer approved.
        Approved = "approved",
        /// The payer declined.
        Declined = "declined",
        /// The payer went back without a decision.
        Left = "left",
        /// The payer went back after the time to decide was over.
        TimedOut = "timed_out",
        /// The payer went back from a page that says that the terms cannot be shown.
        Unusable = "unusable",
        /// The payer went back from a page that says that the wallet does not answer.
        Unreachable = "unreachable",
    }
}

words! {
    /// What a payer is asked for.
    Consent {
        /// One agreement.
        Agreement = "agreement",
        /// Leave to create agreements at a collection.
        Collection = "collection",
    }
}

words! {
    /// Why a password was given.
    SignIn {
        /// To sign in.
        Begin = "sign_in",
        /// To confirm an approval.
        Confirm = "confirm",
    }
}

words! {
    /// What came of a password.
    Tried {
        /// It was right.
        Right = "right",
        /// Name or password were wrong.
        Wrong = "wrong",
        /// There were too many attempts: it was not looked at.
        Throttled = "throttled",
        /// This server failed.
        Fault = "fault",
    }
}

words! {
    /// What a wallet was told about a token.
    Answer {
        /// It is active.
        Active = "active",
        /// It is not.
        Inactive = "inactive",
        /// It is this server's own, with which it reads agreements.
        Own = "own",
        /// There was no answer: this server failed.
        Fault = "fault",
    }
}

words! {
    /// The form in which something was refused.
    Form {
        /// JSON, for a program (RFC 6749 §5.2).
        Json = "json",
        /// A redirect to the client (RFC 6749 §4.1.2.1).
        Redirect = "redirect",
        /// A page, for a person.
        Page = "page",
    }
}

words! {
    /// What came of asking a wallet for an agreement.
    Call {
        /// It answered with one.
        Answered = "answered",
        /// No answer came in time, or no connection.
        Unreachable = "unreachable",
        /// As many requests as allowed were under way to that host.
        Busy = "busy",
        /// It said that it is in trouble.
        Failed = "failed",
        /// It did not accept this server's token.
        Denied = "denied",
        /// There is no such agreement, or it has ended.
        Gone = "gone",
        /// The answer was not to be read, or the URL not to be asked.
        Refused = "refused",
    }
}

macro_rules! label_values {
    ($($name:ty),+) => {
        $(impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
                encoder.write_str(self.as_str())
            }
        })+
    };
}

label_values!(
    Endpoint, Method, Status, Decided, Consent, SignIn, Tried, Answer, Form, Call
);
label_values!(AgreementType, EndReason, GrantType);

impl From<&str> for Method {
    fn from(method: &str) -> Self {
        Self::parse(method).unwrap_or(Self::Other)
    }
}

impl From<u16> for Status {
    fn from(status: u16) -> Self {
        match status {
            ..200 => Self::Informational,
            200..300 => Self::Successful,
            300..400 => Self::Redirection,
            400..500 => Self::Caller,
            500.. => Self::Server,
        }
    }
}

/// A request that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The door.
    pub endpoint: Endpoint,
    /// The method.
    pub method: Method,
    /// The class of the answer's status.
    pub status: Status,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Decision {
    pub(super) r#type: AgreementType,
    pub(super) consent: Consent,
    pub(super) outcome: Decided,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Attempt {
    pub(super) act: SignIn,
    pub(super) outcome: Tried,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Issued {
    pub(super) grant_type: GrantType,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Introspected {
    pub(super) answer: Answer,
}

/// The reason is a word of this program: an error code or the kind of a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Refused {
    pub(super) form: Form,
    pub(super) reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Ended {
    pub(super) reason: EndReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Called {
    pub(super) outcome: Call,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Table {
    pub(super) table: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Connections {
    pub(super) state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Late {
    pub(super) waited_for: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: &'static str,
    pub(super) otel: bool,
}
