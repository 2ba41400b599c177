//! Table `authorization_request`.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, Order, Query};
use sea_orm::{ActiveValue::Set, Condition, QuerySelect};

use super::row::{Reader, bytes, json, millis};
use super::{Rows, StoreFault, Transaction};
use crate::model::{AgreementType, AuthorizationRequest, Digest, RequestStatus, Shown};

/// How many requests are removed at once.
const MOST_FORGOTTEN: u64 = 1000;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_request")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub client: String,
    pub resource_server: String,
    pub grant_id: String,
    pub browser_digest: Option<Vec<u8>>,
    pub request_uri_digest: Option<Vec<u8>>,
    pub redirect_uri: String,
    pub state: Option<String>,
    pub scope: String,
    pub collection: bool,
    pub r#type: String,
    pub challenge: String,
    pub prompt: Option<String>,
    pub ui_locales: Option<String>,
    pub details: Option<String>,
    pub dpop_jkt: Option<String>,
    pub snapshot: Option<String>,
    pub shown_digest: Option<String>,
    pub shown_text: Option<String>,
    pub locale: Option<String>,
    pub payer: Option<String>,
    pub earlier: Option<String>,
    pub account: Option<String>,
    pub changes: i64,
    pub extended: i64,
    pub created_at: i64,
    pub expires_at: i64,
    pub status: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn read(row: Model) -> Result<AuthorizationRequest, StoreFault> {
    let reader = Reader {
        table: "authorization_request",
        row: &row.id,
    };
    let shown = match (row.shown_digest, row.shown_text, row.locale) {
        (Some(digest), Some(text), Some(locale)) => Some(Shown {
            payer: row.payer.unwrap_or_default(),
            snapshot: row.snapshot,
            digest,
            text,
            locale,
        }),
        _ => None,
    };
    Ok(AuthorizationRequest {
        earlier: reader.json_opt(row.earlier.as_deref())?,
        browser_digest: reader.digest_opt(row.browser_digest.as_deref())?,
        request_uri_digest: reader.digest_opt(row.request_uri_digest.as_deref())?,
        details: reader.json_opt(row.details.as_deref())?,
        kind: reader.word(&row.r#type, AgreementType::parse)?,
        status: reader.word(&row.status, RequestStatus::parse)?,
        created_at: reader.instant(row.created_at)?,
        expires_at: reader.instant(row.expires_at)?,
        client: row.client,
        resource_server: row.resource_server,
        grant_id: row.grant_id,
        redirect_uri: row.redirect_uri,
        state: row.state,
        scope: row.scope,
        collection: row.collection,
        challenge: row.challenge,
        dpop_jkt: row.dpop_jkt,
        prompt: row.prompt,
        ui_locales: row.ui_locales,
        shown,
        account: row.account,
        changes: row.changes,
        extended: row.extended,
        id: row.id,
    })
}

/// Looks a request up.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<AuthorizationRequest>, StoreFault> {
    Entity::find_by_id(id)
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Looks a pushed request up by the digest of its `request_uri`.
pub async fn find_pushed(
    rows: &impl Rows,
    request_uri: &Digest,
) -> Result<Option<AuthorizationRequest>, StoreFault> {
    Entity::find()
        .filter(Column::RequestUriDigest.eq(bytes(request_uri)))
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Binds a pushed request to the browser that `request` names; false if a browser has it already.
pub async fn bind(rows: &impl Rows, request: &AuthorizationRequest) -> Result<bool, StoreFault> {
    let browser = request.browser_digest.as_ref().map(bytes);
    let done = Entity::update_many()
        .col_expr(Column::BrowserDigest, Expr::value(browser))
        .col_expr(Column::CreatedAt, Expr::value(millis(request.created_at)))
        .col_expr(Column::ExpiresAt, Expr::value(millis(request.expires_at)))
        .filter(Column::Id.eq(request.id.as_str()))
        .filter(Column::Status.eq(RequestStatus::Open.as_str()))
        .filter(Column::BrowserDigest.is_null())
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Looks a request up, and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Transaction, id: &str) -> Result<Option<AuthorizationRequest>, StoreFault> {
    Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx.connection())
        .await?
        .map(read)
        .transpose()
}

/// Adds a request that nobody has looked at yet.
pub async fn insert(rows: &impl Rows, request: &AuthorizationRequest) -> Result<(), StoreFault> {
    let row = ActiveModel {
        id: Set(request.id.clone()),
        client: Set(request.client.clone()),
        resource_server: Set(request.resource_server.clone()),
        grant_id: Set(request.grant_id.clone()),
        browser_digest: Set(request.browser_digest.as_ref().map(bytes)),
        request_uri_digest: Set(request.request_uri_digest.as_ref().map(bytes)),
        redirect_uri: Set(request.redirect_uri.clone()),
        state: Set(request.state.clone()),
        scope: Set(request.scope.clone()),
        collection: Set(request.collection),
        r#type: Set(request.kind.as_str().to_owned()),
        challenge: Set(request.challenge.clone()),
        prompt: Set(request.prompt.clone()),
        ui_locales: Set(request.ui_locales.clone()),
        details: Set(request.details.as_ref().map(json)),
        dpop_jkt: Set(request.dpop_jkt.clone()),
        changes: Set(request.changes),
        extended: Set(request.extended),
        created_at: Set(millis(request.created_at)),
        expires_at: Set(millis(request.expires_at)),
        status: Set(request.status.to_string()),
        ..<ActiveModel as ActiveModelTrait>::default()
    };
    Entity::insert(row)
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// How what a payer is shown compares with what the request says they were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They were shown nothing yet.
    First,
    /// It is the same; its words may be in another language.
    Same,
    /// It is something else: a change is counted, and what they saw is kept.
    Other,
}

/// Notes what the payer is shown now; false if the request was decided, or something else was shown, since `request` was read.
pub async fn show(
    rows: &impl Rows,
    request: &AuthorizationRequest,
    shown: &Shown,
    comparison: Comparison,
) -> Result<bool, StoreFault> {
    let mut update = Entity::update_many()
        .col_expr(Column::Snapshot, Expr::value(shown.snapshot.clone()))
        .col_expr(Column::ShownDigest, Expr::value(shown.digest.clone()))
        .col_expr(Column::ShownText, Expr::value(shown.text.clone()))
        .col_expr(Column::Locale, Expr::value(shown.locale.clone()))
        .col_expr(Column::Payer, Expr::value(shown.payer.clone()));
    update = match comparison {
        Comparison::Same => update,
        Comparison::First => update.col_expr(Column::Earlier, Expr::value(None::<String>)),
        Comparison::Other => update
            .col_expr(
                Column::Earlier,
                Expr::value(request.shown.as_ref().map(json)),
            )
            .col_expr(Column::Changes, Expr::col(Column::Changes).add(1)),
    };
    let done = update
        .filter(as_read(request))
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// The request, if it is open and its payer has been shown nothing else since it was read.
fn as_read(request: &AuthorizationRequest) -> Condition {
    let shown = match &request.shown {
        Some(shown) => Column::ShownDigest.eq(shown.digest.as_str()),
        None => Column::ShownDigest.is_null(),
    };
    Condition::all()
        .add(Column::Id.eq(request.id.as_str()))
        .add(Column::Status.eq(RequestStatus::Open.as_str()))
        .add(Column::Changes.eq(request.changes))
        .add(shown)
}

/// Notes the pointer that the payer picked, who has been shown nothing for it yet; false if the request is no longer open.
pub async fn choose_account(rows: &impl Rows, id: &str, account: &str) -> Result<bool, StoreFault> {
    let nothing = || Expr::value(None::<String>);
    let done = Entity::update_many()
        .col_expr(Column::Account, Expr::value(account))
        .col_expr(Column::ShownDigest, nothing())
        .col_expr(Column::ShownText, nothing())
        .col_expr(Column::Earlier, nothing())
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(RequestStatus::Open.as_str()))
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Gives the payer time until `expires_at`; false if the request is over.
pub async fn extend(
    rows: &impl Rows,
    id: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(millis(expires_at)))
        .col_expr(Column::Extended, Expr::col(Column::Extended).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(RequestStatus::Open.as_str()))
        .filter(Column::ExpiresAt.gt(millis(now)))
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Decides an open request; false if it was decided before.
pub async fn decide(tx: &Transaction, id: &str, status: RequestStatus) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(RequestStatus::Open.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Approves a request as it was read; false if it was decided, or something else was shown, since.
pub async fn approve(tx: &Transaction, request: &AuthorizationRequest) -> Result<bool, StoreFault> {
    let done = Entity::update_many()
        .col_expr(
            Column::Status,
            Expr::value(RequestStatus::Approved.as_str()),
        )
        .filter(as_read(request))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through a browser, from anybody.
    Browser,
    /// From its client (RFC 9126).
    Pushed,
}

/// Removes what is beyond the newest `most` requests of `client` that came by `way` and that no payer has been shown, some at a
/// time; how many went.
pub async fn forget_unseen(
    rows: &impl Rows,
    client: &str,
    way: Way,
    most: u64,
) -> Result<u64, StoreFault> {
    let came = || match way {
        Way::Browser => Column::RequestUriDigest.is_null(),
        Way::Pushed => Column::RequestUriDigest.is_not_null(),
    };
    let unseen = || {
        Condition::all()
            .add(came())
            .add(Column::Client.eq(client))
            .add(Column::Status.eq(RequestStatus::Open.as_str()))
            .add(Column::ShownDigest.is_null())
    };
    let beyond = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(unseen())
        .order_by(Column::CreatedAt, Order::Desc)
        .offset(most)
        .limit(MOST_FORGOTTEN)
        .to_owned();
    let done = Entity::delete_many()
        .filter(Column::Id.in_subquery(beyond))
        // One that was shown meanwhile stays.
        .filter(unseen())
        .exec(rows.connection())
        .await?;
    Ok(done.rows_affected)
}
