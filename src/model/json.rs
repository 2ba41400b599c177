use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Refusal;

const MOST_BYTES: usize = 64 * 1024;
const MOST_DEPTH: usize = 16;
const MOST_VALUES: usize = 1000;

/// A JSON value as it was written: numbers keep their text, objects their order (RFC 8259).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, in the characters in which it was written.
    Number(String),
    /// A string, without its escapes.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: its members in their order, no name twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON text.
    ///
    /// Refused are a member that occurs twice (RFC 8259 §4 leaves open which one counts), more than 16 levels, more
    /// than 1000 values, more than 64 KiB, and what is not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MOST_BYTES {
            return Err(refused("must not be longer than 64 KiB"));
        }
        Self::parse_text(std::str::from_utf8(bytes).map_err(|_| refused("must be UTF-8"))?)
    }

    /// Reads one JSON text of any length, with the other bounds of [`Json::parse`].
    pub(super) fn parse_text(text: &str) -> Result<Self, Refusal> {
        let mut values = 0;
        read(raw(text)?, 1, &mut values)
    }

    /// Leaves out every object member, at any depth, whose name makes `is_secret` true.
    #[must_use]
    pub fn without(self, is_secret: fn(&str) -> bool) -> Self {
        match self {
            Self::Array(values) => {
                Self::Array(values.into_iter().map(|v| v.without(is_secret)).collect())
            }
            Self::Object(members) => Self::Object(
                members
                    .into_iter()
                    .filter(|(name, _)| !is_secret(name))
                    .map(|(name, value)| (name, value.without(is_secret)))
                    .collect(),
            ),
            other => other,
        }
    }
}

fn refused(rule: &str) -> Refusal {
    Refusal::new("JSON", rule)
}

fn raw<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|_| refused("is not JSON"))
}

fn read(value: &RawValue, depth: usize, values: &mut usize) -> Result<Json, Refusal> {
    *values += 1;
    if depth > MOST_DEPTH {
        return Err(refused("must not have more than 16 levels"));
    }
    if *values > MOST_VALUES {
        return Err(refused("must not have more than 1000 values"));
    }
    let text = value.get();
    match text.bytes().next() {
        Some(b'{') => {
            let Members(members) = raw(text)?;
            let mut names = BTreeSet::new();
            let mut read_members = Vec::new();
            for (name, value) in members {
                if !names.insert(name.clone()) {
                    return Err(refused("must not have a member twice"));
                }
                read_members.push((name, read(value, depth + 1, values)?));
            }
            Ok(Json::Object(read_members))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = raw(text)?;
            let read_items = items
                .into_iter()
                .map(|value| read(value, depth + 1, values));
            Ok(Json::Array(read_items.collect::<Result<_, _>>()?))
        }
        Some(b'"') => Ok(Json::String(raw(text)?)),
        Some(b't' | b'f') => Ok(Json::Bool(raw(text)?)),
        Some(b'n') => Ok(Json::Null),
        _ => Ok(Json::Number(text.to_owned())),
    }
}

/// The members of one object, values unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members<'de>, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(All)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => quoted(text, f),
            Self::Array(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    value.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    quoted(name, f)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Json, Refusal> {
        Json::parse(text.as_bytes())
    }

    #[test]
    fn numbers_and_order_stay_as_they_were() {
        for text in [
            r#"{"b":5e2,"a":[1.0,-0,12345678901234567890123,true,null,"x"],"c":{}}"#,
            "5.0",
            "[]",
            r#""\u0000\n""#,
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            parse(" { \"a\" : [ 1 , 2 ] } ").unwrap().to_string(),
            r#"{"a":[1,2]}"#
        );
    }

    #[test]
    fn a_member_twice_is_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"[{"x":{"a":1,"b":2,"a":3}}]"#,
        ] {
            assert_eq!(
                parse(text).unwrap_err().rule,
                "must not have a member twice"
            );
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "{}{}",
            "{'a':1}",
            "01",
            "1.",
            "nul",
            "\"\\ud800\"",
            "{\"\\ud800\":1}",
            "NaN",
            "\u{feff}{}",
            "[1,]",
            "// a\n1",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn the_bounds_hold() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(parse(&nested(16)).is_ok());
        assert!(parse(&nested(17)).is_err());
        assert!(parse(&nested(30_000)).is_err());
        let wide = |n: usize| format!("[{}]", vec!["1"; n].join(","));
        assert!(parse(&wide(999)).is_ok());
        assert!(parse(&wide(1000)).is_err());
        let long = |n: usize| format!("\"{}\"", "a".repeat(n - 2));
        assert!(parse(&long(65_536)).is_ok());
        assert!(parse(&long(65_537)).is_err());
    }

    #[test]
    fn members_can_be_left_out_at_any_depth() {
        let json = parse(r#"{"s":1,"a":[{"s":{"b":1},"c":2}],"b":{"s":null}}"#).unwrap();
        let kept = json.without(|name| name == "s").to_string();
        assert_eq!(kept, r#"{"a":[{"c":2}],"b":{}}"#);
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(|n| Json::Number(n.to_string())),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(json in any_json()) {
            prop_assert_eq!(parse(&json.to_string()).unwrap(), json);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Json::parse(&bytes);
        }

        #[test]
        fn what_it_reads_serde_json_reads_too(text in "[\\[\\]{}:,\"a0-9.e \\\\u-]{0,30}") {
            let read = parse(&text).is_ok();
            let known: Result<serde_json::Value, _> = serde_json::from_str(&text);
            prop_assert!(!read || known.is_ok() || text.contains('e'));
        }
    }
}
