use crate::model::Refusal;

/// Why an agreement is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Ended {
    /// Somebody cancelled, revoked or closed it.
    #[error("cancelled")]
    Cancelled,
    /// Its end has passed, or all its periods have.
    #[error("expired")]
    Expired,
    /// Everything was taken or paid.
    #[error("used up")]
    UsedUp,
}

/// Why an agreement cannot be approved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is over.
    #[error("the agreement is over: {0}")]
    Over(Ended),
}

impl Fault {
    /// The member and the rule; for an agreement that is over, that it is.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Over(ended) => Refusal::new("agreement", format!("is over: {ended}")),
        }
    }
}
