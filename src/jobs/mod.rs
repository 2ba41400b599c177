//! What a server does beside answering.

mod clock;
mod lease;
mod pace;
pub mod sweep;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;

pub use lease::When;
use sweep::{Run, Sweeper};

/// How long after the start it is swept first.
const FIRST: Duration = Duration::from_secs(2);
/// How often it is looked whether it is due, at least.
const LOOK: u64 = 30;
/// How long a stop waits for a batch that is under way.
const LAST: Duration = Duration::from_secs(3);

/// What runs beside a server until it is stopped.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    clock: JoinHandle<()>,
    sweeper: Option<JoinHandle<()>>,
}

/// Starts everything that runs beside a server.
#[must_use]
pub fn start(app: &Arc<App>) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let sweeps = app.settings.sweep.interval > 0;
    Jobs {
        stop,
        clock: tokio::spawn(clock::watch(app.clock.clone())),
        sweeper: sweeps.then(|| tokio::spawn(keep_swept(Arc::clone(app), stopped))),
    }
}

impl Jobs {
    /// Ends it: a batch that is under way is finished, and the lease given back.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.clock.abort();
        if let Some(sweeper) = self.sweeper {
            let abort = sweeper.abort_handle();
            if tokio::time::timeout(LAST, sweeper).await.is_err() {
                abort.abort();
            }
        }
    }
}

/// Sweeps when it is due. While the database is away, that is said once.
async fn keep_swept(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut sweeper = Sweeper::new(stop.clone());
    let look = Duration::from_secs(app.settings.sweep.interval.min(LOOK));
    let mut away = false;
    let mut pause = FIRST;
    loop {
        let stopped = stop.wait_for(|stop| *stop);
        if tokio::time::timeout(pause, stopped).await.is_ok() {
            return;
        }
        pause = look;
        match sweeper.run(&app, When::Due).await {
            Ok(Run::Done(swept) | Run::Broken(swept)) if !swept.tables().is_empty() => {
                let rows = swept
                    .tables()
                    .iter()
                    .map(|(table, rows)| format!("{table} {rows}"));
                let rows = rows.collect::<Vec<_>>().join(", ");
                let longest_millis = u64::try_from(swept.longest().as_millis()).unwrap_or(u64::MAX);
                tracing::info!(rows, longest_millis, "swept");
                away = false;
            }
            Ok(_) => away = false,
            Err(error) if !away => {
                tracing::warn!(%error, "nothing can be swept; it is tried again");
                away = true;
            }
            Err(_) => {}
        }
    }
}
