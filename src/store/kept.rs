use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{
    self, AssertSqlSafe, Error, Executor, IntoArguments, Pool, Postgres, Sqlite, query_with,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a connection may be idle and still be taken for alive.
pub(super) const IDLE: Duration = Duration::from_secs(1);

/// How long a connection is kept before the pool looks at it.
const KEPT: Duration = Duration::from_mins(1);

/// A pool of which some connections stay out between two statements.
///
/// The pool tests a connection whenever it is given back: another way to the database and back for each statement. What
/// stays out here is half of the connections at most, and is given back after an error, a wait or a while.
#[derive(Debug, Clone)]
pub struct Kept {
    all: DatabaseConnection,
    lanes: Lanes,
}

#[derive(Debug, Clone)]
enum Lanes {
    Sqlite(Arc<Lane<Sqlite>>),
    Postgres(Arc<Lane<Postgres>>),
}

#[derive(Debug)]
struct Lane<DB: sqlx::Database> {
    pool: Pool<DB>,
    turns: Semaphore,
    idle: Mutex<Vec<Idle<DB>>>,
}

#[derive(Debug)]
struct Idle<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    since: Instant,
    used_at: Instant,
}

impl Kept {
    /// Keeps half of `most` connections out of the pool, and at least one where there are two.
    pub(super) fn new(all: DatabaseConnection, most: u32) -> Self {
        let most = usize::try_from(most / 2).unwrap_or(usize::MAX);
        let lanes = if all.get_database_backend() == DbBackend::Postgres {
            let pool = all.get_postgres_connection_pool().clone();
            Lanes::Postgres(Arc::new(Lane::new(pool, most)))
        } else {
            let pool = all.get_sqlite_connection_pool().clone();
            Lanes::Sqlite(Arc::new(Lane::new(pool, most)))
        };
        Self { all, lanes }
    }

    /// How many connections are out of the pool, and wait for work.
    pub(super) fn waiting(&self) -> usize {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.idle().len(),
            Lanes::Postgres(lane) => lane.idle().len(),
        }
    }

    /// Closes the pool for good, with what is kept out of it.
    pub async fn close_by_ref(&self) -> Result<(), DbErr> {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.idle().clear(),
            Lanes::Postgres(lane) => lane.idle().clear(),
        }
        self.all.close_by_ref().await
    }
}

impl Deref for Kept {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.all
    }
}

impl<DB: sqlx::Database> Lane<DB> {
    fn new(pool: Pool<DB>, most: usize) -> Self {
        Self {
            pool,
            turns: Semaphore::new(most.min(Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        }
    }

    /// A connection, and the right to keep it; without that right where there is a single connection.
    async fn take(&self) -> Result<Taken<'_, DB>, DbErr> {
        let turn = if self.pool.options().get_max_connections() < 2 {
            None
        } else {
            self.turns.acquire().await.ok()
        };
        let kept = self.idle().pop();
        let kept = kept.filter(|idle| idle.used_at.elapsed() < IDLE && idle.since.elapsed() < KEPT);
        let (connection, since) = match kept {
            Some(idle) => (idle.connection, idle.since),
            None => (self.pool.acquire().await.map_err(acquired)?, Instant::now()),
        };
        Ok(Taken {
            lane: self,
            turn,
            connection,
            since,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle<DB>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: sqlx::Database> Drop for Lane<DB> {
    fn drop(&mut self) {
        // There may be no runtime any more, which a pool needs to take a connection back.
        for idle in self.idle().drain(..) {
            drop(idle.connection.leak());
        }
    }
}

/// A connection at work; dropped before it is kept, it goes back to the pool, which tests it.
struct Taken<'a, DB: sqlx::Database> {
    lane: &'a Lane<DB>,
    turn: Option<SemaphorePermit<'a>>,
    connection: PoolConnection<DB>,
    since: Instant,
}

impl<DB: sqlx::Database> Taken<'_, DB> {
    fn keep(self) {
        if self.turn.is_some() && !self.lane.pool.is_closed() {
            self.lane.idle().push(Idle {
                connection: self.connection,
                since: self.since,
                used_at: Instant::now(),
            });
        }
    }
}

impl<DB> Lane<DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut taken = self.take().await?;
        let (sql, values) = parts(statement);
        let done = query_with(sql, values)
            .execute(&mut *taken.connection)
            .await
            .map_err(executed)?;
        taken.keep();
        Ok(done.into())
    }

    async fn query_one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut taken = self.take().await?;
        let (sql, values) = parts(statement);
        let row = query_with(sql, values)
            .fetch_optional(&mut *taken.connection)
            .await
            .map_err(queried)?;
        taken.keep();
        Ok(row.map(QueryResult::from))
    }

    async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut taken = self.take().await?;
        let (sql, values) = parts(statement);
        let rows = query_with(sql, values)
            .fetch_all(&mut *taken.connection)
            .await
            .map_err(queried)?;
        taken.keep();
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

/// Every statement here is made by sea-orm, or a constant of this program; values are bound.
fn parts(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let values = statement.values.unwrap_or(sea_orm::Values(Vec::new()));
    (AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn acquired(error: Error) -> DbErr {
    match error {
        Error::PoolTimedOut => DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout),
        Error::PoolClosed => {
            DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::ConnectionClosed)
        }
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}

fn executed(error: Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn queried(error: Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for Kept {
    fn get_database_backend(&self) -> DbBackend {
        self.all.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.execute(statement).await,
            Lanes::Postgres(lane) => lane.execute(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.all.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.query_one(statement).await,
            Lanes::Postgres(lane) => lane.query_one(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.query_all(statement).await,
            Lanes::Postgres(lane) => lane.query_all(statement).await,
        }
    }

    fn support_returning(&self) -> bool {
        self.all.support_returning()
    }
}
