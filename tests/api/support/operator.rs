use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::server::Server;

/// Who runs the server: a folder with a settings file, and the program.
pub struct Operator {
    home: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Operator {
    /// Somebody with these settings, in an empty folder.
    pub fn with(settings: &str) -> Self {
        let operator = Self {
            home: tempfile::tempdir().unwrap(),
        };
        operator.sets(settings);
        operator
    }

    /// Who runs `server`.
    pub fn of(server: &Server) -> Self {
        Self::with(&Self::settings(server))
    }

    /// What the settings file of `server` says.
    pub fn settings(server: &Server) -> String {
        let settings = &server.app().settings;
        let (key, _) = settings.keys.encryption_key(&settings.database);
        // What the tests give up for speed, an operator does not.
        let url = settings
            .database
            .url
            .replace("%20-c%20synchronous_commit%3Doff", "");
        let bind = server.origin().replace("http://", "");
        format!(
            "[server]\nissuer = {:?}\nbind = {bind:?}\n[database]\nurl = {url:?}\n[keys]\nencryption_key_file = {key:?}\n\
             [authorization]\nallow_loopback_http = true\n[wallet]\ntimeout = 1000\n",
            settings.server.issuer
        )
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes the settings file.
    pub fn sets(&self, settings: &str) {
        let path = self.path("countersign.toml");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .unwrap();
        file.write_all(settings.as_bytes()).unwrap();
    }

    /// Runs a command with the settings.
    pub fn runs(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).output().unwrap();
        Said::of(&output)
    }

    /// Runs a command while the servers of this test go on answering.
    pub async fn does(&self, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        Said::of(&output.await.unwrap())
    }

    /// Makes a backup of the database, and says where.
    pub async fn backs_up(&self, name: &str) -> String {
        let path = self.path(name).display().to_string();
        let said = self.does(&["backup", &path]).await;
        assert_eq!(said.code, 0, "{said:?}");
        path
    }

    /// The same operator's settings for another database, with the same keys.
    pub fn moves_to(&self, server: &Server, database: &Path) {
        let settings = &server.app().settings;
        let was = settings.database.sqlite_path().unwrap();
        let file = format!("url = \"sqlite://{was}\"");
        let all = Self::settings(server);
        assert!(all.contains(&file), "{all}");
        self.sets(&all.replace(&file, &format!("url = \"sqlite://{}\"", database.display())));
    }

    /// A server on another database, with the keys, the issuer and the time of `server`.
    pub async fn starts(&self, server: &Server, database: &Path) -> Server {
        let settings = &server.app().settings;
        let (key, _) = settings.keys.encryption_key(&settings.database);
        let url = format!("\"sqlite://{}\"", database.display());
        server
            .started_again(&[
                ("database.url", &url),
                ("keys.encryption_key_file", &format!("{key:?}")),
            ])
            .await
    }

    /// The command, to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .current_dir(self.home.path())
            .args(["--config", "countersign.toml"])
            .args(arguments);
        command
    }
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
