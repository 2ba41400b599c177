//! Table `access_token`.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Reader, bytes, json, millis};
use super::together::Together;
use super::{Rows, Store, StoreFault, Transaction};
use crate::model::{AccessToken, Digest};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "access_token")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub jti: String,
    pub grant_id: String,
    pub confirmation: Option<String>,
    pub issued_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn read(row: Model) -> Result<AccessToken, StoreFault> {
    let reader = Reader {
        table: "access_token",
        row: &row.jti,
    };
    Ok(AccessToken {
        digest: reader.digest(&row.digest)?,
        issued_at: reader.instant(row.issued_at)?,
        expires_at: reader.instant(row.expires_at)?,
        revoked_at: reader.instant_opt(row.revoked_at)?,
        confirmation: reader.json_opt(row.confirmation.as_deref())?,
        grant: row.grant_id,
        jti: row.jti,
    })
}

/// Looks a token up by its digest.
pub async fn find(rows: &impl Rows, digest: &Digest) -> Result<Option<AccessToken>, StoreFault> {
    Entity::find_by_id(bytes(digest))
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Adds a token, as part of a transaction.
pub async fn insert(tx: &Transaction, token: &AccessToken) -> Result<(), StoreFault> {
    Entity::insert(write(token))
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The tokens that wait for each other.
pub(super) type Mints = Together<AccessToken, ()>;

/// Adds a token by itself, together with others that are added at the same time: one commit makes all of them durable.
pub async fn insert_alone(store: &Store, token: AccessToken) -> Result<(), StoreFault> {
    let kept = store.clone();
    let all = move |tokens: Vec<AccessToken>| {
        let store = kept.clone();
        async move {
            let insert = async {
                let _turn = store.turn().await?;
                let rows = Entity::insert_many(tokens.iter().map(write));
                rows.exec_without_returning(store.kept()).await
            };
            store.within(insert).await?;
            Ok(vec![(); tokens.len()])
        }
    };
    Ok(store.within(store.minted().ask(token, all)).await?)
}

fn write(token: &AccessToken) -> ActiveModel {
    ActiveModel {
        digest: Set(bytes(&token.digest)),
        jti: Set(token.jti.clone()),
        grant_id: Set(token.grant.clone()),
        confirmation: Set(token.confirmation.as_ref().map(json)),
        issued_at: Set(millis(token.issued_at)),
        expires_at: Set(millis(token.expires_at)),
        revoked_at: Set(None),
    }
}

/// Revokes a token; false if it was revoked before.
pub async fn revoke(tx: &Transaction, digest: &Digest, now: Timestamp) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(millis(now)))
        .filter(Column::Digest.eq(bytes(digest)))
        .filter(Column::RevokedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}
