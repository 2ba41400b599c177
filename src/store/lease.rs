//! Table `lease`: who of several instances does something that one of them has to.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};

/// Takes the lease `name` for `holder` until `until`, if nobody holds it at `now` and it is due; false if it was not taken.
pub async fn take(
    rows: &impl Rows,
    (name, holder): (&str, &str),
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreFault> {
    let free = r#""lease"."expires_at" <= $4"#;
    take_if(rows, free, [name, holder], [until, now]).await
}

/// The same, also before it is due.
pub async fn take_early(
    rows: &impl Rows,
    (name, holder): (&str, &str),
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreFault> {
    let free = r#"("lease"."expires_at" <= $4 OR "lease"."holder" = '')"#;
    take_if(rows, free, [name, holder], [until, now]).await
}

async fn take_if(
    rows: &impl Rows,
    free: &str,
    [name, holder]: [&str; 2],
    [until, now]: [Timestamp; 2],
) -> Result<bool, StoreFault> {
    let sql = format!(
        r#"INSERT INTO "lease" ("name", "holder", "expires_at") VALUES ($1, $2, $3)
           ON CONFLICT ("name") DO UPDATE SET "holder" = excluded."holder", "expires_at" = excluded."expires_at"
           WHERE {free}"#
    );
    let values = [
        name.into(),
        holder.into(),
        millis(until).into(),
        millis(now).into(),
    ];
    Ok(execute(rows, sql, values).await? > 0)
}

/// Until when `holder` has the lease `name`, if it has; nobody takes it before the end of the transaction.
pub async fn held_until(
    tx: &Transaction,
    (name, holder): (&str, &str),
) -> Result<Option<Timestamp>, StoreFault> {
    let connection = tx.connection();
    let backend = connection.get_database_backend();
    let lock = match backend {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    };
    let sql =
        format!(r#"SELECT "expires_at" FROM "lease" WHERE "name" = $1 AND "holder" = $2{lock}"#);
    let statement = Statement::from_sql_and_values(backend, sql, [name.into(), holder.into()]);
    let Some(row) = connection.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let reader = Reader {
        table: "lease",
        row: name,
    };
    reader.instant(row.try_get("", "expires_at")?).map(Some)
}

/// Lets `holder` have the lease `name` until `until`.
pub async fn prolong(
    tx: &Transaction,
    (name, holder): (&str, &str),
    until: Timestamp,
) -> Result<(), StoreFault> {
    let sql = r#"UPDATE "lease" SET "expires_at" = $3 WHERE "name" = $1 AND "holder" = $2"#;
    let values = [name.into(), holder.into(), millis(until).into()];
    execute(tx, sql.to_owned(), values).await?;
    Ok(())
}

/// Gives the lease `name` back, if `holder` has it; it is due again at `due`.
pub async fn give_back(
    rows: &impl Rows,
    (name, holder): (&str, &str),
    due: Timestamp,
) -> Result<(), StoreFault> {
    let sql = r#"UPDATE "lease" SET "holder" = '', "expires_at" = $3 WHERE "name" = $1 AND "holder" = $2"#;
    let values = [name.into(), holder.into(), millis(due).into()];
    execute(rows, sql.to_owned(), values).await?;
    Ok(())
}

async fn execute(
    rows: &impl Rows,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreFault> {
    let connection = rows.connection();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(connection.execute_raw(statement).await?.rows_affected())
}
