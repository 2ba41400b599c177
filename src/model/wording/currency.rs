use super::Row;
use crate::model::{Arg, Asset, Phrase, Text};

/// The row of the currency: its name and code, or that nobody here knows it.
pub(super) fn row(asset: &Asset, text: &Text) -> Row {
    Row::new(text.plain("currency-row", &[]), name(asset, text))
}

fn name(asset: &Asset, text: &Text) -> Phrase {
    let code = asset.code();
    match asset.name() {
        Some(name) => {
            let args = [
                ("currency", Arg::Choice(asset.catalogued())),
                ("name", name.into()),
                ("code", code.into()),
            ];
            text.phrase("currency-known", &args)
        }
        None => text.phrase("currency-unknown", &[("code", code.into())]),
    }
}
