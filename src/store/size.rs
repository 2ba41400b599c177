//! How large the tables are.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::{Rows as _, Store, StoreFault};

/// Every table.
pub const TABLES: [&str; 18] = [
    "client",
    "resource_server",
    "party_secret",
    "user",
    "payment_pointer",
    "session",
    "attempt",
    "agreement_snapshot",
    "authorization_request",
    "grant",
    "grant_history",
    "authorization_code",
    "access_token",
    "refresh_token",
    "event",
    "replay",
    "lease",
    "signing_key",
];

/// Up to here the rows of a shared database are counted; beyond, its own estimate is taken, which costs nothing.
const COUNTED: i64 = 10_000;

/// The rows of one of [`TABLES`], as far as counting them is cheap.
pub async fn rows(store: &Store, table: &str) -> Result<i64, StoreFault> {
    if !store.is_shared() {
        let all = format!("SELECT COUNT(*) AS n FROM \"{table}\"");
        return number(store, all).await;
    }
    let some =
        format!("SELECT COUNT(*) AS n FROM (SELECT 1 FROM \"{table}\" LIMIT {COUNTED}) AS counted");
    let some = number(store, some).await?;
    if some < COUNTED {
        return Ok(some);
    }
    let estimate =
        format!("SELECT reltuples::BIGINT AS n FROM pg_class WHERE oid = '\"{table}\"'::regclass");
    Ok(number(store, estimate).await?.max(some))
}

async fn number(store: &Store, sql: String) -> Result<i64, StoreFault> {
    let backend = if store.is_shared() {
        DbBackend::Postgres
    } else {
        DbBackend::Sqlite
    };
    let statement = Statement::from_string(backend, sql);
    let found = store.connection().query_one_raw(statement).await?;
    match found {
        Some(row) => Ok(row.try_get("", "n")?),
        None => Ok(0),
    }
}
