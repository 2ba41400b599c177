//! Agreements as wallets serve them: many spellings read as one set of terms.

mod canonical;
mod draft;
mod fault;
mod members;
mod read;
mod state;
mod terms;
#[cfg(test)]
mod tests;

pub use fault::{Ended, Fault};
pub use read::{Reading, subject_of};
pub use state::State;
pub use terms::{Member, Terms};

use super::{AgreementUrl, PaymentPointer};

/// An agreement as it was read from its wallet, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The URL at which it was read, which identifies it.
    pub url: AgreementUrl,
    /// The account that it is about; its owner is asked for consent.
    pub subject: PaymentPointer,
    /// What is approved.
    pub terms: Terms,
    /// What changes without being approved.
    pub state: State,
    /// The members that are neither: name and JSON text, in their order.
    pub unknown: Vec<(String, String)>,
    /// The JSON text as it was read, without secrets and white space.
    pub raw: String,
}
