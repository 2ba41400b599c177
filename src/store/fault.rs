use sea_orm::sqlx::Error;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// It cannot be reached, is too busy, or failed: the caller may try again.
    #[error("{}", unavailable(.0))]
    Unavailable(DbErr),
    /// The row is there already.
    #[error("there is such a row already: {0}")]
    Duplicate(String),
    /// A row is not what this program writes.
    #[error("table {table}, row {row}: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's key, never a secret.
        row: String,
        /// What is wrong with it.
        what: String,
    },
    /// The file is being replaced by `countersign restore`.
    #[error("the database is being restored")]
    Replaced,
    /// The database's URL is not one.
    #[error("the setting database.url, which is not shown, is not understood")]
    Address,
    /// The schema is not that of this program.
    #[error("the schema is not up to date: run `countersign migrate`")]
    Schema,
    /// The schema has migrations that this program does not know.
    #[error("the database's schema is newer than this program")]
    NewerSchema,
}

impl From<DbErr> for StoreFault {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => Self::Duplicate(what),
            _ => Self::Unavailable(error),
        }
    }
}

impl StoreFault {
    /// Why the database does not let this server in, if it said so.
    #[must_use]
    pub fn barred(&self) -> Option<Barred> {
        match self {
            Self::Unavailable(error) => barred(error),
            _ => None,
        }
    }

    /// Why migrations could not be read or applied: the library has an error of its own, and of no other use, for one in
    /// the database that is not in the program.
    pub(super) fn of_migrations(error: DbErr) -> Self {
        match error {
            DbErr::Custom(_) => Self::NewerSchema,
            error => error.into(),
        }
    }
}

/// Why `PostgreSQL` does not let somebody in (its error codes, `SQLSTATE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// There is no such database (3D000).
    Database,
    /// There is no such role, or it may not come from here (28000).
    Role,
    /// The password is wrong, or there is no such role (28P01).
    Password,
}

fn barred(error: &DbErr) -> Option<Barred> {
    let Some(Error::Database(said)) = cause(error) else {
        return None;
    };
    match said.code().as_deref() {
        Some("3D000") => Some(Barred::Database),
        Some("28000") => Some(Barred::Role),
        Some("28P01") => Some(Barred::Password),
        _ => None,
    }
}

fn cause(error: &DbErr) -> Option<&Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// What happened, without the layers that it went through.
fn unavailable(error: &DbErr) -> String {
    match cause(error) {
        Some(Error::Database(said)) if barred(error).is_some() => {
            format!(
                "the database does not let this server in: {}",
                said.message()
            )
        }
        Some(Error::Io(error)) => format!("the database did not answer: {error}"),
        _ => format!("the database did not answer: {error}"),
    }
}
