//! Table `attempt`: how often something was tried, counted for all instances together.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, OnConflict};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
#[expect(missing_docs, reason = "the functions below say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub window_start: i64,
    pub count: i64,
    pub next_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The attempts under one key in its present window.
#[derive(Debug, Clone, Copy)]
pub struct Attempts {
    /// When the first of them was.
    pub window_start: Timestamp,
    /// How many there were.
    pub count: i64,
    /// Before when there must be no other.
    pub next_at: Timestamp,
}

/// Looks the attempts under `key` up.
pub async fn find(rows: &impl Rows, key: &str) -> Result<Option<Attempts>, StoreFault> {
    let Some(row) = Entity::find_by_id(key).one(rows.connection()).await? else {
        return Ok(None);
    };
    let reader = Reader {
        table: "attempt",
        row: &row.key,
    };
    Ok(Some(Attempts {
        window_start: reader.instant(row.window_start)?,
        count: row.count,
        next_at: reader.instant(row.next_at)?,
    }))
}

/// Writes the attempts under `key`.
pub async fn put(tx: &Transaction, key: &str, attempts: &Attempts) -> Result<(), StoreFault> {
    let row = ActiveModel {
        key: Set(key.to_owned()),
        window_start: Set(millis(attempts.window_start)),
        count: Set(attempts.count),
        next_at: Set(millis(attempts.next_at)),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Key)
                .update_columns([Column::WindowStart, Column::Count, Column::NextAt])
                .to_owned(),
        )
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Forgets the attempts under `key`.
pub async fn remove(rows: &impl Rows, key: &str) -> Result<(), StoreFault> {
    Entity::delete_by_id(key).exec(rows.connection()).await?;
    Ok(())
}

/// Takes back one attempt under `key`, because it was none.
pub async fn give_back(rows: &impl Rows, key: &str) -> Result<(), StoreFault> {
    Entity::update_many()
        .col_expr(Column::Count, Expr::col(Column::Count).sub(1))
        .filter(Column::Key.eq(key))
        .filter(Column::Count.gt(0))
        .exec(rows.connection())
        .await?;
    Ok(())
}
