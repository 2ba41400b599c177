//! A database that was put back: what must not live on in it ends, in statements over whole tables.
//!
//! What happened after the backup is unknown to it. If the database as it was last can be asked, its word counts: it is
//! attached as `latest`.

use std::path::Path;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sea_orm::{ConnectionTrait as _, Statement};

use super::row::millis;
use super::{Rows as _, Store, StoreFault, Transaction};

/// What was ended, and what was taken from the latest database.
#[derive(Debug, Default)]
pub struct Restoration {
    /// Grants that were alive or waited for their code, and have ended.
    pub grants_ended: i64,
    /// Grants that live on.
    pub grants_kept: i64,
    /// Access tokens in time.
    pub access_tokens: i64,
    /// Refresh tokens in time.
    pub refresh_tokens: i64,
    /// Codes that nobody had redeemed.
    pub codes: i64,
    /// Sessions of browsers.
    pub sessions: i64,
    /// Requests that nobody had decided.
    pub requests: i64,
    /// Clients, wallets and users that were disabled.
    pub disabled: [i64; 3],
    /// Signing keys that were retired.
    pub keys: i64,
    /// For whom grants have ended: client, wallet, how many.
    pub whose: Vec<(String, String, i64)>,
}

/// Those whose state is kept in a column, in the order of [`Restoration::disabled`].
const PARTIES: [&str; 3] = ["client", "resource_server", "user"];

/// What would end a path in a URI, or begin something else.
const PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

impl Store {
    /// Copies a `SQLite` database, as it is at one instant, into the empty file `to`.
    pub async fn copy_into(&self, to: &Path) -> Result<(), StoreFault> {
        let rows = self.connection();
        let path = to.to_string_lossy().into_owned();
        let copy = Statement::from_sql_and_values(
            rows.get_database_backend(),
            "VACUUM INTO ?",
            [path.into()],
        );
        rows.execute_raw(copy).await?;
        Ok(())
    }

    /// Ends the write-ahead log, so that the database is one file; fails while somebody else has it open.
    pub async fn settle(&self) -> Result<(), StoreFault> {
        self.text("PRAGMA journal_mode = DELETE").await.map(|_| ())
    }

    /// Attaches the database as it was last; the error is why its word does not count.
    pub async fn attach_latest(&self, path: &Path) -> Result<Result<(), &'static str>, StoreFault> {
        let rows = self.connection();
        let path = path.to_string_lossy();
        let uri = format!("file:{}?mode=ro", utf8_percent_encode(&path, PATH));
        let attach = Statement::from_sql_and_values(
            rows.get_database_backend(),
            "ATTACH DATABASE ? AS latest",
            [uri.into()],
        );
        if rows.execute_raw(attach).await.is_err() {
            return Ok(Err("it cannot be read"));
        }
        let judged = self
            .judge_latest()
            .await
            .unwrap_or(Err("it cannot be read"));
        if judged.is_err() {
            rows.execute_unprepared("DETACH DATABASE latest").await?;
        }
        Ok(judged)
    }

    /// Whether `latest` is whole, has this schema, and goes on from what was put back.
    async fn judge_latest(&self) -> Result<Result<(), &'static str>, StoreFault> {
        if self.text("PRAGMA latest.integrity_check").await? != "ok" {
            return Ok(Err("it is not whole"));
        }
        for (statement, reason) in JUDGED {
            if self.number(statement).await? > 0 {
                return Ok(Err(reason));
            }
        }
        Ok(Ok(()))
    }

    /// Whether another server is connected.
    pub async fn is_served(&self) -> Result<bool, StoreFault> {
        if !self.is_shared() {
            return Ok(false);
        }
        let others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'countersign' \
                      AND datname = current_database() AND pid <> pg_backend_pid()";
        Ok(self.number(others).await? > 0)
    }
}

/// Statements that count what must not be, and what it means.
const JUDGED: [(&str, &str); 4] = [
    (
        "SELECT count(*) FROM latest.sqlite_schema WHERE type IN ('trigger', 'view')",
        "it has triggers or views, which this program does not make",
    ),
    (
        "SELECT (SELECT count(*) FROM latest.seaql_migrations WHERE version NOT IN (SELECT version FROM main.seaql_migrations)) \
         + (SELECT count(*) FROM main.seaql_migrations WHERE version NOT IN (SELECT version FROM latest.seaql_migrations))",
        "it has another schema",
    ),
    (
        r#"SELECT count(*) FROM main."grant" WHERE state IN ('active', 'suspended')
           AND id NOT IN (SELECT id FROM latest."grant")"#,
        "it does not know all grants of the backup, so it does not come after it",
    ),
    (
        r#"SELECT count(*) FROM main.grant_history h JOIN main."grant" g ON g.id = h.grant_id
           WHERE g.state IN ('active', 'suspended') AND h.id NOT IN (SELECT id FROM latest.grant_history)"#,
        "it does not know all that the backup knows of its grants, so it does not come after it",
    ),
];

/// Takes over what `latest` knows, and notes whose grants live on; on a database that was never asked, nobody's do.
pub async fn carry(tx: &Transaction, latest: bool) -> Result<(), StoreFault> {
    run(tx, "CREATE TEMPORARY TABLE survivor (id text PRIMARY KEY)").await?;
    if latest {
        for statement in CARRIED {
            run(tx, statement).await?;
        }
    }
    Ok(())
}

/// The order counts: who survives, first; then what is said about each.
const CARRIED: [&str; 21] = [
    r#"INSERT INTO survivor SELECT g.id FROM main."grant" g JOIN latest."grant" l ON l.id = g.id
       WHERE g.state IN ('active', 'suspended') AND l.state IN ('active', 'suspended')
       AND l.client = g.client AND l."user" IS g."user" AND l.resource_server = g.resource_server
       AND l.agreement_url = g.agreement_url AND l.subject = g.subject AND l.approval_digest IS g.approval_digest"#,
    r#"UPDATE main."grant" SET (state, reason, state_at) =
       (SELECT l.state, l.reason, l.state_at FROM latest."grant" l WHERE l.id = "grant".id)
       WHERE state <> 'ended' AND id IN (SELECT id FROM latest."grant" WHERE state = 'ended' UNION SELECT id FROM survivor)"#,
    r#"INSERT INTO main.grant_history SELECT * FROM latest.grant_history l
       WHERE l.grant_id IN (SELECT id FROM survivor UNION SELECT id FROM latest."grant" WHERE state = 'ended')
       AND l.grant_id IN (SELECT id FROM main."grant") AND l.id NOT IN (SELECT id FROM main.grant_history)"#,
    "DELETE FROM main.access_token WHERE grant_id IN (SELECT id FROM survivor)",
    "INSERT INTO main.access_token SELECT * FROM latest.access_token WHERE grant_id IN (SELECT id FROM survivor)",
    "DELETE FROM main.refresh_token WHERE grant_id IN (SELECT id FROM survivor)",
    "INSERT INTO main.refresh_token SELECT * FROM latest.refresh_token WHERE grant_id IN (SELECT id FROM survivor)",
    "DELETE FROM main.authorization_code WHERE grant_id IN (SELECT id FROM survivor)",
    "INSERT INTO main.authorization_code SELECT * FROM latest.authorization_code WHERE grant_id IN (SELECT id FROM survivor)",
    // Whoever is not known any more comes back disabled.
    "UPDATE main.client SET state = 'disabled' WHERE id NOT IN (SELECT id FROM latest.client)",
    "UPDATE main.resource_server SET state = 'disabled' WHERE id NOT IN (SELECT id FROM latest.resource_server)",
    r#"UPDATE main."user" SET state = 'disabled' WHERE id NOT IN (SELECT id FROM latest."user")"#,
    "INSERT OR REPLACE INTO main.client SELECT * FROM latest.client WHERE id IN (SELECT id FROM main.client)",
    "INSERT OR REPLACE INTO main.resource_server SELECT * FROM latest.resource_server \
     WHERE id IN (SELECT id FROM main.resource_server)",
    r#"INSERT OR REPLACE INTO main."user" SELECT * FROM latest."user" WHERE id IN (SELECT id FROM main."user")"#,
    "DELETE FROM main.party_secret WHERE party IN \
     (SELECT id FROM latest.client UNION SELECT id FROM latest.resource_server)",
    "INSERT INTO main.party_secret SELECT * FROM latest.party_secret WHERE party IN \
     (SELECT id FROM main.client UNION SELECT id FROM main.resource_server)",
    r#"DELETE FROM main.payment_pointer WHERE "user" IN (SELECT id FROM latest."user")
       OR url IN (SELECT url FROM latest.payment_pointer)"#,
    r#"INSERT INTO main.payment_pointer SELECT * FROM latest.payment_pointer WHERE "user" IN (SELECT id FROM main."user")"#,
    "INSERT OR REPLACE INTO main.signing_key SELECT * FROM latest.signing_key",
    "INSERT OR REPLACE INTO main.replay SELECT * FROM latest.replay",
];

/// Ends what must not live on; without the word of `latest`, keys are retired, and `disable` disables every party.
pub async fn end(
    tx: &Transaction,
    now: Timestamp,
    latest: bool,
    disable: bool,
) -> Result<Restoration, StoreFault> {
    let now = millis(now);
    let mut done = Restoration {
        whose: whose(tx, now).await?,
        ..Restoration::default()
    };
    done.grants_ended = done.whose.iter().map(|(_, _, count)| count).sum();
    let kept = r#"SELECT count(*) FROM "grant" WHERE id IN (SELECT id FROM survivor)"#;
    done.grants_kept = number(tx, kept).await?;
    let lost = "grant_id NOT IN (SELECT id FROM survivor)";
    let live = format!("expires_at > {now}");
    let access = format!("access_token WHERE revoked_at IS NULL AND {lost}");
    let refresh = format!("refresh_token WHERE voided_at IS NULL AND {lost}");
    let code = format!("authorization_code WHERE redeemed_at IS NULL AND {lost}");
    let open = format!("authorization_request WHERE status = 'open' AND {live}");
    done.access_tokens = number(tx, &format!("SELECT count(*) FROM {access} AND {live}")).await?;
    done.refresh_tokens = number(tx, &format!("SELECT count(*) FROM {refresh} AND {live}")).await?;
    done.codes = number(tx, &format!("SELECT count(*) FROM {code} AND {live}")).await?;
    done.requests = number(tx, &format!("SELECT count(*) FROM {open}")).await?;
    done.sessions = number(tx, &format!("SELECT count(*) FROM session WHERE {live}")).await?;
    let set =
        |rows: &str, change: String| rows.replacen(" WHERE", &format!(" SET {change} WHERE"), 1);
    // One that is over has ended by itself; the clock that says so may be another one day.
    let reason =
        format!("CASE WHEN ends_at <= {now} THEN 'expired' ELSE 'revoked_by_operator' END");
    let ending = "state <> 'ended' AND id NOT IN (SELECT id FROM survivor)";
    for statement in [
        format!(
            r#"INSERT INTO grant_history (id, grant_id, at, kind, "by", detail)
               SELECT 'his_restored_' || id, id, {now}, 'ended', 'operator', {reason} FROM "grant" WHERE {ending}"#
        ),
        format!(
            r#"UPDATE "grant" SET state = 'ended', reason = {reason}, state_at = {now} WHERE {ending}"#
        ),
        format!("UPDATE {}", set(&access, format!("revoked_at = {now}"))),
        format!("UPDATE {}", set(&refresh, format!("voided_at = {now}"))),
        format!("UPDATE {}", set(&code, format!("redeemed_at = {now}"))),
        format!("UPDATE {}", set(&open, format!("expires_at = {now}"))),
        "DELETE FROM session".to_owned(),
        "DELETE FROM lease".to_owned(),
    ] {
        run(tx, &statement).await?;
    }
    if !latest {
        withdraw(tx, now, disable, &mut done).await?;
    }
    Ok(done)
}

/// What nobody can vouch for is worth nothing: the keys, and the parties if `disable` says so.
async fn withdraw(
    tx: &Transaction,
    now: i64,
    disable: bool,
    done: &mut Restoration,
) -> Result<(), StoreFault> {
    let retire = format!(
        "UPDATE signing_key SET retired_at = {now} WHERE retired_at IS NULL OR retired_at > {now}"
    );
    done.keys = run(tx, &retire).await?;
    if disable {
        for (count, party) in done.disabled.iter_mut().zip(PARTIES) {
            let statement =
                format!("UPDATE \"{party}\" SET state = 'disabled' WHERE state = 'enabled'");
            *count = run(tx, &statement).await?;
        }
    }
    Ok(())
}

/// For whom the grants were that end, and have not been over.
async fn whose(tx: &Transaction, now: i64) -> Result<Vec<(String, String, i64)>, StoreFault> {
    let rows = tx.connection();
    let grouped = format!(
        r#"SELECT client, resource_server, count(*) FROM "grant" WHERE state <> 'ended' AND id NOT IN (SELECT id FROM survivor)
           AND (ends_at IS NULL OR ends_at > {now}) GROUP BY client, resource_server ORDER BY client, resource_server"#
    );
    let asked = Statement::from_string(rows.get_database_backend(), grouped);
    let mut whose = Vec::new();
    for row in rows.query_all_raw(asked).await? {
        whose.push((
            row.try_get_by_index(0)?,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
        ));
    }
    Ok(whose)
}

async fn run(tx: &Transaction, statement: &str) -> Result<i64, StoreFault> {
    let done = tx.connection().execute_unprepared(statement).await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

async fn number(tx: &Transaction, statement: &str) -> Result<i64, StoreFault> {
    let rows = tx.connection();
    let asked = Statement::from_string(rows.get_database_backend(), statement);
    match rows.query_one_raw(asked).await? {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Ok(0),
    }
}
