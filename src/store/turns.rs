use std::sync::Arc;
use std::time::Duration;

use sea_orm::DbErr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Tally;
use super::bounded::within;

/// The queue of those who want to write to a `SQLite` file, and how long they wait in it.
///
/// `SQLite` has one writer, and lets the others try again after pauses: many at once would starve each other, each with a
/// connection that a reader needs. Here they wait in a queue; only other processes are met in the file.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    queue: Arc<Semaphore>,
    longest: Duration,
}

impl Turns {
    pub(super) fn new(longest: Duration) -> Self {
        let queue = Arc::new(Semaphore::new(1));
        Self { queue, longest }
    }

    pub(super) async fn take(&self, tally: &Tally) -> Result<Option<OwnedSemaphorePermit>, DbErr> {
        let turn = Arc::clone(&self.queue).acquire_owned();
        // Nobody closes the queue, so there is a turn.
        within(self.longest, tally, async { Ok(turn.await.ok()) }).await
    }
}
