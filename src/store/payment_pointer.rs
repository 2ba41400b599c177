//! Table `payment_pointer`: a pointer has one owner.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use super::{Rows, StoreFault};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_pointer")]
#[expect(missing_docs, reason = "the functions below say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    pub user: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The id of the user who owns the pointer `url`.
pub async fn owner(rows: &impl Rows, url: &str) -> Result<Option<String>, StoreFault> {
    Ok(Entity::find_by_id(url)
        .one(rows.connection())
        .await?
        .map(|row| row.user))
}

/// The pointers of `user`, in order.
pub async fn of_user(rows: &impl Rows, user: &str) -> Result<Vec<String>, StoreFault> {
    let found = Entity::find()
        .filter(Column::User.eq(user))
        .order_by_asc(Column::Url)
        .all(rows.connection())
        .await?;
    Ok(found.into_iter().map(|row| row.url).collect())
}

/// Gives `user` the pointer `url`.
pub async fn insert(rows: &impl Rows, url: &str, user: &str) -> Result<(), StoreFault> {
    let row = ActiveModel {
        url: Set(url.to_owned()),
        user: Set(user.to_owned()),
    };
    Entity::insert(row)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Takes the pointer `url` from `user`; false if it was not theirs.
pub async fn remove(rows: &impl Rows, url: &str, user: &str) -> Result<bool, StoreFault> {
    let done = Entity::delete_many()
        .filter(Column::Url.eq(url))
        .filter(Column::User.eq(user))
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}
