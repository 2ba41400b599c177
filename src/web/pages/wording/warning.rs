use crate::model::{Arg, Text};
use crate::web::pages::Html;

/// What a payer is warned of, gravest first; a page shows only the gravest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The terms changed, and the total went from the first amount to the second.
    Larger(String, String),
    /// Neither the end nor the total is bounded.
    NoEnd,
    /// What is not taken adds up.
    CarriesOver,
    /// The named wallet has not checked the app.
    Unchecked(String),
    /// The code of a currency that is not in ISO 4217.
    UnknownCurrency(String),
}

impl Warning {
    /// The words for the gravest of `warnings`.
    #[must_use]
    pub fn gravest(text: &Text, warnings: impl IntoIterator<Item = Self>) -> Option<Html> {
        let phrase = match warnings.into_iter().min()? {
            Self::Larger(from, to) => {
                let args = [("from", Arg::Amount(from)), ("to", Arg::Amount(to))];
                text.phrase("changed-larger", &args)
            }
            Self::NoEnd => text.phrase("consent-warning-end", &[]),
            Self::CarriesOver => text.phrase("consent-warning-carry", &[]),
            Self::Unchecked(wallet) => {
                text.phrase("consent-warning-unchecked", &[("wallet", wallet.into())])
            }
            Self::UnknownCurrency(code) => {
                text.phrase("consent-warning-currency", &[("code", code.into())])
            }
        };
        Some(phrase.into())
    }
}
