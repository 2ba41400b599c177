use jiff::Timestamp;

use super::members::{Members, integer};
use super::{Ended, Terms};
use crate::model::{AgreementType, Json, Refusal, Schedule};

/// Known members that are neither terms nor read: they change without being approved.
const NOTED: [&str; 12] = [
    "cycle",
    "authorized",
    "createdAt",
    "created_at",
    "created",
    "updatedAt",
    "updated_at",
    "updated",
    "modifiedAt",
    "modified_at",
    "ilpAddress",
    "ilp_address",
];

/// What a wallet changes as money moves, as far as it decides anything; amounts in the asset's smallest unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// What came in, on an invoice or session.
    pub received: Option<i64>,
    /// What went out.
    pub spent: Option<i64>,
    /// What was taken in all (`balance.total`).
    pub balance_total: Option<i64>,
    /// What was taken in this period (`balance.interval`).
    pub balance_interval: Option<i64>,
    /// What can still be taken in this period (`balance.available`).
    pub balance_available: Option<i64>,
    /// The end of a session, which its wallet extends with every payment.
    pub session_end: Option<Timestamp>,
}

impl State {
    /// Takes the state out of `members`.
    pub(super) fn read(members: &mut Members) -> Result<Self, Refusal> {
        let mut state = Self {
            received: members.integer(&["received"])?,
            spent: members.integer(&["spent"])?,
            ..Self::default()
        };
        match members.take("balance") {
            // A bare number decides nothing: implementations disagree on what it counts.
            None | Some(Json::Number(_) | Json::String(_)) => {}
            Some(balance @ Json::Object(_)) => {
                let mut balance = Members::of(balance)?;
                let mut part = |name: &str| {
                    balance
                        .agreed(&[name], integer)
                        .map_err(|refusal| refusal.at(format!("balance.{name}")))
                };
                state.balance_total = part("total")?;
                state.balance_interval = part("interval")?;
                state.balance_available = part("available")?;
            }
            Some(_) => {
                let rule = "must be a number or an object of amounts";
                return Err(Refusal::new("balance", rule));
            }
        }
        for name in members.names() {
            if NOTED.contains(&name.as_str()) || name.starts_with("destination") {
                members.take(&name);
            }
        }
        Ok(state)
    }

    /// Whether everything was paid or taken, as far as the state tells.
    ///
    /// A mandate's balance counts from its start, so it is held against all its periods, also those that are over.
    pub(super) fn is_used_up(&self, terms: &Terms, schedule: Option<&Schedule>) -> bool {
        let reached = |taken: Option<i64>, total: Option<i128>| matches!((taken, total), (Some(taken), Some(total)) if i128::from(taken) >= total);
        match terms.kind {
            AgreementType::Invoice => reached(self.received, terms.amount.map(i128::from)),
            AgreementType::Mandate => {
                let total = schedule.and_then(Schedule::lifetime_total);
                reached(self.balance_total, total)
            }
            AgreementType::Session => false,
        }
    }
}

/// Takes the marks of an end out of `members`: `cancelledAt`, however it is written, `status` and `state`.
pub(super) fn ended(members: &mut Members) -> Option<Ended> {
    let mut ended = None;
    for name in ["cancelledAt", "canceledAt", "cancelled_at", "canceled_at"] {
        if members.take(name).is_some() {
            ended = Some(Ended::Cancelled);
        }
    }
    for name in ["status", "state"] {
        if let Some(Json::String(word)) = members.take(name) {
            let meant = match word.to_ascii_lowercase().as_str() {
                "cancelled" | "canceled" | "revoked" | "closed" => Some(Ended::Cancelled),
                "expired" => Some(Ended::Expired),
                "completed" => Some(Ended::UsedUp),
                _ => None,
            };
            ended = ended.or(meant);
        }
    }
    ended
}
