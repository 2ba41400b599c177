//! Table `grant`.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect};

use super::row::{Reader, json, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{AgreementType, Authentication, EndReason, Grant, GrantState};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grant")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub client: String,
    pub user: Option<String>,
    pub resource_server: String,
    pub agreement_url: String,
    pub collection: bool,
    pub r#type: String,
    pub actions: String,
    pub subject: String,
    pub snapshot: Option<String>,
    pub agreement_digest: Option<String>,
    pub approval_digest: Option<String>,
    pub limits: Option<String>,
    pub amr: Option<String>,
    pub auth_time: Option<i64>,
    pub consented_at: Option<i64>,
    pub text: Option<String>,
    pub locale: Option<String>,
    pub state: String,
    pub reason: Option<String>,
    pub state_at: i64,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub replaces: Option<String>,
    pub event_sequence: i64,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn read(row: Model) -> Result<Grant, StoreFault> {
    let reader = Reader {
        table: "grant",
        row: &row.id,
    };
    let authentication = match (row.auth_time, &row.amr) {
        (Some(time), Some(amr)) => Some(Authentication {
            time: reader.instant(time)?,
            amr: reader.json(amr)?,
        }),
        _ => None,
    };
    Ok(Grant {
        kind: reader.word(&row.r#type, AgreementType::parse)?,
        actions: reader.json(&row.actions)?,
        limits: row
            .limits
            .as_deref()
            .map(|text| reader.json(text))
            .transpose()?,
        authentication,
        consented_at: reader.instant_opt(row.consented_at)?,
        text: row.text.zip(row.locale),
        state: read_state(&reader, &row.state, row.reason.as_deref())?,
        state_at: reader.instant(row.state_at)?,
        starts_at: reader.instant_opt(row.starts_at)?,
        ends_at: reader.instant_opt(row.ends_at)?,
        created_at: reader.instant(row.created_at)?,
        client: row.client,
        user: row.user,
        resource_server: row.resource_server,
        agreement_url: row.agreement_url,
        collection: row.collection,
        subject: row.subject,
        snapshot: row.snapshot,
        agreement_digest: row.agreement_digest,
        approval_digest: row.approval_digest,
        replaces: row.replaces,
        id: row.id,
    })
}

pub(super) fn read_state(
    reader: &Reader<'_>,
    state: &str,
    reason: Option<&str>,
) -> Result<GrantState, StoreFault> {
    match (state, reason) {
        ("pending", None) => Ok(GrantState::Pending),
        ("active", None) => Ok(GrantState::Active),
        ("suspended", Some(holder)) => Ok(GrantState::Suspended(holder.to_owned())),
        ("ended", Some(reason)) => Ok(GrantState::Ended(reader.word(reason, EndReason::parse)?)),
        _ => Err(reader.corrupt(format!("state {state:?} with reason {reason:?}"))),
    }
}

fn write(grant: &Grant) -> ActiveModel {
    let (text, locale) = grant.text.clone().unzip();
    let reason = match &grant.state {
        GrantState::Pending | GrantState::Active => None,
        GrantState::Suspended(holder) => Some(holder.clone()),
        GrantState::Ended(reason) => Some(reason.to_string()),
    };
    ActiveModel {
        id: Set(grant.id.clone()),
        client: Set(grant.client.clone()),
        user: Set(grant.user.clone()),
        resource_server: Set(grant.resource_server.clone()),
        agreement_url: Set(grant.agreement_url.clone()),
        collection: Set(grant.collection),
        r#type: Set(grant.kind.as_str().to_owned()),
        actions: Set(json(&grant.actions)),
        subject: Set(grant.subject.clone()),
        snapshot: Set(grant.snapshot.clone()),
        agreement_digest: Set(grant.agreement_digest.clone()),
        approval_digest: Set(grant.approval_digest.clone()),
        limits: Set(grant.limits.as_ref().map(json)),
        amr: Set(grant.authentication.as_ref().map(|a| json(&a.amr))),
        auth_time: Set(grant.authentication.as_ref().map(|a| millis(a.time))),
        consented_at: Set(grant.consented_at.map(millis)),
        text: Set(text),
        locale: Set(locale),
        state: Set(grant.state.as_str().to_owned()),
        reason: Set(reason),
        state_at: Set(millis(grant.state_at)),
        starts_at: Set(grant.starts_at.map(millis)),
        ends_at: Set(grant.ends_at.map(millis)),
        replaces: Set(grant.replaces.clone()),
        event_sequence: Set(0),
        created_at: Set(millis(grant.created_at)),
    }
}

/// Looks a grant up.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<Grant>, StoreFault> {
    Entity::find_by_id(id)
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Looks a grant up, and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Transaction, id: &str) -> Result<Option<Grant>, StoreFault> {
    Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx.connection())
        .await?
        .map(read)
        .transpose()
}

/// The live grant for an agreement, if there is one; its time may be over.
pub async fn find_live(rows: &impl Rows, agreement_url: &str) -> Result<Option<Grant>, StoreFault> {
    let found = Entity::find()
        .filter(Column::AgreementUrl.eq(agreement_url))
        .filter(Column::State.is_in(["active", "suspended"]))
        .filter(Column::Collection.eq(false))
        .one(rows.connection())
        .await?;
    found.map(read).transpose()
}

/// The live grants with which `user` lets `client` create agreements for `subject` at a collection; their time may be over.
pub async fn live_for_collection(
    rows: &impl Rows,
    collection: &str,
    (client, user): (&str, Option<&str>),
    subject: &str,
) -> Result<Vec<Grant>, StoreFault> {
    let found = Entity::find()
        .filter(Column::AgreementUrl.eq(collection))
        .filter(Column::State.is_in(["active", "suspended"]))
        .filter(Column::Client.eq(client))
        .filter(Column::User.eq(user))
        .filter(Column::Subject.eq(subject))
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// The grants of a user that have ended, or have not, the newest first, at most `limit`; the time of one that has not may be
/// over.
pub async fn of_user(
    rows: &impl Rows,
    user: &str,
    ended: bool,
    limit: u64,
) -> Result<Vec<Grant>, StoreFault> {
    let states: &[&str] = if ended {
        &["ended"]
    } else {
        &["pending", "active", "suspended"]
    };
    let found = Entity::find()
        .filter(Column::User.eq(user))
        .filter(Column::State.is_in(states.iter().copied()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// The grant under which `client` acts on its own account at a collection.
pub async fn find_own(
    rows: &impl Rows,
    client: &str,
    collection: &str,
) -> Result<Option<Grant>, StoreFault> {
    let found = Entity::find()
        .filter(Column::AgreementUrl.eq(collection))
        .filter(Column::Client.eq(client))
        .filter(Column::User.is_null())
        .filter(Column::State.eq("active"))
        .one(rows.connection())
        .await?;
    found.map(read).transpose()
}

/// Adds a grant.
pub async fn insert(tx: &Transaction, grant: &Grant) -> Result<(), StoreFault> {
    Entity::insert(write(grant))
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Makes a pending grant active, in the place of `replaces`; false if it was not pending.
pub async fn activate(
    tx: &Transaction,
    id: &str,
    replaces: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value("active"))
        .col_expr(Column::StateAt, Expr::value(millis(now)))
        .col_expr(Column::Replaces, Expr::value(replaces.map(str::to_owned)))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("pending"))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Ends a grant; false if it had ended.
pub async fn end(
    tx: &Transaction,
    id: &str,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value("ended"))
        .col_expr(Column::Reason, Expr::value(reason.as_str()))
        .col_expr(Column::StateAt, Expr::value(millis(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::State.ne("ended"))
        .exec(tx.connection())
        .await?;
    let ended = done.rows_affected > 0;
    if ended {
        tx.note_ended(reason);
    }
    Ok(ended)
}

/// Which grants to list.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Those of a client.
    pub client: Option<String>,
    /// Those of a user.
    pub user: Option<String>,
    /// Those for an agreement.
    pub agreement_url: Option<String>,
    /// Those for a payment pointer.
    pub subject: Option<String>,
    /// Those in a state: `pending`, `active`, `suspended`, `ended`.
    pub state: Option<String>,
}

/// Lists grants, the newest first, at most `limit`.
pub async fn list(rows: &impl Rows, filter: &Filter, limit: u64) -> Result<Vec<Grant>, StoreFault> {
    let conditions = [
        (Column::Client, &filter.client),
        (Column::User, &filter.user),
        (Column::AgreementUrl, &filter.agreement_url),
        (Column::Subject, &filter.subject),
        (Column::State, &filter.state),
    ];
    let mut all = Condition::all();
    for (column, wanted) in conditions {
        if let Some(wanted) = wanted {
            all = all.add(column.eq(wanted.as_str()));
        }
    }
    let found = Entity::find()
        .filter(all)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}
