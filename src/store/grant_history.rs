//! Table `grant_history`: what happened to a grant; rows are added and read, never changed.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::HistoryEntry;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_history")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub grant_id: String,
    pub at: i64,
    pub kind: String,
    pub by: String,
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an entry under the key `id`.
pub async fn insert(tx: &Transaction, id: &str, entry: &HistoryEntry) -> Result<(), StoreFault> {
    let row = ActiveModel {
        id: Set(id.to_owned()),
        grant_id: Set(entry.grant.clone()),
        at: Set(millis(entry.at)),
        kind: Set(entry.kind.clone()),
        by: Set(entry.by.clone()),
        detail: Set(entry.detail.clone()),
    };
    Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// What happened to `grant`, the oldest first.
pub async fn list(rows: &impl Rows, grant: &str) -> Result<Vec<HistoryEntry>, StoreFault> {
    let found = Entity::find()
        .filter(Column::GrantId.eq(grant))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .all(rows.connection())
        .await?;
    let read = |row: Model| {
        let reader = Reader {
            table: "grant_history",
            row: &row.id,
        };
        Ok(HistoryEntry {
            at: reader.instant(row.at)?,
            grant: row.grant_id,
            kind: row.kind,
            by: row.by,
            detail: row.detail,
        })
    };
    found.into_iter().map(read).collect()
}
