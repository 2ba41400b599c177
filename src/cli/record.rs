use std::fmt;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::{SignedDuration, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::model::{Asset, AuthMethod, GrantType, SignatureAlgorithm};

/// One thing as it is printed: members in their order.
#[derive(Debug, Default)]
pub struct Record {
    members: Vec<(&'static str, Value)>,
    told: Vec<(&'static str, String)>,
}

impl Record {
    /// The same with one member more.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((key, value.into()));
        self
    }

    /// The same with other words for a member where people read it.
    #[must_use]
    pub fn told(mut self, key: &'static str, words: impl Into<Option<String>>) -> Self {
        self.told.extend(words.into().map(|words| (key, words)));
        self
    }

    /// The same with an instant more, in RFC 3339.
    #[must_use]
    pub fn at(self, key: &'static str, instant: impl Into<Option<Timestamp>>) -> Self {
        self.with(key, instant.into().map(|instant| instant.to_string()))
    }

    /// The same with a list of words more.
    #[must_use]
    pub fn words<T: fmt::Display>(self, key: &'static str, words: &[T]) -> Self {
        self.with(key, words.iter().map(T::to_string).collect::<Vec<_>>())
    }

    /// The members.
    #[must_use]
    pub fn members(&self) -> &[(&'static str, Value)] {
        &self.members
    }

    /// The words for a member, where people read others than its value.
    #[must_use]
    pub fn words_for(&self, key: &str) -> Option<&str> {
        let found = self.told.iter().find(|(name, _)| *name == key);
        found.map(|(_, words)| words.as_str())
    }

    /// One member.
    #[must_use]
    pub fn member(&self, key: &str) -> &Value {
        let found = self.members.iter().find(|(name, _)| *name == key);
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (key, value) in &self.members {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Reads one of the authentication methods.
pub fn auth_method() -> impl TypedValueParser<Value = AuthMethod> {
    let words = AuthMethod::ALL.iter().map(|method| method.as_str());
    PossibleValuesParser::new(words)
        .try_map(|word| AuthMethod::parse(&word).ok_or("it is no auth method"))
}

/// Reads one of the authentication methods of wallets.
pub fn auth_method_of_wallets() -> impl TypedValueParser<Value = AuthMethod> {
    let all = AuthMethod::ALL.iter();
    let words = all.filter(|method| method.is_for_wallets());
    PossibleValuesParser::new(words.map(|method| method.as_str()))
        .try_map(|word| AuthMethod::parse(&word).ok_or("it is no auth method"))
}

/// Reads one of the grant types.
pub fn grant_type() -> impl TypedValueParser<Value = GrantType> {
    let words = GrantType::ALL.iter().map(|grant_type| grant_type.as_str());
    PossibleValuesParser::new(words)
        .try_map(|word| GrantType::parse(&word).ok_or("it is no grant type"))
}

/// Reads one of the algorithms that clients and wallets sign with.
pub fn signature_algorithm() -> impl TypedValueParser<Value = SignatureAlgorithm> {
    PossibleValuesParser::new(SignatureAlgorithm::NAMES)
        .try_map(|word| SignatureAlgorithm::named(&word).ok_or("it is no such algorithm"))
}

/// Reads an asset, such as `USD:2`; nothing stands for none.
pub fn asset(text: &str) -> Result<Option<Asset>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (code, scale) = text
        .split_once(':')
        .ok_or("write code and scale, such as USD:2")?;
    let scale = scale
        .parse()
        .map_err(|_| "write the scale as a number, such as USD:2")?;
    Asset::new(code, scale)
        .map(Some)
        .map_err(|refusal| refusal.to_string())
}

/// Reads an instant (RFC 3339).
pub fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write it such as 2027-01-31T10:00:00Z".to_owned())
}

/// Reads a length of time, such as `24h` or `PT24H`.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration: SignedDuration = text
        .parse()
        .map_err(|_| "write it such as 24h, 90m or PT24H; 0s is at once")?;
    if duration.is_negative() {
        return Err("it must not be negative".to_owned());
    }
    Ok(duration)
}

/// The values that replace a list: `None` when none was named; an empty one stands for an empty list.
pub fn replacement(values: Vec<String>) -> Option<Vec<String>> {
    if values.is_empty() {
        return None;
    }
    Some(values.into_iter().filter(|v| !v.is_empty()).collect())
}
