use std::fmt;
use std::str::FromStr;

use jiff::fmt::temporal::SpanParser;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::Refusal;

const NANOSECONDS: i128 = 1_000_000_000;
const SECONDS_A_DAY: i64 = 86_400;

/// How often a period of a mandate begins: an ISO 8601 duration of one kind of unit.
///
/// Months (and years), days (and weeks) and seconds (to hours) are kept apart, because a month has no fixed number
/// of days and, for a reader, a day has no fixed number of hours. Equal lengths of one kind are equal: `P7D` is `P1W`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Months(i64),
    Days(i64),
    Seconds(i64),
}

/// The largest unit in which an interval is a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks of seven days.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

impl Interval {
    /// Reads an ISO 8601 duration, in capital letters and without a sign.
    ///
    /// Refused are zero, negative and fractional durations, and those with units of more than one of years and months,
    /// weeks and days, and hours, minutes and seconds: such steps have no agreed meaning.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refused = |rule: &str| Err(Refusal::new("interval", rule));
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let known = |byte: u8| byte.is_ascii_digit() || b"PYMWDTHS.,".contains(&byte);
        if !unsigned.starts_with('P') || !unsigned.bytes().all(known) {
            return refused("interval not understood");
        }
        if unsigned.contains(['.', ',']) {
            return refused("interval has a fraction");
        }
        let Ok(span) = SpanParser::new().parse_span(unsigned) else {
            return refused("interval not understood");
        };
        if negative {
            return refused("interval is negative");
        }
        let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
        let seconds = minutes
            .checked_mul(60)
            .and_then(|n| n.checked_add(span.get_seconds()));
        match (months, days, seconds) {
            (_, _, None) => refused("interval not understood"),
            (0, 0, Some(0)) => refused("interval is zero"),
            (months, 0, Some(0)) => Ok(Self(Kind::Months(months))),
            (0, days, Some(0)) => Ok(Self(Kind::Days(days))),
            (0, 0, Some(seconds)) => Ok(Self(Kind::Seconds(seconds))),
            _ => refused("interval mixes units that have no fixed ratio"),
        }
    }

    /// The largest unit in which the interval is whole, within its kind, and how many: `P7D` is one week, `P12M` one
    /// year, `PT24H` 24 hours.
    #[must_use]
    pub fn unit_and_count(self) -> (Unit, i64) {
        let largest = |count: i64, units: &[(i64, Unit)], smallest: Unit| {
            let whole = units.iter().find(|(length, _)| count % length == 0);
            whole.map_or((smallest, count), |(length, unit)| (*unit, count / length))
        };
        match self.0 {
            Kind::Months(n) => largest(n, &[(12, Unit::Year)], Unit::Month),
            Kind::Days(n) => largest(n, &[(7, Unit::Week)], Unit::Day),
            Kind::Seconds(n) => largest(n, &[(3600, Unit::Hour), (60, Unit::Minute)], Unit::Second),
        }
    }

    /// The fixed length in seconds; `None` for months and years, which have none.
    #[must_use]
    pub fn seconds(self) -> Option<i64> {
        match self.0 {
            Kind::Months(_) => None,
            Kind::Days(n) => n.checked_mul(SECONDS_A_DAY),
            Kind::Seconds(n) => Some(n),
        }
    }

    /// `start + n × interval` in UTC; a day that the month does not have becomes its last day. `None` past the year
    /// 9999.
    #[must_use]
    pub fn nth(self, start: Timestamp, n: u64) -> Option<Timestamp> {
        let n = i128::from(n);
        match self.0 {
            Kind::Months(months) => {
                let months = i64::try_from(n.checked_mul(i128::from(months))?).ok()?;
                let span = Span::new().try_months(months).ok()?;
                let at = Offset::UTC.to_datetime(start).checked_add(span).ok()?;
                Offset::UTC.to_timestamp(at).ok()
            }
            Kind::Days(_) | Kind::Seconds(_) => {
                let after = n.checked_mul(self.nanoseconds()?)?;
                let at = start.as_nanosecond().checked_add(after)?;
                Timestamp::from_nanosecond(at).ok()
            }
        }
    }

    /// The greatest n with `nth(start, n) <= at`; `None` before `start`. The cost does not grow with n.
    #[must_use]
    pub fn index(self, start: Timestamp, at: Timestamp) -> Option<u64> {
        if at < start {
            return None;
        }
        match self.0 {
            Kind::Months(months) => {
                let of = |instant| {
                    let date = Offset::UTC.to_datetime(instant);
                    i64::from(date.year()) * 12 + i64::from(date.month())
                };
                // The nth start lies in the month `n × months` after the first, so only the day can put it past `at`.
                let n = u64::try_from((of(at) - of(start)) / months).ok()?;
                let begun = self.nth(start, n).is_some_and(|begin| begin <= at);
                Some(if begun { n } else { n.saturating_sub(1) })
            }
            Kind::Days(_) | Kind::Seconds(_) => {
                let passed = at.as_nanosecond() - start.as_nanosecond();
                u64::try_from(passed / self.nanoseconds()?).ok()
            }
        }
    }

    fn nanoseconds(self) -> Option<i128> {
        i128::from(self.seconds()?).checked_mul(NANOSECONDS)
    }
}

impl fmt::Display for Interval {
    /// Writes the canonical duration: one unit, the largest that is whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, n) = self.unit_and_count();
        match unit {
            Unit::Second => write!(f, "PT{n}S"),
            Unit::Minute => write!(f, "PT{n}M"),
            Unit::Hour => write!(f, "PT{n}H"),
            Unit::Day => write!(f, "P{n}D"),
            Unit::Week => write!(f, "P{n}W"),
            Unit::Month => write!(f, "P{n}M"),
            Unit::Year => write!(f, "P{n}Y"),
        }
    }
}

impl FromStr for Interval {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Interval {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_lengths_of_one_kind_are_one_interval() {
        for (text, canonical, unit, count) in [
            ("P1M", "P1M", Unit::Month, 1),
            ("P0Y1M0DT0H0M0S", "P1M", Unit::Month, 1),
            ("P12M", "P1Y", Unit::Year, 1),
            ("P1Y", "P1Y", Unit::Year, 1),
            ("P1Y6M", "P18M", Unit::Month, 18),
            ("P7D", "P1W", Unit::Week, 1),
            ("P1W", "P1W", Unit::Week, 1),
            ("P2W", "P2W", Unit::Week, 2),
            ("P1W1D", "P8D", Unit::Day, 8),
            ("P1D", "P1D", Unit::Day, 1),
            ("P30D", "P30D", Unit::Day, 30),
            ("PT1H", "PT1H", Unit::Hour, 1),
            ("PT24H", "PT24H", Unit::Hour, 24),
            ("PT60M", "PT1H", Unit::Hour, 1),
            ("PT1H30M", "PT90M", Unit::Minute, 90),
            ("PT90S", "PT90S", Unit::Second, 90),
        ] {
            let interval = Interval::parse(text).unwrap();
            assert_eq!(interval.to_string(), canonical);
            assert_eq!(interval.unit_and_count(), (unit, count), "{text}");
        }
    }

    #[test]
    fn what_has_no_agreed_meaning_is_refused() {
        for (text, rule) in [
            ("P0D", "interval is zero"),
            ("PT0S", "interval is zero"),
            ("P0Y0M0DT0H0M0S", "interval is zero"),
            ("-P1M", "interval is negative"),
            ("PT1.5H", "interval has a fraction"),
            ("PT1,5H", "interval has a fraction"),
            ("P0.5M", "interval has a fraction"),
            ("P1M15D", "interval mixes units that have no fixed ratio"),
            ("P1DT12H", "interval mixes units that have no fixed ratio"),
            ("P1YT1S", "interval mixes units that have no fixed ratio"),
            ("monthly", "interval not understood"),
            ("1 month", "interval not understood"),
            ("", "interval not understood"),
            ("P", "interval not understood"),
            ("PT", "interval not understood"),
            ("P1", "interval not understood"),
            ("P1MT", "interval not understood"),
            ("p1m", "interval not understood"),
            ("+P1M", "interval not understood"),
            ("P+1M", "interval not understood"),
            ("P-1M", "interval not understood"),
            ("P1D1M", "interval not understood"),
            (" P1M", "interval not understood"),
            ("P99999999999999999999M", "interval not understood"),
        ] {
            assert_eq!(Interval::parse(text).unwrap_err().rule, rule, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_what_is_written_gives_the_same(text in "-?P([0-9]{1,4}[YMWD]){0,3}(T([0-9]{1,6}[HMS]){0,3})?|\\PC{0,20}") {
            if let Ok(interval) = Interval::parse(&text) {
                prop_assert_eq!(Interval::parse(&interval.to_string()).unwrap(), interval);
            }
        }

        #[test]
        fn the_index_of_an_instant_is_the_period_that_holds_it(
            text in "P[1-9][0-9]{0,2}[YMWD]|PT[1-9][0-9]{0,6}[HMS]",
            start in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(),
            after in 0..20_000_000_000_i64,
        ) {
            let interval = Interval::parse(&text).unwrap();
            let start = Timestamp::from_second(start).unwrap();
            let at = Timestamp::from_second(start.as_second() + after).unwrap_or(Timestamp::MAX);
            let n = interval.index(start, at).unwrap();
            prop_assert!(interval.nth(start, n).unwrap() <= at);
            prop_assert!(interval.nth(start, n + 1).is_none_or(|next| next > at));
        }

        #[test]
        fn no_number_makes_it_panic(text in "P[0-9]{1,7}[YMWD]|PT[0-9]{1,19}[HMS]", n: u64, second: i64) {
            if let (Ok(interval), Ok(start)) = (Interval::parse(&text), Timestamp::from_second(second)) {
                let _ = interval.nth(start, n);
                let _ = interval.index(start, Timestamp::MAX);
            }
        }
    }
}
