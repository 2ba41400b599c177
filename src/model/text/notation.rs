use super::super::Money;
use super::Locale;

/// How a language writes amounts of money.
struct Notation {
    /// The tag of its catalogue.
    tag: &'static str,
    /// Between groups of three digits.
    group: char,
    /// Before the fraction.
    decimal: char,
    /// Whether the symbol follows the number, as codes do everywhere.
    symbol_last: bool,
    /// Symbols that are not those of [`SYMBOLS`].
    own: &'static [(&'static str, &'static str)],
}

/// One for each catalogue. Only English takes the plain dollar sign for US dollars.
const NOTATIONS: [Notation; 2] = [
    Notation {
        tag: "en",
        group: ',',
        decimal: '.',
        symbol_last: false,
        own: &[("USD", "$")],
    },
    Notation {
        tag: "de",
        group: '.',
        decimal: ',',
        symbol_last: true,
        own: &[("AUD", "AU$")],
    },
];

/// The symbols that no two currencies share (CLDR, standard form).
const SYMBOLS: [(&str, &str); 18] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN\u{a5}"),
    ("EUR", "\u{20ac}"),
    ("GBP", "\u{a3}"),
    ("HKD", "HK$"),
    ("ILS", "\u{20aa}"),
    ("INR", "\u{20b9}"),
    ("JPY", "\u{a5}"),
    ("KRW", "\u{20a9}"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "\u{20b1}"),
    ("TWD", "NT$"),
    ("USD", "US$"),
    ("VND", "\u{20ab}"),
    ("XCD", "EC$"),
];

/// The amount as `locale` writes it, with every digit: `$1,234.50`, or `1.234,50 US$` with a no-break space.
pub(super) fn write(money: &Money, locale: &Locale) -> String {
    let notation = of(locale);
    let (sign, whole, fraction) = money.digits();
    let mut number = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            number.push(notation.group);
        }
        number.push(digit);
    }
    if !fraction.is_empty() {
        number.push(notation.decimal);
        number.push_str(&fraction);
    }
    let code = money.asset.code();
    match notation.symbol(code) {
        Some(symbol) if notation.symbol_last => format!("{number}\u{a0}{symbol}"),
        Some(symbol) => {
            let number = number.trim_start_matches(sign);
            format!("{sign}{symbol}{number}")
        }
        None => format!("{number}\u{a0}{code}"),
    }
}

impl Notation {
    fn symbol(&self, code: &str) -> Option<&'static str> {
        let mut all = self.own.iter().chain(&SYMBOLS);
        let (_, symbol) = all.find(|(known, _)| *known == code)?;
        Some(symbol)
    }
}

fn of(locale: &Locale) -> &'static Notation {
    let tag = locale.catalogue().to_string();
    let found = NOTATIONS.iter().find(|notation| notation.tag == tag);
    found.unwrap_or(&NOTATIONS[0])
}

#[cfg(test)]
mod tests;
