use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::keys::{KeyRing, SealingKey};
use crate::settings::{self, Database, Settings};
use crate::store::{self, Store, StoreFault};

use super::Context;
use super::failure::Failure;
use super::record::Record;

/// Where the backup goes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file to be made; one that is there is not touched.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Copies a `SQLite` database while its server runs, and reads the copy before it is called done.
pub async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    let settings = settings::load(context.config.as_deref())?;
    let file = arguments.file;
    let Some(path) = settings.database.sqlite_path() else {
        return Err(Failure::new("this is for SQLite, and the database is PostgreSQL").hint(
            "run `pg_dump --format=custom --file=FILE` with the URL of the setting database.url; after pg_restore, \
             `countersign restore --restored`",
        ));
    };
    if file.symlink_metadata().is_ok() {
        return Err(
            Failure::new(&format!("{} is there already", file.display()))
                .hint("name a file that is not there: no backup is written over another"),
        );
    }
    super::must_exist(path)?;
    let sealing = sealing_key(&settings)?;
    let home = directory(&file)?;
    // Made with mode 600, for its owner only from the first byte on; it has its name when it has been read again.
    let copy = tempfile::NamedTempFile::new_in(&home)?;
    let source = Store::work(&settings.database).await?;
    let before = (source.data_version().await?, source.counts().await?);
    source.copy_into(copy.path()).await?;
    let after = (source.data_version().await?, source.counts().await?);
    copy.as_file().sync_all()?;
    let written = check(&settings.database, copy.path(), &sealing).await?;
    if before == after && written.1 != before.1 {
        return Err(Failure::new("the copy has other rows than the database")
            .hint("nothing was left behind; see that the disk is sound, then try again"));
    }
    let bytes = copy.as_file().metadata()?.len();
    copy.persist_noclobber(&file)
        .map_err(|lost| Failure::new(&lost.error))?;
    File::open(&home)?.sync_all()?;
    let (key, _) = settings.keys.encryption_key(&settings.database);
    let mut record = Record::default()
        .with("backup", file.display().to_string())
        .with("bytes", bytes)
        .with("migrations", written.0)
        .with("key_file", key.as_str());
    for (name, count) in written.1 {
        record = record.with(name, count);
    }
    context.output.one(&record)?;
    context.output.hint(&format!(
        "the key file {key} is not in it: keep a copy elsewhere; without it the signing keys cannot be opened"
    ));
    Ok(())
}

/// Reads a copy: whole, of this program, and with keys that the key file opens. Migrations, and rows by table.
async fn check(
    database: &Database,
    path: &Path,
    sealing: &SealingKey,
) -> Result<(usize, Vec<(&'static str, i64)>), Failure> {
    let copy = opened(path, Store::read(&database.at(path)).await)?;
    whole(&copy, path).await?;
    let migrations = copy.schema().await?.applied;
    let counts = copy.counts().await?;
    KeyRing::new(store::signing_key::list(&copy).await?, sealing)?;
    copy.close().await?;
    Ok((migrations, counts))
}

/// A file, if it is a database at all.
pub(super) fn opened(path: &Path, store: Result<Store, StoreFault>) -> Result<Store, Failure> {
    let shown = path.display();
    store.map_err(|fault| Failure::new(&format!("{shown} cannot be used: {fault}")))
}

/// Fails unless a file is a whole database of this program.
pub(super) async fn whole(copy: &Store, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let refused = |reason: &str| Err(Failure::new(&format!("{shown} cannot be used: {reason}")));
    match copy.integrity().await {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => return refused(&reason),
        Err(fault) => return refused(&fault.to_string()),
    }
    match copy.schema().await?.applied {
        0 => refused("it is no database of this program"),
        _ => Ok(()),
    }
}

/// The key that opens the signing keys; none is made.
pub(super) fn sealing_key(settings: &Settings) -> Result<SealingKey, Failure> {
    let (path, _) = settings.keys.encryption_key(&settings.database);
    Ok(SealingKey::load_or_create(Path::new(&path), false)?)
}

/// The folder of a file, by its whole path.
pub(super) fn directory(file: &Path) -> Result<PathBuf, Failure> {
    let home = match file.parent() {
        Some(home) if !home.as_os_str().is_empty() => home,
        _ => Path::new("."),
    };
    let fault = |error| Failure::new(&format!("{}: {error}", home.display()));
    home.canonicalize().map_err(fault)
}
