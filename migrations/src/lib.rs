//! The database schema of Countersign, the same for SQLite and PostgreSQL.
//!
//! Instants are Unix milliseconds, digests 32 bytes, lists and claims JSON text, money decimal text.

use sea_orm_migration::prelude::*;

mod m20261122_000001_schema;
mod m20261125_000002_seen_before;
mod m20261126_000003_unseen_requests;
mod m20261126_000004_sweeping;
mod m20261127_000005_party_keys;

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_schema::Migration),
            Box::new(m20261125_000002_seen_before::Migration),
            Box::new(m20261126_000003_unseen_requests::Migration),
            Box::new(m20261126_000004_sweeping::Migration),
            Box::new(m20261127_000005_party_keys::Migration),
        ]
    }
}
