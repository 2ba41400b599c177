/// Why somebody else's answer is not to be had.
///
/// Its texts are for the log; they hold neither token nor body, and no URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer came in time, or no connection: name, TLS, silence.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// As many requests as allowed were under way to that host for the whole time.
    #[error("too many requests to that host are under way")]
    Busy,
    /// The host says that it is in trouble, or asked too often: the status, 5xx, 408, 425 or 429.
    #[error("the host failed with status {0}")]
    Failed(u16),
    /// The host does not accept this server's token: the status, 401 or 403.
    #[error("the host refused this server's token with status {0}")]
    Denied(u16),
    /// There is nothing at this URL: 404.
    #[error("there is nothing at this URL (404)")]
    NotFound,
    /// What was at this URL has ended: 410.
    #[error("what was at this URL has ended (410)")]
    Gone,
    /// An answer came that is not read: a redirect, too long, encoded, another type: the reason.
    #[error("an answer that is not read: {0}")]
    Unreadable(String),
    /// The host is not to be asked, by its URL or its addresses, or the status says that asking was wrong: the reason.
    #[error("not to be read: {0}")]
    Refused(String),
}

/// What a fault means for whoever waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It cannot be read right now; asking again later may help, and it says nothing about the terms (S13, 503,
    /// `temporarily_unavailable`).
    Temporary,
    /// It is there no more (S14, 410).
    Ended,
    /// These terms cannot be shown, and asking again gives the same (S12, `invalid_scope`).
    Unusable,
}

impl Fault {
    /// What the fault means for whoever waits.
    ///
    /// A refused token is between the host and this server, so it is temporary: neither the payer nor the client can
    /// change the agreement to cure it, and the operator can. An answer that is not read says nothing about the terms: it
    /// may be from a proxy in trouble.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        match self {
            Self::Unreachable(_)
            | Self::Busy
            | Self::Failed(_)
            | Self::Denied(_)
            | Self::Unreadable(_) => FaultKind::Temporary,
            Self::Gone => FaultKind::Ended,
            Self::NotFound | Self::Refused(_) => FaultKind::Unusable,
        }
    }
}

/// The transports cannot be made: TLS, or a user agent that is no header value.
#[derive(Debug, thiserror::Error)]
#[error("outgoing requests cannot be made")]
pub struct BuildFault(#[from] reqwest::Error);
