//! Instants as agreements write them: RFC 3339.

use jiff::Timestamp;

/// Reads an RFC 3339 date and time with its offset; `None` for anything else, also for other forms of ISO 8601.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if !has_form(text) {
        return None;
    }
    let instant: Timestamp = text.parse().ok()?;
    // An offset can push a year out of RFC 3339's four digits.
    has_form(&instant.to_string()).then_some(instant)
}

fn has_form(text: &str) -> bool {
    let digit_or = |byte: u8, place: u8| match place {
        b'0' => byte.is_ascii_digit(),
        _ => byte == place,
    };
    let matches = |bytes: &[u8], form: &[u8]| {
        bytes.len() == form.len() && bytes.iter().zip(form).all(|(b, f)| digit_or(*b, *f))
    };
    let bytes = text.as_bytes();
    let Some((seconds, rest)) = bytes.split_at_checked(19) else {
        return false;
    };
    if !matches(seconds, b"0000-00-00T00:00:00") {
        return false;
    }
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    offset == b"Z" || matches(offset, b"+00:00") || matches(offset, b"-00:00")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    #[test]
    fn rfc_3339_is_read_and_nothing_else() {
        for (text, utc) in [
            ("2027-01-01T08:00:00Z", "2027-01-01T08:00:00Z"),
            ("2027-01-01T08:00:00.500Z", "2027-01-01T08:00:00.5Z"),
            ("2027-01-01T08:00:00+02:00", "2027-01-01T06:00:00Z"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), utc);
        }
        for text in [
            "",
            "2027-01-01",
            "2027-01-01T08:00:00",
            "2027-01-01 08:00:00Z",
            "2027-01-01t08:00:00z",
            "20270101T080000Z",
            "2027-01-01T08:00Z",
            "2027-01-01T08:00:00,5Z",
            "2027-01-01T08:00:00.Z",
            "2027-01-01T08:00:00+02",
            "2027-01-01T08:00:00Z[UTC]",
            "2027-02-30T08:00:00Z",
            "+002027-01-01T08:00:00Z",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59Z",
            "1798790400",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "\\PC{0,32}|[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,10})?(Z|[+-][0-2][0-9]:[0-5][0-9])") {
            if let Some(instant) = parse(&text) {
                prop_assert_eq!(parse(&instant.to_string()), Some(instant));
            }
        }
    }
}
