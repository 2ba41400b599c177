use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tracing::Instrument as _;

use super::Tally;

/// A pool or a transaction that waits for an answer no longer than it is told to.
///
/// The time-outs of `PostgreSQL` are kept by the database: one that hangs, or whose network swallows everything, keeps
/// none of them, and its connections stay open.
#[derive(Debug, Clone)]
pub struct Bounded<C> {
    inner: C,
    longest: Duration,
    tally: Arc<Tally>,
}

impl<C> Bounded<C> {
    pub(super) fn new(inner: C, longest: Duration, tally: Arc<Tally>) -> Self {
        Self {
            inner,
            longest,
            tally,
        }
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    pub(super) fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    pub(super) fn into_inner(self) -> C {
        self.inner
    }

    async fn within<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        within(self.longest, &self.tally, work).await
    }
}

impl<C> Deref for Bounded<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.inner
    }
}

/// The outcome of `work`, or an error when `longest` has passed.
pub(super) async fn within<T>(
    longest: Duration,
    tally: &Tally,
    work: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    let span = tracing::info_span!(target: "countersign::trace", "database", otel.kind = "client");
    match tokio::time::timeout(longest, work).instrument(span).await {
        Ok(Err(error)) => {
            tally.add(&error);
            Err(error)
        }
        Ok(done) => done,
        Err(_) => {
            tally.add_silence();
            let late = format!("nothing within {longest:?}");
            Err(DbErr::Conn(RuntimeErr::Internal(late)))
        }
    }
}

#[async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Bounded<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.within(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.within(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.within(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.within(self.inner.query_all_raw(statement)).await
    }

    fn support_returning(&self) -> bool {
        self.inner.support_returning()
    }
}
