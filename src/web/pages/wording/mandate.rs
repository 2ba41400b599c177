use super::{App, Ask, Day, Warning, Wording, dates, ends};
use crate::model::{Arg, Phrase, Text, Unit};
use crate::web::pages::{Html, Row};

/// The terms of an automatic payment, its amounts already written out.
#[derive(Debug, Clone, Default)]
pub struct Mandate {
    /// The most in a period, or in all if there is no period.
    pub amount: String,
    /// The period.
    pub every: Option<Every>,
    /// The number of periods.
    pub cycles: Option<i64>,
    /// The most in all, where it is bounded.
    pub total: Option<String>,
    /// The most in one payment.
    pub max_per_payment: Option<String>,
    /// From when money can be taken; `None`: from the approval.
    pub start: Option<Day>,
    /// Until when money can be taken.
    pub end: Option<Day>,
    /// Whether what is not taken adds up; nothing is said of it without a period.
    pub carries_over: bool,
}

/// A period: "each month", "every 2 weeks".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every {
    /// How many units.
    pub count: i64,
    /// The unit.
    pub unit: Unit,
}

fn unit_choice(unit: Unit) -> Arg {
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

impl Every {
    fn args(self) -> [(&'static str, Arg); 2] {
        [
            ("unit", unit_choice(self.unit)),
            ("count", self.count.into()),
        ]
    }
}

impl Mandate {
    /// The question, the sentence and the details.
    #[must_use]
    pub fn wording(&self, text: &Text, app: &App) -> Wording {
        let heading = text.phrase("mandate-heading", &[("app", app.shown().into())]);
        Wording {
            ask: Ask::Mandate,
            h1: heading.into(),
            sentence: self.sentence(text, app),
            rows: self.rows(text),
        }
    }

    /// What the terms themselves give reason to warn of.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut found = Vec::new();
        if self.every.is_some() && self.total.is_none() {
            found.push(Warning::NoEnd);
        }
        if self.every.is_some() && self.carries_over {
            found.push(Warning::CarriesOver);
        }
        found
    }

    /// To whom the money can go: to `receiver`, or wherever the app wants.
    #[must_use]
    pub fn receiver(text: &Text, receiver: Option<&str>) -> Html {
        let phrase = match receiver {
            Some(to) => text.phrase("consent-money-to", &[("receiver", to.into())]),
            None => text.phrase("consent-money-anywhere", &[]),
        };
        phrase.into()
    }

    fn sentence(&self, text: &Text, app: &App) -> Html {
        let mut args = dates(self.start.as_ref(), self.end.as_ref());
        args.push(("app", app.shown().into()));
        args.push(("amount", Arg::Amount(self.amount.clone())));
        let phrase = match self.every {
            None => text.phrase("mandate-once", &args),
            Some(every) => {
                args.extend(every.args());
                if every.count == 1 {
                    text.phrase("mandate-each", &args)
                } else {
                    text.phrase("mandate-every", &args)
                }
            }
        };
        phrase.into()
    }

    fn rows(&self, text: &Text) -> Vec<Row> {
        let say = |key| text.plain(key, &[]);
        let mut rows = Vec::new();
        if let Some(every) = self.every {
            rows.push(Row::new(
                per_period(text, every),
                Phrase::amount(&self.amount),
            ));
        }
        if let Some(most) = &self.max_per_payment {
            rows.push(Row::new(say("mandate-row-payment"), Phrase::amount(most)));
        }
        if let Some((every, cycles)) = self.every.zip(self.cycles) {
            let label = if every.count == 1 {
                text.plain("mandate-row-cycles", &every.args())
            } else {
                say("mandate-row-periods")
            };
            rows.push(Row::given(label, &cycles.to_string()));
        }
        let total = match self.every {
            None => Some(&self.amount),
            Some(_) => self.total.as_ref(),
        };
        if let Some(total) = total {
            rows.push(Row::new(say("mandate-row-total"), Phrase::amount(total)));
        }
        let first = match &self.start {
            Some(day) => day.html(),
            None => text.phrase("mandate-first-approval", &[]).into(),
        };
        rows.push(Row::new(say("mandate-row-first"), first));
        rows.push(ends(text, "consent-row-ends", self.end.as_ref()));
        if self.every.is_some() {
            let rest = if self.carries_over {
                text.phrase("mandate-carries", &[])
            } else {
                text.phrase("mandate-lapses", &[])
            };
            rows.push(Row::new(say("mandate-row-carry"), rest));
        }
        rows.push(Row::new(
            say("mandate-row-often"),
            how_often(text, self.every),
        ));
        rows
    }
}

fn per_period(text: &Text, every: Every) -> String {
    if every.count == 1 {
        text.plain("mandate-row-each", &every.args())
    } else {
        text.plain("mandate-row-every", &every.args())
    }
}

fn how_often(text: &Text, every: Option<Every>) -> Html {
    let phrase = match every {
        None => text.phrase("mandate-often-once", &[]),
        Some(every) if every.count == 1 => text.phrase("mandate-often", &every.args()),
        Some(_) => text.phrase("mandate-often-every", &[]),
    };
    phrase.into()
}
