//! Table `session`.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Reader, bytes, json, millis};
use super::{Rows, StoreFault};
use crate::model::{Digest, Session};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub user: String,
    pub auth_time: i64,
    pub amr: String,
    pub acr: Option<String>,
    pub seen_at: i64,
    pub expires_at: i64,
    pub agent: Option<String>,
    pub address: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn read(row: Model) -> Result<Session, StoreFault> {
    let reader = Reader {
        table: "session",
        row: &row.user,
    };
    Ok(Session {
        digest: reader.digest(&row.digest)?,
        auth_time: reader.instant(row.auth_time)?,
        amr: reader.json(&row.amr)?,
        seen_at: reader.instant(row.seen_at)?,
        expires_at: reader.instant(row.expires_at)?,
        agent: row.agent,
        address: row.address,
        user: row.user,
    })
}

/// Looks a session up by the digest of its cookie.
pub async fn find(rows: &impl Rows, digest: &Digest) -> Result<Option<Session>, StoreFault> {
    Entity::find_by_id(bytes(digest))
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Adds a session.
pub async fn insert(rows: &impl Rows, session: &Session) -> Result<(), StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(&session.digest)),
        user: Set(session.user.clone()),
        auth_time: Set(millis(session.auth_time)),
        amr: Set(json(&session.amr)),
        acr: Set(None),
        seen_at: Set(millis(session.seen_at)),
        expires_at: Set(millis(session.expires_at)),
        agent: Set(session.agent.clone()),
        address: Set(session.address.clone()),
    };
    Entity::insert(row)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Notes that the browser was here.
pub async fn touch(rows: &impl Rows, digest: &Digest, now: Timestamp) -> Result<(), StoreFault> {
    Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(millis(now)))
        .filter(Column::Digest.eq(bytes(digest)))
        .exec(rows.connection())
        .await?;
    Ok(())
}

/// Ends a session; false if it had ended.
pub async fn remove(rows: &impl Rows, digest: &Digest) -> Result<bool, StoreFault> {
    let done = Entity::delete_by_id(bytes(digest))
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Ends every session of `user`.
pub async fn remove_of_user(rows: &impl Rows, user: &str) -> Result<(), StoreFault> {
    Entity::delete_many()
        .filter(Column::User.eq(user))
        .exec(rows.connection())
        .await?;
    Ok(())
}
