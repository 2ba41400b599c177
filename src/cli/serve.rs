use std::io::{self, IsTerminal};
use std::net::TcpListener;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;

use crate::app::App;
use crate::model::Clock;
use crate::server;
use crate::settings::{self, Settings};

use super::Context;
use super::failure::Failure;
use super::stop::Stop;

/// Runs the server until it is told to stop; what is in flight is finished.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let settings = settings::load(context.config.as_deref())?;
    log(&settings)?;
    let bind = settings.server.bind.clone();
    let listener = TcpListener::bind(&bind).map_err(|error| {
        Failure::new(&format!(
            "server.bind {bind} cannot be listened on: {error}"
        ))
        .hint("stop what listens there, or set server.bind to another address or port")
    })?;
    let app = App::open(settings, Clock::system()).await?;
    let mut stop = Stop::listen()?;
    tracing::info!(issuer = app.settings.server.issuer, bind, "listening");
    let server = server::build(Arc::new(app), listener)?;
    let handle = server.handle();
    let mut running = tokio::spawn(server);
    let mut graceful = true;
    let ended = loop {
        tokio::select! {
            ended = &mut running => break ended,
            () = stop.asked() => {
                tracing::info!(graceful, "stopping");
                // What is in flight is finished, unless somebody asks again.
                tokio::spawn(handle.stop(graceful));
                graceful = false;
            }
        }
    };
    ended.map_err(|error| Failure::new(&error))??;
    tracing::info!("stopped");
    Ok(())
}

/// Sends the log to standard error.
pub fn log(settings: &Settings) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(log_filter(settings)?)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        // A line that cannot be written, as on a full disk, is lost; saying so to the same place would panic.
        .log_internal_errors(false)
        .try_init()
        .map_err(|error| Failure::new(&format!("the log cannot be opened: {error}")))
}

/// The filter of the log.
pub fn log_filter(settings: &Settings) -> Result<EnvFilter, Failure> {
    let filter = &settings.log.filter;
    EnvFilter::try_new(filter).map_err(|error| {
        Failure::new(&format!(
            "log.filter is {filter:?}: it must be a level or a filter such as info,countersign=debug ({error})"
        ))
    })
}
