use proptest::prelude::*;

use super::*;
use crate::model::{Asset, Text};

fn written(tag: &str, value: i128, code: &str, scale: i64) -> String {
    let text = Text::new(Locale::find(tag).unwrap());
    text.money(&Money::new(value, Asset::new(code, scale).unwrap()))
}

#[test]
fn every_catalogue_has_a_notation() {
    for locale in Locale::available() {
        let tag = locale.catalogue().to_string();
        let known = NOTATIONS.iter().any(|notation| notation.tag == tag);
        assert!(known, "how does {tag} write amounts of money?");
    }
}

#[test]
fn english_amounts_are_written_in_full() {
    for (value, code, scale, wanted) in [
        (24_000, "USD", 2, "$240.00"),
        (20, "USD", 0, "$20.00"),
        (5, "USD", 2, "$0.05"),
        (0, "USD", 2, "$0.00"),
        (205, "USD", 1, "$20.50"),
        (20_000_000_000, "USD", 9, "$20.00"),
        (123_456_789, "USD", 9, "$0.123456789"),
        (12_345_678_901, "USD", 9, "$12.345678901"),
        (18_000, "JPY", 0, "¥18,000"),
        (1_800_050, "JPY", 2, "¥18,000.5"),
        (1_500_000_000, "XRP", 9, "1.5\u{a0}XRP"),
        (78_000_000_000, "XRP", 9, "78\u{a0}XRP"),
        (123_456_789, "CHF", 2, "1,234,567.89\u{a0}CHF"),
        (1500, "KWD", 3, "1.500\u{a0}KWD"),
        (29_700, "EUR", 2, "€297.00"),
        (26_500, "GBP", 2, "£265.00"),
        (100, "AUD", 2, "A$1.00"),
        (-2000, "USD", 2, "-$20.00"),
        (-2000, "CHF", 2, "-20.00\u{a0}CHF"),
        (
            i128::MAX,
            "GLDX",
            18,
            "170,141,183,460,469,231,731.687303715884105727\u{a0}GLDX",
        ),
    ] {
        assert_eq!(written("en", value, code, scale), wanted);
        assert_eq!(written("en-XA", value, code, scale), wanted);
    }
    assert!(!written("en", i128::MIN, "USD", 0).is_empty());
}

#[test]
fn german_amounts_have_a_comma_and_the_symbol_behind() {
    for (value, code, scale, wanted) in [
        (2000, "USD", 2, "20,00\u{a0}US$"),
        (20, "USD", 0, "20,00\u{a0}US$"),
        (123_450, "EUR", 2, "1.234,50\u{a0}€"),
        (12_345_678_901, "USD", 9, "12,345678901\u{a0}US$"),
        (18_000, "JPY", 0, "18.000\u{a0}¥"),
        (1_500_000_000, "XRP", 9, "1,5\u{a0}XRP"),
        (123_456_789, "CHF", 2, "1.234.567,89\u{a0}CHF"),
        (100, "AUD", 2, "1,00\u{a0}AU$"),
        (1500, "KWD", 3, "1,500\u{a0}KWD"),
        (0, "GBP", 2, "0,00\u{a0}£"),
        (-2000, "EUR", 2, "-20,00\u{a0}€"),
        (
            i128::MAX,
            "GLDX",
            18,
            "170.141.183.460.469.231.731,687303715884105727\u{a0}GLDX",
        ),
    ] {
        assert_eq!(written("de", value, code, scale), wanted);
    }
}

proptest! {
    #[test]
    fn no_digit_is_lost(value: i128, code in "USD|JPY|KWD|XRP|CHF|[A-Z0-9]{1,12}", scale in 0..=18_i64) {
        let money = Money::new(value, Asset::new(&code, scale).unwrap());
        let decimal = money.decimal();
        let decimal = decimal.trim_start_matches('-');
        for notation in &NOTATIONS {
            let locale = Locale::find(notation.tag).unwrap();
            let words = write(&money, &locale);
            let plain = words.replace(notation.group, "").replace(notation.decimal, ".");
            prop_assert!(plain.contains(decimal), "{}", words);
            prop_assert_eq!(words.starts_with('-'), value < 0);
            prop_assert!(!words.contains(' '));
        }
    }
}
