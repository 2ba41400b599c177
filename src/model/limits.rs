use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AgreementType, Interval, Refusal, Schedule, Terms, decimal};

/// What a grant allows, with everything resolved: what a wallet enforces, in the asset's smallest unit.
///
/// Integers are written as decimal strings, instants in UTC; a member without a value is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// The most that can be taken in each period, or in all if there is no interval.
    #[serde(with = "decimal::text", skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The code of the asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_code: Option<String>,
    /// The scale of the asset.
    #[serde(with = "decimal::text", skip_serializing_if = "Option::is_none")]
    pub asset_scale: Option<u8>,
    /// The length of a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// The instant from which every period is computed; it may lie before the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// The instant from which nothing can be taken any more; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// How many periods there are from the start, with those that were over at approval.
    #[serde(with = "decimal::text", skip_serializing_if = "Option::is_none")]
    pub cycles: Option<i64>,
    /// Whether what is not taken lapses with its period; on mandates only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<bool>,
    /// The only payment pointer that may be paid, as a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// The most that one payment may take.
    #[serde(with = "decimal::text", skip_serializing_if = "Option::is_none")]
    pub max_per_payment: Option<i64>,
}

impl Limits {
    /// Resolves the limits of an agreement that is approved at `approved_at`; refused is a mandate that
    /// [`Schedule::new`] refuses.
    ///
    /// A mandate gets its start (the approval, if it names none), its true end and its `cap`. Invoices and sessions
    /// keep what their terms say.
    pub fn resolve(terms: &Terms, approved_at: Timestamp) -> Result<Self, Refusal> {
        let (start, end, cap) = if terms.kind == AgreementType::Mandate {
            let schedule = Schedule::new(terms, approved_at)?;
            let cap = terms.cap.unwrap_or(true);
            (Some(schedule.start()), schedule.true_end(), Some(cap))
        } else {
            (terms.start, terms.end, None)
        };
        Ok(Self {
            amount: terms.amount,
            asset_code: terms.asset.as_ref().map(|asset| asset.code().to_owned()),
            asset_scale: terms.asset.as_ref().map(super::Asset::scale),
            interval: terms.interval,
            start,
            end,
            cycles: terms.cycles,
            cap,
            receiver: terms.receiver.clone(),
            max_per_payment: terms.max_per_payment,
        })
    }

    /// The start of the first period that begins after `now`; `None` when none is left.
    #[must_use]
    pub fn next_start(&self, now: Timestamp) -> Option<Timestamp> {
        let start = self.start?;
        let next = if now < start {
            start
        } else {
            let interval = self.interval?;
            let index = interval.index(start, now)?.checked_add(1)?;
            let within = self
                .cycles
                .is_none_or(|cycles| i128::from(index) < i128::from(cycles));
            within.then(|| interval.nth(start, index)).flatten()?
        };
        self.end.is_none_or(|end| next < end).then_some(next)
    }
}
