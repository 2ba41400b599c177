use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format, Toml};

use super::Settings;
use super::check::check;

const DEFAULT: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "COUNTERSIGN__";

/// Why the settings cannot be used: one line for each fault, with key, value and rule.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingsFault(pub Vec<String>);

/// Reads the compiled-in defaults, then `file`, then the environment.
pub fn load(file: Option<&Path>) -> Result<Settings, SettingsFault> {
    let mut figment = defaults();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsFault(vec![format!("{}: {error}", path.display())]))?;
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
    let settings: Settings = figment
        .extract()
        .map_err(|errors| SettingsFault(errors.into_iter().map(|e| explain(&e)).collect()))?;
    let faults = check(&settings);
    if faults.is_empty() {
        Ok(settings)
    } else {
        Err(SettingsFault(faults))
    }
}

fn explain(error: &figment::Error) -> String {
    use figment::error::Kind;
    let mut path = error.path.clone();
    let rule = match &error.kind {
        Kind::UnknownField(field, known) => {
            if path.last() != Some(field) {
                path.push(field.clone());
            }
            format!(
                "there is no such setting; here there are {}",
                known.join(", ")
            )
        }
        Kind::InvalidType(actual, wanted) | Kind::InvalidValue(actual, wanted) => {
            format!("is {actual}; it must be {wanted}")
        }
        other => other.to_string(),
    };
    if path.is_empty() {
        rule
    } else {
        format!("{}: {rule}", path.join("."))
    }
}
