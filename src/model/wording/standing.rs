use jiff::Timestamp;

use super::period::Every;
use super::{Ask, View, access};
use crate::model::{Arg, Asset, Grant, Limits, Money, Period, Phrase, Schedule, Text};

/// What a grant allows, in short: the lines of a card.
#[must_use]
pub fn brief(grant: &Grant, text: &Text) -> Vec<Phrase> {
    let ask = Ask::of(grant.kind, grant.collection, &grant.actions);
    let limits = grant.limits.as_ref();
    let amount = || {
        let amount = limits?.amount?;
        money(text, limits?, amount)
    };
    match (ask, grant.schedule().zip(limits)) {
        (Ask::Mandate, Some((schedule, limits))) => mandate(&schedule, limits, text),
        (Ask::Mandate, None) => Vec::new(),
        (Ask::Invoice, _) => vec![match amount() {
            Some(amount) => {
                text.phrase("payments-brief-invoice", &[("amount", Arg::Amount(amount))])
            }
            None => text.phrase("payments-brief-invoice-any", &[]),
        }],
        (Ask::AccessMandate | Ask::AccessInvoice | Ask::AccessSession, _) => {
            vec![access::brief(ask, &grant.actions, text)]
        }
        (Ask::Session, _) => vec![text.phrase("payments-brief-session", &[])],
        (Ask::CreateMandates | Ask::CreateInvoices | Ask::CreateSessions, _) => {
            vec![text.phrase("payments-brief-create", &[("ask", ask.choice())])]
        }
    }
}

pub(super) fn mandate(schedule: &Schedule, limits: &Limits, text: &Text) -> Vec<Phrase> {
    let Some(amount) = limits.amount.and_then(|amount| money(text, limits, amount)) else {
        return Vec::new();
    };
    let mut args = vec![("amount", Arg::Amount(amount))];
    let several = schedule.interval().filter(|_| schedule.count() != Some(1));
    let Some(every) = several.map(Every::from) else {
        return vec![text.phrase("payments-brief-once", &args)];
    };
    args.extend(every.args());
    let total = schedule
        .total()
        .and_then(|total| money(text, limits, total));
    let mut lines = vec![
        if every.is_each() {
            text.phrase("payments-brief-each", &args)
        } else {
            text.phrase("payments-brief-every", &args)
        },
        match total {
            Some(total) => text.phrase("payments-brief-total", &[("total", Arg::Amount(total))]),
            None => text.phrase("payments-brief-no-total", &[]),
        },
    ];
    if limits.cap == Some(false) {
        lines.push(text.phrase("payments-brief-carry", &[]));
    }
    lines
}

/// What a mandate lets an app take now, and from when on it can take more; nothing for other grants.
#[must_use]
pub fn period(grant: &Grant, view: &View<'_>) -> Vec<Phrase> {
    let limits = grant.limits.as_ref().filter(|_| grant.takes_money());
    let Some((schedule, asset)) = grant.schedule().zip(limits.and_then(Limits::asset)) else {
        return Vec::new();
    };
    let now = Now {
        schedule: &schedule,
        asset: &asset,
        view,
    };
    let mut lines = vec![match schedule.current(view.at) {
        Some(period) => now.present(&period),
        None => match schedule.next_start(view.at) {
            Some(start) => view
                .text
                .phrase("payments-period-before", &[("start", view.date(start))]),
            None => return now.left().into_iter().collect(),
        },
    }];
    lines.extend(now.next());
    lines
}

struct Now<'a> {
    schedule: &'a Schedule,
    asset: &'a Asset,
    view: &'a View<'a>,
}

impl Now<'_> {
    fn amount(&self, value: i128) -> (&'static str, Arg) {
        let money = Money::new(value, self.asset.clone());
        ("amount", Arg::Amount(self.view.text.money(&money)))
    }

    fn present(&self, period: &Period) -> Phrase {
        let text = self.view.text;
        let mut args = vec![self.amount(period.at_most)];
        let several = self.schedule.granted() != Some(1);
        let Some(end) = period.end else {
            return text.phrase("payments-period-open", &args);
        };
        args.push(("end", self.view.date(end)));
        if !several {
            return text.phrase("payments-period-only", &args);
        }
        let carried = self.schedule.period(self.schedule.over());
        if carried.is_some_and(|first| period.at_most > first.at_most) {
            text.phrase("payments-period-carried", &args)
        } else {
            text.phrase("payments-period-now", &args)
        }
    }

    /// The first period that is still to come.
    fn next(&self) -> Option<Phrase> {
        let current = self.schedule.current(self.view.at)?;
        let next = self.schedule.period(current.index.checked_add(1)?)?;
        let amount = next.running_total.checked_sub(current.running_total)?;
        let args = [self.amount(amount), ("start", self.view.date(next.start))];
        Some(if next.at_most > current.at_most {
            self.view.text.phrase("payments-period-more", &args)
        } else {
            self.view.text.phrase("payments-period-next", &args)
        })
    }

    /// What outlives the last period.
    fn left(&self) -> Option<Phrase> {
        let text = self.view.text;
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= self.view.at);
        match self.schedule.true_end() {
            end if over(end) => None,
            Some(end) => Some(text.phrase("payments-period-left", &[("end", self.view.date(end))])),
            None => Some(text.phrase("payments-period-left-open", &[])),
        }
    }
}

fn money(text: &Text, limits: &Limits, value: impl Into<i128>) -> Option<String> {
    Some(text.money(&Money::new(value, limits.asset()?)))
}

#[cfg(test)]
pub(super) mod tests;
