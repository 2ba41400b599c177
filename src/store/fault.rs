use sea_orm::{DbErr, SqlErr};

/// Why the database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// It cannot be reached, is too busy, or failed: the caller may try again.
    #[error("the database did not answer: {0}")]
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
    /// Why migrations could not be read or applied: the library has an error of its own, and of no other use, for one in
    /// the database that is not in the program.
    pub(super) fn of_migrations(error: DbErr) -> Self {
        match error {
            DbErr::Custom(_) => Self::NewerSchema,
            error => error.into(),
        }
    }
}
