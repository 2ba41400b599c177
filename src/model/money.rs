use iso_currency::Currency;

use super::Refusal;

/// The currencies that the catalogues have names for.
const CATALOGUED: [&str; 33] = [
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR",
    "ILS", "INR", "JPY", "KES", "KRW", "MXN", "NGN", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD",
    "THB", "TRY", "TWD", "USD", "VND", "XCD", "ZAR",
];

/// What an amount counts: a code and how many decimal digits its smallest unit has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asset {
    code: String,
    scale: u8,
}

impl Asset {
    /// Takes a code of 1 to 12 capital letters and digits, and a scale from 0 to 18; anything else is refused.
    pub fn new(code: &str, scale: i64) -> Result<Self, Refusal> {
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(1..=12).contains(&code.len()) || !code.bytes().all(plain) {
            let rule = "must be 1 to 12 capital letters and digits";
            return Err(Refusal::new("assetCode", rule));
        }
        match u8::try_from(scale) {
            Ok(scale @ 0..=18) => Ok(Self {
                code: code.to_owned(),
                scale,
            }),
            _ => Err(Refusal::new("assetScale", "must be from 0 to 18")),
        }
    }

    /// The code, `USD` or `XRP`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The number of decimal digits of the smallest unit.
    #[must_use]
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// Whether the code is a currency of ISO 4217.
    #[must_use]
    pub fn is_currency(&self) -> bool {
        Currency::from_code(&self.code).is_some()
    }

    /// The name of the currency in ISO 4217, in English; `None` if it has none.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        Currency::from_code(&self.code).map(|currency| currency.name().to_owned())
    }

    /// The code, if it is one of the currencies that the catalogues name; `other` if not.
    #[must_use]
    pub(super) fn catalogued(&self) -> &'static str {
        let found = CATALOGUED.iter().find(|code| **code == self.code);
        found.copied().unwrap_or("other")
    }

    /// The number of decimal digits that the currency is written with (ISO 4217); 0 for other codes.
    #[must_use]
    pub fn minor_digits(&self) -> usize {
        let exponent = Currency::from_code(&self.code).and_then(Currency::exponent);
        exponent.map_or(0, usize::from)
    }
}

/// An exact amount of an asset, in its smallest unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    /// How many of the smallest unit.
    pub value: i128,
    /// What is counted.
    pub asset: Asset,
}

impl Money {
    /// An amount of an asset.
    #[must_use]
    pub fn new(value: impl Into<i128>, asset: Asset) -> Self {
        Self {
            value: value.into(),
            asset,
        }
    }

    /// The sign, the whole part and the fraction: as many digits as the currency is written with, or as are
    /// significant if those are more. Never rounded.
    #[must_use]
    pub fn digits(&self) -> (&'static str, String, String) {
        let scale = usize::from(self.asset.scale);
        let all = format!("{:0>width$}", self.value.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = all.split_at(all.len() - scale);
        let minor = self.asset.minor_digits();
        let significant = fraction.trim_end_matches('0').len();
        let shown = &fraction[..significant.max(minor.min(scale))];
        let sign = if self.value < 0 { "-" } else { "" };
        (sign, whole.to_owned(), format!("{shown:0<minor$}"))
    }

    /// Reads an amount such as `USD 5000.00`: a code, a space and a decimal number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (code, number) = text.split_once(' ')?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        let asset = Asset::new(code, fraction.len().try_into().ok()?).ok()?;
        let value: i64 = format!("{whole}{fraction}").parse().ok()?;
        Some(Self::new(value, asset))
    }

    /// Whether this is more than `other` of the same code, whatever their scales.
    #[must_use]
    pub fn is_more_than(&self, other: &Self) -> bool {
        let parts = |money: &Self| {
            let unit = 10_i128.pow(money.asset.scale.into());
            let fine = 10_i128.pow(u32::from(18 - money.asset.scale.min(18)));
            let (whole, rest) = (money.value.div_euclid(unit), money.value.rem_euclid(unit));
            (whole, rest * fine)
        };
        parts(self) > parts(other)
    }

    /// The plain decimal number, with a point and without groups: `1234.50`.
    #[must_use]
    pub fn decimal(&self) -> String {
        let (sign, whole, fraction) = self.digits();
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_of_two_scales_are_compared_exactly() {
        let read = |text| Money::parse(text).unwrap();
        assert_eq!(read("USD 5000.00").decimal(), "5000.00");
        assert!(read("USD 0.000000000000000001").is_more_than(&read("USD 0")));
        assert!(!read("USD 5").is_more_than(&read("USD 5.00")));
        assert!(read("USD 5.001").is_more_than(&read("USD 5.00")));
        assert!(!read("USD 4.999999").is_more_than(&read("USD 5")));
        for text in [
            "", "USD", "USD ", "USD -1", "usd 1", "USD 1.", "USD .1", "USD 1 ", "USD 1e3",
        ] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_never_looks_like_another() {
        for code in ["", "usd", "US$", "U\u{405}D", "USD ", "ABCDEFGHIJKLM"] {
            assert_eq!(Asset::new(code, 2).unwrap_err().member, "assetCode");
        }
        for scale in [-1, 19, 256, i64::MAX, i64::MIN] {
            assert_eq!(Asset::new("USD", scale).unwrap_err().member, "assetScale");
        }
        assert!(Asset::new("USD", 2).unwrap().is_currency());
        assert!(!Asset::new("XRP", 2).unwrap().is_currency());
    }

    proptest! {
        #[test]
        fn no_digit_is_lost(value: i128, code in "USD|JPY|KWD|XRP|CHF|[A-Z0-9]{1,12}", scale in 0..=18_i64) {
            let money = Money::new(value, Asset::new(&code, scale).unwrap());
            let decimal = money.decimal();
            let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
            let scale = usize::try_from(scale).unwrap();
            let padded = format!("{fraction:0<scale$}");
            let (kept, beyond) = padded.split_at(scale);
            prop_assert!(beyond.bytes().all(|digit| digit == b'0'));
            prop_assert_eq!(format!("{whole}{kept}").parse::<i128>().unwrap(), value);
            prop_assert!(fraction.len() >= money.asset.minor_digits());
        }
    }
}
