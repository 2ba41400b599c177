use sea_orm_migration::prelude::*;

/// What a payer saw before terms changed under their eyes, and who was shown what is shown.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["earlier", "payer"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column a statement.
        for name in COLUMNS {
            let mut statement = Table::alter();
            statement
                .table(Alias::new("authorization_request"))
                .add_column(ColumnDef::new(Alias::new(name)).text());
            manager.alter_table(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in COLUMNS {
            let mut statement = Table::alter();
            statement
                .table(Alias::new("authorization_request"))
                .drop_column(Alias::new(name));
            manager.alter_table(statement).await?;
        }
        Ok(())
    }
}
