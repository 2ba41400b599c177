//! Table `grant_history`: what happened to a grant; rows are added and read, never changed.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{HistoryEntry, HistoryKind};

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
        kind: Set(entry.kind.to_string()),
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
    found.into_iter().map(read).collect()
}

/// What happened to `grant` once, the oldest first, at most `limit`: without what may recur.
pub async fn milestones(
    rows: &impl Rows,
    grant: &str,
    limit: u64,
) -> Result<Vec<HistoryEntry>, StoreFault> {
    let recurring = HistoryKind::RECURRING.map(HistoryKind::as_str);
    let found = Entity::find()
        .filter(Column::GrantId.eq(grant))
        .filter(Column::Kind.is_not_in(recurring))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// How often something happened to `grant`, and when it last did; `None` if it never did.
pub async fn tally(
    rows: &impl Rows,
    grant: &str,
    kind: HistoryKind,
) -> Result<Option<(u64, Timestamp)>, StoreFault> {
    let found: Option<(i64, Option<i64>)> = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "times")
        .column_as(Column::At.max(), "last")
        .filter(Column::GrantId.eq(grant))
        .filter(Column::Kind.eq(kind.as_str()))
        .into_tuple()
        .one(rows.connection())
        .await?;
    let Some((times, Some(last))) = found else {
        return Ok(None);
    };
    let reader = Reader {
        table: "grant_history",
        row: grant,
    };
    let times = u64::try_from(times).unwrap_or_default();
    Ok(Some((times, reader.instant(last)?)))
}

fn read(row: Model) -> Result<HistoryEntry, StoreFault> {
    let reader = Reader {
        table: "grant_history",
        row: &row.id,
    };
    Ok(HistoryEntry {
        at: reader.instant(row.at)?,
        kind: reader.word(&row.kind, HistoryKind::parse)?,
        grant: row.grant_id,
        by: row.by,
        detail: row.detail,
    })
}
