use crate::store::StoreFault;

/// Why a client or resource server was not registered or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationFault {
    /// There is no such client.
    #[error("there is no client {0:?}")]
    UnknownClient(String),
    /// There is no such resource server.
    #[error("there is no resource server {0:?}")]
    UnknownResourceServer(String),
    /// There is no such client or resource server.
    #[error("there is no client or resource server {0:?}")]
    UnknownParty(String),
    /// A value breaks a rule.
    #[error("{what} {value:?}: {rule}")]
    Refused {
        /// What kind of value it is.
        what: &'static str,
        /// The value as it was given.
        value: String,
        /// The rule that it breaks, and what to do.
        rule: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl RegistrationFault {
    pub(super) fn refused(what: &'static str, value: &str, rule: impl Into<String>) -> Self {
        Self::Refused {
            what,
            value: value.to_owned(),
            rule: rule.into(),
        }
    }

    /// Whether what was named is not there.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::UnknownClient(_) | Self::UnknownResourceServer(_) | Self::UnknownParty(_)
        )
    }
}
