use clap::Subcommand;
use serde_json::Value;

use crate::{settings, telemetry};

use super::failure::Failure;
use super::record::Record;
use super::{Context, profile};

/// What can be done with the settings.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge the settings: every fault with key, value and rule; the mark is read, other files and the database are not tried.
    Check {
        /// Say clause by clause what holds of a profile, and which registered clients are in its way: fapi2. Fails while a
        /// clause does not hold or a client is in the way.
        #[arg(long, value_name = "PROFILE", value_parser = ["fapi2"])]
        profile: Option<String>,
    },
    /// Print the settings in force and where each comes from; secrets are hidden.
    Show,
}

/// Does what the command says.
pub async fn run(context: &Context, command: &Command) -> Result<(), Failure> {
    let file = context.config.as_deref();
    match command {
        Command::Check { profile: wanted } => {
            let settings = settings::load(file)?;
            telemetry::log::filter(&settings.log)?;
            if wanted.is_some() {
                return profile::check(context, &settings).await;
            }
            context
                .output
                .one(&Record::default().with("settings", "ok"))
        }
        Command::Show => {
            let shown = settings::show(file)?.into_iter().map(|setting| {
                let value = serde_json::from_str(&setting.value);
                Record::default()
                    .with("key", setting.key)
                    .with("value", value.unwrap_or(Value::String(setting.value)))
                    .with("source", setting.source)
            });
            let records: Vec<Record> = shown.collect();
            context.output.list(&records, &["key", "value", "source"])
        }
    }
}
