use jiff::Timestamp;

use super::Digest;

/// A browser in which somebody has signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The digest of the cookie.
    pub digest: Digest,
    /// Who signed in.
    pub user: String,
    /// When the password was given.
    pub auth_time: Timestamp,
    /// How (RFC 8176), e.g. `pwd`.
    pub amr: Vec<String>,
    /// When the browser was last here.
    pub seen_at: Timestamp,
    /// When the sign-in ends, whatever happens.
    pub expires_at: Timestamp,
    /// The browser's own name for itself.
    pub agent: Option<String>,
    /// The address it signed in from.
    pub address: Option<String>,
}
