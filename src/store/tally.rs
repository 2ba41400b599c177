use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use crate::model::EndReason;

/// What has happened at the database since the start.
#[derive(Debug, Default)]
pub struct Tally {
    connections: AtomicU64,
    statements: AtomicU64,
    ended: [AtomicU64; EndReason::ALL.len()],
}

impl Tally {
    /// How often no connection was free in time.
    #[must_use]
    pub fn late_connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// How often a statement, or a wait for a lock, took too long.
    #[must_use]
    pub fn late_statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The grants that were ended, by reason.
    #[must_use]
    pub fn ended(&self) -> Vec<(EndReason, u64)> {
        let reasons = EndReason::ALL.iter().copied().zip(&self.ended);
        reasons
            .map(|(reason, count)| (reason, count.load(Ordering::Relaxed)))
            .collect()
    }

    pub(super) fn add_ended(&self, reasons: &[EndReason]) {
        for reason in reasons {
            self.ended[*reason as usize].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Nothing came within the time that this program waits.
    pub(super) fn add_silence(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add(&self, error: &DbErr) {
        if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            self.connections.fetch_add(1, Ordering::Relaxed);
        } else if is_late(error) {
            self.statements.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether the database itself ended a statement because it took too long.
fn is_late(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(fault))
    | DbErr::Query(RuntimeErr::SqlxError(fault))
    | DbErr::Conn(RuntimeErr::SqlxError(fault))) = error
    else {
        return false;
    };
    let code = fault.as_database_error().and_then(DatabaseError::code);
    // PostgreSQL: query_canceled, lock_not_available. SQLite: SQLITE_BUSY and its kinds.
    code.is_some_and(|code| ["57014", "55P03", "5", "261", "517", "773"].contains(&code.as_ref()))
}
