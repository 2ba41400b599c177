use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use crate::cli::backup::directory;
use crate::cli::failure::Failure;
use crate::settings::Database;
use crate::store::{Store, StoreFault};

/// What `SQLite` keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The file that is replaced, by its whole path; there may be none.
pub(super) struct Target {
    pub(super) path: PathBuf,
}

impl Target {
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        if let Ok(path) = path.canonicalize() {
            return Ok(Self { path });
        }
        let named = path
            .file_name()
            .ok_or_else(|| Failure::new("database.url names no file"))?;
        Ok(Self {
            path: directory(path)?.join(named),
        })
    }

    /// Makes the database one file, which says that nobody else has it open; whether it can be read.
    pub(super) async fn settle(&self, database: &Database) -> Result<bool, Failure> {
        if !self.path.exists() {
            return Ok(false);
        }
        let Ok(store) = Store::work(&database.at(&self.path)).await else {
            return Ok(false);
        };
        let settled = store.settle().await;
        store.close().await?;
        match settled {
            Ok(()) => Ok(true),
            Err(StoreFault::Unavailable(error)) if error.to_string().contains("locked") => {
                Err(Failure::new(&format!("{} is in use", self.path.display()))
                    .hint("stop whatever has it open; then try again"))
            }
            Err(_) => Ok(false),
        }
    }

    pub(super) fn refuse_same(&self, file: &Path) -> Result<(), Failure> {
        if is_same(file, &self.path) {
            return Err(Failure::usage("the backup is the database itself")
                .hint("if it was put back already, `countersign restore --restored` ends what must not live on"));
        }
        Ok(())
    }

    /// A name beside the database that nothing has: of two restores in a second each keeps what it replaced.
    fn free_name(&self, now: Timestamp) -> PathBuf {
        let dated = format!(".replaced-{}", now.strftime("%Y%m%dT%H%M%SZ"));
        let mut aside = ending(&self.path, &dated);
        let mut number = 2;
        while aside.symlink_metadata().is_ok() {
            aside = ending(&self.path, &format!("{dated}-{number}"));
            number += 1;
        }
        aside
    }

    /// Puts `copy` in the place of the database, which is kept under another name: that name.
    pub(super) fn replace(
        &self,
        copy: NamedTempFile,
        now: Timestamp,
    ) -> Result<Option<PathBuf>, Failure> {
        let home = directory(&self.path)?;
        let old = fs::metadata(&self.path).or_else(|_| fs::metadata(&home))?;
        let new = copy.as_file().metadata()?;
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            chown(copy.path(), Some(old.uid()), Some(old.gid()))?;
        }
        copy.as_file().sync_all()?;
        let mut kept = None;
        if self.path.exists() {
            let aside = self.free_name(now);
            // A log that stayed would be read into the database that comes; so it goes first.
            for beside in BESIDE {
                let from = ending(&self.path, beside);
                if from.exists() {
                    fs::rename(from, ending(&aside, beside))?;
                }
            }
            // Two names for a moment: at no time is there no database.
            fs::hard_link(&self.path, &aside).or_else(|_| fs::rename(&self.path, &aside))?;
            kept = Some(aside);
        }
        copy.persist(&self.path)
            .map_err(|lost| Failure::new(&lost.error))?;
        sync(&home)?;
        Ok(kept)
    }
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path| fs::metadata(path).map(|found| (found.dev(), found.ino()));
    matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other)
}

fn ending(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn sync(home: &Path) -> io::Result<()> {
    File::open(home)?.sync_all()
}
