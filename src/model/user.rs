use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use super::PartyState;

/// A payer, who signs in here and approves or declines: the resource owner (RFC 6749 §1.1).
#[derive(Clone)]
pub struct User {
    /// `usr_…`, the `sub` of tokens.
    pub id: String,
    /// The folded name to sign in with.
    pub username: String,
    /// The language that the payer chose.
    pub locale: Option<String>,
    /// The time zone that the payer chose, an IANA name.
    pub time_zone: Option<String>,
    /// argon2id, as a PHC string.
    pub password_hash: String,
    /// Whether the payer may sign in.
    pub state: PartyState,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl User {
    /// Whether the user may sign in, with the password that they had in `earlier`.
    #[must_use]
    pub fn is_as_in(&self, earlier: &Self) -> bool {
        self.is_enabled() && self.password_hash == earlier.password_hash
    }

    /// Whether the payer may sign in.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == PartyState::Enabled
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Folds a name that somebody typed, so that one person has one spelling: NFKC, lower case, no outer blanks.
#[must_use]
pub fn fold_username(typed: &str) -> String {
    let folded: String = typed.trim().nfkc().collect::<String>().to_lowercase();
    folded.nfkc().collect()
}
