//! Table `signing_key`.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{SigningAlgorithm, SigningKey};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub algorithm: String,
    pub sealed: Vec<u8>,
    pub public_jwk: String,
    pub published_at: i64,
    pub signs_from: i64,
    pub retired_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Lists the keys, the oldest first.
pub async fn list(rows: &impl Rows) -> Result<Vec<SigningKey>, StoreFault> {
    let found = Entity::find()
        .order_by_asc(Column::SignsFrom)
        .order_by_asc(Column::Kid)
        .all(rows.connection())
        .await?;
    let read = |row: Model| {
        let reader = Reader {
            table: "signing_key",
            row: &row.kid,
        };
        Ok(SigningKey {
            algorithm: reader.word(&row.algorithm, SigningAlgorithm::parse)?,
            published_at: reader.instant(row.published_at)?,
            signs_from: reader.instant(row.signs_from)?,
            retired_at: reader.instant_opt(row.retired_at)?,
            sealed: row.sealed,
            public_jwk: row.public_jwk,
            kid: row.kid,
        })
    };
    found.into_iter().map(read).collect()
}

/// Adds a key.
pub async fn insert(tx: &Transaction, key: &SigningKey) -> Result<(), StoreFault> {
    let row = ActiveModel {
        kid: Set(key.kid.clone()),
        algorithm: Set(key.algorithm.as_str().to_owned()),
        sealed: Set(key.sealed.clone()),
        public_jwk: Set(key.public_jwk.clone()),
        published_at: Set(millis(key.published_at)),
        signs_from: Set(millis(key.signs_from)),
        retired_at: Set(key.retired_at.map(millis)),
    };
    Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Says when a key leaves the key set.
pub async fn retire(tx: &Transaction, kid: &str, at: Timestamp) -> Result<(), StoreFault> {
    Entity::update_many()
        .col_expr(Column::RetiredAt, Expr::value(millis(at)))
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}
