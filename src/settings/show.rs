use std::path::Path;

use figment::providers::{Env, Format, Toml};
use figment::value::Value;

use super::load::{defaults, load};
use super::{Mend, SettingsFault};

/// One setting in force.
#[derive(Debug)]
pub struct Shown {
    /// The key, with its section.
    pub key: String,
    /// The value as JSON, a password in it replaced by `***`.
    pub value: String,
    /// Where the value comes from: `default`, `file` or `environment`.
    pub source: &'static str,
}

/// Lists the settings in force, secrets hidden.
pub fn show(file: Option<&Path>) -> Result<Vec<Shown>, SettingsFault> {
    load(file)?;
    let unreadable =
        |error: &dyn std::fmt::Display| SettingsFault(vec![error.to_string()], Mend::Setting);
    let text = match file {
        Some(path) => std::fs::read_to_string(path).map_err(|error| unreadable(&error))?,
        None => String::new(),
    };
    let overlay = figment::Figment::from(Toml::string(&text));
    let environment = figment::Figment::from(Env::prefixed("COUNTERSIGN__").split("__"));
    let all = defaults()
        .merge(Toml::string(&text))
        .merge(Env::prefixed("COUNTERSIGN__").split("__"));
    let mut shown = Vec::new();
    let sections: figment::value::Dict = all.extract().map_err(|error| unreadable(&error))?;
    for (section, value) in sections {
        let named = match value {
            Value::Dict(_, members) => members
                .into_iter()
                .map(|(name, value)| (format!("{section}.{name}"), value))
                .collect(),
            value => vec![(section, value)],
        };
        for (key, value) in named {
            let source = if environment.find_value(&key).is_ok() {
                "environment"
            } else if overlay.find_value(&key).is_ok() {
                "file"
            } else {
                "default"
            };
            let value = serde_json::to_string(&value).unwrap_or_default();
            shown.push(Shown {
                value: hide(&key, value),
                key,
                source,
            });
        }
    }
    Ok(shown)
}

fn hide(key: &str, value: String) -> String {
    if key != "database.url" {
        return value;
    }
    let (address, query) = value.split_once('?').unwrap_or((&value, ""));
    let parted = address
        .rsplit_once('@')
        .and_then(|(head, host)| Some((head.split_once("://")?, host)));
    let address = match parted {
        Some(((scheme, userinfo), host)) => {
            let user = userinfo.split(':').next().unwrap_or(userinfo);
            format!("{scheme}://{user}:***@{host}")
        }
        None => address.to_owned(),
    };
    // The ways to write a parameter's name are many, and no parameter is worth a password.
    match query {
        "" => address,
        _ => format!("{address}?***\""),
    }
}

#[cfg(test)]
mod tests {
    use super::hide;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("sqlite://a.db", "sqlite://a.db"),
            ("postgres://u:pw@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p@w@h/d", "postgres://u:***@h/d"),
            ("postgres://u@h/d?password=pw", "postgres://u:***@h/d?***"),
            ("postgres:///d?pass%77ord=p@w", "postgres:///d?***"),
        ] {
            assert_eq!(
                hide("database.url", format!("{url:?}")),
                format!("{shown:?}")
            );
        }
    }
}
