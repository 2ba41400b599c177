use sea_orm_migration::prelude::*;

/// The keys and certificates of clients and wallets, and what a client has to do.
#[derive(DeriveMigrationName)]
pub struct Migration;

const PARTIES: [&str; 2] = ["client", "resource_server"];
const KEYS: [&str; 4] = ["jwks", "jwks_uri", "signing_alg", "certificate"];
const DUTIES: [&str; 4] = [
    "dpop_bound",
    "certificate_bound",
    "require_pushed",
    "require_signed",
];

fn changes() -> Vec<(&'static str, ColumnDef)> {
    let mut changes = Vec::new();
    for party in PARTIES {
        for name in KEYS {
            let mut column = ColumnDef::new(Alias::new(name));
            column.text();
            changes.push((party, column));
        }
    }
    for name in DUTIES {
        let mut column = ColumnDef::new(Alias::new(name));
        column.boolean().not_null().default(false);
        changes.push(("client", column));
    }
    changes
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column a statement.
        for (table, column) in changes() {
            let mut statement = Table::alter();
            statement.table(Alias::new(table)).add_column(column);
            manager.alter_table(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in changes() {
            let mut statement = Table::alter();
            statement
                .table(Alias::new(table))
                .drop_column(Alias::new(column.get_column_name()));
            manager.alter_table(statement).await?;
        }
        Ok(())
    }
}
