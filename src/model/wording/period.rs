use crate::model::{Arg, Interval, Unit};

/// A period in words: "each month", "every 2 weeks".
#[derive(Debug, Clone, Copy)]
pub(super) struct Every {
    /// The largest whole unit.
    pub(super) unit: Unit,
    /// How many of it.
    pub(super) count: i64,
}

impl From<Interval> for Every {
    fn from(interval: Interval) -> Self {
        let (unit, count) = interval.unit_and_count();
        Self { unit, count }
    }
}

impl Every {
    /// Whether one unit is a period, so that periods have its name.
    pub(super) fn is_each(self) -> bool {
        self.count == 1
    }

    /// What messages about the length of a period select by.
    pub(super) fn args(self) -> [(&'static str, Arg); 2] {
        [("unit", choice(self.unit)), ("count", self.count.into())]
    }

    /// What messages that name a period select by: the unit, or that it has no name of its own.
    pub(super) fn named(self) -> (&'static str, Arg) {
        let name = if self.is_each() {
            choice(self.unit)
        } else {
            Arg::Choice("period")
        };
        ("unit", name)
    }
}

/// The word by which messages select.
pub(super) fn choice(unit: Unit) -> Arg {
    Arg::Choice(match unit {
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    })
}
