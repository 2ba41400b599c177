//! Table `refresh_token`.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Reader, bytes, json, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{Digest, RefreshToken};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub grant_id: String,
    pub generation: i64,
    pub parent: Option<Vec<u8>>,
    pub confirmation: Option<String>,
    pub issued_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub voided_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn read(row: Model) -> Result<RefreshToken, StoreFault> {
    let reader = Reader {
        table: "refresh_token",
        row: &row.grant_id,
    };
    Ok(RefreshToken {
        digest: reader.digest(&row.digest)?,
        parent: row
            .parent
            .as_deref()
            .map(|bytes| reader.digest(bytes))
            .transpose()?,
        confirmation: reader.json_opt(row.confirmation.as_deref())?,
        generation: row.generation,
        issued_at: reader.instant(row.issued_at)?,
        expires_at: reader.instant(row.expires_at)?,
        used_at: reader.instant_opt(row.used_at)?,
        voided_at: reader.instant_opt(row.voided_at)?,
        grant: row.grant_id,
    })
}

/// Looks a token up by its digest.
pub async fn find(rows: &impl Rows, digest: &Digest) -> Result<Option<RefreshToken>, StoreFault> {
    Entity::find_by_id(bytes(digest))
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// The successor of a token that no retry has voided.
pub async fn find_successor(
    tx: &Transaction,
    parent: &Digest,
) -> Result<Option<RefreshToken>, StoreFault> {
    let found = Entity::find()
        .filter(Column::Parent.eq(bytes(parent)))
        .filter(Column::VoidedAt.is_null())
        .one(tx.connection())
        .await?;
    found.map(read).transpose()
}

/// Adds a token.
pub async fn insert(tx: &Transaction, token: &RefreshToken) -> Result<(), StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(&token.digest)),
        grant_id: Set(token.grant.clone()),
        generation: Set(token.generation),
        parent: Set(token.parent.as_ref().map(bytes)),
        confirmation: Set(token.confirmation.as_ref().map(json)),
        issued_at: Set(millis(token.issued_at)),
        expires_at: Set(millis(token.expires_at)),
        used_at: Set(None),
        voided_at: Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Notes that a token was used, and until when it can be used again.
pub async fn touch(
    tx: &Transaction,
    digest: &Digest,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), StoreFault> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(millis(now)))
        .col_expr(Column::ExpiresAt, Expr::value(millis(expires)))
        .filter(Column::Digest.eq(bytes(digest)))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Makes a token worthless.
pub async fn void(tx: &Transaction, digest: &Digest, now: Timestamp) -> Result<(), StoreFault> {
    Entity::update_many()
        .col_expr(Column::VoidedAt, Expr::value(millis(now)))
        .filter(Column::Digest.eq(bytes(digest)))
        .exec(tx.connection())
        .await?;
    Ok(())
}
