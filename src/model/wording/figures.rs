use jiff::Timestamp;

use super::mandate::Mandate;
use crate::model::{Asset, Money, Schedule, Text};

/// What a mandate comes to, for programs: amounts and dates are written as in the sentence.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The periods.
    pub schedule: Schedule,
    /// What is counted.
    pub asset: Asset,
    /// What can be taken, as the sentence says it, without who takes it.
    pub allowance: String,
    /// The most in all; `None` if the periods never end.
    pub total: Option<String>,
    /// The first starts of granted periods, at most [`Figures::STARTS`].
    pub starts: Vec<String>,
    /// The most in the first year, and in how many periods, if the periods never end.
    pub first_year: Option<(String, u64)>,
    /// Whether the end cuts the last period.
    pub last_short: bool,
    /// How many periods were over and are not granted.
    pub already_over: u64,
    /// That unused amounts add up, and to how much.
    pub carry_over: Option<String>,
    /// Until when what is left outlives the last period.
    pub tail: Option<String>,
    /// An end in the terms that comes after the last period.
    pub expiry_unused: Option<String>,
    /// Whether unused amounts lapse.
    pub cap: bool,
    text: Text,
}

impl Figures {
    /// How many starts are listed.
    pub const STARTS: usize = 8;

    pub(super) fn of(mandate: &Mandate<'_>, allowance: String) -> Self {
        let schedule = mandate.schedule;
        let date = |at: Timestamp| mandate.view.text.date(at, mandate.view.zone);
        let endless = schedule.count().is_none();
        let year = schedule.first_year();
        let first = schedule.periods().take(Self::STARTS);
        Self {
            schedule: schedule.clone(),
            asset: mandate.asset.clone(),
            allowance,
            total: schedule.total().map(|total| mandate.money(total)),
            starts: first.map(|period| date(period.start)).collect(),
            first_year: endless.then(|| (mandate.money(year.total), year.periods)),
            last_short: schedule.last_is_short(),
            already_over: schedule.over(),
            carry_over: mandate.carry_over().map(|phrase| phrase.to_plain()),
            tail: mandate.tail().map(|phrase| phrase.to_plain()),
            expiry_unused: mandate.unused_expiry().map(date),
            cap: !mandate.carries_over(),
            text: mandate.view.text.clone(),
        }
    }

    /// An amount of the mandate's asset, written out.
    #[must_use]
    pub fn money(&self, value: i128) -> String {
        self.text.money(&Money::new(value, self.asset.clone()))
    }
}
