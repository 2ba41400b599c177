use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{Connection as _, Error};
use sea_orm::{ConnectOptions, DbErr, RuntimeErr};

/// To what the write-ahead log of `SQLite` is cut when it has grown beyond, in bytes.
const WAL_LIMIT: &str = "67108864";

/// Pages that a `SQLite` connection keeps, in KiB below zero: the upper levels of the indexes of a million grants.
const CACHE: &str = "-6000";

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// To serve: a `SQLite` file is made if there is none, and nobody else replaces it meanwhile.
    Serve,
    /// As it is: nothing is made, and no mode is changed.
    Look,
    /// As it is, over one connection, with all the time that its statements take.
    Work,
    /// The same, only to read; a file that nobody has open may be where nothing can be written.
    Read,
}

pub(super) fn sqlite(options: &mut ConnectOptions, path: &str, busy: u64, opening: Opening) {
    let path = path.to_owned();
    let alone = !Path::new(&format!("{path}-wal")).exists();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .in_memory(false)
            .shared_cache(false)
            .filename(&path)
            // It is there by now. One that is moved later must not be replaced by another, which is empty.
            .create_if_missing(opening == Opening::Serve && !cfg!(unix))
            .pragma("synchronous", "FULL")
            .pragma("temp_store", "memory")
            .pragma("cache_size", CACHE)
            .pragma("journal_size_limit", WAL_LIMIT)
            .busy_timeout(Duration::from_millis(busy));
        match opening {
            Opening::Serve => sqlite.pragma("journal_mode", "WAL"),
            Opening::Look | Opening::Work => sqlite,
            Opening::Read => sqlite.read_only(true).immutable(alone),
        }
    });
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| {
            let sound = is_sound(connection);
            Box::pin(async move { Ok(sound) })
        })
    });
}

/// Whether a connection that is to be used again is outside of any transaction.
///
/// On a full disk `SQLite` ends a transaction by itself, and sqlx still counts it: what began next would be a savepoint in
/// nothing, and its commit would make nothing durable.
fn is_sound(connection: &SqliteConnection) -> bool {
    let inside = connection.is_in_transaction();
    if inside {
        tracing::warn!("a connection whose transaction failed is replaced");
    }
    !inside
}

pub(super) fn postgres(
    options: &mut ConnectOptions,
    password: Option<String>,
    statement: Duration,
) {
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

/// Why `PostgreSQL` could not be connected to: a pool tries again until its time is over, and says only that.
pub(super) async fn why_not(
    (url, password): (&str, Option<&str>),
    error: DbErr,
    patience: Duration,
) -> DbErr {
    let timed_out = matches!(
        &error,
        DbErr::Conn(RuntimeErr::SqlxError(cause)) if matches!(**cause, Error::PoolTimedOut)
    );
    let Ok(mut options) = url.parse::<PgConnectOptions>() else {
        return error;
    };
    if !timed_out {
        return error;
    }
    if let Some(password) = password {
        options = options.password(password);
    }
    let alone = PgConnection::connect_with(&options);
    match tokio::time::timeout(patience, alone).await {
        Ok(Err(reason)) => DbErr::Conn(RuntimeErr::SqlxError(reason.into())),
        _ => error,
    }
}

#[cfg(unix)]
pub(super) fn prepare_file(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    // What cannot be made here, the connection reports with its reason.
    let _ = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
}

#[cfg(not(unix))]
pub(super) fn prepare_file(_: &Path) {}
