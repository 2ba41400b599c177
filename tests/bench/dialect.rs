//! The SQL in which `SQLite` and `PostgreSQL` differ.

use sea_orm::{DatabaseConnection, DbBackend};

/// Where the databases differ.
pub struct Dialect {
    pub postgres: bool,
}

impl Dialect {
    pub fn of(rows: &DatabaseConnection) -> Self {
        Self {
            postgres: rows.get_database_backend() == DbBackend::Postgres,
        }
    }

    /// A table `n` with the numbers `i` from 1 to `last`.
    pub fn numbers(&self, last: u64) -> String {
        if self.postgres {
            format!("n(i) AS (SELECT generate_series(1, {last}))")
        } else {
            format!("RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})")
        }
    }

    /// Random characters.
    pub fn letters(&self, length: u64) -> String {
        if self.postgres {
            format!("substr(md5(random()::text || random()), 1, {length})")
        } else {
            format!("lower(hex(randomblob({})))", length / 2)
        }
    }

    /// A random digest.
    pub fn digest(&self) -> &'static str {
        if self.postgres {
            "sha256((random()::text || random())::bytea)"
        } else {
            "randomblob(32)"
        }
    }

    pub fn bytes(&self, bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        if self.postgres {
            format!(r"'\x{hex}'::bytea")
        } else {
            format!("x'{hex}'")
        }
    }

    pub fn no(&self) -> &'static str {
        if self.postgres { "false" } else { "0" }
    }

    pub fn now(&self) -> &'static str {
        if self.postgres {
            "(extract(epoch FROM now()) * 1000)::bigint"
        } else {
            "(CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
        }
    }
}
