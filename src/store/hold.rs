use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::StoreFault;

/// Keeps a `SQLite` file in its place: whoever uses it shares the hold, and who replaces it needs it alone.
///
/// The lock is on a file beside the database. Closing the database's own file anywhere in the process would drop the locks
/// that `SQLite` has on it.
#[derive(Debug)]
pub struct Hold {
    _file: File,
}

impl Hold {
    /// Shares the hold on the database at `path`; `None` where no file can be made beside it.
    pub fn share(path: &Path) -> Result<Option<Self>, StoreFault> {
        let Ok(file) = open(path) else {
            return Ok(None);
        };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Err(StoreFault::Replaced),
            // A file system without locks: nobody can be kept out.
            Err(TryLockError::Error(_)) => Ok(None),
            Ok(()) => Ok(Some(Self { _file: file })),
        }
    }

    /// Takes the hold on the database at `path`, until it is dropped; `None` while somebody uses the database.
    pub fn take(path: &Path) -> std::io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
            Ok(()) => Ok(Some(Self { _file: file })),
        }
    }
}

/// The file that is locked, made with mode 600.
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(lock_file(path))
}

/// Beside the file itself, whatever name leads to it.
fn lock_file(path: &Path) -> PathBuf {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = path.into_os_string();
    name.push(".lock");
    PathBuf::from(name)
}
