use jiff::Timestamp;

use super::period::Every;
use super::warning::AddedUp;
use super::{Ask, Explanation, Figures, View, Warning, permission, rows};
use crate::model::{Arg, Asset, Money, Phrase, Refusal, Schedule, Terms};

/// A mandate with its periods, as it is explained.
pub(super) struct Mandate<'a> {
    pub(super) terms: &'a Terms,
    pub(super) asset: &'a Asset,
    pub(super) amount: i128,
    pub(super) schedule: &'a Schedule,
    pub(super) view: &'a View<'a>,
}

/// A bound that may not be there.
enum Bound<T> {
    To(T),
    Endless,
}

/// Explains a mandate as it is approved at `view.at`.
pub(super) fn explain(
    (actions, terms): (&[String], &Terms),
    view: &View<'_>,
) -> Result<Explanation, Refusal> {
    let (schedule, asset, amount) = parts(terms, view)?;
    let mandate = Mandate {
        terms,
        asset,
        amount,
        schedule: &schedule,
        view,
    };
    let sentence = mandate.sentence();
    let allowance = mandate.without_app(&sentence);
    let mut rows = rows::of(&mandate);
    rows.extend(permission::cannot(terms.kind, actions, view));
    Ok(Explanation {
        ask: Ask::Mandate,
        heading: view.text.phrase("mandate-heading", &[view.app()]),
        sentence,
        rows,
        warnings: mandate.warnings(),
        figures: Some(Figures::of(&mandate, allowance)),
    })
}

/// The periods, the asset and the amount of a mandate, which has them all.
pub(super) fn parts<'a>(
    terms: &'a Terms,
    view: &View<'_>,
) -> Result<(Schedule, &'a Asset, i128), Refusal> {
    let schedule = Schedule::new(terms, view.at)?;
    match (terms.amount, &terms.asset) {
        (Some(amount), Some(asset)) => Ok((schedule, asset, amount.into())),
        _ => Err(Refusal::new("amount", "a mandate needs an amount")),
    }
}

impl Mandate<'_> {
    pub(super) fn money(&self, value: i128) -> String {
        let money = Money::new(value, self.asset.clone());
        self.view.text.money(&money)
    }

    /// The period, where there is more than one.
    pub(super) fn every(&self) -> Option<Every> {
        let interval = self.schedule.interval()?;
        (self.schedule.count() != Some(1)).then(|| Every::from(interval))
    }

    /// The first instant of the first granted period; nothing where the approval is the start.
    pub(super) fn start(&self) -> Option<Timestamp> {
        let named = self.terms.start?;
        let first = self.schedule.start_of(self.schedule.over());
        Some(first.unwrap_or(named))
    }

    /// The end that is shown, unless it counts from an approval that has not been given yet.
    pub(super) fn end(&self) -> Option<Timestamp> {
        let end = self.schedule.end()?;
        let fixed = self.terms.start.is_some() || self.terms.end == Some(end);
        fixed.then_some(end)
    }

    /// Whether unused amounts add up, which only periods can do.
    pub(super) fn carries_over(&self) -> bool {
        self.terms.cap == Some(false)
    }

    /// Until when what is left outlives the last period, if it does.
    fn outlives(&self) -> Option<Bound<Timestamp>> {
        let schedule = self.schedule;
        let last = schedule.end().filter(|_| schedule.interval().is_some())?;
        let until = schedule.true_end();
        let outlives = self.carries_over() && until != Some(last);
        outlives.then(|| until.map_or(Bound::Endless, Bound::To))
    }

    /// What is left after the last period.
    pub(super) fn tail(&self) -> Option<Phrase> {
        let text = self.view.text;
        Some(match self.outlives()? {
            Bound::To(end) => text.phrase("mandate-tail", &[("end", self.view.date(end))]),
            Bound::Endless => text.phrase("mandate-tail-open", &[]),
        })
    }

    /// What unused amounts add up to, if they do.
    fn adds_up(&self) -> Option<AddedUp> {
        let schedule = self.schedule;
        schedule.interval()?;
        let adds = schedule.count() != Some(1) || self.outlives().is_some();
        let most = || match schedule.total() {
            Some(total) => AddedUp::To {
                total: self.money(total),
                each: schedule
                    .at_once()
                    .filter(|each| *each < total)
                    .map(|each| self.money(each)),
            },
            None => AddedUp::Endless,
        };
        (self.carries_over() && adds).then(most)
    }

    /// That unused amounts add up, and to how much.
    pub(super) fn carry_over(&self) -> Option<Phrase> {
        let keys = [
            "mandate-carry",
            "mandate-carry-parts",
            "mandate-carry-endless",
        ];
        Some(self.adds_up()?.phrase(self.view.text, keys))
    }

    /// The same for the row, whose label says what is spoken of.
    pub(super) fn carries(&self) -> Option<Phrase> {
        let keys = [
            "mandate-carries",
            "mandate-carries-parts",
            "mandate-carries-endless",
        ];
        Some(self.adds_up()?.phrase(self.view.text, keys))
    }

    /// An end in the terms that comes after the last period, when nothing is left to be taken.
    pub(super) fn unused_expiry(&self) -> Option<Timestamp> {
        let expiry = self.terms.end.filter(|_| !self.carries_over())?;
        (Some(expiry) != self.schedule.end()).then_some(expiry)
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut found = Vec::new();
        if self.schedule.count().is_none() {
            let year = self.schedule.first_year();
            found.push(Warning::NoEnd(self.money(year.total)));
        }
        found.extend(self.adds_up().map(Warning::CarriesOver));
        found
    }

    fn sentence(&self) -> Phrase {
        let mut args = self.dates();
        args.push(self.view.app());
        args.push(("amount", Arg::Amount(self.money(self.amount))));
        let text = self.view.text;
        let Some(every) = self.every() else {
            return text.phrase("mandate-once", &args);
        };
        args.extend(every.args());
        let (granted, total) = (self.schedule.granted(), self.schedule.total());
        let Some((granted, total)) = granted.zip(total) else {
            return if every.is_each() {
                text.phrase("mandate-each-open", &args)
            } else {
                text.phrase("mandate-every-open", &args)
            };
        };
        args.push(("periods", number(granted)));
        args.push(("total", Arg::Amount(self.money(total))));
        if every.is_each() {
            text.phrase("mandate-each", &args)
        } else {
            text.phrase("mandate-every", &args)
        }
    }

    fn dates(&self) -> Vec<(&'static str, Arg)> {
        let (start, end) = (self.start(), self.end());
        let endless = self.schedule.end().is_none();
        let choice = match (start, end) {
            (Some(_), Some(_)) => "from-to",
            (Some(_), None) => "from",
            (None, Some(_)) => "to",
            (None, None) if endless => "open",
            (None, None) => "approve",
        };
        let mut args = vec![("dates", Arg::Choice(choice))];
        args.extend(start.map(|at| ("start", self.view.date(at))));
        args.extend(end.map(|at| ("end", self.view.date(at))));
        args
    }

    /// The sentence without its beginning, "{App} can take", and without its full stop. In a language
    /// that says it in another order, the whole sentence.
    fn without_app(&self, sentence: &Phrase) -> String {
        let lead = self.view.text.plain("mandate-lead", &[self.view.app()]);
        let said = sentence.to_plain();
        let rest = said.strip_prefix(&lead).unwrap_or(&said);
        rest.trim().trim_end_matches('.').to_owned()
    }
}

/// A number for a message.
pub(super) fn number(count: u64) -> Arg {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
