//! The `countersign` command: one file a noun.

mod agreement;
mod backup;
mod client;
mod credentials;
mod demo;
mod doctor;
mod failure;
mod grant;
mod hints;
mod key;
mod migrate;
mod output;
mod password;
mod profile;
mod record;
mod resource_server;
mod restore;
mod serve;
mod settings;
mod stop;
mod sweep;
mod user;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use crate::app::App;
use crate::model::Clock;

use failure::Failure;
use output::{Format, Output};

/// Countersign, an authorization server for Open Payments.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found."
)]
struct Arguments {
    /// The file with the settings that differ from config/default.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How the answer is written.
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Table)]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is told to stop (SIGTERM, Ctrl-C).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Look at everything that a server needs, and say what to mend; nothing is made or changed.
    Doctor,
    /// Copy a `SQLite` database, while its server runs.
    Backup(backup::Arguments),
    /// Put a backup in the place of the database, and end what may have been revoked since.
    Restore(restore::Arguments),
    /// Show the story: this server, a wallet and two shops on loopback. No real money.
    Demo(demo::Arguments),
    /// Payers, who sign in and approve.
    #[command(subcommand)]
    User(user::Command),
    /// Shops, and whoever else asks for access.
    #[command(subcommand)]
    Client(client::Command),
    /// Wallets, which host the agreements.
    #[command(subcommand)]
    ResourceServer(resource_server::Command),
    /// Agreements, in words.
    #[command(subcommand)]
    Agreement(agreement::Command),
    /// Standing permissions.
    #[command(subcommand)]
    Grant(grant::Command),
    /// Signing keys.
    #[command(subcommand)]
    Key(key::Command),
    /// Remove what decides nothing any more, as a running server does by itself.
    Sweep,
    /// The settings in force.
    #[command(subcommand)]
    Settings(settings::Command),
}

/// What every command is given.
struct Context {
    config: Option<PathBuf>,
    output: Output,
}

impl Context {
    /// Opens the database and the keys that the settings name.
    async fn app(&self) -> Result<App, Failure> {
        let settings = crate::settings::load(self.config.as_deref())?;
        if let Some(path) = settings.database.sqlite_path() {
            must_exist(path)?;
        }
        Ok(App::open(settings, Clock::system()).await?)
    }
}

/// Fails unless there is a `SQLite` database at `path`.
fn must_exist(path: &str) -> Result<(), Failure> {
    if Path::new(path).exists() {
        return Ok(());
    }
    Err(
        Failure::new(&format!("there is no database at {path}")).hint(
            "name the settings of the server with --config; `countersign serve` makes the database",
        ),
    )
}

/// How long the end of the program waits for what still runs beside, such as a name that is never resolved.
const LEAVE: Duration = Duration::from_secs(1);

/// Does what the arguments say in a runtime of its own; the first one is the program's name.
pub fn start(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(run(arguments));
            runtime.shutdown_timeout(LEAVE);
            code
        }
        Err(error) => output::failure(&error.into()),
    }
}

async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(usage) => return output::usage(&usage),
    };
    let context = Context {
        config: arguments.config,
        output: Output::new(arguments.output),
    };
    let done = match arguments.command {
        Command::Serve => serve::run(&context).await,
        Command::Migrate => migrate::run(&context).await,
        Command::Doctor => doctor::run(&context).await,
        Command::Backup(arguments) => backup::run(&context, arguments).await,
        Command::Restore(arguments) => restore::run(&context, arguments).await,
        Command::Demo(arguments) => demo::run(&context, arguments).await,
        Command::User(command) => user::run(&context, command).await,
        Command::Client(command) => client::run(&context, command).await,
        Command::ResourceServer(command) => resource_server::run(&context, command).await,
        Command::Agreement(command) => agreement::run(&context, command).await,
        Command::Grant(command) => grant::run(&context, command).await,
        Command::Key(command) => key::run(&context, command).await,
        Command::Sweep => sweep::run(&context).await,
        Command::Settings(command) => settings::run(&context, &command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::failure(&failure),
    }
}
