use jiff::{Span, Timestamp, tz::Offset};

use super::{Interval, Limits, Refusal, Terms};

/// The periods of a mandate as it was approved: when each begins and ends, and what can be taken.
///
/// Periods are numbered from 0 at the mandate's start. Those that were wholly over at approval are not granted, and
/// still use up cycles. Every answer is computed from the start directly; none costs more for a greater number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    start: Timestamp,
    amount: i128,
    interval: Option<Interval>,
    expiry: Option<Timestamp>,
    carries_over: bool,
    most_per_payment: Option<i128>,
    count: Option<u64>,
    over: u64,
}

/// One granted period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its number, counted from 0 at the mandate's start.
    pub index: u64,
    /// Its first instant.
    pub start: Timestamp,
    /// The instant at which it is over; `None` if it never is.
    pub end: Option<Timestamp>,
    /// The most that can be taken within it: the amount, and with carry-over all that earlier periods may have left.
    pub at_most: i128,
    /// The most that can have been taken by its end, over all granted periods so far.
    pub running_total: i128,
}

/// The granted periods that start within a year of the first, for a mandate without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstYear {
    /// How many periods.
    pub periods: u64,
    /// The most that can be taken in them.
    pub total: i128,
}

impl Schedule {
    /// Computes the periods of a mandate that is approved at `approved_at`, which is its start if it names none.
    ///
    /// Refused are: no amount or none above zero, no asset, cycles below one or without an interval, an end that is
    /// not after the start, and cycles that end past the year 9999. A mandate that is over is not refused: nothing of
    /// it is granted, see [`Schedule::is_over`].
    pub fn new(terms: &Terms, approved_at: Timestamp) -> Result<Self, Refusal> {
        let plan = Plan {
            start: terms.start.unwrap_or(approved_at),
            amount: amount(terms)?,
            interval: terms.interval,
            cycles: cycles(terms)?,
            expiry: terms.end,
        };
        Ok(Self {
            carries_over: terms.cap == Some(false),
            most_per_payment: terms.max_per_payment.map(i128::from),
            ..plan.schedule(approved_at)?
        })
    }

    /// The periods of the limits of a mandate, which were resolved at `approved_at`; `None` for other limits.
    #[must_use]
    pub fn of(limits: &Limits, approved_at: Timestamp) -> Option<Self> {
        let plan = Plan {
            start: limits.start?,
            amount: limits.amount?.into(),
            interval: limits.interval,
            cycles: limits.cycles.and_then(|cycles| cycles.try_into().ok()),
            expiry: limits.end,
        };
        Some(Self {
            carries_over: !limits.cap?,
            most_per_payment: limits.max_per_payment.map(i128::from),
            ..plan.schedule(approved_at).ok()?
        })
    }

    /// The mandate's start, from which every period is computed.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The length of a period; `None` if there is one period only.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        self.interval
    }

    /// How many periods the mandate has, with those that are over; `None` if they never end.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// How many periods were wholly over at approval.
    #[must_use]
    pub fn over(&self) -> u64 {
        self.over
    }

    /// How many periods are granted; `None` if they never end.
    #[must_use]
    pub fn granted(&self) -> Option<u64> {
        self.count.map(|count| count - self.over)
    }

    /// Whether every period was over at approval, so that nothing is granted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.granted() == Some(0)
    }

    /// The first instant of period `n`; `None` if there is no such period.
    #[must_use]
    pub fn start_of(&self, n: u64) -> Option<Timestamp> {
        if self.count.is_some_and(|count| n >= count) {
            return None;
        }
        self.interval
            .map_or(Some(self.start), |interval| interval.nth(self.start, n))
    }

    /// The instant at which period `n` is over; `None` if there is no such period, or it never is.
    #[must_use]
    pub fn end_of(&self, n: u64) -> Option<Timestamp> {
        self.start_of(n)?;
        let next = self
            .interval
            .and_then(|interval| interval.nth(self.start, n.checked_add(1)?));
        next.into_iter().chain(self.expiry).min()
    }

    /// The end that is shown: of the last period; `None` if there is none.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.end_of(self.count?.checked_sub(1)?)
    }

    /// When nothing can be taken any more; `None` if never. With carry-over, what is left outlives the last period.
    #[must_use]
    pub fn true_end(&self) -> Option<Timestamp> {
        if self.carries_over {
            self.expiry
        } else {
            self.end()
        }
    }

    /// The most that can be taken in all granted periods; `None` if they never end.
    #[must_use]
    pub fn total(&self) -> Option<i128> {
        self.amount.checked_mul(i128::from(self.granted()?))
    }

    /// The most that can be taken in all periods, with those that were over at approval: what a wallet's balance counts
    /// towards; `None` if they never end.
    #[must_use]
    pub fn lifetime_total(&self) -> Option<i128> {
        self.amount.checked_mul(i128::from(self.count?))
    }

    /// The most that can be taken in one payment; `None` if there is no limit.
    #[must_use]
    pub fn at_once(&self) -> Option<i128> {
        let allowed = if self.carries_over {
            self.total()
        } else {
            Some(self.amount)
        };
        allowed.into_iter().chain(self.most_per_payment).min()
    }

    /// The granted period that holds `now`; `None` before the first and after the last.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<Period> {
        self.period(self.index(now)?)
            .filter(|period| period.end.is_none_or(|end| now < end))
    }

    /// The first instant of the first granted period that starts later than `after`; `None` if there is none.
    #[must_use]
    pub fn next_start(&self, after: Timestamp) -> Option<Timestamp> {
        let next = match self.index(after) {
            Some(n) => n.checked_add(1)?,
            None => 0,
        };
        let next = next.max(self.over);
        self.start_of(next).filter(|start| *start > after)
    }

    /// Whether the end cuts the last of several periods; it still carries the full amount.
    #[must_use]
    pub fn last_is_short(&self) -> bool {
        let (Some(interval), Some(count), Some(expiry)) = (self.interval, self.count, self.expiry)
        else {
            return false;
        };
        let whole = interval.nth(self.start, count);
        count > 1 && whole.is_none_or(|whole| expiry < whole)
    }

    /// The granted periods that start within a year of the first one.
    #[must_use]
    pub fn first_year(&self) -> FirstYear {
        let within = self.start_of(self.over).map_or(0, |first| {
            let Some(interval) = self.interval else {
                return 1;
            };
            let date = Offset::UTC.to_datetime(first);
            let year = Span::new().try_years(1);
            let end = year
                .and_then(|year| date.checked_add(year))
                .and_then(|end| Offset::UTC.to_timestamp(end));
            let end = end.unwrap_or(Timestamp::MAX);
            let begun = before(interval, self.start, end).unwrap_or(0);
            begun.saturating_sub(self.over)
        });
        let periods = self.granted().map_or(within, |granted| within.min(granted));
        FirstYear {
            periods,
            total: self.amount.saturating_mul(i128::from(periods)),
        }
    }

    /// The most that can be taken from `from` on and before `to`, when nothing was taken before.
    #[must_use]
    pub fn most_between(&self, from: Timestamp, to: Timestamp) -> i128 {
        if to <= from || self.true_end().is_some_and(|end| end <= from) {
            return 0;
        }
        let begun = match self.interval {
            None => u64::from(self.start < to),
            Some(interval) => before(interval, self.start, to).unwrap_or(0),
        };
        let begun = self.count.map_or(begun, |count| begun.min(count));
        // What carries over is still there; else the periods before that of `from` are gone.
        let gone = if self.carries_over {
            0
        } else {
            self.index(from).unwrap_or(0)
        };
        let periods = begun.saturating_sub(gone.max(self.over));
        self.amount.saturating_mul(i128::from(periods))
    }

    /// The granted period with this number.
    #[must_use]
    pub fn period(&self, index: u64) -> Option<Period> {
        let so_far = index.checked_sub(self.over)?.checked_add(1)?;
        let start = self.start_of(index)?;
        let running_total = self.amount.checked_mul(i128::from(so_far))?;
        Some(Period {
            index,
            start,
            end: self.end_of(index),
            at_most: if self.carries_over {
                running_total
            } else {
                self.amount
            },
            running_total,
        })
    }

    /// The granted periods in their order, computed as they are asked for; without an end, up to the year 9999.
    pub fn periods(&self) -> impl Iterator<Item = Period> + '_ {
        (self.over..).map_while(|index| self.period(index))
    }

    /// The number of the last period, granted or not, that starts at or before `at`.
    fn index(&self, at: Timestamp) -> Option<u64> {
        match self.interval {
            None => (self.start <= at).then_some(0),
            Some(interval) => interval.index(self.start, at),
        }
    }
}

/// What the periods are computed from.
struct Plan {
    start: Timestamp,
    amount: i128,
    interval: Option<Interval>,
    cycles: Option<u64>,
    expiry: Option<Timestamp>,
}

impl Plan {
    fn schedule(self, approved_at: Timestamp) -> Result<Schedule, Refusal> {
        let Self {
            start,
            amount,
            interval,
            cycles,
            expiry,
        } = self;
        if expiry.is_some_and(|expiry| expiry <= start) {
            return Err(Refusal::new("expiresAt", "the end must be after the start"));
        }
        let count = match interval {
            None => Some(1),
            Some(interval) => {
                let begun = expiry.and_then(|expiry| before(interval, start, expiry));
                cycles.into_iter().chain(begun).min()
            }
        };
        if let (Some(interval), Some(count), None) = (interval, count, expiry)
            && interval.nth(start, count).is_none()
        {
            return Err(Refusal::new("cycles", "the end is past the year 9999"));
        }
        let ended = expiry.is_some_and(|expiry| expiry <= approved_at);
        let begun = interval.and_then(|interval| interval.index(start, approved_at));
        let over = match count {
            Some(count) if ended => count,
            Some(count) => begun.unwrap_or(0).min(count),
            None => begun.unwrap_or(0),
        };
        Ok(Schedule {
            start,
            amount,
            interval,
            expiry,
            carries_over: false,
            most_per_payment: None,
            count,
            over,
        })
    }
}

/// How many periods start before `end`.
fn before(interval: Interval, start: Timestamp, end: Timestamp) -> Option<u64> {
    let last = Timestamp::from_nanosecond(end.as_nanosecond().checked_sub(1)?).ok()?;
    interval.index(start, last)?.checked_add(1)
}

fn amount(terms: &Terms) -> Result<i128, Refusal> {
    let refused = |rule| Err(Refusal::new("amount", rule));
    match terms.amount {
        None => refused("a mandate needs an amount"),
        Some(..=0) => refused("amount must be more than zero"),
        Some(_) if terms.asset.is_none() => refused("an amount needs an asset code and scale"),
        Some(amount) => Ok(i128::from(amount)),
    }
}

fn cycles(terms: &Terms) -> Result<Option<u64>, Refusal> {
    let refused = |rule| Err(Refusal::new("cycles", rule));
    match terms.cycles {
        Some(..=0) => refused("cycles must be at least one"),
        Some(2..) if terms.interval.is_none() => refused("cycles without an interval"),
        cycles => Ok(cycles.and_then(|cycles| u64::try_from(cycles).ok())),
    }
}

#[cfg(test)]
mod tests;
