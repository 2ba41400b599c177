//! `countersign restore`: a backup takes the place of the database, and what may have been revoked since is ended in it.
//!
//! 1. nobody uses the database that is replaced
//! 2. the backup is whole, and of this program or an older one
//! 3. the key file opens its signing keys
//! 4. the database as it was last is asked, if it can be: its word about parties, secrets, keys and grants counts
//! 5. everything else that was alive ends, in the copy, before it has the database's name

mod place;
mod report;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::keys::{KeyRing, SealingKey};
use crate::model::Clock;
use crate::settings::{self, Settings};
use crate::store::restoration::{self, Restoration};
use crate::store::{self, Hold, Store, StoreFault};

use super::Context;
use super::backup::{directory, opened, sealing_key, whole};
use super::failure::Failure;
use place::Target;

/// What is restored, and what is known of the time since.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup: a file that `countersign backup` made, or a copy of a stopped server's.
    #[arg(
        value_name = "FILE",
        required_unless_present = "restored",
        conflicts_with = "restored"
    )]
    file: Option<PathBuf>,
    /// The database was put back already, as by `pg_restore`: only end in it what must not live on.
    #[arg(long)]
    restored: bool,
    /// The `SQLite` database as it was last; without it the one that is replaced, if it can be read.
    #[arg(long, value_name = "FILE", conflicts_with = "end_all")]
    current: Option<PathBuf>,
    /// Believe no database about the time since the backup: end everything.
    #[arg(long)]
    end_all: bool,
    /// Nobody was disabled, and no password, secret or registration changed, since the backup: leave parties as they are in it.
    #[arg(long)]
    keep_parties: bool,
}

/// What became of the database as it was last.
enum Latest {
    /// It was asked.
    Asked(PathBuf),
    /// It was not, and why.
    Unknown(String),
}

/// Does it; nothing is in its place before everything is ended in it.
pub async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    let settings = settings::load(context.config.as_deref())?;
    let sealing = sealing_key(&settings)?;
    let Some(path) = settings.database.sqlite_path().map(PathBuf::from) else {
        return shared(context, &arguments, &settings, &sealing).await;
    };
    let target = Target::new(&path)?;
    let Some(_hold) = Hold::take(&target.path)? else {
        return Err(Failure::new(&format!("{} is in use", path.display()))
            .hint("stop the server, and wait for other commands; then try again"));
    };
    let readable = target.settle(&settings.database).await?;
    if arguments.restored {
        let store = opened(
            &path,
            Store::work(&settings.database.at(&target.path)).await,
        )?;
        whole(&store, &path).await?;
        let done = finish(&store, &arguments, &sealing, None).await?;
        store.close().await?;
        return report::write(context, &target.path, None, &done);
    }
    let Some(file) = &arguments.file else {
        return Err(Failure::usage("no backup is named"));
    };
    if !file.is_file() {
        return Err(Failure::not_found(&format!(
            "there is no backup at {}",
            file.display()
        )));
    }
    target.refuse_same(file)?;
    let copy = tempfile::NamedTempFile::new_in(directory(&target.path)?)?;
    let source = opened(file, Store::read(&settings.database.at(file)).await)?;
    whole(&source, file).await?;
    source.copy_into(copy.path()).await?;
    source.close().await?;
    let store = Store::work(&settings.database.at(copy.path())).await?;
    let latest = readable.then(|| target.path.clone());
    let done = finish(&store, &arguments, &sealing, latest).await?;
    store.settle().await?;
    store.close().await?;
    let replaced = target.replace(copy, done.now)?;
    report::write(context, &target.path, replaced.as_deref(), &done)
}

/// The same on `PostgreSQL`, where `pg_restore` has put the database back.
async fn shared(
    context: &Context,
    arguments: &Arguments,
    settings: &Settings,
    sealing: &SealingKey,
) -> Result<(), Failure> {
    if !arguments.restored || arguments.current.is_some() {
        return Err(
            Failure::usage("on PostgreSQL, pg_restore puts the database back")
                .hint("stop the servers, run pg_restore, then `countersign restore --restored`"),
        );
    }
    let store = Store::work(&settings.database).await?;
    if store.is_served().await? {
        return Err(
            Failure::new("a server or a command is connected to the database")
                .hint("stop all servers; then try again"),
        );
    }
    let done = finish(&store, arguments, sealing, None).await?;
    report::write(context, Path::new("PostgreSQL"), None, &done)
}

/// What a restore did.
struct Done {
    now: jiff::Timestamp,
    newest: Option<jiff::Timestamp>,
    latest: Latest,
    ended: Restoration,
    signer: Option<String>,
    names: Vec<(String, String)>,
}

/// Brings the schema up, asks the database as it was last, ends the rest, and sees to a key that signs.
async fn finish(
    store: &Store,
    arguments: &Arguments,
    sealing: &SealingKey,
    replaced: Option<PathBuf>,
) -> Result<Done, Failure> {
    store.migrate().await?;
    store.check_schema().await?;
    KeyRing::new(store::signing_key::list(store).await?, sealing)?;
    let newest = store.newest().await?;
    let latest = latest(store, arguments, replaced).await?;
    let asked = matches!(latest, Latest::Asked(_));
    let now = Clock::system().now();
    let tx = store.begin().await?;
    restoration::carry(&tx, asked).await?;
    let ended = restoration::end(&tx, now, asked, !arguments.keep_parties).await?;
    let ring = KeyRing::new(store::signing_key::list(&tx).await?, sealing)?;
    let mut signer = None;
    if ring.signing_key(now).is_none() {
        let key = KeyRing::generate(sealing, now, now)?;
        store::signing_key::insert(&tx, &key).await?;
        signer = Some(key.kid);
    }
    tx.commit().await?;
    Ok(Done {
        names: names(store).await?,
        now,
        newest,
        latest,
        ended,
        signer,
    })
}

/// Attaches the database as it was last, if there is one and its word counts.
async fn latest(
    store: &Store,
    arguments: &Arguments,
    replaced: Option<PathBuf>,
) -> Result<Latest, Failure> {
    if arguments.end_all {
        return Ok(Latest::Unknown("--end-all".to_owned()));
    }
    let named = arguments.current.is_some();
    let Some(path) = arguments.current.clone().or(replaced) else {
        return Ok(Latest::Unknown("there is none that can be read".to_owned()));
    };
    let shown = path.display().to_string();
    if let Some(file) = &arguments.file
        && place::is_same(file, &path)
    {
        return Err(Failure::usage(
            "--current is the backup itself: it knows nothing of the time since",
        ));
    }
    let path = path
        .canonicalize()
        .map_err(|error| Failure::new(&format!("{shown}: {error}")))?;
    match store.attach_latest(&path).await? {
        Ok(()) => Ok(Latest::Asked(path)),
        // Who names one expects it to be asked.
        Err(reason) if named => Err(Failure::new(&format!("{shown} cannot be asked: {reason}"))
            .hint("name another, or none: then everything ends")),
        Err(reason) => Ok(Latest::Unknown(reason.to_owned())),
    }
}

/// What clients and wallets are called.
async fn names(store: &Store) -> Result<Vec<(String, String)>, StoreFault> {
    let clients = store::client::list(store).await?.into_iter();
    let wallets = store::resource_server::list(store).await?.into_iter();
    let clients = clients.map(|client| (client.id, client.name));
    Ok(clients
        .chain(wallets.map(|wallet| (wallet.id, wallet.name)))
        .collect())
}
