use serde_json::Value;

/// An asset that the demo wallet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The code, as in ISO 4217.
    pub code: &'static str,
    /// How many decimal digits the smallest unit is away from one.
    pub scale: i64,
    sign: char,
}

/// Every asset that the demo wallet holds.
pub const ASSETS: [Asset; 2] = [
    Asset {
        code: "USD",
        scale: 2,
        sign: '$',
    },
    Asset {
        code: "EUR",
        scale: 2,
        sign: '€',
    },
];

/// Finds an asset by its code.
pub fn find(code: &str) -> Option<Asset> {
    ASSETS.into_iter().find(|asset| asset.code == code)
}

impl Asset {
    /// Writes an amount of the smallest unit as people read it: `$20.00`.
    pub fn words(self, amount: i128) -> String {
        let (minus, units) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
        format!("{minus}{}{}.{:02}", self.sign, units / 100, units % 100)
    }
}

/// Reads an amount as a JSON number or a decimal string: `0|[1-9][0-9]*`, up to `i64::MAX`.
pub fn parse(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().filter(|amount| *amount >= 0),
        Value::String(digits) => {
            let amount: i64 = digits.parse().ok()?;
            (amount >= 0 && amount.to_string() == *digits).then_some(amount)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_whole_numbers_without_decoration() {
        for (value, expected) in [
            (json!(5), Some(5)),
            (json!("5"), Some(5)),
            (json!("0"), Some(0)),
            (json!("9223372036854775807"), Some(i64::MAX)),
            (json!("9223372036854775808"), None),
            (json!(9_223_372_036_854_775_808_u64), None),
            (json!("05"), None),
            (json!("+5"), None),
            (json!("-5"), None),
            (json!(-5), None),
            (json!("5.0"), None),
            (json!(true), None),
        ] {
            assert_eq!(parse(&value), expected, "{value}");
        }
        assert_eq!(parse(&serde_json::from_str("5.0").unwrap()), None);
        assert_eq!(parse(&serde_json::from_str("5e2").unwrap()), None);
    }

    #[test]
    fn money_is_written_exactly() {
        let dollars = find("USD").unwrap();
        assert_eq!(dollars.words(2000), "$20.00");
        assert_eq!(dollars.words(5), "$0.05");
        assert_eq!(dollars.words(-105), "-$1.05");
        assert_eq!(find("XRP"), None);
    }
}
