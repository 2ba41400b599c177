//! What a server does beside answering.

mod clock;

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::app::App;

/// What runs beside a server until it is stopped.
#[derive(Debug)]
pub struct Jobs {
    clock: JoinHandle<()>,
}

/// Starts everything that runs beside a server.
#[must_use]
pub fn start(app: &Arc<App>) -> Jobs {
    Jobs {
        clock: tokio::spawn(clock::watch(app.clock.clone())),
    }
}

impl Jobs {
    /// Ends it.
    pub fn stop(self) {
        self.clock.abort();
    }
}
