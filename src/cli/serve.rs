use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;

use crate::app::App;
use crate::jobs;
use crate::model::Clock;
use crate::settings::{self, Settings};
use crate::{server, telemetry};

use super::failure::Failure;
use super::stop::Stop;
use super::{Context, profile};

/// Runs the server until it is told to stop; what is in flight is finished.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let settings = settings::load(context.config.as_deref())?;
    let _log = telemetry::log::open(&settings)?;
    let listener = listen("server.bind", &settings.server.bind)?;
    let figures = match settings.metrics.bind.as_str() {
        "" => None,
        bind => Some(listen("metrics.bind", bind)?),
    };
    let app = Arc::new(App::open(settings, Clock::system()).await?);
    let mut stop = Stop::listen()?;
    say_hello(&app.settings);
    profile::greet(&app).await?;
    let figures = figures
        .map(|listener| serve_figures(&app, listener))
        .transpose()?;
    let jobs = jobs::start(&app);
    let server = server::build(app, listener)?;
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
    if let Some(figures) = figures {
        figures.stop(false).await;
    }
    jobs.stop().await;
    ended.map_err(|error| Failure::new(&error))??;
    tracing::info!("stopped");
    Ok(())
}

fn listen(key: &str, bind: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(bind).map_err(|error| {
        Failure::new(&format!("{key} {bind} cannot be listened on: {error}")).hint(format!(
            "stop what listens there, or set {key} to another address or port"
        ))
    })
}

fn say_hello(settings: &Settings) {
    let figures = Some(&settings.metrics.bind).filter(|bind| !bind.is_empty());
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        issuer = settings.server.issuer,
        bind = settings.server.bind,
        metrics = figures,
        "listening"
    );
}

/// Serves the figures beside everything else: should that end, the rest goes on.
fn serve_figures(app: &Arc<App>, listener: TcpListener) -> Result<ServerHandle, Failure> {
    let server = server::figures(Arc::clone(app), listener)?;
    let handle = server.handle();
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the figures are served no more");
        }
    });
    Ok(handle)
}
