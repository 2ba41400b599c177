//! What a database says about itself.

use countersign_migrations::Migrator;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use sea_orm_migration::MigratorTrait as _;

use super::{Rows as _, Store, StoreFault};

/// Tables, and what their rows are called.
const COUNTED: [(&str, &str); 7] = [
    ("grant", "grants"),
    ("grant_history", "history_entries"),
    ("client", "clients"),
    ("resource_server", "resource_servers"),
    ("user", "users"),
    ("payment_pointer", "payment_pointers"),
    ("signing_key", "signing_keys"),
];

/// How many connections there may be.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// At most, without those that are kept for superusers.
    pub allowed: i64,
    /// Now, of everybody.
    pub used: i64,
}

/// How far the schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaState {
    /// Migrations that have been applied.
    pub applied: usize,
    /// Migrations of this program that have not.
    pub pending: usize,
}

impl Store {
    /// The product and its version.
    pub async fn version(&self) -> Result<String, StoreFault> {
        if self.is_shared() {
            return Ok(format!(
                "PostgreSQL {}",
                self.text("SHOW server_version").await?
            ));
        }
        Ok(format!(
            "SQLite {}",
            self.text("SELECT sqlite_version()").await?
        ))
    }

    /// The database's own clock, if it has one.
    pub async fn clock(&self) -> Result<Option<Timestamp>, StoreFault> {
        if !self.is_shared() {
            return Ok(None);
        }
        let millis = self
            .number("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")
            .await?;
        Ok(Timestamp::from_millisecond(millis).ok())
    }

    /// The settings of the database on which it hangs that what was answered lasts, with what they must be.
    pub async fn durability(&self) -> Result<Vec<Durability>, StoreFault> {
        let wanted: &[(&str, &str, &[&str])] = if self.is_shared() {
            &[
                ("fsync", "SHOW fsync", &["on"]),
                ("full_page_writes", "SHOW full_page_writes", &["on"]),
                (
                    "synchronous_commit",
                    "SHOW synchronous_commit",
                    &["on", "local", "remote_write", "remote_apply"],
                ),
                (
                    "transaction_read_only",
                    "SHOW transaction_read_only",
                    &["off"],
                ),
            ]
        } else {
            &[
                ("journal_mode", "PRAGMA journal_mode", &["wal"]),
                ("synchronous", "PRAGMA synchronous", &["2", "3"]),
            ]
        };
        let mut found = Vec::new();
        for (name, statement, good) in wanted {
            let value = self.text(statement).await?;
            found.push(Durability {
                name,
                good: good.contains(&value.as_str()),
                wanted: good[0],
                value,
            });
        }
        Ok(found)
    }

    /// How many connections the database allows, and how many there are; `None` for a file.
    pub async fn allowance(&self) -> Result<Option<Allowance>, StoreFault> {
        if !self.is_shared() {
            return Ok(None);
        }
        let allowed = "SELECT CAST(current_setting('max_connections') AS bigint) - \
                       CAST(current_setting('superuser_reserved_connections') AS bigint)";
        let used = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'";
        Ok(Some(Allowance {
            allowed: self.number(allowed).await?,
            used: self.number(used).await?,
        }))
    }

    /// How far the schema is; fails if there are migrations that this program does not know.
    pub async fn schema(&self) -> Result<SchemaState, StoreFault> {
        let of = StoreFault::of_migrations;
        let rows = self.connection();
        let pending = Migrator::get_pending_migrations_read_only(rows)
            .await
            .map_err(of)?;
        let applied = Migrator::get_applied_migrations_read_only(rows)
            .await
            .map_err(of)?;
        Ok(SchemaState {
            applied: applied.len(),
            pending: pending.len(),
        })
    }

    /// Whether a file is whole; else what is wrong with it.
    pub async fn integrity(&self) -> Result<Result<(), String>, StoreFault> {
        let said = self.text("PRAGMA integrity_check").await?;
        if said != "ok" {
            return Ok(Err(said));
        }
        // A trigger could undo what is done here, and a view show what is not there; this program makes neither.
        let strange = "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')";
        match self.number(strange).await? {
            0 => Ok(Ok(())),
            _ => Ok(Err(
                "it has triggers or views, which this program does not make".to_owned(),
            )),
        }
    }

    /// How many rows the tables have that an operator knows of.
    pub async fn counts(&self) -> Result<Vec<(&'static str, i64)>, StoreFault> {
        let mut counts = Vec::new();
        for (table, name) in COUNTED {
            let counted = format!("SELECT count(*) FROM \"{table}\"");
            counts.push((name, self.number(&counted).await?));
        }
        Ok(counts)
    }

    /// A number that is another one when somebody else has written to the file.
    pub async fn data_version(&self) -> Result<i64, StoreFault> {
        self.number("PRAGMA data_version").await
    }

    /// When something last happened to a grant.
    pub async fn newest(&self) -> Result<Option<Timestamp>, StoreFault> {
        let at = self
            .number("SELECT coalesce(max(at), 0) FROM grant_history")
            .await?;
        Ok(Timestamp::from_millisecond(at).ok().filter(|_| at > 0))
    }

    pub(super) async fn text(&self, statement: &str) -> Result<String, StoreFault> {
        let row = self.row(statement).await?;
        match row.try_get_by_index::<String>(0) {
            Ok(text) => Ok(text),
            Err(_) => Ok(row.try_get_by_index::<i64>(0)?.to_string()),
        }
    }

    /// The tables in which this role may not do what a server does; none for a file.
    pub async fn barred_tables(&self) -> Result<Vec<String>, StoreFault> {
        if !self.is_shared() {
            return Ok(Vec::new());
        }
        let barred = "SELECT coalesce(string_agg(tablename::text, ' '), '') FROM pg_tables \
                      WHERE schemaname = current_schema() AND tablename <> 'seaql_migrations' AND NOT ( \
                      has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT') AND \
                      has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT') AND \
                      has_table_privilege(format('%I.%I', schemaname, tablename), 'UPDATE') AND \
                      has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE'))";
        let barred: String = self.row(barred).await?.try_get_by_index(0)?;
        Ok(barred.split_whitespace().map(str::to_owned).collect())
    }

    pub(super) async fn number(&self, statement: &str) -> Result<i64, StoreFault> {
        Ok(self.row(statement).await?.try_get_by_index(0)?)
    }

    async fn row(&self, statement: &str) -> Result<QueryResult, StoreFault> {
        let rows = self.connection();
        let asked = Statement::from_string(rows.get_database_backend(), statement);
        let found = rows.query_one_raw(asked).await?;
        found.ok_or_else(|| StoreFault::Corrupt {
            table: "-",
            row: "-".to_owned(),
            what: format!("no answer to {statement}"),
        })
    }
}

/// A setting of the database.
#[derive(Debug, Clone)]
pub struct Durability {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// A value that it should have.
    pub wanted: &'static str,
    /// Whether it is one of those that do.
    pub good: bool,
}
