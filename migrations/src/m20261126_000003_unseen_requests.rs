use sea_orm_migration::prelude::*;

/// Finds the requests of a client that no payer has been shown, the newest first.
#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEX: &str = r#"CREATE INDEX "ix_authorization_request_unseen" ON "authorization_request" ("client", "created_at") WHERE "status" = 'open' AND "shown_digest" IS NULL"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(INDEX).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let drop = r#"DROP INDEX "ix_authorization_request_unseen""#;
        connection.execute_unprepared(drop).await?;
        Ok(())
    }
}
