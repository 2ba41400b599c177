//! Table `client`.

use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, FromQueryResult as _, QueryOrder, Statement, Value};

use super::row::{Reader, bytes, json, millis};
use super::{Rows, StoreFault, party_keys};
use crate::model::{AuthMethod, Client, Digest, Duties, GrantType, PartyState};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
#[expect(
    missing_docs,
    clippy::struct_excessive_bools,
    reason = "the nouns say what the columns are"
)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub auth_method: String,
    pub redirect_uris: String,
    pub grant_types: String,
    pub accounts: String,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub signing_alg: Option<String>,
    pub certificate: Option<String>,
    pub dpop_bound: bool,
    pub certificate_bound: bool,
    pub require_pushed: bool,
    pub require_signed: bool,
    pub verified_at: Option<i64>,
    pub state: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn read(row: Model) -> Result<Client, StoreFault> {
    let reader = Reader {
        table: "client",
        row: &row.id,
    };
    let grant_types: Vec<String> = reader.json(&row.grant_types)?;
    Ok(Client {
        auth_method: reader.word(&row.auth_method, AuthMethod::parse)?,
        redirect_uris: reader.json(&row.redirect_uris)?,
        grant_types: grant_types
            .iter()
            .map(|word| reader.word(word, GrantType::parse))
            .collect::<Result<_, _>>()?,
        accounts: reader.json(&row.accounts)?,
        keys: party_keys::read(&reader, row.jwks, row.jwks_uri, row.signing_alg.as_deref())?,
        certificate: reader.json_opt(row.certificate.as_deref())?,
        duties: Duties {
            dpop_bound_access_tokens: row.dpop_bound,
            tls_client_certificate_bound_access_tokens: row.certificate_bound,
            require_pushed_authorization_requests: row.require_pushed,
            require_signed_request_object: row.require_signed,
        },
        verified_at: reader.instant_opt(row.verified_at)?,
        state: reader.word(&row.state, PartyState::parse)?,
        created_at: reader.instant(row.created_at)?,
        name: row.name,
        id: row.id,
    })
}

fn write(client: &Client) -> ActiveModel {
    let keys = party_keys::Columns::of(client.keys.as_ref());
    let grant_types: Vec<&str> = client.grant_types.iter().map(|g| g.as_str()).collect();
    ActiveModel {
        id: Set(client.id.clone()),
        name: Set(client.name.clone()),
        auth_method: Set(client.auth_method.to_string()),
        redirect_uris: Set(json(&client.redirect_uris)),
        grant_types: Set(json(&grant_types)),
        accounts: Set(json(&client.accounts)),
        jwks: Set(keys.jwks),
        jwks_uri: Set(keys.jwks_uri),
        signing_alg: Set(keys.signing_alg),
        certificate: Set(client.certificate.as_ref().map(json)),
        dpop_bound: Set(client.duties.dpop_bound_access_tokens),
        certificate_bound: Set(client.duties.tls_client_certificate_bound_access_tokens),
        require_pushed: Set(client.duties.require_pushed_authorization_requests),
        require_signed: Set(client.duties.require_signed_request_object),
        verified_at: Set(client.verified_at.map(millis)),
        state: Set(client.state.to_string()),
        created_at: Set(millis(client.created_at)),
    }
}

/// Looks a client up by its `client_id`.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<Client>, StoreFault> {
    Entity::find_by_id(id)
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Where there is no such client, a row that is nobody's comes in its place, so that to read it takes as long.
const PRESENTED: &str = "SELECT 1 AS known, c.id, c.name, c.auth_method, c.redirect_uris, c.grant_types, c.accounts, c.verified_at, \
    c.state, c.created_at, c.jwks, c.jwks_uri, c.signing_alg, c.certificate, c.dpop_bound, c.certificate_bound, \
    c.require_pushed, c.require_signed, s.party AS secret_of FROM client c LEFT JOIN party_secret s ON s.digest = $2 AND s.party = c.id \
    AND (s.not_after IS NULL OR s.not_after > $3) WHERE c.id = $1 \
    UNION ALL SELECT 0, '', 'nobody', 'private_key_jwt', '[\"https://nobody.invalid/\"]', '[\"authorization_code\"]', '[]', NULL, \
    'disabled', 0, '{\"keys\":[]}', NULL, 'ES256', NULL, FALSE, FALSE, FALSE, FALSE, NULL \
    WHERE NOT EXISTS (SELECT id FROM client WHERE id = $1)";

/// Looks a client up by its `client_id`, and whether `secret` is the digest of one of its secrets that is good at `now`.
pub async fn find_presented(
    rows: &impl Rows,
    id: &str,
    secret: Option<&Digest>,
    now: Timestamp,
) -> Result<Option<(Client, bool)>, StoreFault> {
    let connection = rows.connection();
    let values = [
        Value::from(id),
        Value::from(secret.map(bytes)),
        Value::from(millis(now)),
    ];
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, PRESENTED, values);
    let row = connection.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("there is always a row".to_owned()))?;
    let known: i32 = row.try_get("", "known")?;
    let party: Option<String> = row.try_get("", "secret_of")?;
    let client = read(Model::from_query_result(&row, "")?)?;
    Ok((known == 1).then(|| (client, party.is_some())))
}

/// Looks clients up by their `client_id`s.
pub async fn find_all(rows: &impl Rows, ids: &[&str]) -> Result<Vec<Client>, StoreFault> {
    let found = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// Lists the clients by name.
pub async fn list(rows: &impl Rows) -> Result<Vec<Client>, StoreFault> {
    let found = Entity::find()
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// Adds a client.
pub async fn insert(rows: &impl Rows, client: &Client) -> Result<(), StoreFault> {
    Entity::insert(write(client))
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Writes everything about a client that is there.
pub async fn update(rows: &impl Rows, client: &Client) -> Result<(), StoreFault> {
    Entity::update(write(client))
        .exec(rows.connection())
        .await?;
    Ok(())
}
