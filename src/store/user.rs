//! Table `user`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};

use super::row::{Reader, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{PartyState, User};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub username: String,
    pub email: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub password_hash: String,
    pub state: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn read(row: Model) -> Result<User, StoreFault> {
    let reader = Reader {
        table: "user",
        row: &row.id,
    };
    Ok(User {
        state: reader.word(&row.state, PartyState::parse)?,
        created_at: reader.instant(row.created_at)?,
        username: row.username,
        locale: row.locale,
        time_zone: row.time_zone,
        password_hash: row.password_hash,
        id: row.id,
    })
}

fn write(user: &User) -> ActiveModel {
    ActiveModel {
        id: Set(user.id.clone()),
        username: Set(user.username.clone()),
        email: sea_orm::ActiveValue::NotSet,
        locale: Set(user.locale.clone()),
        time_zone: Set(user.time_zone.clone()),
        password_hash: Set(user.password_hash.clone()),
        state: Set(user.state.to_string()),
        created_at: Set(millis(user.created_at)),
    }
}

/// Looks a user up by id.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<User>, StoreFault> {
    Entity::find_by_id(id)
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Looks a user up, and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Transaction, id: &str) -> Result<Option<User>, StoreFault> {
    Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx.connection())
        .await?
        .map(read)
        .transpose()
}

/// Looks a user up by the folded name.
pub async fn find_by_username(
    rows: &impl Rows,
    username: &str,
) -> Result<Option<User>, StoreFault> {
    let found = Entity::find()
        .filter(Column::Username.eq(username))
        .one(rows.connection())
        .await?;
    found.map(read).transpose()
}

/// Lists the users by name.
pub async fn list(rows: &impl Rows) -> Result<Vec<User>, StoreFault> {
    let found = Entity::find()
        .order_by_asc(Column::Username)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// Adds a user.
pub async fn insert(rows: &impl Rows, user: &User) -> Result<(), StoreFault> {
    Entity::insert(write(user))
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Writes everything about a user who is there.
pub async fn update(rows: &impl Rows, user: &User) -> Result<(), StoreFault> {
    Entity::update(write(user)).exec(rows.connection()).await?;
    Ok(())
}
