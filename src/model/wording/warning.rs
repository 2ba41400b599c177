use crate::model::{Arg, Phrase, Text};

/// What a payer is warned of, gravest first; a page shows only the gravest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The terms changed, and the total went from the first amount to the second.
    Larger(String, String),
    /// Neither the end nor the total is bounded; the most in the first year.
    NoEnd(String),
    /// What is not taken adds up.
    CarriesOver(AddedUp),
    /// The named wallet has not checked the app.
    Unchecked(String),
    /// The code of a currency that is not in ISO 4217.
    UnknownCurrency(String),
}

/// What unused amounts add up to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddedUp {
    /// A total; no payment may take more of it than `each`, where that is less.
    To {
        /// All that can be left at some instant, taken together.
        total: String,
        /// The most in one payment.
        each: Option<String>,
    },
    /// There is no limit.
    Endless,
}

impl AddedUp {
    /// The words: one message for a total that can be taken at once, one where it takes several payments, one without a total.
    pub(super) fn phrase(self, text: &Text, [whole, parts, endless]: [&str; 3]) -> Phrase {
        match self {
            Self::To { total, each: None } => text.phrase(whole, &[("amount", Arg::Amount(total))]),
            Self::To {
                total,
                each: Some(each),
            } => {
                let args = [("total", Arg::Amount(total)), ("each", Arg::Amount(each))];
                text.phrase(parts, &args)
            }
            Self::Endless => text.phrase(endless, &[]),
        }
    }
}

impl Warning {
    /// The words.
    #[must_use]
    pub fn phrase(self, text: &Text) -> Phrase {
        match self {
            Self::Larger(from, to) => {
                let args = [("from", Arg::Amount(from)), ("to", Arg::Amount(to))];
                text.phrase("warning-larger", &args)
            }
            Self::NoEnd(year) => text.phrase("warning-no-end", &[("amount", Arg::Amount(year))]),
            Self::CarriesOver(added) => {
                let keys = [
                    "warning-carry",
                    "warning-carry-parts",
                    "warning-carry-endless",
                ];
                added.phrase(text, keys)
            }
            Self::Unchecked(wallet) => {
                text.phrase("warning-unchecked", &[("wallet", wallet.into())])
            }
            Self::UnknownCurrency(code) => {
                text.phrase("warning-currency", &[("code", code.into())])
            }
        }
    }

    /// The words for the gravest of `warnings`.
    #[must_use]
    pub fn gravest(text: &Text, warnings: impl IntoIterator<Item = Self>) -> Option<Phrase> {
        let gravest = warnings.into_iter().min()?;
        Some(gravest.phrase(text))
    }
}
