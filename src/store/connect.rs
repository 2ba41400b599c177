use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::OwnedSemaphorePermit;

use super::address::part_password;
use super::bounded::{Bounded, late, left, within};
use super::hold::Hold;
use super::kept::{IDLE, Kept};
use super::opening::{Opening, postgres, prepare_file, sqlite, why_not};
use super::together::Together;
use super::turns::Turns;
use super::{StoreFault, Tally, access_token, presented};
use crate::model::{Digest, EndReason};
use crate::settings;

/// The database: a pool of connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Bounded<Kept>,
    statement: Duration,
    hold: Option<Arc<Hold>>,
    turns: Option<Turns>,
    presented: presented::Questions,
    minted: access_token::Mints,
}

/// One transaction; what is not committed is rolled back when it is dropped.
#[derive(Debug)]
pub struct Transaction {
    inner: Bounded<DatabaseTransaction>,
    ended: Mutex<Vec<EndReason>>,
    _turn: Option<OwnedSemaphorePermit>,
}

/// The connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// Those that wait for work.
    pub idle: usize,
    /// Those that work.
    pub in_use: usize,
}

/// Whatever rows can be read from and written to: the pool, or a transaction.
pub trait Rows: Sync {
    /// The connection below.
    type Connection: ConnectionTrait;
    /// The connection below.
    fn connection(&self) -> &Self::Connection;
}

impl Rows for Store {
    type Connection = Bounded<Kept>;
    fn connection(&self) -> &Self::Connection {
        &self.pool
    }
}

impl Rows for Transaction {
    type Connection = Bounded<DatabaseTransaction>;
    fn connection(&self) -> &Self::Connection {
        &self.inner
    }
}

/// What waiting for a connection and for a statement may take together.
const TOGETHER: Duration = Duration::from_secs(3);

/// How many statements that answer many may be on their way at once; a second write would only wait for the first.
const READS: usize = 2;
const WRITES: usize = 1;

/// How long work may take that nobody waits for.
const PATIENCE: Duration = Duration::from_hours(6);

/// Less than this is not enough to hear how a commit went.
const COMMIT: Duration = Duration::from_millis(400);

/// How often, and after which pause, a file is looked at that another process may be migrating.
const MIGRATION_TRIES: u32 = 20;
const MIGRATION_PAUSE: Duration = Duration::from_millis(150);

const MIGRATION_LOCK: i64 = 0x0063_6f75_6e74_6572;

impl Store {
    /// Connects to the database of the settings; a `SQLite` file is made with mode 600 if it is not there.
    pub async fn connect(settings: &settings::Database) -> Result<Self, StoreFault> {
        let hold = match settings.sqlite_path() {
            Some(path) => {
                prepare_file(Path::new(path));
                Hold::share(Path::new(path))?.map(Arc::new)
            }
            None => None,
        };
        let mut store = Self::open(settings, Opening::Serve).await?;
        store.hold = hold;
        Ok(store)
    }

    /// Opens a database that is there, as it is: nothing is made.
    pub async fn look(settings: &settings::Database) -> Result<Self, StoreFault> {
        Self::open(settings, Opening::Look).await
    }

    /// Opens a database that is there, as it is, for work that nobody waits for.
    pub async fn work(settings: &settings::Database) -> Result<Self, StoreFault> {
        Self::open(settings, Opening::Work).await
    }

    /// Opens a database that is there, to read all of it.
    pub async fn read(settings: &settings::Database) -> Result<Self, StoreFault> {
        Self::open(settings, Opening::Read).await
    }

    async fn open(settings: &settings::Database, opening: Opening) -> Result<Self, StoreFault> {
        let acquire = Duration::from_millis(settings.acquire_timeout);
        let statement = match opening {
            Opening::Work | Opening::Read => Duration::ZERO,
            _ => Duration::from_millis(settings.statement_timeout),
        };
        let connections = match opening {
            Opening::Serve => settings.max_connections,
            _ => 1,
        };
        let (url, password) = match settings.sqlite_path() {
            Some(_) => ("sqlite::memory:".to_owned(), None),
            None => part_password(&settings.url).ok_or(StoreFault::Address)?,
        };
        let mut options = ConnectOptions::new(url.clone());
        options
            .max_connections(connections)
            .acquire_timeout(acquire)
            .connect_timeout(acquire)
            .test_before_acquire(false)
            .sqlx_logging(false);
        if let Some(path) = settings.sqlite_path() {
            sqlite(&mut options, path, settings.statement_timeout, opening);
        } else {
            // After a restart of the database its old connections are found dead before they are used.
            options.test_before_acquire_if_idle_for(IDLE);
            postgres(&mut options, password.clone(), statement);
        }
        // The database is given half of what is left to keep its own time-outs: what it ends itself, it ends cleanly.
        let grace = TOGETHER.saturating_sub(acquire + statement) / 2;
        let (longest, statement) = match opening {
            Opening::Work | Opening::Read => (PATIENCE, PATIENCE),
            _ => (acquire + statement + grace, statement + grace),
        };
        let file = settings.sqlite_path().is_some();
        let pool = match Database::connect(options).await {
            Ok(pool) => Kept::new(pool, connections),
            Err(error) if file => return Err(error.into()),
            Err(error) => {
                let place = (url.as_str(), password.as_deref());
                return Err(why_not(place, error, acquire).await.into());
            }
        };
        Ok(Self {
            pool: Bounded::new(pool, longest, Arc::default()),
            statement,
            hold: None,
            turns: file.then(|| Turns::new(acquire)),
            presented: Together::new(READS),
            minted: Together::new(WRITES),
        })
    }

    /// Closes every connection, so that the file is nobody's.
    pub async fn close(self) -> Result<(), StoreFault> {
        Ok(self.pool.close_by_ref().await?)
    }

    /// Whether the schema must be brought up by `countersign migrate`.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.pool.get_database_backend() == DbBackend::Postgres
    }

    /// What has happened there since the start.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        self.pool.tally()
    }

    /// The connections that there are now.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let (all, idle) = if self.is_shared() {
            let pool = self.pool.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        } else {
            let pool = self.pool.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        };
        let all = usize::try_from(all).unwrap_or(usize::MAX);
        let idle = idle + self.pool.waiting();
        Connections {
            idle,
            in_use: all.saturating_sub(idle),
        }
    }

    /// Brings the schema up to date, one process at a time.
    pub async fn migrate(&self) -> Result<(), StoreFault> {
        if !self.is_shared() {
            return self.migrate_file().await;
        }
        // As long as it takes: nobody waits for an answer.
        let lock = (**self.pool).begin().await?;
        lock.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            .await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        let done = Migrator::up(&lock, None).await;
        done.map_err(StoreFault::of_migrations)?;
        Ok(lock.commit().await?)
    }

    /// `SQLite` has no lock for this: of two processes the later one fails at what the earlier one has made, and waits for it.
    async fn migrate_file(&self) -> Result<(), StoreFault> {
        let mut tries = 0;
        loop {
            let done = Migrator::up(&**self.pool, None).await;
            let done = done.map_err(StoreFault::of_migrations);
            if done.is_ok() || tries == MIGRATION_TRIES || self.check_schema().await.is_ok() {
                return done.or(self.check_schema().await);
            }
            tries += 1;
            tokio::time::sleep(MIGRATION_PAUSE).await;
        }
    }

    /// Fails unless every migration of this program has been applied, and no other.
    pub async fn check_schema(&self) -> Result<(), StoreFault> {
        match Migrator::get_pending_migrations_read_only(&**self.pool).await {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(_) => Err(StoreFault::Schema),
            Err(error) => Err(StoreFault::of_migrations(error)),
        }
    }

    /// Answers if the database does.
    pub async fn ping(&self) -> Result<(), StoreFault> {
        Ok(self.pool.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }

    pub(super) fn presented(&self) -> &presented::Questions {
        &self.presented
    }

    pub(super) fn minted(&self) -> &access_token::Mints {
        &self.minted
    }

    /// The pool, for work that is bounded as a whole.
    pub(super) fn kept(&self) -> &Kept {
        &self.pool
    }

    /// The outcome of `work`, or an error when waiting for a connection and for the statement has taken too long.
    pub(super) async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        within(self.pool.longest(), self.pool.tally(), work).await
    }

    /// The turn of one who writes, where they have to wait for each other.
    pub(super) async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, DbErr> {
        match &self.turns {
            Some(turns) => turns.take(self.pool.tally()).await,
            None => Ok(None),
        }
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction, StoreFault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tally = self.pool.tally();
        // A BEGIN that is given up while PostgreSQL works on it would leave its connection in a transaction that nobody
        // knows of, and whatever is written there next would never be committed. So it goes on, and is undone.
        let pool = (*self.pool).clone();
        let begun = async {
            let turn = self.turn().await?;
            let begun = tokio::spawn(async move { (pool.begin_with_options(options).await, turn) });
            let (begun, turn) = begun.await.map_err(|_| late("the begin failed"))?;
            Ok((turn, begun?))
        };
        let (turn, begun) = within(self.pool.longest(), tally, begun).await?;
        Ok(Transaction {
            inner: Bounded::new(begun, self.statement, Arc::clone(tally)),
            ended: Mutex::default(),
            _turn: turn,
        })
    }
}

impl Transaction {
    /// Makes everything in it durable; what there is no time left for is undone, and not left in doubt.
    pub async fn commit(self) -> Result<(), StoreFault> {
        if left() < COMMIT {
            return Err(late("too little time is left to commit").into());
        }
        let (longest, tally) = (self.inner.longest(), Arc::clone(self.inner.tally()));
        within(longest, &tally, self.inner.into_inner().commit()).await?;
        let ended = self.ended.into_inner();
        tally.add_ended(&ended.unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// A grant is ended by this transaction, which is counted when it holds.
    pub(super) fn note_ended(&self, reason: EndReason) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push(reason);
    }

    /// Until the end of the transaction, no other one gets past the same call with the same name.
    pub async fn lock(&self, name: &str) -> Result<(), StoreFault> {
        if self.inner.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let digest = Digest::of(name.as_bytes());
        let key = digest
            .as_bytes()
            .iter()
            .take(8)
            .fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
        self.inner
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({key})"))
            .await?;
        Ok(())
    }
}
