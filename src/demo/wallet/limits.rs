use jiff::{Span, Timestamp, tz::TimeZone};

use super::super::json::{Complaint, Object, instant, integer, interval, member, text};

/// What may be taken with a mandate: its terms, or what a payer granted of them.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// The most in one period.
    pub amount: Option<i64>,
    /// The length of a period; absent, there is one period.
    pub interval: Option<Span>,
    /// When the first period starts.
    pub start: Option<Timestamp>,
    /// When everything ends.
    pub end: Option<Timestamp>,
    /// How many periods there are.
    pub cycles: Option<i64>,
    /// Whether what is left lapses with its period; absent means that it does.
    pub cap: Option<bool>,
    /// The most in one charge.
    pub most_per_payment: Option<i64>,
    /// The only payment pointer that may be paid.
    pub receiver: Option<String>,
}

/// How far a mandate has come at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The number of the period, from 0.
    pub cycle: i64,
    /// What was taken in this period.
    pub taken: i128,
    /// What may still be taken now.
    pub left: i128,
}

/// Why nothing may be taken at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It starts later.
    NotStarted(Timestamp),
    /// The last period or the end has passed.
    Over,
    /// Nobody said how much, or the dates leave the calendar.
    Unreadable,
}

impl Limits {
    /// Reads limits in any of the spellings of an agreement.
    pub fn read(object: &Object) -> Result<Self, Complaint> {
        Ok(Self {
            amount: integer(object, "amount", 1)?,
            interval: interval(object)?,
            start: instant(object, &["startAt", "start_at", "start"])?,
            end: instant(
                object,
                &[
                    "expiresAt",
                    "expireAt",
                    "expires_at",
                    "expiry",
                    "expire_time",
                    "endAt",
                    "end",
                ],
            )?,
            cycles: integer(object, "cycles", 1)?,
            cap: member(object, &["cap"])?
                .map(|cap| cap.as_bool().ok_or("cap must be true or false"))
                .transpose()?,
            most_per_payment: integer(object, "maxPerPayment", 1)?,
            receiver: text(object, &["receiver"])?.map(str::to_owned),
        })
    }

    /// What was granted, held to the mandate's own terms: neither may allow more than the other.
    pub fn within(self, terms: &Self) -> Self {
        let least = |ours: Option<i64>, theirs: Option<i64>| ours.into_iter().chain(theirs).min();
        Self {
            amount: least(self.amount, terms.amount),
            interval: self.interval.or(terms.interval),
            start: self.start.or(terms.start),
            end: self.end.into_iter().chain(terms.end).min(),
            cycles: least(self.cycles, terms.cycles),
            cap: self.cap.or(terms.cap),
            most_per_payment: least(self.most_per_payment, terms.most_per_payment),
            receiver: self.receiver.or_else(|| terms.receiver.clone()),
        }
    }

    /// Works out what may be taken at `now`, from what was taken before; periods over by `granted_at` are not granted.
    pub fn allowance(
        &self,
        granted_at: Timestamp,
        taken: &[(Timestamp, i64)],
        now: Timestamp,
    ) -> Result<Allowance, Closed> {
        let amount = i128::from(self.amount.ok_or(Closed::Unreadable)?);
        let start = self.start.unwrap_or(granted_at);
        if now < start {
            return Err(Closed::NotStarted(start));
        }
        if self.end.is_some_and(|end| now >= end) {
            return Err(Closed::Over);
        }
        let current = self.period_at(start, now)?;
        let last = self
            .cycles
            .filter(|_| self.interval.is_some())
            .map_or(i64::MAX, |cycles| cycles - 1);
        let carries_over = self.cap == Some(false);
        if current > last && !carries_over {
            return Err(Closed::Over);
        }
        let sum = |from: Option<Timestamp>| -> i128 {
            let counted = taken
                .iter()
                .filter(|(at, _)| from.is_none_or(|from| *at >= from));
            counted.map(|(_, amount)| i128::from(*amount)).sum()
        };
        let in_period = sum(Some(
            self.period_start(start, current)
                .ok_or(Closed::Unreadable)?,
        ));
        let left = if carries_over {
            let first = self.period_at(start, granted_at.max(start))?;
            let granted = (i128::from(current.min(last)) - i128::from(first) + 1).max(0);
            amount * granted - sum(self.period_start(start, first))
        } else {
            amount - in_period
        };
        Ok(Allowance {
            cycle: current.min(last),
            taken: in_period,
            left: left.max(0),
        })
    }

    /// The number of the period that contains `now`, found by doubling and halving.
    fn period_at(&self, start: Timestamp, now: Timestamp) -> Result<i64, Closed> {
        if self.interval.is_none() {
            return Ok(0);
        }
        let has_begun = |n: i64| self.period_start(start, n).is_some_and(|from| from <= now);
        let (mut begun, mut later) = (0_i64, 1_i64);
        while has_begun(later) {
            begun = later;
            later = later.checked_mul(2).ok_or(Closed::Unreadable)?;
        }
        while later - begun > 1 {
            let middle = begun + (later - begun) / 2;
            if has_begun(middle) {
                begun = middle;
            } else {
                later = middle;
            }
        }
        Ok(begun)
    }

    /// The start of period `n`, always counted from the first, so that a 31st stays a 31st; `None` past the calendar.
    fn period_start(&self, start: Timestamp, n: i64) -> Option<Timestamp> {
        let Some(interval) = self.interval.filter(|_| n > 0) else {
            return Some(start);
        };
        let distance = interval.checked_mul(n).ok()?;
        let from = start.to_zoned(TimeZone::UTC).checked_add(distance).ok()?;
        Some(from.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn limits(value: &serde_json::Value) -> Limits {
        Limits::read(value.as_object().unwrap()).unwrap()
    }

    fn monthly(cap: bool) -> Limits {
        limits(
            &json!({"amount": "100", "interval": "P1M", "cycles": 3, "cap": cap, "startAt": "2027-01-31T00:00:00Z"}),
        )
    }

    #[test]
    fn periods_are_counted_from_the_first_so_that_a_31st_stays_a_31st() {
        let created = at("2027-01-01T00:00:00Z");
        let spent = [(at("2027-02-28T00:00:00Z"), 40)];
        for (now, cycle, left) in [
            ("2027-01-31T00:00:00Z", 0, 100),
            ("2027-02-27T23:59:59Z", 0, 100),
            ("2027-02-28T00:00:00Z", 1, 60),
            ("2027-03-30T23:59:59Z", 1, 60),
            ("2027-03-31T00:00:00Z", 2, 100),
        ] {
            let spent = if at(now) < spent[0].0 {
                &[][..]
            } else {
                &spent
            };
            let allowance = monthly(true).allowance(created, spent, at(now)).unwrap();
            assert_eq!((allowance.cycle, allowance.left), (cycle, left), "{now}");
        }
    }

    #[test]
    fn nothing_is_taken_before_the_start_or_after_the_last_period() {
        let created = at("2027-01-01T00:00:00Z");
        let judge = |now| monthly(true).allowance(created, &[], at(now));
        let start = at("2027-01-31T00:00:00Z");
        assert_eq!(
            judge("2027-01-30T23:59:59Z"),
            Err(Closed::NotStarted(start))
        );
        assert_eq!(judge("2027-04-30T00:00:00Z"), Err(Closed::Over));
    }

    #[test]
    fn what_is_left_adds_up_without_a_cap_and_outlives_the_last_period() {
        let created = at("2027-01-01T00:00:00Z");
        let spent = [(at("2027-02-01T00:00:00Z"), 30)];
        let left = |now| {
            monthly(false)
                .allowance(created, &spent, at(now))
                .unwrap()
                .left
        };
        assert_eq!(left("2027-02-02T00:00:00Z"), 70);
        assert_eq!(left("2027-03-01T00:00:00Z"), 170);
        assert_eq!(left("2027-04-01T00:00:00Z"), 270);
        assert_eq!(left("2030-01-01T00:00:00Z"), 270);
    }

    #[test]
    fn periods_over_before_the_agreement_was_made_are_no_back_pay() {
        let created = at("2027-03-01T00:00:00Z");
        let allowance = monthly(false).allowance(created, &[], created).unwrap();
        assert_eq!((allowance.cycle, allowance.left), (1, 100));
        let late = at("2028-01-01T00:00:00Z");
        assert_eq!(monthly(false).allowance(late, &[], late).unwrap().left, 0);
    }

    #[test]
    fn what_was_taken_in_periods_that_are_not_granted_does_not_count() {
        let granted_at = at("2027-03-31T12:00:00Z");
        let taken = [
            (at("2027-02-01T00:00:00Z"), 70),
            (at("2027-03-31T06:00:00Z"), 40),
        ];
        let allowance = monthly(false).allowance(granted_at, &taken, granted_at);
        assert_eq!(allowance.unwrap().left, 60);
    }

    #[test]
    fn what_an_authorization_server_adds_is_read_past() {
        let told = limits(&json!({
            "amount": "100", "assetCode": "USD", "assetScale": "2", "cap": false, "start": "2027-01-01T00:00:00Z",
            "period": {"index": "1", "start": "2027-02-01T00:00:00Z", "end": "2027-03-01T00:00:00Z"},
        }));
        assert_eq!((told.amount, told.cap), (Some(100), Some(false)));
        assert_eq!(told.start, Some(at("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn without_an_interval_there_is_one_period() {
        let once = limits(
            &json!({"amount": 100, "startAt": "2027-01-01T00:00:00Z", "expiresAt": "2028-01-01T00:00:00Z"}),
        );
        let created = at("2027-01-01T00:00:00Z");
        let spent = [(created, 100)];
        assert_eq!(
            once.allowance(created, &spent, at("2027-12-31T00:00:00Z"))
                .unwrap()
                .left,
            0
        );
        assert_eq!(
            once.allowance(created, &spent, at("2028-01-01T00:00:00Z")),
            Err(Closed::Over)
        );
    }

    #[test]
    fn a_period_of_a_second_far_from_the_start_is_found_at_once() {
        let quick =
            limits(&json!({"amount": 1, "interval": "PT1S", "startAt": "1970-01-01T00:00:00Z"}));
        let now = at("2027-01-01T00:00:00Z");
        let allowance = quick.allowance(now, &[], now).unwrap();
        assert_eq!(allowance.cycle, now.as_second());
    }

    #[test]
    fn what_is_granted_is_held_to_the_mandate() {
        let terms = limits(
            &json!({"amount": 100, "interval": "P1M", "cycles": 12, "startAt": "2027-01-01T00:00:00Z"}),
        );
        let granted =
            limits(&json!({"amount": "500", "cycles": 6, "maxPerPayment": 50})).within(&terms);
        assert_eq!(
            (granted.amount, granted.cycles, granted.most_per_payment),
            (Some(100), Some(6), Some(50))
        );
    }

    #[test]
    fn mixed_fractional_and_empty_steps_are_refused() {
        for interval in ["P1M15D", "P0D", "PT0.5S", "-P1M", "1 month", "P"] {
            let object = json!({"interval": interval});
            assert!(
                Limits::read(object.as_object().unwrap()).is_err(),
                "{interval}"
            );
        }
        for interval in ["P1M", "P0Y1M0DT0H0M0S", "PT1H", "P1W", "P1Y6M"] {
            let object = json!({"interval": interval});
            assert!(
                Limits::read(object.as_object().unwrap()).is_ok(),
                "{interval}"
            );
        }
    }
}
