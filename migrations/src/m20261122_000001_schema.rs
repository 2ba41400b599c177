use sea_orm_migration::prelude::*;

use self::Kind::{Bool, Bytes, Int, Text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Bytes,
    Int,
    Bool,
}

/// A column: name, kind, whether it may be null. The first column of a table is its primary key.
type Column = (&'static str, Kind, bool);

const REQUIRED: bool = false;
const OPTIONAL: bool = true;

const CLIENT: &[Column] = &[
    ("id", Text, REQUIRED),
    ("name", Text, REQUIRED),
    ("auth_method", Text, REQUIRED),
    ("redirect_uris", Text, REQUIRED),
    ("grant_types", Text, REQUIRED),
    ("accounts", Text, REQUIRED),
    ("verified_at", Int, OPTIONAL),
    ("state", Text, REQUIRED),
    ("created_at", Int, REQUIRED),
];

const RESOURCE_SERVER: &[Column] = &[
    ("id", Text, REQUIRED),
    ("name", Text, REQUIRED),
    ("origin", Text, REQUIRED),
    ("pointer_origins", Text, REQUIRED),
    ("mandates_endpoint", Text, OPTIONAL),
    ("invoices_endpoint", Text, OPTIONAL),
    ("sessions_endpoint", Text, OPTIONAL),
    ("accounts_endpoint", Text, OPTIONAL),
    ("assets", Text, REQUIRED),
    ("auth_method", Text, REQUIRED),
    ("allow_private_network", Bool, REQUIRED),
    ("enforces_limits", Bool, REQUIRED),
    ("state", Text, REQUIRED),
    ("created_at", Int, REQUIRED),
];

const PARTY_SECRET: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("party", Text, REQUIRED),
    ("not_after", Int, OPTIONAL),
    ("created_at", Int, REQUIRED),
];

const USER: &[Column] = &[
    ("id", Text, REQUIRED),
    ("username", Text, REQUIRED),
    ("email", Text, OPTIONAL),
    ("locale", Text, OPTIONAL),
    ("time_zone", Text, OPTIONAL),
    ("password_hash", Text, REQUIRED),
    ("state", Text, REQUIRED),
    ("created_at", Int, REQUIRED),
];

const PAYMENT_POINTER: &[Column] = &[("url", Text, REQUIRED), ("user", Text, REQUIRED)];

const SESSION: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("user", Text, REQUIRED),
    ("auth_time", Int, REQUIRED),
    ("amr", Text, REQUIRED),
    ("acr", Text, OPTIONAL),
    ("seen_at", Int, REQUIRED),
    ("expires_at", Int, REQUIRED),
    ("agent", Text, OPTIONAL),
    ("address", Text, OPTIONAL),
];

const ATTEMPT: &[Column] = &[
    ("key", Text, REQUIRED),
    ("window_start", Int, REQUIRED),
    ("count", Int, REQUIRED),
    ("next_at", Int, REQUIRED),
];

const AGREEMENT_SNAPSHOT: &[Column] = &[
    ("id", Text, REQUIRED),
    ("url", Text, REQUIRED),
    ("type", Text, REQUIRED),
    ("subject", Text, REQUIRED),
    ("raw", Text, REQUIRED),
    ("terms", Text, REQUIRED),
    ("digest", Text, REQUIRED),
    ("etag", Text, OPTIONAL),
    ("fetched_at", Int, REQUIRED),
];

const AUTHORIZATION_REQUEST: &[Column] = &[
    ("id", Text, REQUIRED),
    ("client", Text, REQUIRED),
    ("resource_server", Text, REQUIRED),
    ("grant_id", Text, REQUIRED),
    ("browser_digest", Bytes, OPTIONAL),
    ("request_uri_digest", Bytes, OPTIONAL),
    ("redirect_uri", Text, REQUIRED),
    ("state", Text, OPTIONAL),
    ("scope", Text, REQUIRED),
    ("collection", Bool, REQUIRED),
    ("type", Text, REQUIRED),
    ("challenge", Text, REQUIRED),
    ("prompt", Text, OPTIONAL),
    ("ui_locales", Text, OPTIONAL),
    ("details", Text, OPTIONAL),
    ("dpop_jkt", Text, OPTIONAL),
    ("snapshot", Text, OPTIONAL),
    ("shown_digest", Text, OPTIONAL),
    ("shown_text", Text, OPTIONAL),
    ("locale", Text, OPTIONAL),
    ("account", Text, OPTIONAL),
    ("narrowed", Text, OPTIONAL),
    ("changes", Int, REQUIRED),
    ("extended", Int, REQUIRED),
    ("created_at", Int, REQUIRED),
    ("expires_at", Int, REQUIRED),
    ("status", Text, REQUIRED),
];

const GRANT: &[Column] = &[
    ("id", Text, REQUIRED),
    ("client", Text, REQUIRED),
    ("user", Text, OPTIONAL),
    ("resource_server", Text, REQUIRED),
    ("agreement_url", Text, REQUIRED),
    ("collection", Bool, REQUIRED),
    ("type", Text, REQUIRED),
    ("actions", Text, REQUIRED),
    ("subject", Text, REQUIRED),
    ("snapshot", Text, OPTIONAL),
    ("agreement_digest", Text, OPTIONAL),
    ("approval_digest", Text, OPTIONAL),
    ("limits", Text, OPTIONAL),
    ("narrowed", Text, OPTIONAL),
    ("account", Text, OPTIONAL),
    ("acr", Text, OPTIONAL),
    ("amr", Text, OPTIONAL),
    ("auth_time", Int, OPTIONAL),
    ("consented_at", Int, OPTIONAL),
    ("text", Text, OPTIONAL),
    ("locale", Text, OPTIONAL),
    ("state", Text, REQUIRED),
    ("reason", Text, OPTIONAL),
    ("state_at", Int, REQUIRED),
    ("starts_at", Int, OPTIONAL),
    ("ends_at", Int, OPTIONAL),
    ("replaces", Text, OPTIONAL),
    ("event_sequence", Int, REQUIRED),
    ("created_at", Int, REQUIRED),
];

const GRANT_HISTORY: &[Column] = &[
    ("id", Text, REQUIRED),
    ("grant_id", Text, REQUIRED),
    ("at", Int, REQUIRED),
    ("kind", Text, REQUIRED),
    ("by", Text, REQUIRED),
    ("detail", Text, OPTIONAL),
];

const AUTHORIZATION_CODE: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("grant_id", Text, REQUIRED),
    ("redirect_uri", Text, REQUIRED),
    ("challenge", Text, REQUIRED),
    ("dpop_jkt", Text, OPTIONAL),
    ("expires_at", Int, REQUIRED),
    ("redeemed_at", Int, OPTIONAL),
];

const ACCESS_TOKEN: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("jti", Text, REQUIRED),
    ("grant_id", Text, REQUIRED),
    ("confirmation", Text, OPTIONAL),
    ("issued_at", Int, REQUIRED),
    ("expires_at", Int, REQUIRED),
    ("revoked_at", Int, OPTIONAL),
];

const REFRESH_TOKEN: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("grant_id", Text, REQUIRED),
    ("generation", Int, REQUIRED),
    ("parent", Bytes, OPTIONAL),
    ("confirmation", Text, OPTIONAL),
    ("issued_at", Int, REQUIRED),
    ("expires_at", Int, REQUIRED),
    ("used_at", Int, OPTIONAL),
    ("voided_at", Int, OPTIONAL),
];

const EVENT: &[Column] = &[
    ("id", Text, REQUIRED),
    ("stream", Text, REQUIRED),
    ("sequence", Int, REQUIRED),
    ("resource_server", Text, REQUIRED),
    ("type", Text, REQUIRED),
    ("payload", Text, REQUIRED),
    ("next_attempt_at", Int, REQUIRED),
    ("attempts", Int, REQUIRED),
    ("acknowledged_at", Int, OPTIONAL),
    ("dead_at", Int, OPTIONAL),
];

const SIGNING_KEY: &[Column] = &[
    ("kid", Text, REQUIRED),
    ("algorithm", Text, REQUIRED),
    ("sealed", Bytes, REQUIRED),
    ("public_jwk", Text, REQUIRED),
    ("published_at", Int, REQUIRED),
    ("signs_from", Int, REQUIRED),
    ("retired_at", Int, OPTIONAL),
];

const REPLAY: &[Column] = &[
    ("digest", Bytes, REQUIRED),
    ("scope", Text, REQUIRED),
    ("expires_at", Int, REQUIRED),
];

const LEASE: &[Column] = &[
    ("name", Text, REQUIRED),
    ("holder", Text, REQUIRED),
    ("expires_at", Int, REQUIRED),
];

const TABLES: &[(&str, &[Column])] = &[
    ("client", CLIENT),
    ("resource_server", RESOURCE_SERVER),
    ("party_secret", PARTY_SECRET),
    ("user", USER),
    ("payment_pointer", PAYMENT_POINTER),
    ("session", SESSION),
    ("attempt", ATTEMPT),
    ("agreement_snapshot", AGREEMENT_SNAPSHOT),
    ("authorization_request", AUTHORIZATION_REQUEST),
    ("grant", GRANT),
    ("grant_history", GRANT_HISTORY),
    ("authorization_code", AUTHORIZATION_CODE),
    ("access_token", ACCESS_TOKEN),
    ("refresh_token", REFRESH_TOKEN),
    ("event", EVENT),
    ("signing_key", SIGNING_KEY),
    ("replay", REPLAY),
    ("lease", LEASE),
];

/// An index: table, columns, unique.
type Index_ = (&'static str, &'static [&'static str], bool);

const INDEXES: &[Index_] = &[
    ("resource_server", &["origin"], true),
    ("party_secret", &["party"], false),
    ("user", &["username"], true),
    ("payment_pointer", &["user"], false),
    ("session", &["user"], false),
    ("session", &["expires_at"], false),
    ("authorization_request", &["expires_at"], false),
    ("authorization_request", &["request_uri_digest"], true),
    ("grant", &["user", "state", "created_at"], false),
    ("grant", &["agreement_url", "state", "ends_at"], false),
    ("grant_history", &["grant_id", "at"], false),
    ("authorization_code", &["grant_id"], false),
    ("authorization_code", &["expires_at"], false),
    ("access_token", &["grant_id"], false),
    ("access_token", &["expires_at"], false),
    ("refresh_token", &["grant_id"], false),
    ("refresh_token", &["parent"], false),
    ("refresh_token", &["expires_at"], false),
    ("event", &["stream", "sequence"], true),
    ("event", &["next_attempt_at"], false),
    ("replay", &["expires_at"], false),
];

/// At most one live grant an agreement, and one of a client's own a collection: the database holds it, whoever writes.
const PARTIAL: &[&str] = &[
    r#"CREATE UNIQUE INDEX "ux_grant_live_agreement" ON "grant" ("agreement_url") WHERE "state" IN ('active', 'suspended') AND NOT "collection""#,
    r#"CREATE UNIQUE INDEX "ux_grant_live_own" ON "grant" ("agreement_url", "client") WHERE "state" = 'active' AND "user" IS NULL"#,
];

fn table(name: &'static str, columns: &[Column]) -> TableCreateStatement {
    let mut statement = Table::create();
    statement.table(Alias::new(name));
    for (at, (column, kind, optional)) in columns.iter().enumerate() {
        let mut definition = ColumnDef::new(Alias::new(*column));
        match kind {
            Text => definition.text(),
            Bytes => definition.binary(),
            Int => definition.big_integer(),
            Bool => definition.boolean(),
        };
        if !optional {
            definition.not_null();
        }
        if at == 0 {
            definition.primary_key();
        }
        statement.col(definition);
    }
    statement
}

fn index((name, columns, unique): &Index_) -> IndexCreateStatement {
    let mut statement = Index::create();
    statement
        .name(format!("ix_{name}_{}", columns.join("_")))
        .table(Alias::new(*name));
    for column in *columns {
        statement.col(Alias::new(*column));
    }
    if *unique {
        statement.unique();
    }
    statement
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in TABLES {
            manager.create_table(table(name, columns)).await?;
        }
        for definition in INDEXES {
            manager.create_index(index(definition)).await?;
        }
        for statement in PARTIAL {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in TABLES {
            manager
                .drop_table(Table::drop().table(Alias::new(*name)).to_owned())
                .await?;
        }
        Ok(())
    }
}
