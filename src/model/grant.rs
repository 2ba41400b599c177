use jiff::Timestamp;

use super::words::words;
use super::{AgreementType, Limits, Schedule};

words! {
    /// Why a grant has ended.
    EndReason {
        /// The payer stopped it.
        Payer = "revoked_by_payer",
        /// The client gave it back (RFC 7009).
        Client = "revoked_by_client",
        /// The wallet ended the agreement.
        Wallet = "revoked_by_wallet",
        /// The operator ended it.
        Operator = "revoked_by_operator",
        /// The server ended it, because a redemption failed.
        System = "revoked_by_system",
        /// Its time is over.
        Expired = "expired",
        /// Nothing is left of it.
        UsedUp = "used_up",
        /// A newer grant for the same agreement took its place.
        Replaced = "replaced",
        /// Its code was used twice (RFC 6749 §4.1.2).
        CodeReplayed = "code_replayed",
        /// A refresh token that was no longer good was used (RFC 9700 §4.14.2).
        TokenReplayed = "token_replayed",
    }
}

/// What has become of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantState {
    /// Approved; its code has not been redeemed.
    Pending,
    /// Alive.
    Active,
    /// Held for a while, and by whom.
    Suspended(String),
    /// Over, and why.
    Ended(EndReason),
}

impl GrantState {
    /// The word for it, without the detail.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended(_) => "suspended",
            Self::Ended(_) => "ended",
        }
    }
}

/// The standing permission: one client, one agreement or collection. It alone decides whether a token is alive.
#[derive(Debug, Clone)]
pub struct Grant {
    /// `grt_…`
    pub id: String,
    /// Who may act.
    pub client: String,
    /// Who approved; none when the client acts on its own account.
    pub user: Option<String>,
    /// The wallet.
    pub resource_server: String,
    /// The agreement's or collection's canonical URL: the scope.
    pub agreement_url: String,
    /// Whether that is a collection.
    pub collection: bool,
    /// The kind of agreement.
    pub kind: AgreementType,
    /// What may be done, e.g. `read`, `charge`, `cancel`.
    pub actions: Vec<String>,
    /// The payment pointer, as a URL.
    pub subject: String,
    /// The snapshot that was approved.
    pub snapshot: Option<String>,
    /// The digest of its terms.
    pub agreement_digest: Option<String>,
    /// The digest of everything that the approval covers.
    pub approval_digest: Option<String>,
    /// The resolved limits.
    pub limits: Option<Limits>,
    /// When and how the payer signed in.
    pub authentication: Option<Authentication>,
    /// When the payer approved.
    pub consented_at: Option<Timestamp>,
    /// The words that the payer approved, and their language.
    pub text: Option<(String, String)>,
    /// What has become of it.
    pub state: GrantState,
    /// Since when.
    pub state_at: Timestamp,
    /// From when the agreement counts.
    pub starts_at: Option<Timestamp>,
    /// When it is over by itself.
    pub ends_at: Option<Timestamp>,
    /// The grant whose place it took.
    pub replaces: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// When and how a payer signed in.
#[derive(Debug, Clone)]
pub struct Authentication {
    /// When the password was given.
    pub time: Timestamp,
    /// How (RFC 8176).
    pub amr: Vec<String>,
}

impl Grant {
    /// Whether its tokens work at `now`.
    #[must_use]
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.state == GrantState::Active && self.ends_at.is_none_or(|end| now < end)
    }

    /// Whether money can leave the payer's account under it.
    #[must_use]
    pub fn takes_money(&self) -> bool {
        self.kind == AgreementType::Mandate && self.kind.moves_money(&self.actions)
    }

    /// The periods that were granted; `None` for what is no mandate.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        Schedule::of(self.limits.as_ref()?, self.consented_at?)
    }
}

words! {
    /// What can happen to a grant.
    HistoryKind {
        /// The payer approved it.
        Approved = "approved",
        /// The client began to act on its own account.
        Created = "created",
        /// The client redeemed its code.
        Redeemed = "redeemed",
        /// The client got another access token.
        Refreshed = "refreshed",
        /// The client gave one access token back; the detail is its `jti`.
        TokenRevoked = "token_revoked",
        /// It ended; the detail is the [`EndReason`].
        Ended = "ended",
    }
}

impl HistoryKind {
    /// Those that may happen any number of times to one grant.
    pub const RECURRING: [Self; 2] = [Self::Refreshed, Self::TokenRevoked];
}

/// One thing that happened to a grant.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// The grant.
    pub grant: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: HistoryKind,
    /// Who: `payer`, `client`, `operator`, `system`.
    pub by: String,
    /// More about it.
    pub detail: Option<String>,
}
