//! What arrives from outside, read in one way only: base64url without slack, JSON without repeated members.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::model::{Json, Refusal};

/// Reads base64url without padding; stray bits in the last character are refused (RFC 7515 §2, RFC 4648 §3.5).
pub(super) fn base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Reads a JSON object within the bounds of [`Json::parse`]: of a member that occurs twice, serde would keep the last.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match value(Json::parse(bytes)?)? {
        Value::Object(members) => Ok(members),
        _ => Err(Refusal::new("JSON", "must be an object")),
    }
}

/// Goes from member to member and not through serde, which takes an object with a certain first member for a text to
/// be read as JSON again.
fn value(json: Json) -> Result<Value, Refusal> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(text) => Value::Number(
            text.parse()
                .map_err(|_| Refusal::new("JSON", "has a number out of range"))?,
        ),
        Json::String(text) => Value::String(text),
        Json::Array(values) => {
            Value::Array(values.into_iter().map(value).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, member)| Ok((name, value(member)?)))
                .collect::<Result<_, Refusal>>()?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_has_one_spelling() {
        assert_eq!(base64url("AA").unwrap(), [0]);
        assert_eq!(base64url("_-8").unwrap(), [0xff, 0xef]);
        for text in [
            "A", "AB", "AA==", "AA=", "A A", "AA\n", "/+8", "AAB", "\u{e4}A",
        ] {
            assert!(base64url(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_object_is_read_as_it_stands() {
        let text = br#"{"b":1,"a":[null,true,"x",-1,1.5,{"c":{}}],"big":18446744073709551615}"#;
        let known: Map<String, Value> = serde_json::from_slice(text).unwrap();
        assert_eq!(object(text).unwrap(), known);
    }

    #[test]
    fn what_is_no_object_or_can_be_read_in_two_ways_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "\"{}\"",
            "{}{}",
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":[{"c":1,"\u0063":2}]}}"#,
            r#"{"a":1e400}"#,
        ] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn no_text_is_read_as_json_a_second_time() {
        let text = r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1,\"b\":2}"}}"#;
        let read = object(text.as_bytes()).unwrap();
        let inner = &read["a"]["$serde_json::private::RawValue"];
        assert_eq!(inner, r#"{"b":1,"b":2}"#);
    }
}
