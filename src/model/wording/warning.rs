use crate::model::{Arg, Phrase, Text};

/// What a payer is warned of, gravest first; a page shows only the gravest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The terms changed, and the total went from the first amount to the second.
    Larger(String, String),
    /// Neither the end nor the total is bounded; the most in the first year.
    NoEnd(String),
    /// What is not taken adds up: to this amount, or without a limit.
    CarriesOver(Option<String>),
    /// The named wallet has not checked the app.
    Unchecked(String),
    /// The code of a currency that is not in ISO 4217.
    UnknownCurrency(String),
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
            Self::CarriesOver(Some(most)) => {
                text.phrase("warning-carry", &[("amount", Arg::Amount(most))])
            }
            Self::CarriesOver(None) => text.phrase("warning-carry-endless", &[]),
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
