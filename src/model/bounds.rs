use jiff::Timestamp;

use super::{AgreementType, Money, Refusal, Schedule, Terms};

/// In seconds.
const DAY: i64 = 86_400;

/// What an operator does not let payers be asked for, although it could be said in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// How far off a mandate's start may be, in seconds.
    pub longest_wait: i64,
    /// The shortest period, in seconds.
    pub shortest_period: i64,
    /// The largest totals, one a currency.
    pub totals: Vec<Money>,
}

impl Bounds {
    /// Refuses a mandate that an operator does not allow, approved at `now`: its period or its total.
    ///
    /// A mandate that never ends has no total, so it is above any.
    pub fn check(&self, terms: &Terms, now: Timestamp) -> Result<(), Refusal> {
        if terms.kind != AgreementType::Mandate {
            return Ok(());
        }
        let length = terms.interval.and_then(super::Interval::seconds);
        if length.is_some_and(|length| length < self.shortest_period) {
            return Err(Refusal::new("interval", "the period is too short"));
        }
        let Some(asset) = &terms.asset else {
            return Ok(());
        };
        let limit = self
            .totals
            .iter()
            .find(|limit| limit.asset.code() == asset.code());
        let Some(limit) = limit else {
            return Ok(());
        };
        let total = Schedule::new(terms, now)?.total();
        let total = total.map(|total| Money::new(total, asset.clone()));
        match total {
            Some(total) if !total.is_more_than(limit) => Ok(()),
            _ => Err(Refusal::new("amount", "the total is above the limit")),
        }
    }

    /// Refuses a mandate that starts too long after `now`, when it would be approved.
    pub fn check_start(&self, terms: &Terms, now: Timestamp) -> Result<(), Refusal> {
        let wait = |start: Timestamp| start.as_second() - now.as_second();
        let mandate = terms.kind == AgreementType::Mandate;
        match terms.start {
            Some(start) if mandate && wait(start) > self.longest_wait => {
                let most = self.longest_wait;
                let most = match (most / DAY, most % DAY) {
                    (1, 0) => "1 day".to_owned(),
                    (days, 0) => format!("{days} days"),
                    _ => format!("{most} seconds"),
                };
                let rule = format!("the start is too far off: at most {most} from now");
                Err(Refusal::new("startAt", rule))
            }
            _ => Ok(()),
        }
    }
}
