//! Whole numbers as text: the integer rule of agreements.

/// Reads `0|[1-9][0-9]*`, or answers the rule that is broken.
pub(super) fn parse(text: &str) -> Result<i64, &'static str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return Err("must be a whole number, written as digits only");
    }
    text.parse()
        .map_err(|_| "must not be more than 9223372036854775807")
}

/// Serde for an optional integer as a decimal string.
pub(super) mod text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(in super::super) fn serialize<T, S>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error>
    where
        T: ToString,
        S: Serializer,
    {
        match value {
            Some(value) => to.serialize_str(&value.to_string()),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
    where
        T: TryFrom<i64>,
        D: Deserializer<'de>,
    {
        let Some(text) = Option::<String>::deserialize(from)? else {
            return Ok(None);
        };
        let value = super::parse(&text).map_err(de::Error::custom)?;
        T::try_from(value)
            .map(Some)
            .map_err(|_| de::Error::custom("number out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_plain_digits_are_a_number() {
        assert_eq!(parse("0"), Ok(0));
        assert_eq!(parse("2000"), Ok(2000));
        assert_eq!(parse("9223372036854775807"), Ok(i64::MAX));
        for text in [
            "",
            "-1",
            "+5",
            "05",
            "00",
            "5.0",
            "5e2",
            " 5",
            "5 ",
            "1_000",
            "٣",
            "9223372036854775808",
            "99999999999999999999999",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
