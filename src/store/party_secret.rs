//! Table `party_secret`: the digests of the secrets of clients and resource servers.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition};

use super::row::{bytes, millis};
use super::{Rows, StoreFault};
use crate::model::Digest;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_secret")]
#[expect(missing_docs, reason = "the functions below say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub party: String,
    pub not_after: Option<i64>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether `digest` is that of a secret of `party` that is good at `now`.
pub async fn is_valid(
    rows: &impl Rows,
    party: &str,
    digest: &Digest,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let good = Condition::any()
        .add(Column::NotAfter.is_null())
        .add(Column::NotAfter.gt(millis(now)));
    let found = Entity::find_by_id(bytes(digest))
        .filter(Column::Party.eq(party))
        .filter(good)
        .one(rows.connection());
    Ok(found.await?.is_some())
}

/// Whether `party` has a secret that is good at `now`.
pub async fn has_any(rows: &impl Rows, party: &str, now: Timestamp) -> Result<bool, StoreFault> {
    let good = Condition::any()
        .add(Column::NotAfter.is_null())
        .add(Column::NotAfter.gt(millis(now)));
    let found = Entity::find()
        .filter(Column::Party.eq(party))
        .filter(good)
        .one(rows.connection());
    Ok(found.await?.is_some())
}

/// Adds a secret without an end.
pub async fn insert(
    rows: &impl Rows,
    party: &str,
    digest: &Digest,
    now: Timestamp,
) -> Result<(), StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(digest)),
        party: Set(party.to_owned()),
        not_after: Set(None),
        created_at: Set(millis(now)),
    };
    Entity::insert(row)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Lets every secret of `party` end at `not_after`, and removes those that have ended before `now`.
pub async fn end(
    rows: &impl Rows,
    party: &str,
    not_after: Timestamp,
    now: Timestamp,
) -> Result<(), StoreFault> {
    let later = Condition::any()
        .add(Column::NotAfter.is_null())
        .add(Column::NotAfter.gt(millis(not_after)));
    Entity::update_many()
        .col_expr(Column::NotAfter, Expr::value(millis(not_after)))
        .filter(Column::Party.eq(party))
        .filter(later)
        .exec(rows.connection())
        .await?;
    Entity::delete_many()
        .filter(Column::Party.eq(party))
        .filter(Column::NotAfter.lte(millis(now)))
        .exec(rows.connection())
        .await?;
    Ok(())
}
