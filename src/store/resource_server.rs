//! Table `resource_server`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, FromQueryResult as _, QueryOrder, Statement, Value};

use super::row::{Reader, json, millis};
use super::{Rows, StoreFault, party_keys};
use crate::model::{Asset, AuthMethod, Endpoints, Grant, Origin, PartyState, ResourceServer};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_server")]
#[expect(missing_docs, reason = "the nouns say what the columns are")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub origin: String,
    pub pointer_origins: String,
    pub mandates_endpoint: Option<String>,
    pub invoices_endpoint: Option<String>,
    pub sessions_endpoint: Option<String>,
    pub assets: String,
    pub auth_method: String,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub signing_alg: Option<String>,
    pub certificate: Option<String>,
    pub allow_private_network: bool,
    pub enforces_limits: bool,
    pub state: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(missing_docs, reason = "there are none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn read(row: Model) -> Result<ResourceServer, StoreFault> {
    let reader = Reader {
        table: "resource_server",
        row: &row.id,
    };
    let origin =
        |text: &str| Origin::parse(text).map_err(|refusal| reader.corrupt(refusal.to_string()));
    let pointer_origins: Vec<String> = reader.json(&row.pointer_origins)?;
    let assets: Vec<(String, u8)> = reader.json(&row.assets)?;
    Ok(ResourceServer {
        origin: origin(&row.origin)?,
        pointer_origins: pointer_origins
            .iter()
            .map(|text| origin(text))
            .collect::<Result<_, _>>()?,
        assets: assets
            .iter()
            .map(|(code, scale)| {
                Asset::new(code, i64::from(*scale))
                    .map_err(|refusal| reader.corrupt(refusal.to_string()))
            })
            .collect::<Result<_, _>>()?,
        state: reader.word(&row.state, PartyState::parse)?,
        created_at: reader.instant(row.created_at)?,
        name: row.name,
        endpoints: Endpoints {
            mandates: row.mandates_endpoint,
            invoices: row.invoices_endpoint,
            sessions: row.sessions_endpoint,
        },
        auth_method: reader.word(&row.auth_method, AuthMethod::parse)?,
        keys: party_keys::read(&reader, row.jwks, row.jwks_uri, row.signing_alg.as_deref())?,
        certificate: reader.json_opt(row.certificate.as_deref())?,
        allow_private_network: row.allow_private_network,
        enforces_limits: row.enforces_limits,
        id: row.id,
    })
}

fn write(server: &ResourceServer) -> ActiveModel {
    let pointer_origins: Vec<&str> = server.pointer_origins.iter().map(Origin::as_str).collect();
    let assets: Vec<(&str, u8)> = server
        .assets
        .iter()
        .map(|asset| (asset.code(), asset.scale()))
        .collect();
    let keys = party_keys::Columns::of(server.keys.as_ref());
    ActiveModel {
        id: Set(server.id.clone()),
        name: Set(server.name.clone()),
        origin: Set(server.origin.as_str().to_owned()),
        pointer_origins: Set(json(&pointer_origins)),
        mandates_endpoint: Set(server.endpoints.mandates.clone()),
        invoices_endpoint: Set(server.endpoints.invoices.clone()),
        sessions_endpoint: Set(server.endpoints.sessions.clone()),
        assets: Set(json(&assets)),
        auth_method: Set(server.auth_method.to_string()),
        jwks: Set(keys.jwks),
        jwks_uri: Set(keys.jwks_uri),
        signing_alg: Set(keys.signing_alg),
        certificate: Set(server.certificate.as_ref().map(json)),
        allow_private_network: Set(server.allow_private_network),
        enforces_limits: Set(server.enforces_limits),
        state: Set(server.state.to_string()),
        created_at: Set(millis(server.created_at)),
    }
}

/// Looks a wallet up by its id.
pub async fn find(rows: &impl Rows, id: &str) -> Result<Option<ResourceServer>, StoreFault> {
    Entity::find_by_id(id)
        .one(rows.connection())
        .await?
        .map(read)
        .transpose()
}

/// Where there is no such wallet, a row that is nobody's comes in its place, so that to read it takes as long.
const PRESENTED: &str = r#"SELECT 1 AS known, w.id, w.name, w.origin, w.pointer_origins, w.mandates_endpoint, w.invoices_endpoint,
 w.sessions_endpoint, w.assets, w.auth_method, w.jwks, w.jwks_uri, w.signing_alg, w.certificate, w.allow_private_network, w.enforces_limits, w.state, w.created_at
 FROM resource_server w WHERE w.id = $1
 UNION ALL SELECT 0, '', 'nobody', 'https://nobody.invalid', '[]', 'https://nobody.invalid/m', 'https://nobody.invalid/i',
 'https://nobody.invalid/s', '[["USD",2]]', 'private_key_jwt', '{"keys":[]}', NULL, 'ES256', NULL, FALSE, FALSE, 'disabled', 0
 WHERE NOT EXISTS (SELECT id FROM resource_server WHERE id = $1)"#;

/// Looks up a wallet that is about to prove who it is by its id.
pub async fn find_presented(
    rows: &impl Rows,
    id: &str,
) -> Result<Option<ResourceServer>, StoreFault> {
    let connection = rows.connection();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, PRESENTED, [Value::from(id)]);
    let row = connection.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("there is always a row".to_owned()))?;
    let known: i32 = row.try_get("", "known")?;
    let server = read(Model::from_query_result(&row, "")?)?;
    Ok((known == 1).then_some(server))
}

/// Those whom a grant is about, beside its wallet.
#[derive(Debug)]
pub struct Parties {
    /// Whether the client takes part.
    pub client_enabled: bool,
    /// Whether there is a user, who takes part.
    pub user_enabled: bool,
    /// Whose payment pointer the grant's subject is.
    pub subject_owner: Option<String>,
}

const WITH_PARTIES: &str = r#"SELECT w.id, w.name, w.origin, w.pointer_origins, w.mandates_endpoint, w.invoices_endpoint,
 w.sessions_endpoint, w.assets, w.auth_method, w.jwks, w.jwks_uri, w.signing_alg, w.certificate, w.allow_private_network, w.enforces_limits, w.state, w.created_at,
 (SELECT state FROM client WHERE id = $2) AS client_state,
 (SELECT state FROM "user" WHERE id = $3) AS user_state,
 (SELECT "user" FROM payment_pointer WHERE url = $4) AS subject_owner FROM resource_server w WHERE w.id = $1"#;

/// Looks up the wallet of a grant, and those whom the grant is about, in one statement.
pub async fn find_with_parties(
    rows: &impl Rows,
    grant: &Grant,
) -> Result<Option<(ResourceServer, Parties)>, StoreFault> {
    let connection = rows.connection();
    let values = [
        Value::from(grant.resource_server.as_str()),
        Value::from(grant.client.as_str()),
        Value::from(grant.user.clone()),
        Value::from(grant.subject.as_str()),
    ];
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, WITH_PARTIES, values);
    let Some(row) = connection.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let reader = Reader {
        table: "grant",
        row: &grant.id,
    };
    let enabled = |name| -> Result<bool, StoreFault> {
        let state: Option<String> = row.try_get("", name)?;
        let state = state.map(|word| reader.word(&word, PartyState::parse));
        Ok(state.transpose()? == Some(PartyState::Enabled))
    };
    let parties = Parties {
        client_enabled: enabled("client_state")?,
        user_enabled: enabled("user_state")?,
        subject_owner: row.try_get("", "subject_owner")?,
    };
    Ok(Some((read(Model::from_query_result(&row, "")?)?, parties)))
}

/// Looks a wallet up by the host and port of its origin.
pub async fn find_by_authority(
    rows: &impl Rows,
    authority: &str,
) -> Result<Option<ResourceServer>, StoreFault> {
    let origins = [
        format!("https://{authority}"),
        format!("http://{authority}"),
    ];
    let found = Entity::find()
        .filter(Column::Origin.is_in(origins))
        .one(rows.connection())
        .await?;
    found.map(read).transpose()
}

/// Lists the wallets by name.
pub async fn list(rows: &impl Rows) -> Result<Vec<ResourceServer>, StoreFault> {
    let found = Entity::find()
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(rows.connection())
        .await?;
    found.into_iter().map(read).collect()
}

/// Adds a wallet.
pub async fn insert(rows: &impl Rows, server: &ResourceServer) -> Result<(), StoreFault> {
    Entity::insert(write(server))
        .exec_without_returning(rows.connection())
        .await?;
    Ok(())
}

/// Writes everything about a wallet that is there.
pub async fn update(rows: &impl Rows, server: &ResourceServer) -> Result<(), StoreFault> {
    Entity::update(write(server))
        .exec(rows.connection())
        .await?;
    Ok(())
}
