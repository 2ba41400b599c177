use jiff::Timestamp;

use crate::model::{Json, Refusal, decimal, instant};

/// The members of an agreement that are not yet read.
pub(super) struct Members(Vec<(String, Json)>);

impl Members {
    /// The members of a JSON object.
    pub(super) fn of(json: Json) -> Result<Self, Refusal> {
        match json {
            Json::Object(members) => Ok(Self(members)),
            _ => Err(Refusal::new("agreement", "must be a JSON object")),
        }
    }

    /// Takes the member `name` out; `null` is absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.remove(at).1).filter(|value| *value != Json::Null)
    }

    /// The value of `name`, left where it is.
    pub(super) fn peek(&self, name: &str) -> Option<&Json> {
        let found = self.0.iter().find(|(member, _)| member == name)?;
        Some(&found.1)
    }

    /// Takes every spelling of one meaning out and reads each with `read`; all that are there must be equal.
    ///
    /// Two readers must never see two amounts, so nothing is preferred over anything else.
    pub(super) fn agreed<T: PartialEq>(
        &mut self,
        names: &[&str],
        read: impl Fn(&Json) -> Result<T, String>,
    ) -> Result<Option<T>, Refusal> {
        let mut known: Option<(&str, T)> = None;
        for &name in names {
            let Some(value) = self.take(name) else {
                continue;
            };
            let value = read(&value).map_err(|rule| Refusal::new(name, rule))?;
            match &known {
                Some((first, agreed)) if *agreed != value => {
                    return Err(Refusal::new(name, format!("does not agree with {first}")));
                }
                Some(_) => {}
                None => known = Some((name, value)),
            }
        }
        Ok(known.map(|(_, value)| value))
    }

    /// An integer, by the integer rule.
    pub(super) fn integer(&mut self, names: &[&str]) -> Result<Option<i64>, Refusal> {
        self.agreed(names, integer)
    }

    /// A string.
    pub(super) fn text(&mut self, names: &[&str]) -> Result<Option<String>, Refusal> {
        self.agreed(names, text)
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, names: &[&str]) -> Result<Option<bool>, Refusal> {
        self.agreed(names, |value| match value {
            Json::Bool(flag) => Ok(*flag),
            _ => Err("must be true or false".to_owned()),
        })
    }

    /// An instant, RFC 3339.
    pub(super) fn instant(&mut self, names: &[&str]) -> Result<Option<Timestamp>, Refusal> {
        self.agreed(names, |value| {
            const RULE: &str =
                "must be a date and time such as 2026-12-01T00:00:00Z (RFC 3339, capital T and Z), up to 9999-12-30";
            let instant = instant::parse(&text(value)?);
            instant.ok_or_else(|| RULE.to_owned())
        })
    }

    /// The names of the members that are still there.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Puts a member of an inner object beside the others, as `outer.name`.
    pub(super) fn put_back(&mut self, outer: &str, inner: Self) {
        let named = |(name, value): (String, Json)| (format!("{outer}.{name}"), value);
        self.0.extend(inner.0.into_iter().map(named));
    }

    /// What was not taken out: name and JSON text.
    pub(super) fn rest(self) -> Vec<(String, String)> {
        let there = self.0.into_iter().filter(|(_, value)| *value != Json::Null);
        there
            .map(|(name, value)| (name, value.to_string()))
            .collect()
    }
}

/// Reads a bare or quoted whole number.
pub(super) fn integer(value: &Json) -> Result<i64, String> {
    match value {
        Json::Number(text) | Json::String(text) => decimal::parse(text).map_err(str::to_owned),
        _ => Err("must be a whole number".to_owned()),
    }
}

/// Reads a string.
pub(super) fn text(value: &Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text.clone()),
        _ => Err("must be a string".to_owned()),
    }
}
