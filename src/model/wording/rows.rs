use jiff::tz::Offset;

use super::Row;
use super::credit;
use super::mandate::{Mandate, number};
use super::period::{Every, choice};
use crate::model::{Arg, Phrase, Unit};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// The rows of a mandate, in the order of the page.
pub(super) fn of(mandate: &Mandate<'_>) -> Vec<Row> {
    let every = mandate.every();
    let rows = [
        every.map(|every| amount(mandate, every)),
        every.and_then(|_| daily(mandate)),
        credit::at_once(mandate.terms, mandate.view),
        every.and_then(|every| periods(mandate, every)),
        every.and_then(|every| over(mandate, every)),
        Some(total(mandate)),
        every.and_then(|_| first_year(mandate)),
        Some(first(mandate)),
        every.and_then(|every| day_of_month(mandate, every)),
        Some(ends(mandate)),
        every.and_then(|every| short(mandate, every)),
        unused(mandate),
        carry(mandate),
        tail(mandate),
        Some(often(mandate, every)),
    ];
    rows.into_iter().flatten().collect()
}

impl Mandate<'_> {
    fn say(&self, key: &str) -> String {
        self.view.text.plain(key, &[])
    }

    fn amount_phrase(&self, value: i128) -> Phrase {
        Phrase::amount(&self.money(value))
    }
}

fn amount(mandate: &Mandate<'_>, every: Every) -> Row {
    let text = mandate.view.text;
    let label = if every.is_each() {
        text.plain("mandate-row-each", &every.args())
    } else {
        text.plain("mandate-row-every", &every.args())
    };
    Row::new(label, mandate.amount_phrase(mandate.amount))
}

/// How much the periods of one day come to, if a period is shorter than that: also the one that began the day before.
fn daily(mandate: &Mandate<'_>) -> Option<Row> {
    let seconds = mandate.schedule.interval()?.seconds()?;
    if seconds >= DAY || mandate.carries_over() {
        return None;
    }
    let touched = u64::try_from((DAY + seconds - 1) / seconds).ok()?;
    let touched = touched + u64::from(!begins_with_days(mandate, seconds));
    let granted = mandate.schedule.granted();
    let touched = granted.map_or(touched, |granted| touched.min(granted));
    let most = mandate.amount.checked_mul(i128::from(touched))?;
    let args = [("amount", Arg::Amount(mandate.money(most)))];
    let value = mandate.view.text.phrase("mandate-daily", &args);
    Some(Row::new(mandate.say("mandate-row-daily"), value))
}

/// Whether a period of so many seconds begins with every day of the payer's zone, so that none reaches over midnight.
fn begins_with_days(mandate: &Mandate<'_>, seconds: i64) -> bool {
    let Some(start) = mandate.terms.start else {
        return false;
    };
    let offset = mandate.view.zone.to_offset(start).seconds();
    let since_midnight = start.as_second() + i64::from(offset);
    DAY % seconds == 0 && since_midnight % seconds == 0 && start.subsec_nanosecond() == 0
}

fn periods(mandate: &Mandate<'_>, every: Every) -> Option<Row> {
    let text = mandate.view.text;
    let label = if every.is_each() {
        text.plain("mandate-row-cycles", &every.args())
    } else {
        mandate.say("mandate-row-periods")
    };
    let granted = mandate.schedule.granted()?;
    let cycles = mandate
        .terms
        .cycles
        .filter(|cycles| u64::try_from(*cycles).ok() != mandate.schedule.count());
    let value = match cycles {
        Some(cycles) => {
            let args = [
                ("periods", number(granted)),
                ("cycles", Arg::Number(cycles)),
            ];
            text.phrase("mandate-cut", &args)
        }
        None => Phrase::given(&granted.to_string()),
    };
    Some(Row::new(label, value))
}

fn over(mandate: &Mandate<'_>, every: Every) -> Option<Row> {
    let over = Some(mandate.schedule.over()).filter(|over| *over > 0)?;
    let text = mandate.view.text;
    let mut args = vec![every.named(), ("over", number(over))];
    let value = match mandate.schedule.count() {
        Some(count) => {
            args.push(("periods", number(count)));
            text.phrase("mandate-over", &args)
        }
        None => text.phrase("mandate-over-open", &args),
    };
    Some(Row::new(mandate.say("mandate-row-over"), value))
}

fn total(mandate: &Mandate<'_>) -> Row {
    let value = match mandate.schedule.total() {
        Some(total) => mandate.amount_phrase(total),
        None => mandate.view.text.phrase("mandate-no-limit", &[]),
    };
    Row::new(mandate.say("mandate-row-total"), value)
}

fn first_year(mandate: &Mandate<'_>) -> Option<Row> {
    let endless = mandate.schedule.count().is_none();
    let year = mandate.amount_phrase(mandate.schedule.first_year().total);
    endless.then(|| Row::new(mandate.say("mandate-row-year"), year))
}

fn first(mandate: &Mandate<'_>) -> Row {
    let value = match mandate.start() {
        Some(start) => mandate.view.day(start),
        None => mandate.view.text.phrase("mandate-first-approval", &[]),
    };
    Row::new(mandate.say("mandate-row-first"), value)
}

/// Which day a period begins on, where not every month has it.
fn day_of_month(mandate: &Mandate<'_>, every: Every) -> Option<Row> {
    let text = mandate.view.text;
    let named = mandate.terms.start?;
    let start = Offset::UTC.to_datetime(named);
    // Periods are counted in UTC: who sees another day there does not read of this one.
    if named.to_zoned(mandate.view.zone.clone()).date() != start.date() {
        return None;
    }
    let value = match every.unit {
        Unit::Month if start.day() >= 29 => {
            let args = [("day", Arg::Number(start.day().into()))];
            text.phrase("mandate-day", &args)
        }
        Unit::Year if (start.month(), start.day()) == (2, 29) => {
            text.phrase("mandate-leap-day", &[])
        }
        _ => return None,
    };
    Some(Row::new(mandate.say("mandate-row-day"), value))
}

/// The end, or how long after the approval it is.
pub(super) fn ends(mandate: &Mandate<'_>) -> Row {
    let shown = mandate.end();
    let after = || {
        let count = i64::try_from(mandate.schedule.count()?).ok()?;
        let every = Every::from(mandate.schedule.interval()?);
        let count = every.count.checked_mul(count)?;
        let args = [("unit", choice(every.unit)), ("count", count.into())];
        Some(mandate.view.text.phrase("mandate-ends-after", &args))
    };
    match (shown, mandate.schedule.end()) {
        (None, Some(_)) => match after() {
            Some(value) => Row::new(mandate.say("consent-row-ends"), value),
            None => mandate.view.ends(None),
        },
        // What is left can be taken after the last period: its end is not the end.
        (Some(end), _) if mandate.tail().is_some() => {
            Row::new(mandate.say("mandate-row-last-ends"), mandate.view.day(end))
        }
        _ => mandate.view.ends(shown),
    }
}

fn short(mandate: &Mandate<'_>, every: Every) -> Option<Row> {
    let schedule = mandate.schedule;
    if !schedule.last_is_short() || schedule.is_over() {
        return None;
    }
    let last = schedule.count()?.checked_sub(1)?;
    let end = schedule.end_of(last)?;
    let whole = schedule.interval()?.nth(schedule.start(), last + 1)?;
    // An end like 23:59:59 is meant as the end of the day: nothing worth a word is missing.
    if whole.as_second() - end.as_second() < 60 {
        return None;
    }
    let length = end.duration_since(schedule.start_of(last)?);
    // A part of a second is not nothing.
    let length = length.as_secs() + i64::from(length.subsec_nanos() > 0);
    let units = [(DAY, Unit::Day), (3600, Unit::Hour), (60, Unit::Minute)];
    let largest = units.into_iter().find(|(unit, _)| length >= *unit);
    let (seconds, unit) = largest.unwrap_or((1, Unit::Second));
    let text = mandate.view.text;
    let length = [("unit", choice(unit)), ("count", (length / seconds).into())];
    let args = [
        every.named(),
        ("length", text.plain("mandate-length", &length).into()),
        ("amount", Arg::Amount(mandate.money(mandate.amount))),
    ];
    let label = text.plain("mandate-row-short", &[every.named()]);
    Some(Row::new(label, text.phrase("mandate-short", &args)))
}

fn unused(mandate: &Mandate<'_>) -> Option<Row> {
    let args = [("end", mandate.view.date(mandate.unused_expiry()?))];
    let value = mandate.view.text.phrase("mandate-unused", &args);
    Some(Row::new(mandate.say("mandate-row-unused"), value))
}

/// What happens to what is not taken, where there is a period for it to outlive.
fn carry(mandate: &Mandate<'_>) -> Option<Row> {
    let text = mandate.view.text;
    let value = match mandate.carries() {
        Some(most) => most,
        None => mandate
            .every()
            .map(|_| text.phrase("mandate-lapses", &[]))?,
    };
    Some(Row::new(mandate.say("mandate-row-carry"), value))
}

fn tail(mandate: &Mandate<'_>) -> Option<Row> {
    let value = mandate.tail()?;
    Some(Row::new(mandate.say("mandate-row-tail"), value))
}

fn often(mandate: &Mandate<'_>, every: Option<Every>) -> Row {
    let text = mandate.view.text;
    let value = match every {
        None => text.phrase("mandate-often-once", &[]),
        Some(every) if every.is_each() => text.phrase("mandate-often", &every.args()),
        Some(_) => text.phrase("mandate-often-every", &[]),
    };
    Row::new(mandate.say("mandate-row-often"), value)
}
