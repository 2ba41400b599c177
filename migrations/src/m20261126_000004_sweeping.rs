use sea_orm_migration::prelude::*;

/// What the sweeper looks for, in the order in which it comes to be over; the indexes of `grant` hold only what they are
/// asked for, so that issuing tokens costs nothing more.
#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: &[(&str, &str)] = &[
    (
        "ix_authorization_request_created_at",
        r#""authorization_request" ("created_at")"#,
    ),
    (
        "ix_agreement_snapshot_fetched_at_id",
        r#""agreement_snapshot" ("fetched_at", "id")"#,
    ),
    ("ix_attempt_next_at", r#""attempt" ("next_at")"#),
    (
        "ix_grant_ended",
        r#""grant" ("state_at", "id") WHERE "state" = 'ended'"#,
    ),
    (
        "ix_grant_unended",
        r#""grant" ("ends_at", "id") WHERE "state" <> 'ended'"#,
    ),
    (
        "ix_grant_replaces",
        r#""grant" ("replaces") WHERE "replaces" IS NOT NULL"#,
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, of) in INDEXES {
            let statement = format!(r#"CREATE INDEX "{name}" ON {of}"#);
            manager
                .get_connection()
                .execute_unprepared(&statement)
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let statement = format!(r#"DROP INDEX "{name}""#);
            manager
                .get_connection()
                .execute_unprepared(&statement)
                .await?;
        }
        Ok(())
    }
}
