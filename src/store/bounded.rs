use std::cell::Cell;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tracing::Instrument as _;

use super::Tally;

/// What one request may wait for the database in all, however many statements it needs.
const REQUEST: Duration = Duration::from_millis(2600);

tokio::task_local! {
    static LEFT: Cell<Duration>;
}

/// Does all the work of one request, which waits for the database no longer than a request may.
pub async fn one_request<T>(work: impl Future<Output = T>) -> T {
    LEFT.scope(Cell::new(REQUEST), work).await
}

/// How long the request at hand may still wait; for ever outside of any.
pub(super) fn left() -> Duration {
    LEFT.try_with(Cell::get).unwrap_or(Duration::MAX)
}

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
    let longest = longest.min(left());
    if longest.is_zero() {
        return Err(late("no time is left for the database"));
    }
    let span = tracing::info_span!(target: "countersign::trace", "database", otel.kind = "client");
    let began = Instant::now();
    let outcome = tokio::time::timeout(longest, work).instrument(span).await;
    let after = left().saturating_sub(began.elapsed());
    let _outside_of_any = LEFT.try_with(|left| left.set(after));
    match outcome {
        Ok(Err(error)) => {
            tally.add(&error);
            Err(error)
        }
        Ok(done) => done,
        Err(_) => {
            tally.add_silence();
            Err(late(&format!("nothing within {longest:?}")))
        }
    }
}

/// The error of what took too long.
pub(super) fn late(why: &str) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(why.to_owned()))
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

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::sleep;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    async fn short<T>(work: impl Future<Output = T>) -> T {
        LEFT.scope(Cell::new(Duration::from_millis(60)), work).await
    }

    #[tokio::test]
    async fn the_waits_of_one_request_count_together() {
        let began = Instant::now();
        let tally = Tally::default();
        short(async {
            let first = within(LONG, &tally, async {
                sleep(Duration::from_millis(40)).await;
                Ok(())
            });
            assert!(first.await.is_ok());
            assert!(left() <= Duration::from_millis(20));
            let second = within(LONG, &tally, pending::<Result<(), _>>());
            assert!(second.await.is_err());
            assert!(left().is_zero());
            let third = within::<()>(LONG, &tally, async { panic!("nothing is asked any more") });
            assert!(third.await.is_err());
        })
        .await;
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn outside_of_any_request_each_wait_has_its_own_bound() {
        let tally = Tally::default();
        let none = within(
            Duration::from_millis(10),
            &tally,
            pending::<Result<(), _>>(),
        );
        assert!(none.await.is_err());
        assert!(within(LONG, &tally, ready(Ok(()))).await.is_ok());
        assert_eq!(left(), Duration::MAX);
    }

    #[tokio::test]
    async fn one_request_leaves_nothing_to_the_next() {
        let tally = Tally::default();
        short(async {
            within(LONG, &tally, pending::<Result<(), _>>())
                .await
                .is_err()
        })
        .await;
        let next = one_request(async { left() });
        assert_eq!(next.await, REQUEST);
    }
}
