use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use figment::value::{Dict, Value};

use super::Settings;
use super::check::check;

const DEFAULT: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "COUNTERSIGN__";

/// Why the settings cannot be used: one line for each fault, with key, value and rule.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingsFault(pub Vec<String>, pub Mend);

/// What has to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// The name of the file.
    Name,
    /// Text that is not in quotes (TOML 1.0, String).
    Quotes,
    /// A key or a value.
    Setting,
}

/// Reads the compiled-in defaults, then `file`, then the environment.
pub fn load(file: Option<&Path>) -> Result<Settings, SettingsFault> {
    let mut figment = defaults();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            SettingsFault(vec![format!("{}: {error}", path.display())], Mend::Name)
        })?;
        figment = figment.merge(Toml::string(&text));
    }
    finish(&figment.merge(Env::prefixed(PREFIX).split("__")))
}

/// Reads the compiled-in defaults, then `text` in TOML.
pub fn load_from(text: &str) -> Result<Settings, SettingsFault> {
    finish(&defaults().merge(Toml::string(text)))
}

pub(super) fn defaults() -> Figment {
    Figment::from(Toml::string(DEFAULT))
}

fn finish(figment: &Figment) -> Result<Settings, SettingsFault> {
    let mut faults = unknown(figment);
    match figment.extract() {
        Ok(settings) => {
            faults.extend(check(&settings));
            if faults.is_empty() {
                return Ok(settings);
            }
        }
        Err(errors) => faults.extend(errors.into_iter().map(|error| explain(&error))),
    }
    // The words in which the TOML parser meets a value that begins like none, or like a number and goes on.
    let bare = ["invalid string: expected", ": expected newline"];
    let is_bare = |fault: &String| bare.iter().any(|words| fault.contains(words));
    let mend = if faults.iter().any(is_bare) {
        Mend::Quotes
    } else {
        Mend::Setting
    };
    Err(SettingsFault(faults, mend))
}

/// The keys that the defaults do not have.
fn unknown(figment: &Figment) -> Vec<String> {
    let (Ok(known), Ok(given)) = (defaults().extract::<Dict>(), figment.extract::<Dict>()) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (section, value) in &given {
        let settings = match known.get(section) {
            Some(Value::Dict(_, settings)) => settings,
            // A setting that stands in no section.
            Some(_) => continue,
            None => {
                let sections = known.iter().filter(|(_, value)| value.as_dict().is_some());
                let there: Vec<&str> = sections.map(|(name, _)| name.as_str()).collect();
                faults.push(format!(
                    "{section}: there is no such section; there are {}",
                    there.join(", ")
                ));
                continue;
            }
        };
        let Value::Dict(_, members) = value else {
            continue;
        };
        for (name, value) in members
            .iter()
            .filter(|(name, _)| !settings.contains_key(*name))
        {
            let there: Vec<&str> = settings.keys().map(String::as_str).collect();
            let value = shown(name, value);
            if known.get(name).is_some_and(|it| it.as_dict().is_none()) {
                faults.push(format!(
                    "{section}.{name} is {value}: {name} belongs to no section: write it above the first [section]"
                ));
                continue;
            }
            faults.push(format!(
                "{section}.{name} is {value}: there is no such setting; there are {}",
                there.join(", ")
            ));
        }
    }
    faults
}

/// A value for a message; one that may be a secret in the wrong place is not repeated.
fn shown(name: &str, value: &Value) -> String {
    let secret = ["secret", "password", "url", "key"]
        .iter()
        .any(|word| name.contains(word));
    if secret {
        "not shown".to_owned()
    } else {
        serde_json::to_string(value).unwrap_or_default()
    }
}

fn explain(error: &figment::Error) -> String {
    use figment::error::Kind;
    let rule = match &error.kind {
        Kind::InvalidType(actual, wanted) | Kind::InvalidValue(actual, wanted) => {
            format!("is {actual}: it must be {}", plain(wanted))
        }
        other => without_source(&other.to_string()),
    };
    if error.path.is_empty() {
        rule
    } else {
        format!("{} {rule}", error.path.join("."))
    }
}

/// A message of the TOML parser without the lines of the file that it shows: a URL in them may hold a password.
fn without_source(message: &str) -> String {
    let is_source = |line: &&str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        rest.starts_with('|')
    };
    let lines: Vec<&str> = message.lines().filter(|line| !is_source(line)).collect();
    lines.join(": ")
}

/// A type in the words of somebody who writes a settings file.
fn plain(wanted: &str) -> String {
    match wanted {
        "i64" | "u64" | "u32" | "usize" => "a whole number".to_owned(),
        "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list, such as [\"…\"]".to_owned(),
        _ => wanted.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        load_from(text).unwrap_err().0
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_repeated() {
        let found = faults("[database]\nurl = \"postgres://u:hunter2@h/d\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("line 2"), "{found:?}");
        assert!(!found[0].contains("hunter2"), "{found:?}");
    }

    #[test]
    fn the_defaults_are_good() {
        load_from("").unwrap();
    }

    #[test]
    fn a_fault_names_key_value_and_rule() {
        let found = faults("[token]\naccess_token_lifetime = 5\n");
        assert_eq!(
            found,
            ["token.access_token_lifetime is 5: it must be from 30 to 3600"]
        );
        let found = faults("[token]\naccess_token_lifetime = \"soon\"\n");
        assert_eq!(
            found,
            ["token.access_token_lifetime is string \"soon\": it must be a whole number"]
        );
        let found = faults("[server]\nissuer = \"http://pay.example\"\n");
        assert!(
            found[0]
                .starts_with("server.issuer is \"http://pay.example\": it must be an https URL"),
            "{found:?}"
        );
    }

    #[test]
    fn an_unknown_key_does_not_hide_the_other_faults() {
        let found =
            faults("[token]\naccess_token_life = 60\naccess_token_lifetime = 5\n[tokens]\nx = 1\n");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].starts_with("token.access_token_life is 60: there is no such setting"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("tokens: there is no such section"),
            "{found:?}"
        );
        assert!(!found[1].contains("profile"), "{found:?}");
    }

    #[test]
    fn a_setting_of_no_section_is_said_to_stand_above_them() {
        let found = faults("[keys]\nprofile = \"fapi2\"\n");
        assert_eq!(
            found,
            [
                "keys.profile is \"fapi2\": profile belongs to no section: write it above the first [section]"
            ]
        );
        load_from("profile = \"default\"\n[keys]\n").unwrap();
    }

    #[test]
    fn a_secret_under_a_wrong_key_is_not_repeated() {
        let found = faults("[database]\npassword = \"hunter2\"\nurl = \"mysql://u:hunter2@h/d\"\n");
        assert!(!found.join(" ").contains("hunter2"), "{found:?}");
    }

    #[test]
    fn an_issuer_may_have_a_path_and_nothing_behind_it() {
        let with = |issuer: &str| load_from(&format!("[server]\nissuer = \"{issuer}\"\n"));
        for good in [
            "https://pay.example",
            "https://pay.example:8443/as",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(with(good).is_ok(), "{good}");
        }
        for bad in [
            "https://pay.example/",
            "https://PAY.example",
            "https://pay.example/a/",
            "https://u@pay.example",
            "https://pay.example?a",
            "https://pay.example/#",
            "https://pay.example//a",
            "https://pay.example:443",
            "",
            "x",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
        let settings = with("https://pay.example:8443/as").unwrap();
        assert_eq!(
            (settings.server.base_path(), settings.server.host()),
            ("/as", "pay.example:8443")
        );
    }

    #[test]
    fn the_languages_that_are_offered_exist() {
        let with = |lines: &str| load_from(&format!("[operator]\n{lines}\n"));
        for good in [
            "locales = [\"de\", \"en\"]",
            "locales = [\"de\", \"en\", \"en-XA\"]",
            "locales = [\"de\"]\nlocale = \"de\"",
        ] {
            assert!(with(good).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("locales = []", "operator.locales is empty: it must name"),
            (
                "locales = [\"en\", \"tlh\"]",
                "operator.locales is \"tlh\": each must be one of de, en, en-XA",
            ),
            (
                "locales = [\"EN\", \"en\"]",
                "operator.locales is \"EN\": each must be one of",
            ),
            (
                "locales = [\"en\", \"de\", \"en\"]",
                "operator.locales is \"en\": each must be one of",
            ),
            (
                "locales = [\"de\"]",
                "operator.locale is \"en\": it must be one of operator.locales",
            ),
            (
                "locale = \"fr\"",
                "operator.locale is \"fr\": it must be one of operator.locales",
            ),
        ] {
            let found = with(bad).unwrap_err().0;
            assert!(found[0].starts_with(fault), "{bad}: {found:?}");
        }
    }

    #[test]
    fn where_logs_figures_and_traces_go_is_judged() {
        for (bad, fault) in [
            (
                "[log]\nformat = \"xml\"",
                "log.format is \"xml\": it must be text or json",
            ),
            (
                "[metrics]\nbind = \"9464\"",
                "metrics.bind is \"9464\": it must be an IP",
            ),
            ("[metrics]\ntables = -1", "metrics.tables "),
            (
                "[traces]\nsample = 1.5",
                "traces.sample is 1.5: it must be from 0.0 to 1.0",
            ),
            (
                "[traces]\nsample = nan",
                "traces.sample is NaN: it must be from 0.0 to 1.0",
            ),
            (
                "[traces]\nendpoint = \"http://u:pw@h/\"",
                "traces.endpoint is not shown: ",
            ),
        ] {
            let found = faults(bad);
            assert!(found[0].starts_with(fault), "{bad}: {found:?}");
        }
        let good = load_from("[traces]\nendpoint = \"http://127.0.0.1:4318/v1/traces\"");
        if cfg!(feature = "otel") {
            good.unwrap();
        } else {
            let found = good.unwrap_err().0;
            assert!(found[0].contains("built without traces"), "{found:?}");
        }
    }

    #[test]
    fn every_setting_is_described() {
        let mut described = false;
        for line in DEFAULT.lines() {
            let is_comment = line.starts_with('#');
            if line.contains(" = ") && !is_comment {
                assert!(described, "{line}");
            }
            described = is_comment;
        }
    }
}
