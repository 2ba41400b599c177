use std::path::Path;
use std::time::Duration;

use countersign_migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::StoreFault;
use crate::model::Digest;
use crate::settings;

/// The database: a pool of connections.
#[derive(Debug, Clone)]
pub struct Store(DatabaseConnection);

/// One transaction; what is not committed is rolled back when it is dropped.
#[derive(Debug)]
pub struct Transaction(DatabaseTransaction);

/// Whatever rows can be read from and written to: the pool, or a transaction.
pub trait Rows: Sync {
    /// The connection below.
    type Connection: ConnectionTrait;
    /// The connection below.
    fn connection(&self) -> &Self::Connection;
}

impl Rows for Store {
    type Connection = DatabaseConnection;
    fn connection(&self) -> &DatabaseConnection {
        &self.0
    }
}

impl Rows for Transaction {
    type Connection = DatabaseTransaction;
    fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }
}

const MIGRATION_LOCK: i64 = 0x0063_6f75_6e74_6572;

impl Store {
    /// Connects to the database of the settings; a `SQLite` file is made with mode 600 if it is not there.
    pub async fn connect(settings: &settings::Database) -> Result<Self, StoreFault> {
        let statement = Duration::from_millis(settings.statement_timeout);
        let url = match settings.sqlite_path() {
            Some(path) => {
                prepare_file(Path::new(path));
                "sqlite::memory:".to_owned()
            }
            None => settings.url.clone(),
        };
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(settings.max_connections)
            .acquire_timeout(Duration::from_millis(settings.acquire_timeout))
            .connect_timeout(Duration::from_millis(settings.acquire_timeout))
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
                    .busy_timeout(statement)
            });
        } else {
            let timeout = statement.as_millis().to_string();
            options.map_sqlx_postgres_opts(move |postgres| {
                postgres.application_name("countersign").options([
                    ("statement_timeout", timeout.clone()),
                    ("lock_timeout", timeout.clone()),
                    ("client_min_messages", "warning".to_owned()),
                ])
            });
        }
        Ok(Self(Database::connect(options).await?))
    }

    /// Whether the schema must be brought up by `countersign migrate`.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Postgres
    }

    /// Brings the schema up to date, one process at a time.
    pub async fn migrate(&self) -> Result<(), StoreFault> {
        if !self.is_shared() {
            return Ok(Migrator::up(&self.0, None).await?);
        }
        let lock = self.0.begin().await?;
        lock.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            .await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        Migrator::up(&lock, None).await?;
        Ok(lock.commit().await?)
    }

    /// Fails unless every migration has been applied.
    pub async fn check_schema(&self) -> Result<(), StoreFault> {
        match Migrator::get_pending_migrations_read_only(&self.0).await {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(_) => Err(StoreFault::Schema),
            Err(error) => Err(error.into()),
        }
    }

    /// Answers if the database does.
    pub async fn ping(&self) -> Result<(), StoreFault> {
        Ok(self.0.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction, StoreFault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Transaction(self.0.begin_with_options(options).await?))
    }
}

impl Transaction {
    /// Makes everything in it durable.
    pub async fn commit(self) -> Result<(), StoreFault> {
        Ok(self.0.commit().await?)
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
