use jiff::Timestamp;

use crate::app::{App, later};
use crate::store::{self, StoreFault, Transaction};

/// How long a holder that is gone keeps others away, in seconds.
const LIFE: i64 = 30;

/// What one instance at a time may do, and the name under which this one does it.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) name: &'static str,
    pub(super) holder: String,
}

/// When a lease is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When it is due.
    Due,
    /// Whenever nobody holds it.
    Free,
}

impl Lease {
    fn key(&self) -> (&str, &str) {
        (self.name, &self.holder)
    }

    /// Takes it, in one statement; false if another instance has it, or it is not due.
    pub(super) async fn take(&self, app: &App, when: When) -> Result<bool, StoreFault> {
        let now = app.clock.now();
        let until = later(now, LIFE);
        match when {
            When::Due => store::lease::take(&app.store, self.key(), now, until).await,
            When::Free => store::lease::take_early(&app.store, self.key(), now, until).await,
        }
    }

    /// Whether this instance still has it; nobody takes it before the end of the transaction.
    pub(super) async fn is_held(&self, app: &App, tx: &Transaction) -> Result<bool, StoreFault> {
        let now = app.clock.now();
        let Some(until) = store::lease::held_until(tx, self.key()).await? else {
            return Ok(false);
        };
        if until <= now {
            return Ok(false);
        }
        if until < later(now, LIFE / 2) {
            store::lease::prolong(tx, self.key(), later(now, LIFE)).await?;
        }
        Ok(true)
    }

    /// Gives it back; it is due again at `due`.
    pub(super) async fn give_back(&self, app: &App, due: Timestamp) -> Result<(), StoreFault> {
        store::lease::give_back(&app.store, self.key(), due).await
    }
}
