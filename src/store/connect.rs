use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_migrations::Migrator;
use percent_encoding::percent_decode_str;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::StoreFault;
use super::bounded::{Bounded, within};
use super::kept::{IDLE, Kept};
use super::together::Together;
use super::{access_token, presented};
use crate::model::Digest;
use crate::settings;

/// The database: a pool of connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Bounded<Kept>,
    statement: Duration,
    writers: Arc<Semaphore>,
    presented: presented::Questions,
    minted: access_token::Mints,
}

/// One transaction; what is not committed is rolled back when it is dropped.
#[derive(Debug)]
pub struct Transaction(Bounded<DatabaseTransaction>, Turn);

/// The right to write: on `SQLite` there is one, which the database would make others try for again and again.
type Turn = Option<OwnedSemaphorePermit>;

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
        &self.0
    }
}

/// What waiting for a connection and for a statement may take together.
const TOGETHER: Duration = Duration::from_secs(3);

/// How many statements that answer many may be on their way at once; a second write would only wait for the first.
const READS: usize = 2;
const WRITES: usize = 1;

/// Pages that a `SQLite` connection keeps, in KiB below zero: the upper levels of the indexes of a million grants.
const CACHE: &str = "-6000";

const MIGRATION_LOCK: i64 = 0x0063_6f75_6e74_6572;

impl Store {
    /// Connects to the database of the settings; a `SQLite` file is made with mode 600 if it is not there.
    pub async fn connect(settings: &settings::Database) -> Result<Self, StoreFault> {
        let acquire = Duration::from_millis(settings.acquire_timeout);
        let statement = Duration::from_millis(settings.statement_timeout);
        let (url, password) = match settings.sqlite_path() {
            Some(path) => {
                prepare_file(Path::new(path));
                ("sqlite::memory:".to_owned(), None)
            }
            None => part_password(&settings.url).ok_or(StoreFault::Address)?,
        };
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(settings.max_connections)
            .acquire_timeout(acquire)
            .connect_timeout(acquire)
            .test_before_acquire(false)
            .sqlx_logging(false);
        if let Some(path) = settings.sqlite_path().map(str::to_owned) {
            options.map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .in_memory(false)
                    .shared_cache(false)
                    .filename(&path)
                    .create_if_missing(true)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
                    .pragma("temp_store", "memory")
                    .pragma("cache_size", CACHE)
                    .busy_timeout(statement)
            });
        } else {
            // After a restart of the database its old connections are found dead before they are used.
            options.test_before_acquire_if_idle_for(IDLE);
            let timeout = statement.as_millis().to_string();
            options.map_sqlx_postgres_opts(move |postgres| {
                let postgres = postgres.application_name("countersign").options([
                    ("statement_timeout", timeout.clone()),
                    ("lock_timeout", timeout.clone()),
                    ("client_min_messages", "warning".to_owned()),
                ]);
                match &password {
                    Some(password) => postgres.password(password),
                    None => postgres,
                }
            });
        }
        // The database is given half of what is left to keep its own time-outs: what it ends itself, it ends cleanly.
        let grace = TOGETHER.saturating_sub(acquire + statement) / 2;
        let pool = Kept::new(Database::connect(options).await?, settings.max_connections);
        let writers = match settings.sqlite_path() {
            Some(_) => 1,
            None => Semaphore::MAX_PERMITS,
        };
        Ok(Self {
            writers: Arc::new(Semaphore::new(writers)),
            pool: Bounded::new(pool, acquire + statement + grace),
            statement: statement + grace,
            presented: Together::new(READS),
            minted: Together::new(WRITES),
        })
    }

    /// Whether the schema must be brought up by `countersign migrate`.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.pool.get_database_backend() == DbBackend::Postgres
    }

    /// Brings the schema up to date, one process at a time.
    pub async fn migrate(&self) -> Result<(), StoreFault> {
        if !self.is_shared() {
            let done = Migrator::up(&**self.pool, None).await;
            return done.map_err(StoreFault::of_migrations);
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
        within(self.pool.longest(), work).await
    }

    /// Waits until it is this one's turn to write.
    pub(super) async fn turn_to_write(&self) -> Turn {
        Arc::clone(&self.writers).acquire_owned().await.ok()
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction, StoreFault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = async {
            let turn = self.turn_to_write().await;
            Ok((self.pool.begin_with_options(options).await?, turn))
        };
        let (begun, turn) = self.within(begun).await?;
        Ok(Transaction(Bounded::new(begun, self.statement), turn))
    }
}

impl Transaction {
    /// Makes everything in it durable.
    pub async fn commit(self) -> Result<(), StoreFault> {
        let Self(transaction, _turn) = self;
        let longest = transaction.longest();
        Ok(within(longest, transaction.into_inner().commit()).await?)
    }

    /// Until the end of the transaction, no other one gets past the same call with the same name.
    pub async fn lock(&self, name: &str) -> Result<(), StoreFault> {
        if self.0.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let digest = Digest::of(name.as_bytes());
        let key = digest
            .as_bytes()
            .iter()
            .take(8)
            .fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
        self.0
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({key})"))
            .await?;
        Ok(())
    }
}

/// The URL without its password, and the password: errors and traces of the libraries below write whole URLs. `None` if
/// they would not understand it.
fn part_password(url: &str) -> Option<(String, Option<String>)> {
    let mut parted = Url::parse(url).ok()?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Into::into);
    let mut password: Option<String> = match parted.password() {
        Some(password) => Some(decode(password)?),
        None => None,
    };
    if password.is_some() {
        parted.set_password(None).ok()?;
    }
    let pairs: Vec<_> = parted.query_pairs().into_owned().collect();
    if pairs.iter().any(|(name, _)| name == "password") {
        parted.query_pairs_mut().clear();
        for (name, value) in pairs {
            if name == "password" {
                password = Some(value);
            } else {
                parted.query_pairs_mut().append_pair(&name, &value);
            }
        }
    }
    let understood = parted.as_str().parse::<PgConnectOptions>().is_ok();
    understood.then(|| (parted.into(), password))
}

#[cfg(unix)]
fn prepare_file(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    // What cannot be made here, the connection reports with its reason.
    let _ = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
}

#[cfg(not(unix))]
fn prepare_file(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::part_password;

    #[test]
    fn a_password_is_parted_from_its_url() {
        for (url, rest, password) in [
            ("postgres://u@h/d", "postgres://u@h/d", None),
            ("postgres://u:p%23w@h/d", "postgres://u@h/d", Some("p#w")),
            (
                "postgres://u@h:5433/d?password=p%23w&options=-c%20a%3Db",
                "postgres://u@h:5433/d?options=-c+a%3Db",
                Some("p#w"),
            ),
            (
                "postgres://u:one@h/d?password=two",
                "postgres://u@h/d?",
                Some("two"),
            ),
        ] {
            let parted = part_password(url);
            assert_eq!(
                parted,
                Some((rest.to_owned(), password.map(str::to_owned))),
                "{url}"
            );
        }
    }

    #[test]
    fn what_cannot_be_understood_is_none() {
        for url in [
            "postgres://u:p#w@h/d",
            "postgres://u:pw@h:port/d",
            "postgres://u:pw@h/d?sslmode=perhaps",
            "nothing",
        ] {
            assert_eq!(part_password(url), None, "{url}");
        }
    }
}
