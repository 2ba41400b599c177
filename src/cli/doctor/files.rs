use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use crate::keys::SealingKey;
use crate::settings::Settings;

use super::finding::Finding;

/// Less than this is soon full, in bytes.
const LITTLE: u64 = 512 << 20;

/// Less than this is as good as none.
const NOTHING: u64 = 16 << 20;

/// The permission bits of a file.
pub(super) fn mode(path: &Path) -> Option<u32> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(metadata.permissions().mode() & 0o777)
}

/// What can be seen of the files without the database.
pub(super) fn findings(settings: &Settings) -> Vec<Finding> {
    let (key, made) = settings.keys.encryption_key(&settings.database);
    let database = settings.database.sqlite_path().map(PathBuf::from);
    let fresh = database.as_ref().is_some_and(|path| !path.exists());
    let mut findings = vec![key_file(Path::new(&key), made && fresh)];
    if let Some(path) = database {
        if !fresh {
            findings.push(database_file(&path));
        }
        let home = directory(&path);
        findings.push(writable(&home));
        findings.push(space(&home, size(&path)));
    }
    findings
}

fn key_file(path: &Path, made: bool) -> Finding {
    let check = "key file";
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(_) if made && !path.exists() => {
            return Finding::ok(check, format!("none yet: the first start makes {shown}"));
        }
        // A pipe would keep whoever reads it.
        Ok(found) if !found.is_file() => {
            let advice = "the setting keys.encryption_key_file must name a file";
            return Finding::failed(check, format!("{shown} is no file"), advice);
        }
        _ => {}
    }
    match SealingKey::load_or_create(path, false) {
        Err(fault) => Finding::of(check, fault),
        Ok(_) => owned(check, path),
    }
}

fn database_file(path: &Path) -> Finding {
    let check = "database file";
    let shown = path.display();
    let open = std::iter::once("").chain(["-wal", "-shm"]).find_map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let name = PathBuf::from(name);
        mode(&name)
            .filter(|mode| mode & 0o077 != 0)
            .map(|mode| (name, mode))
    });
    if let Some((name, mode)) = open {
        let seen = format!(
            "{} is open to others than its owner (mode {mode:03o})",
            name.display()
        );
        return Finding::failed(check, seen, format!("run `chmod 600 '{shown}'*`"));
    }
    owned(check, path)
}

/// A file that only its owner may read: is that who runs this?
fn owned(check: &str, path: &Path) -> Finding {
    let Ok(found) = std::fs::metadata(path) else {
        return Finding::unknown(check, "it went away");
    };
    let seen = format!(
        "{}, mode {:03o}",
        path.display(),
        found.permissions().mode() & 0o777
    );
    match uid() {
        Some(uid) if uid != found.uid() => Finding::warning(
            check,
            format!("{seen}, of user {}", found.uid()),
            format!("run this as the user who runs the server; this was user {uid}"),
        ),
        _ => Finding::ok(check, seen),
    }
}

/// Who runs this: the owner of a file that was just made, and is gone.
fn uid() -> Option<u32> {
    Some(tempfile::tempfile().ok()?.metadata().ok()?.uid())
}

fn writable(home: &Path) -> Finding {
    let check = "directory";
    let shown = home.display();
    if let Err(error) = access(home, Access::WRITE_OK | Access::EXEC_OK) {
        let advice =
            "SQLite makes files beside the database: give the server's user a directory of its own";
        return Finding::failed(check, format!("{shown} cannot be written: {error}"), advice);
    }
    match mode(home) {
        Some(mode) if mode & 0o002 != 0 => {
            let advice =
                format!("others can put another database there: run `chmod o-w '{shown}'`");
            Finding::failed(
                check,
                format!("{shown} can be written by everybody (mode {mode:03o})"),
                advice,
            )
        }
        _ => Finding::ok(check, format!("{shown} can be written")),
    }
}

fn space(home: &Path, size: u64) -> Finding {
    let check = "disk";
    let Ok(found) = statvfs(home) else {
        return Finding::unknown(check, "the free space cannot be read");
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let seen = format!(
        "{} MiB free, the database has {} MiB",
        free >> 20,
        size >> 20
    );
    if free < NOTHING {
        Finding::failed(check, seen, "nothing more can be written soon: make room")
    } else if free < LITTLE.max(size) {
        Finding::warning(
            check,
            seen,
            "make room for a copy of the database, at least 512 MiB",
        )
    } else {
        Finding::ok(check, seen)
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

fn directory(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
