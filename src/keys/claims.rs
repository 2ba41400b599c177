//! What the claims of clients have in common: instants, identifiers, and headers that are refused.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::Unverified;

/// How far ahead of this server's a client's clock may be, in seconds.
pub(super) const MOST_AHEAD: i64 = 10;

/// The longest `jti`, in bytes.
const LONGEST_ID: usize = 256;

/// Headers that carry or name a key: keys come from the registration alone (RFC 7515 §4.1.2 to §4.1.6).
pub(super) const KEY_HEADERS: [&str; 4] = ["jwk", "jku", "x5c", "x5u"];

/// What a JWT of a client is held to.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// This server, whom it must be made for.
    pub issuer: &'a str,
    /// The instant of the request.
    pub now: Timestamp,
}

/// Reads a `NumericDate` to the whole second (RFC 7519 §2); `None` for what is not a number or not a time.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    let seconds = match value.as_i64() {
        Some(seconds) => seconds,
        None => SignedDuration::try_from_secs_f64(value.as_f64()?)
            .ok()?
            .as_secs(),
    };
    Timestamp::from_second(seconds).ok()
}

/// Whether the claim is absent, or an instant that has come, give or take the clocks (RFC 7519 §4.1.5, §4.1.6).
pub(super) fn has_begun(claims: &Map<String, Value>, name: &str, now: Timestamp) -> bool {
    claims
        .get(name)
        .is_none_or(|value| instant(value).is_some_and(|begin| !is_ahead(begin, now)))
}

/// Whether `instant` lies further ahead of `now` than clocks differ.
pub(super) fn is_ahead(instant: Timestamp, now: Timestamp) -> bool {
    instant.as_second() > now.as_second() + MOST_AHEAD
}

/// The claim `jti`, of 1 to 256 bytes (RFC 7519 §4.1.7).
pub(super) fn jti(claims: &Map<String, Value>) -> Option<&str> {
    text(claims, "jti").filter(|jti| (1..=LONGEST_ID).contains(&jti.len()))
}

/// A claim that is a string.
pub(super) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// Whether the header says nothing that this server would have to heed and does not: `crit`, or a key.
pub(super) fn has_plain_header(jws: &Unverified) -> bool {
    !jws.has_any(&["crit"]) && !jws.has_any(&KEY_HEADERS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn instants_are_numbers_to_the_whole_second() {
        for (value, seconds) in [
            (json!(0), 0),
            (json!(-5), -5),
            (json!(1_800_000_000), 1_800_000_000),
            (json!(1_800_000_000.9), 1_800_000_000),
            (json!(1.8e9), 1_800_000_000),
        ] {
            assert_eq!(instant(&value).unwrap().as_second(), seconds, "{value}");
        }
        for value in [
            json!("1800000000"),
            json!(null),
            json!(true),
            json!([1]),
            json!({}),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
            json!(1e12),
        ] {
            assert!(instant(&value).is_none(), "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_number_makes_it_panic(float in any::<f64>(), integer in any::<i64>()) {
            let _ = instant(&json!(float));
            let _ = instant(&json!(integer));
        }
    }
}
