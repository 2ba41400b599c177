use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};
use tempfile::TempDir;

/// A database that no other test sees: a file, or a schema of its own on the `PostgreSQL` of `TEST_DATABASE_URL`.
pub struct Database {
    home: TempDir,
    shared: Option<Shared>,
}

struct Shared {
    server: String,
    schema: String,
}

impl Database {
    pub async fn create() -> Self {
        let home = tempfile::tempdir().unwrap();
        let shared = match postgres() {
            None => None,
            Some(server) => {
                let schema = countersign::app::new_id("test_");
                execute(&server, &format!("CREATE SCHEMA {schema}")).await;
                write_key(&home.path().join("sealing.key"));
                Some(Shared { server, schema })
            }
        };
        Self { home, shared }
    }

    fn file(&self) -> String {
        format!("sqlite://{}", self.home.path().join("test.db").display())
    }

    /// Where it is, if it is behind a network.
    pub fn remote_url(&self) -> Option<String> {
        self.shared.as_ref().map(Shared::url)
    }

    /// What `[database]` and `[keys]` say about it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let quoted = |text: String| format!("{text:?}");
        match &self.shared {
            None => vec![("database.url".to_owned(), quoted(self.file()))],
            Some(shared) => {
                let key = self.home.path().join("sealing.key");
                vec![
                    ("database.url".to_owned(), quoted(shared.url())),
                    (
                        "keys.encryption_key_file".to_owned(),
                        quoted(key.display().to_string()),
                    ),
                ]
            }
        }
    }
}

/// A transaction that nobody can write beside.
pub struct Held(DatabaseTransaction);

impl Held {
    pub async fn release(self) {
        self.0.rollback().await.unwrap();
    }
}

impl Database {
    pub async fn hold(&self) -> Held {
        let (url, mode) = match &self.shared {
            None => (self.file(), Some(SqliteTransactionMode::Immediate)),
            Some(shared) => (shared.url(), None),
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: mode,
            ..TransactionOptions::default()
        };
        let connection = sea_orm::Database::connect(url).await.unwrap();
        let transaction = connection.begin_with_options(options).await.unwrap();
        if self.shared.is_some() {
            let lock = "LOCK TABLE access_token, authorization_code, authorization_request, refresh_token, \"grant\"";
            transaction.execute_unprepared(lock).await.unwrap();
        }
        Held(transaction)
    }
}

impl Shared {
    /// The database with the test's schema as the only one that is searched.
    fn url(&self) -> String {
        let Self { server, schema } = self;
        let mark = if server.contains('?') { '&' } else { '?' };
        format!("{server}{mark}options=-c%20search_path%3D{schema}%20-c%20synchronous_commit%3Doff")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(Shared { server, schema }) = self.shared.take() else {
            return;
        };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(execute(&server, &format!("DROP SCHEMA {schema} CASCADE")));
        });
        let dropped = dropping.join();
        assert!(
            dropped.is_ok() || std::thread::panicking(),
            "the schema stays behind"
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own switch, not a setting of the server"
)]
fn postgres() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

async fn execute(server: &str, statement: &str) {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

fn write_key(path: &Path) {
    let key = STANDARD.encode(countersign::keys::random::bytes::<32>());
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(key.as_bytes()).unwrap();
}
