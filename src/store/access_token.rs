//! Table `access_token`.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, Iterable as _, JoinType, QuerySelect};

use super::row::{Reader, bytes, millis};
use super::{Rows, StoreFault, Transaction, client, grant, resource_server, user};
use crate::model::{AccessToken, Digest, Grant, PartyState};

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
#[expect(missing_docs, reason = "their names say it")]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::grant::Entity",
        from = "Column::GrantId",
        to = "super::grant::Column::Id"
    )]
    Grant,
}

impl Related<grant::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Grant.def()
    }
}

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

/// A token with everything that decides whether it is alive.
#[derive(Debug)]
pub struct Standing {
    /// The token.
    pub token: AccessToken,
    /// Its grant.
    pub grant: Grant,
    /// Whether client, wallet and user (if there is one) take part.
    pub parties_enabled: bool,
}

#[derive(FromQueryResult)]
struct Parties {
    #[sea_orm(nested)]
    token: Model,
    #[sea_orm(nested)]
    grant: grant::Model,
    client_state: String,
    wallet_state: String,
    user_state: Option<String>,
}

/// Reads a token, its grant and the state of its parties, in one statement.
pub async fn find_standing(
    rows: &impl Rows,
    digest: &Digest,
) -> Result<Option<Standing>, StoreFault> {
    let to_client = grant::Entity::belongs_to(client::Entity)
        .from(grant::Column::Client)
        .to(client::Column::Id);
    let to_wallet = grant::Entity::belongs_to(resource_server::Entity)
        .from(grant::Column::ResourceServer)
        .to(resource_server::Column::Id);
    let to_user = grant::Entity::belongs_to(user::Entity)
        .from(grant::Column::User)
        .to(user::Column::Id);
    let mut select = Entity::find_by_id(bytes(digest))
        .join(JoinType::InnerJoin, Relation::Grant.def())
        .join(JoinType::InnerJoin, to_client.into())
        .join(JoinType::InnerJoin, to_wallet.into())
        .join(JoinType::LeftJoin, to_user.into())
        .column_as(client::Column::State, "client_state")
        .column_as(resource_server::Column::State, "wallet_state")
        .column_as(user::Column::State, "user_state");
    // No column of `grant` has the name of one of `access_token`: both are read from one row.
    for column in grant::Column::iter() {
        select = select.column(column);
    }
    let found = select
        .into_model::<Parties>()
        .one(rows.connection())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let enabled = PartyState::Enabled.as_str();
    let states = [
        Some(&found.client_state),
        Some(&found.wallet_state),
        found.user_state.as_ref(),
    ];
    let user_known = found.grant.user.is_none() || found.user_state.is_some();
    let parties_enabled = user_known && states.into_iter().flatten().all(|state| state == enabled);
    Ok(Some(Standing {
        token: read(found.token)?,
        grant: grant::read(found.grant)?,
        parties_enabled,
    }))
}

/// Adds a token.
pub async fn insert(tx: &Transaction, token: &AccessToken) -> Result<(), StoreFault> {
    let row = ActiveModel {
        digest: Set(bytes(&token.digest)),
        jti: Set(token.jti.clone()),
        grant_id: Set(token.grant.clone()),
        confirmation: Set(None),
        issued_at: Set(millis(token.issued_at)),
        expires_at: Set(millis(token.expires_at)),
        revoked_at: Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
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
