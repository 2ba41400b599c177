//! Table `replay`: identifiers that were used once, kept until what they stand in would be refused anyway.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use super::row::{bytes, millis};
use super::{Rows, StoreFault};
use crate::model::Unspent;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "replay")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub scope: String,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Uses an identifier up; false if it was used before, by whichever server.
pub async fn spend(rows: &impl Rows, unspent: &Unspent) -> Result<bool, StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(&unspent.digest)),
        scope: Set(unspent.scope.clone()),
        expires_at: Set(millis(unspent.expires_at)),
    };
    let once = OnConflict::column(Column::Digest).do_nothing().to_owned();
    let done = Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(done > 0)
}
