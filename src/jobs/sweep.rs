//! Removes what decides nothing any more, in small batches with a breath between them. No answer is another one for it:
//!
//! - a request of an app goes `sweep.keep_requests` after its time is over: its browser has let go of its cookie long before,
//!   and without it nobody is told anything of a request;
//! - an access token, a browser session, a count of attempts goes `sweep.keep_expired` after it is over: unknown and over are
//!   answered alike;
//! - a refresh token goes `sweep.keep_expired` after its *grant* is over: while that lives, an old one ends it;
//! - a code stays as long as its grant does: a second use ends the grant, and the payer's page names where it led;
//! - a grant goes `sweep.keep_grants` after it is over, if that is set, with its history, code and snapshot; not while a later
//!   grant names it as the one whose place it took;
//! - a snapshot goes when it is older than every request that is left, and no grant names it.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::app::{App, new_id};
use crate::store::sweep::{self as rows, Cursor, Expiring, Hanging, Over};
use crate::store::{StoreFault, Transaction};

use super::lease::{Lease, When};
use super::pace::{Pace, breath};

/// The name of the lease.
const NAME: &str = "sweep";

/// How many grants or snapshots are looked at in one go.
const PAGE: u64 = 200;

/// By how much the clocks of two instances may differ, in seconds, before a snapshot goes that is needed.
const DIFFERENCE: i64 = 3600;

/// What is swept, and how far.
#[derive(Debug)]
pub struct Sweeper {
    lease: Lease,
    stop: watch::Receiver<bool>,
    ended: Cursor,
    past: Cursor,
    snapshots: Cursor,
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    tables: Vec<(&'static str, u64)>,
    longest: Duration,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Everything that may go has gone.
    Done(Swept),
    /// It was not due, or another instance does it.
    NotNow,
    /// It was stopped, or another instance has taken over.
    Broken(Swept),
}

/// Why a run does not go on.
enum Halt {
    Fault(StoreFault),
    Stopped,
}

impl From<StoreFault> for Halt {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

/// What one batch removes.
#[derive(Clone, Copy)]
enum Batch<'a> {
    Expired(Expiring, Timestamp),
    Hanging(Hanging, &'a [String]),
    Grants(&'a [String]),
    Snapshots(&'a [String]),
}

impl Swept {
    /// Tables and how many rows were removed from them, those without any left out.
    #[must_use]
    pub fn tables(&self) -> &[(&'static str, u64)] {
        &self.tables
    }

    /// How long the longest batch took: on `SQLite`, nobody else could write meanwhile.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
    }

    fn add(&mut self, table: &'static str, rows: u64) {
        if rows == 0 {
            return;
        }
        match self.tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, sum)) => *sum += rows,
            None => self.tables.push((table, rows)),
        }
    }
}

impl Sweeper {
    /// A sweeper that ends its run when `stop` says true.
    #[must_use]
    pub fn new(stop: watch::Receiver<bool>) -> Self {
        Self {
            lease: Lease {
                name: NAME,
                holder: new_id("srv_"),
            },
            stop,
            ended: Cursor::default(),
            past: Cursor::default(),
            snapshots: Cursor::default(),
        }
    }

    /// Sweeps once, if it is due or `when` says so, and no other instance does.
    pub async fn run(&mut self, app: &App, when: When) -> Result<Run, StoreFault> {
        if !self.lease.take(app, when).await? {
            return Ok(Run::NotNow);
        }
        let mut swept = Swept::default();
        let ended = self.everything(app, &mut swept).await;
        let interval = i64::try_from(app.settings.sweep.interval).unwrap_or(i64::MAX);
        let now = app.clock.now();
        // Half done is due at once, for whoever is there.
        let due = match ended {
            Ok(()) => crate::app::later(now, interval),
            Err(_) => now,
        };
        match ended {
            Ok(()) => {
                self.lease.give_back(app, due).await?;
                Ok(Run::Done(swept))
            }
            Err(Halt::Stopped) => {
                self.lease.give_back(app, due).await?;
                Ok(Run::Broken(swept))
            }
            Err(Halt::Fault(fault)) => Err(fault),
        }
    }

    async fn everything(&mut self, app: &App, swept: &mut Swept) -> Result<(), Halt> {
        let sweep = &app.settings.sweep;
        let now = app.clock.now();
        let over = earlier(now, sweep.keep_expired);
        for expiring in Expiring::ALL {
            let before = match expiring {
                Expiring::AuthorizationRequest => earlier(now, sweep.keep_requests),
                Expiring::Attempt => earlier(over, app.settings.sign_in.window),
                _ => over,
            };
            if rows::is_any(&app.store, expiring, before).await? {
                self.batches(app, Batch::Expired(expiring, before), swept)
                    .await?;
            }
        }
        self.refresh_tokens(app, over, swept).await?;
        if sweep.keep_grants > 0 {
            self.grants(app, earlier(now, sweep.keep_grants), swept)
                .await?;
        }
        self.snapshots(app, earlier(now, sweep.keep_requests), swept)
            .await
    }

    /// Of the grants that are over. Those looked at are not looked at again: nothing is added to a grant that is over.
    async fn refresh_tokens(
        &mut self,
        app: &App,
        before: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), Halt> {
        for over in [Over::Ended, Over::Past] {
            let mut cursor = match over {
                Over::Ended => self.ended.clone(),
                Over::Past => self.past.clone(),
            };
            loop {
                let grants = rows::grants_over(&app.store, over, before, &mut cursor, PAGE).await?;
                if grants.is_empty() {
                    break;
                }
                self.hanging(app, Hanging::RefreshToken, &grants, swept)
                    .await?;
                match over {
                    Over::Ended => self.ended = cursor.clone(),
                    Over::Past => self.past = cursor.clone(),
                }
            }
        }
        Ok(())
    }

    async fn grants(
        &mut self,
        app: &App,
        before: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), Halt> {
        for over in [Over::Ended, Over::Past] {
            let mut cursor = Cursor::default();
            loop {
                let grants =
                    rows::grants_unnamed(&app.store, over, before, &mut cursor, PAGE).await?;
                if grants.is_empty() {
                    break;
                }
                for hanging in [
                    Hanging::History,
                    Hanging::RefreshToken,
                    Hanging::AccessToken,
                ] {
                    self.hanging(app, hanging, &grants, swept).await?;
                }
                self.batches(app, Batch::Grants(&grants), swept).await?;
            }
        }
        Ok(())
    }

    async fn hanging(
        &mut self,
        app: &App,
        hanging: Hanging,
        grants: &[String],
        swept: &mut Swept,
    ) -> Result<(), Halt> {
        if rows::hangs_any(&app.store, hanging, grants).await? {
            self.batches(app, Batch::Hanging(hanging, grants), swept)
                .await?;
        }
        Ok(())
    }

    async fn snapshots(
        &mut self,
        app: &App,
        before: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), Halt> {
        let oldest = rows::oldest_request(&app.store).await?;
        let before = oldest.map_or(before, |oldest| before.min(earlier(oldest, DIFFERENCE)));
        loop {
            let mut cursor = self.snapshots.clone();
            let (unnamed, seen) =
                rows::snapshots_of_no_grant(&app.store, before, &mut cursor, PAGE).await?;
            if seen == 0 {
                return Ok(());
            }
            if !unnamed.is_empty() {
                self.batches(app, Batch::Snapshots(&unnamed), swept).await?;
            }
            self.snapshots = cursor;
        }
    }

    /// Repeats a batch until it finds nothing more.
    async fn batches(
        &mut self,
        app: &App,
        batch: Batch<'_>,
        swept: &mut Swept,
    ) -> Result<(), Halt> {
        let mut pace = Pace::new(app.settings.sweep.batch);
        loop {
            if *self.stop.borrow() {
                return Err(Halt::Stopped);
            }
            let tx = app.store.begin().await?;
            let began = Instant::now();
            if !self.lease.is_held(app, &tx).await? {
                return Err(Halt::Stopped);
            }
            let most = pace.batch();
            let removed = remove(&tx, batch, most, swept).await?;
            let work = began.elapsed();
            tx.commit().await?;
            swept.longest = swept.longest.max(began.elapsed());
            if removed < most || matches!(batch, Batch::Grants(_) | Batch::Snapshots(_)) {
                self.pause(breath(began.elapsed())).await;
                return Ok(());
            }
            pace.took(work);
            self.pause(breath(began.elapsed())).await;
        }
    }

    /// Waits, unless it is told to stop.
    async fn pause(&mut self, pause: Duration) {
        let stopped = self.stop.wait_for(|stop| *stop);
        let _ = tokio::time::timeout(pause, stopped).await;
    }
}

async fn remove(
    tx: &Transaction,
    batch: Batch<'_>,
    most: u64,
    swept: &mut Swept,
) -> Result<u64, StoreFault> {
    let (table, removed) = match batch {
        Batch::Expired(expiring, before) => (
            expiring.table(),
            rows::remove(tx, expiring, before, most).await?,
        ),
        Batch::Hanging(hanging, grants) => (
            hanging.table(),
            rows::remove_hanging(tx, hanging, grants, most).await?,
        ),
        Batch::Snapshots(ids) => ("agreement_snapshot", rows::remove_snapshots(tx, ids).await?),
        Batch::Grants(ids) => {
            let gone = rows::remove_grants(tx, ids).await?;
            swept.add("authorization_code", gone.authorization_code);
            swept.add("agreement_snapshot", gone.agreement_snapshot);
            ("grant", gone.grant)
        }
    };
    swept.add(table, removed);
    Ok(removed)
}

fn earlier(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MIN)
}
