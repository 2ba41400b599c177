//! When a mandate can take money: a picture of its periods, and the same as a table.

mod drawing;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::drawing::{Drawing, Ending, Plan, Progress};
use super::Html;
use crate::model::{Arg, Asset, Money, Period, Phrase, Schedule, Text};

/// Periods that are drawn, at most.
const MOST_MARKS: u64 = 12;
/// Periods that the table lists, at most.
const MOST_LINES: u64 = 60;
/// Periods before the current one that are drawn.
const BEFORE: u64 = 2;
/// Characters of an amount or a date for which a phone has no room beside others.
const LONG_AMOUNT: usize = 8;
const LONG_DATE: usize = 14;

/// The periods of a mandate that has several, drawn and listed.
#[derive(Debug, Clone)]
pub struct Picture {
    /// How many periods, and the most in each.
    pub caption: Html,
    /// The periods as marks in time.
    pub drawing: Drawing,
    /// What the marks leave out.
    pub notes: Vec<Html>,
    /// The periods as a table.
    pub lines: Vec<Line>,
    /// Which earlier periods the table leaves out.
    pub earlier: Option<Html>,
    /// Which later periods the table leaves out.
    pub more: Option<Html>,
    /// Whether its amounts or dates are too long to stand side by side on a phone.
    pub long: bool,
}

/// One granted period in the table.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number, counted from 1, and whether it is over or has begun.
    pub number: Html,
    /// Its first instant.
    pub from: Html,
    /// The most that can be taken within it.
    pub most: Html,
    /// The most that can have been taken by its end.
    pub total: Html,
}

impl Picture {
    /// Shows `schedule` as it stands at `now`, and whether its start is named or counts from the approval; `None` if it
    /// grants fewer than two periods.
    #[must_use]
    pub fn new(
        text: &Text,
        zone: &TimeZone,
        (schedule, start_is_named): (&Schedule, bool),
        asset: &Asset,
        now: Timestamp,
    ) -> Option<Self> {
        let first = schedule.period(schedule.over())?;
        let second = schedule.period(schedule.over().checked_add(1)?)?;
        let view = View {
            text,
            zone,
            schedule,
            start_is_named,
            asset,
            now,
            amount: first.at_most,
            carries_over: second.at_most > first.at_most,
        };
        let all_listed = schedule.granted().is_some_and(|all| all <= MOST_LINES);
        let top = if all_listed {
            first.index
        } else {
            view.first_drawn()
        };
        let listed = view.periods(top, MOST_LINES);
        let widest = listed.last().unwrap_or(&second).running_total;
        let is_long = |words: &str, most| words.chars().count() > most;
        Some(Self {
            caption: view.caption(),
            drawing: view.drawing(),
            notes: view.notes(),
            earlier: view.earlier(top),
            more: view.more(&listed),
            long: is_long(&view.money(widest), LONG_AMOUNT)
                || is_long(&view.date(second.start), LONG_DATE),
            lines: listed.iter().map(|period| view.line(period)).collect(),
        })
    }
}

struct View<'a> {
    text: &'a Text,
    zone: &'a TimeZone,
    schedule: &'a Schedule,
    start_is_named: bool,
    asset: &'a Asset,
    now: Timestamp,
    amount: i128,
    carries_over: bool,
}

impl View<'_> {
    fn caption(&self) -> Html {
        let mut args = vec![("amount", Arg::Amount(self.money(self.amount)))];
        let key = match (self.schedule.granted(), self.carries_over) {
            (None, false) => "schedule-capped-open",
            (None, true) => "schedule-carried-open",
            (Some(count), carries_over) => {
                args.push(("count", number(count)));
                if carries_over {
                    "schedule-carried"
                } else {
                    "schedule-capped"
                }
            }
        };
        self.text.phrase(key, &args).into()
    }

    /// The granted periods from number `from` on, at most `most` of them.
    fn periods(&self, from: u64, most: u64) -> Vec<Period> {
        (from..from.saturating_add(most))
            .map_while(|index| self.schedule.period(index))
            .collect()
    }

    /// The number of the first period that is drawn: all of them if they fit, else those around `now`.
    fn first_drawn(&self) -> u64 {
        let over = self.schedule.over();
        let last = self.schedule.count().map(|count| count.saturating_sub(1));
        let ended = self.schedule.end().is_some_and(|end| end <= self.now);
        let current = self.schedule.current(self.now).map(|period| period.index);
        let here = current.or(last.filter(|_| ended)).unwrap_or(over);
        let latest = self
            .schedule
            .count()
            .map_or(u64::MAX, |count| count.saturating_sub(MOST_MARKS));
        here.saturating_sub(BEFORE).min(latest).max(over)
    }

    fn drawing(&self) -> Drawing {
        let shown = self.periods(self.first_drawn(), MOST_MARKS);
        let next = shown.last().and_then(|last| last.index.checked_add(1));
        let next = next.and_then(|next| self.schedule.start_of(next));
        let (end, true_end) = (self.schedule.end(), self.schedule.true_end());
        Drawing::new(&Plan {
            starts: shown.iter().map(|period| period.start).collect(),
            progress: shown.iter().map(|period| self.progress(period)).collect(),
            until: next.or(end),
            ending: match true_end {
                None => Ending::Never,
                Some(_) if next.is_some() || true_end != end => Ending::Later,
                Some(_) => Ending::Here,
            },
            begins: shown
                .first()
                .is_some_and(|first| first.index == self.schedule.over()),
            rises: self.carries_over,
            mirrored: self.text.locale().direction() == "rtl",
            label: &|at, span| self.label(at, span),
        })
    }

    fn notes(&self) -> Vec<Html> {
        let first = self.first_drawn();
        let shown = self.periods(first, MOST_MARKS);
        let mut notes: Vec<Html> = self.earlier(first).into_iter().collect();
        notes.extend(self.more(&shown));
        if self.carries_over && self.schedule.end().is_some() {
            match self.schedule.true_end() {
                None => notes.push(self.text.phrase("schedule-left-open", &[]).into()),
                end if end == self.schedule.end() => {}
                Some(end) => {
                    let args = [("end", self.date(end).into())];
                    notes.push(self.text.phrase("schedule-left-until", &args).into());
                }
            }
        }
        if self.begins_now() {
            let args = [("date", self.date(self.now).into())];
            notes.push(self.text.phrase("schedule-if-now", &args).into());
        }
        notes
    }

    /// How many granted periods stand before number `first`.
    fn earlier(&self, first: u64) -> Option<Html> {
        let count = first.saturating_sub(self.schedule.over());
        let args = [("count", number(count))];
        (count > 0).then(|| self.text.phrase("schedule-earlier", &args).into())
    }

    /// How many granted periods follow those that are shown, and until when.
    fn more(&self, shown: &[Period]) -> Option<Html> {
        let next = shown.last()?.index.checked_add(1)?;
        let (Some(count), Some(end)) = (self.schedule.count(), self.schedule.end()) else {
            return Some(self.text.phrase("schedule-more-open", &[]).into());
        };
        let args = [
            ("count", number(count.saturating_sub(next))),
            ("end", self.date(end).into()),
        ];
        (count > next).then(|| self.text.phrase("schedule-more", &args).into())
    }

    fn line(&self, period: &Period) -> Line {
        let place = period.index.saturating_sub(self.schedule.over());
        let args = [("number", number(place.saturating_add(1)))];
        let place = match self.progress(period) {
            Progress::Over => self.text.phrase("schedule-period-over", &args),
            Progress::Now => self.text.phrase("schedule-period-now", &args),
            Progress::Later => Phrase::given(&place.saturating_add(1).to_string()),
        };
        let amount = |value| Html::from(Phrase::amount(&self.money(value)));
        Line {
            number: place.into(),
            from: Html::Time {
                at: self.rounded(period.start),
                words: self.date(period.start),
            },
            most: amount(period.at_most),
            total: amount(period.running_total),
        }
    }

    fn progress(&self, period: &Period) -> Progress {
        if period.end.is_some_and(|end| end <= self.now) {
            Progress::Over
        } else if period.start <= self.now {
            Progress::Now
        } else {
            Progress::Later
        }
    }

    fn money(&self, value: i128) -> String {
        self.text.money(&Money::new(value, self.asset.clone()))
    }

    /// Whether the periods count from an approval that is yet to come: then the dates are no more exact than it is.
    fn begins_now(&self) -> bool {
        !self.start_is_named
    }

    fn date(&self, at: Timestamp) -> String {
        self.text.date(self.rounded(at), self.zone)
    }

    fn rounded(&self, at: Timestamp) -> Timestamp {
        if !self.begins_now() {
            return at;
        }
        let long = self
            .schedule
            .interval()
            .is_some_and(|interval| interval.seconds().is_none_or(|length| length >= A_DAY));
        let there = at.to_zoned(self.zone.clone());
        let rounded = if long {
            there.start_of_day()
        } else {
            there.with().second(0).subsec_nanosecond(0).build()
        };
        rounded.map_or(at, |there| there.timestamp())
    }

    /// A short name for an instant among others that lie within `span` seconds: no more than tells them apart.
    fn label(&self, at: Timestamp, span: i64) -> String {
        let there = self.rounded(at).to_zoned(self.zone.clone());
        if span <= A_DAY {
            return self.text.time(self.rounded(at), self.zone);
        }
        if span > A_YEAR {
            let day = there.start_of_day().map_or(at, |day| day.timestamp());
            return self.text.date(day, self.zone);
        }
        let month = [("month", Arg::Number(there.month().into()))];
        let args = [
            ("day", Arg::Number(there.day().into())),
            ("month", self.text.plain("date-month", &month).into()),
        ];
        self.text.plain("schedule-day", &args)
    }
}

const A_DAY: i64 = 86_400;
const A_YEAR: i64 = 366 * A_DAY;

fn number(count: u64) -> Arg {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
