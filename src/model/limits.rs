use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AgreementType, Asset, Interval, Refusal, Schedule, Terms, decimal};

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

/// The limits of a grant at one moment: what a wallet is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrentLimits<'a> {
    #[serde(flatten)]
    limits: &'a Limits,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<CurrentPeriod>,
}

/// The granted period of a mandate that holds the present moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct CurrentPeriod {
    /// Its number, counted from 0 at the mandate's start.
    index: String,
    /// Its first instant.
    start: Timestamp,
    /// The instant at which it is over; absent if it never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Timestamp>,
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
            asset_scale: terms.asset.as_ref().map(Asset::scale),
            interval: terms.interval,
            start,
            end,
            cycles: terms.cycles,
            cap,
            receiver: terms.receiver.clone(),
            max_per_payment: terms.max_per_payment,
        })
    }

    /// What the amounts count, if there is an amount.
    #[must_use]
    pub fn asset(&self) -> Option<Asset> {
        let scale = i64::from(self.asset_scale?);
        Asset::new(self.asset_code.as_deref()?, scale).ok()
    }

    /// The limits as they stand at `now`, for what was approved at `approved_at`: with the current period of a mandate,
    /// if there is one.
    #[must_use]
    pub fn at(&self, now: Timestamp, approved_at: Timestamp) -> CurrentLimits<'_> {
        let current = Schedule::of(self, approved_at).and_then(|schedule| schedule.current(now));
        CurrentLimits {
            limits: self,
            period: current.map(|period| CurrentPeriod {
                index: period.index.to_string(),
                start: period.start,
                end: period.end,
            }),
        }
    }
}
