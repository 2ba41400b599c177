use jiff::{SignedDuration, Span, Timestamp, fmt::temporal::SpanParser};
use serde_json::{Map, Value};

use super::money;

/// A JSON object.
pub type Object = Map<String, Value>;

/// What is wrong with a member, in words that say what to fix.
pub type Complaint = String;

/// Finds a member under any of its spellings; `null` is absent, and two spellings that differ are refused.
pub fn member<'a>(object: &'a Object, spellings: &[&str]) -> Result<Option<&'a Value>, Complaint> {
    let mut found: Option<(&str, &Value)> = None;
    for spelling in spellings {
        let Some(value) = object.get(*spelling).filter(|value| !value.is_null()) else {
            continue;
        };
        match found {
            Some((other, first)) if first != value => {
                return Err(format!("{other} and {spelling} differ: send one of them"));
            }
            Some(_) => {}
            None => found = Some((spelling, value)),
        }
    }
    Ok(found.map(|(_, value)| value))
}

/// Reads a member that is text.
pub fn text<'a>(object: &'a Object, spellings: &[&str]) -> Result<Option<&'a str>, Complaint> {
    member(object, spellings)?
        .map(|value| {
            value
                .as_str()
                .ok_or_else(|| format!("{} must be a string", spellings[0]))
        })
        .transpose()
}

/// Reads a member that is an integer from `least` up.
pub fn integer(object: &Object, name: &str, least: i64) -> Result<Option<i64>, Complaint> {
    member(object, &[name])?
        .map(|value| {
            money::parse(value)
                .filter(|number| *number >= least)
                .ok_or_else(|| {
                    format!("{name} must be a whole number of at least {least}, such as 2000 or \"2000\"")
                })
        })
        .transpose()
}

/// Reads a member that is an instant.
pub fn instant(object: &Object, spellings: &[&str]) -> Result<Option<Timestamp>, Complaint> {
    text(object, spellings)?
        .map(|value| {
            value.parse().map_err(|_| {
                format!(
                    "{} must be an instant such as 2027-01-01T08:00:00Z",
                    spellings[0]
                )
            })
        })
        .transpose()
}

/// Reads a member that is an ISO 8601 duration of one kind of step.
pub fn interval(object: &Object) -> Result<Option<Span>, Complaint> {
    text(object, &["interval"])?
        .map(|value| {
            SpanParser::new()
                .parse_span(value)
                .ok()
                .filter(|span| span.is_positive() && is_one_step(span))
                .ok_or_else(|| {
                    "interval must be an ISO 8601 duration of whole months, days or seconds, such as P1M".to_owned()
                })
        })
        .transpose()
}

/// Tells whether a span steps by months, by days or by seconds only: mixed steps have no agreed meaning.
fn is_one_step(span: &Span) -> bool {
    let months = span.get_years() != 0 || span.get_months() != 0;
    let days = span.get_weeks() != 0 || span.get_days() != 0;
    let clock = span.get_hours() != 0 || span.get_minutes() != 0 || span.get_seconds() != 0;
    let fraction =
        span.get_milliseconds() != 0 || span.get_microseconds() != 0 || span.get_nanoseconds() != 0;
    !fraction && u8::from(months) + u8::from(days) + u8::from(clock) == 1
}

/// Drops the fraction of a second, as instants are written in agreements.
pub fn whole_second(instant: Timestamp) -> Timestamp {
    let fraction = SignedDuration::from_nanos(i64::from(instant.subsec_nanosecond()));
    instant.checked_sub(fraction).unwrap_or(instant)
}
