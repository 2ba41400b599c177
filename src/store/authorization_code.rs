//! Table `authorization_code`.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Reader, bytes, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{AuthorizationCode, Digest};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_code")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub grant_id: String,
    pub redirect_uri: String,
    pub challenge: String,
    pub dpop_jkt: Option<String>,
    pub expires_at: i64,
    pub redeemed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Looks a code up by its digest.
pub async fn find(
    rows: &impl Rows,
    digest: &Digest,
) -> Result<Option<AuthorizationCode>, StoreFault> {
    let Some(row) = Entity::find_by_id(bytes(digest))
        .one(rows.connection())
        .await?
    else {
        return Ok(None);
    };
    read(row).map(Some)
}

/// The codes of grants.
pub async fn of_grants(
    rows: &impl Rows,
    grants: &[&str],
) -> Result<Vec<AuthorizationCode>, StoreFault> {
    let found = Entity::find()
        .filter(Column::GrantId.is_in(grants.iter().copied()))
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

fn read(row: Model) -> Result<AuthorizationCode, StoreFault> {
    let reader = Reader {
        table: "authorization_code",
        row: &row.grant_id,
    };
    Ok(AuthorizationCode {
        digest: reader.digest(&row.digest)?,
        expires_at: reader.instant(row.expires_at)?,
        redeemed_at: reader.instant_opt(row.redeemed_at)?,
        grant: row.grant_id,
        redirect_uri: row.redirect_uri,
        challenge: row.challenge,
        dpop_jkt: row.dpop_jkt,
    })
}

/// Adds a code.
pub async fn insert(tx: &Transaction, code: &AuthorizationCode) -> Result<(), StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(&code.digest)),
        grant_id: Set(code.grant.clone()),
        redirect_uri: Set(code.redirect_uri.clone()),
        challenge: Set(code.challenge.clone()),
        dpop_jkt: Set(code.dpop_jkt.clone()),
        expires_at: Set(millis(code.expires_at)),
        redeemed_at: Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Spends a code; false if it was spent before.
pub async fn redeem(tx: &Transaction, digest: &Digest, now: Timestamp) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::RedeemedAt, Expr::value(millis(now)))
        .filter(Column::Digest.eq(bytes(digest)))
        .filter(Column::RedeemedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}
