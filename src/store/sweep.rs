//! Finds and removes rows that decide nothing any more, a few at a time, in all tables. When a row may go, `jobs::sweep` says.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement, Value};

use super::row::millis;
use super::{Rows, StoreFault, Transaction};

/// Rows that are over at an instant of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiring {
    /// What apps ask payers.
    AuthorizationRequest,
    /// Access tokens.
    AccessToken,
    /// Browser sessions.
    Session,
    /// Counts of attempts.
    Attempt,
    /// What must not be used twice.
    Replay,
}

impl Expiring {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::AuthorizationRequest,
        Self::AccessToken,
        Self::Session,
        Self::Attempt,
        Self::Replay,
    ];

    /// The table.
    #[must_use]
    pub fn table(self) -> &'static str {
        self.columns().0
    }

    /// Table, key, and the instant from which a row counts for nothing.
    fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AuthorizationRequest => ("authorization_request", "id", "expires_at"),
            Self::AccessToken => ("access_token", "digest", "expires_at"),
            Self::Session => ("session", "digest", "expires_at"),
            Self::Attempt => ("attempt", "key", "next_at"),
            Self::Replay => ("replay", "digest", "expires_at"),
        }
    }
}

/// Whether there are rows that were over at `before`.
pub async fn is_any(
    rows: &impl Rows,
    expiring: Expiring,
    before: Timestamp,
) -> Result<bool, StoreFault> {
    let (table, _, at) = expiring.columns();
    let sql = format!(r#"SELECT 1 FROM "{table}" WHERE "{at}" <= $1 LIMIT 1"#);
    Ok(!query(rows, sql, [millis(before).into()]).await?.is_empty())
}

/// Removes at most `most` rows that were over at `before`; those that somebody changes just now stay.
pub async fn remove(
    tx: &Transaction,
    expiring: Expiring,
    before: Timestamp,
    most: u64,
) -> Result<u64, StoreFault> {
    let (table, key, at) = expiring.columns();
    let skip = skip_locked(tx);
    let sql = format!(
        r#"DELETE FROM "{table}" WHERE "{key}" IN
           (SELECT "{key}" FROM "{table}" WHERE "{at}" <= $1 ORDER BY "{at}" LIMIT $2{skip})"#
    );
    execute(tx, sql, vec![millis(before).into(), count(most)]).await
}

/// Rows that hang on a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hanging {
    /// Refresh tokens.
    RefreshToken,
    /// Access tokens.
    AccessToken,
    /// What happened to the grant.
    History,
}

impl Hanging {
    /// The table.
    #[must_use]
    pub fn table(self) -> &'static str {
        self.columns().0
    }

    fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::RefreshToken => ("refresh_token", "digest"),
            Self::AccessToken => ("access_token", "digest"),
            Self::History => ("grant_history", "id"),
        }
    }
}

/// Whether any such rows hang on `grants`.
pub async fn hangs_any(
    rows: &impl Rows,
    hanging: Hanging,
    grants: &[String],
) -> Result<bool, StoreFault> {
    let (table, _) = hanging.columns();
    let list = places(grants.len(), 0);
    let sql = format!(r#"SELECT 1 FROM "{table}" WHERE "grant_id" IN ({list}) LIMIT 1"#);
    Ok(!query(rows, sql, texts(grants)).await?.is_empty())
}

/// Removes at most `most` such rows that hang on `grants`.
pub async fn remove_hanging(
    tx: &Transaction,
    hanging: Hanging,
    grants: &[String],
    most: u64,
) -> Result<u64, StoreFault> {
    let (table, key) = hanging.columns();
    let list = places(grants.len(), 1);
    let skip = skip_locked(tx);
    let sql = format!(
        r#"DELETE FROM "{table}" WHERE "{key}" IN
           (SELECT "{key}" FROM "{table}" WHERE "grant_id" IN ({list}) LIMIT $1{skip})"#
    );
    let values = std::iter::once(count(most)).chain(texts(grants));
    execute(tx, sql, values.collect()).await
}

/// How far a look through a table has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    at: i64,
    id: String,
}

/// Why a grant is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// It was ended.
    Ended,
    /// Its time is over, and nobody has written it down.
    Past,
}

/// The grants after `cursor` that were over at `before`, at most `most`; the cursor moves behind them.
pub async fn grants_over(
    rows: &impl Rows,
    over: Over,
    before: Timestamp,
    cursor: &mut Cursor,
    most: u64,
) -> Result<Vec<String>, StoreFault> {
    page(rows, (over, ""), before, cursor, most).await
}

/// The same without those that a later grant names as the one whose place it took.
pub async fn grants_unnamed(
    rows: &impl Rows,
    over: Over,
    before: Timestamp,
    cursor: &mut Cursor,
    most: u64,
) -> Result<Vec<String>, StoreFault> {
    let unnamed = r#"AND NOT EXISTS (SELECT 1 FROM "grant" AS "next" WHERE "next"."replaces" = "grant"."id")"#;
    page(rows, (over, unnamed), before, cursor, most).await
}

async fn page(
    rows: &impl Rows,
    (over, more): (Over, &str),
    before: Timestamp,
    cursor: &mut Cursor,
    most: u64,
) -> Result<Vec<String>, StoreFault> {
    let (state, at) = match over {
        Over::Ended => ("= 'ended'", "state_at"),
        Over::Past => ("<> 'ended'", "ends_at"),
    };
    let sql = format!(
        r#"SELECT "id", "{at}" AS "at" FROM "grant" WHERE "state" {state} AND ("{at}", "id") > ($1, $2) AND "{at}" <= $3
           {more} ORDER BY "{at}", "id" LIMIT $4"#
    );
    let values = vec![
        cursor.at.into(),
        cursor.id.as_str().into(),
        millis(before).into(),
        count(most),
    ];
    let mut ids = Vec::new();
    for row in query(rows, sql, values).await? {
        cursor.at = row.try_get("", "at")?;
        cursor.id = row.try_get("", "id")?;
        ids.push(cursor.id.clone());
    }
    Ok(ids)
}

/// How many rows went with grants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the tables")]
pub struct Gone {
    pub grant: u64,
    pub authorization_code: u64,
    pub agreement_snapshot: u64,
}

/// Removes `grants` with their codes, and the agreements as they were approved.
pub async fn remove_grants(tx: &Transaction, grants: &[String]) -> Result<Gone, StoreFault> {
    let list = places(grants.len(), 0);
    let run = |sql: String| execute(tx, sql, texts(grants).collect());
    Ok(Gone {
        agreement_snapshot: run(format!(
            r#"DELETE FROM "agreement_snapshot" WHERE "id" IN (SELECT "snapshot" FROM "grant" WHERE "id" IN ({list}))"#
        ))
        .await?,
        authorization_code: run(format!(
            r#"DELETE FROM "authorization_code" WHERE "grant_id" IN ({list})"#
        ))
        .await?,
        grant: run(format!(r#"DELETE FROM "grant" WHERE "id" IN ({list})"#)).await?,
    })
}

/// When the oldest request of an app was made that is still there.
pub async fn oldest_request(rows: &impl Rows) -> Result<Option<Timestamp>, StoreFault> {
    let sql = r#"SELECT MIN("created_at") AS "oldest" FROM "authorization_request""#;
    let found = query(rows, sql.to_owned(), []).await?;
    let oldest = match found.first() {
        Some(row) => row.try_get::<Option<i64>>("", "oldest")?,
        None => None,
    };
    Ok(oldest.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
}

/// Of at most `most` snapshots after `cursor` that were fetched before `before`, those that no grant names, and how many there
/// were in all; the cursor moves behind them.
pub async fn snapshots_of_no_grant(
    rows: &impl Rows,
    before: Timestamp,
    cursor: &mut Cursor,
    most: u64,
) -> Result<(Vec<String>, usize), StoreFault> {
    let sql = r#"SELECT "id", "fetched_at", (SELECT 1 FROM "grant" WHERE "grant"."agreement_url" = "agreement_snapshot"."url"
                   AND "grant"."snapshot" = "agreement_snapshot"."id" LIMIT 1) AS "named"
                 FROM "agreement_snapshot" WHERE ("fetched_at", "id") > ($1, $2) AND "fetched_at" < $3
                 ORDER BY "fetched_at", "id" LIMIT $4"#;
    let values = vec![
        cursor.at.into(),
        cursor.id.as_str().into(),
        millis(before).into(),
        count(most),
    ];
    let found = query(rows, sql.to_owned(), values).await?;
    let mut unnamed = Vec::new();
    for row in &found {
        cursor.at = row.try_get("", "fetched_at")?;
        cursor.id = row.try_get("", "id")?;
        if row.try_get::<Option<i32>>("", "named")?.is_none() {
            unnamed.push(cursor.id.clone());
        }
    }
    Ok((unnamed, found.len()))
}

/// Removes snapshots.
pub async fn remove_snapshots(tx: &Transaction, ids: &[String]) -> Result<u64, StoreFault> {
    let list = places(ids.len(), 0);
    let sql = format!(r#"DELETE FROM "agreement_snapshot" WHERE "id" IN ({list})"#);
    execute(tx, sql, texts(ids).collect()).await
}

fn skip_locked(rows: &impl Rows) -> &'static str {
    match rows.connection().get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// `$1, $2, …`, after the first `taken`.
fn places(count: usize, taken: usize) -> String {
    let places = (taken + 1..=taken + count).map(|at| format!("${at}"));
    places.collect::<Vec<_>>().join(", ")
}

fn texts(ids: &[String]) -> impl Iterator<Item = Value> {
    ids.iter().map(|id| id.as_str().into())
}

fn count(most: u64) -> Value {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}

async fn execute(tx: &Transaction, sql: String, values: Vec<Value>) -> Result<u64, StoreFault> {
    let connection = tx.connection();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(connection.execute_raw(statement).await?.rows_affected())
}

async fn query(
    rows: &impl Rows,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, StoreFault> {
    let connection = rows.connection();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(connection.query_all_raw(statement).await?)
}
