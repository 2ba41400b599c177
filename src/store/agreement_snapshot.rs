//! Table `agreement_snapshot`: rows are added and read, never changed.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Reader, millis};
use super::{Rows, StoreFault};
use crate::model::{AgreementType, Snapshot, Terms};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_snapshot")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub url: String,
    pub r#type: String,
    pub subject: String,
    pub raw: String,
    pub terms: String,
    pub digest: String,
    pub etag: Option<String>,
    pub fetched_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Looks a snapshot up.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<Snapshot>, StoreFault> {
    let Some(row) = Entity::find_by_id(id).one(rows.connection()).await? else {
        return Ok(None);
    };
    let reader = Reader {
        table: "agreement_snapshot",
        row: &row.id,
    };
    Ok(Some(Snapshot {
        kind: reader.word(&row.r#type, AgreementType::parse)?,
        terms: Terms::from_canonical(&row.terms)
            .map_err(|refusal| reader.corrupt(refusal.to_string()))?,
        fetched_at: reader.instant(row.fetched_at)?,
        url: row.url,
        subject: row.subject,
        raw: row.raw,
        digest: row.digest,
        etag: row.etag,
        id: row.id,
    }))
}

/// Keeps a snapshot.
pub async fn insert(rows: &impl Rows, snapshot: &Snapshot) -> Result<(), StoreFault> {
    let row = ActiveModel {
        id: Set(snapshot.id.clone()),
        url: Set(snapshot.url.clone()),
        r#type: Set(snapshot.kind.as_str().to_owned()),
        subject: Set(snapshot.subject.clone()),
        raw: Set(snapshot.raw.clone()),
        terms: Set(snapshot.terms.canonical()),
        digest: Set(snapshot.digest.clone()),
        etag: Set(snapshot.etag.clone()),
        fetched_at: Set(millis(snapshot.fetched_at)),
    };
    Entity::insert(row)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}
