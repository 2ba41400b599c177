use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{KeyFault, hmac_sha256, random};

/// The key that private keys and authenticator seeds are sealed with before they are stored (AES-256-GCM).
pub struct SealingKey {
    aead: RandomizedNonceKey,
    /// What other keys are derived from: nothing that is derived tells what seals.
    root: [u8; 32],
}

impl SealingKey {
    /// Takes the 32 bytes of the key.
    ///
    /// # Errors
    /// [`KeyFault::Crypto`], which 32 bytes do not cause.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyFault> {
        let aead = RandomizedNonceKey::new(&AES_256_GCM, bytes)
            .map_err(|_| KeyFault::Crypto("read the encryption key"))?;
        Ok(Self {
            aead,
            root: hmac_sha256(bytes, "derivation", b""),
        })
    }

    /// Reads the key from a file that holds 32 bytes in base64, or makes that file if `create` says so.
    ///
    /// A new file appears complete and with mode 600, or not at all; of two servers that start at once, the second
    /// reads what the first has made.
    ///
    /// # Errors
    /// [`KeyFault::Missing`] if there is none and none is to be made, [`KeyFault::Open`] if others than the owner may
    /// use it, [`KeyFault::Malformed`] or [`KeyFault::File`] if it cannot be read or written.
    pub fn load_or_create(path: &Path, create: bool) -> Result<Self, KeyFault> {
        match Self::load(path) {
            Err(KeyFault::Missing { .. }) if create => {
                make(path)?;
                Self::load(path)
            }
            loaded => loaded,
        }
    }

    fn load(path: &Path) -> Result<Self, KeyFault> {
        let fault = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => KeyFault::Missing { path: path.into() },
            _ => KeyFault::File {
                path: path.into(),
                cause,
            },
        };
        let file = File::open(path).map_err(fault)?;
        // Asked of the open file: its name may point elsewhere a moment later.
        refuse_open(path, &file.metadata().map_err(fault)?)?;
        let malformed = || KeyFault::Malformed { path: path.into() };
        let mut text = Vec::new();
        file.take(256).read_to_end(&mut text).map_err(fault)?;
        let bytes = STANDARD
            .decode(text.trim_ascii())
            .map_err(|_| malformed())?;
        Self::from_bytes(&bytes.try_into().map_err(|_| malformed())?)
    }

    /// Seals `plain` for one place, named by `place`: nonce, then ciphertext and tag.
    ///
    /// # Errors
    /// [`KeyFault::Crypto`] if the library fails.
    pub fn seal(&self, plain: &[u8], place: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let mut body = plain.to_vec();
        let nonce = self
            .aead
            .seal_in_place_append_tag(Aad::from(place), &mut body)
            .map_err(|_| KeyFault::Crypto("seal a value"))?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`KeyFault::Sealed`] if it was changed, moved from another place, or sealed with another key.
    pub fn open(&self, sealed: &[u8], place: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(KeyFault::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyFault::Sealed)?;
        let mut body = body.to_vec();
        self.aead
            .open_in_place(nonce, Aad::from(place), &mut body)
            .map(|plain| plain.to_vec())
            .map_err(|_| KeyFault::Sealed)
    }

    /// Derives a key for one purpose, named by `label`: the same in every server that has this encryption key.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        hmac_sha256(&self.root, label, b"")
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

/// Writes a new key beside `path` and links it into place, unless somebody was faster.
fn make(path: &Path) -> Result<(), KeyFault> {
    let fault = |cause: io::Error| KeyFault::File {
        path: path.into(),
        cause,
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Made with mode 600, and for its owner only from the first byte on.
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(fault)?;
    let text = STANDARD.encode(random::bytes::<32>());
    writeln!(file, "{text}").map_err(fault)?;
    file.as_file().sync_all().map_err(fault)?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_directory(directory).map_err(fault),
        Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(lost) => Err(fault(lost.error)),
    }
}

/// Makes the name last as well: a key that is lost takes everything with it that was sealed with it.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn refuse_open(path: &Path, metadata: &Metadata) -> Result<(), KeyFault> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    Err(KeyFault::Open {
        path: path.into(),
        mode,
    })
}

#[cfg(not(unix))]
fn refuse_open(_: &Path, _: &Metadata) -> Result<(), KeyFault> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        let sealed = key.seal(b"private", b"signing_key:a").unwrap();
        assert_eq!(key.open(&sealed, b"signing_key:a").unwrap(), b"private");
        assert!(key.open(&sealed, b"signing_key:b").is_err());
        let other = SealingKey::from_bytes(&[8; 32]).unwrap();
        assert!(other.open(&sealed, b"signing_key:a").is_err());
    }

    #[test]
    fn what_is_derived_depends_on_the_key_and_the_purpose() {
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        let again = SealingKey::from_bytes(&[7; 32]).unwrap();
        let other = SealingKey::from_bytes(&[8; 32]).unwrap();
        assert_eq!(key.derive("a"), again.derive("a"));
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_ne!(key.derive("a"), other.derive("a"));
        assert_ne!(key.derive("a"), [7; 32]);
    }

    #[test]
    fn any_changed_or_missing_byte_is_noticed() {
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        let sealed = key.seal(b"private", b"").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&changed, b"").is_err(), "{place}");
            assert!(key.open(&sealed[..place], b"").is_err(), "{place}");
        }
    }

    #[test]
    fn no_two_sealings_are_alike() {
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        assert_ne!(key.seal(b"x", b"").unwrap(), key.seal(b"x", b"").unwrap());
    }

    #[test]
    fn a_new_file_is_for_its_owner_only_and_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption.key");
        let sealed = SealingKey::load_or_create(&path, true)
            .unwrap()
            .seal(b"x", b"")
            .unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = SealingKey::load_or_create(&path, true).unwrap();
        assert_eq!(again.open(&sealed, b"").unwrap(), b"x");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn servers_that_start_at_once_agree_on_one_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| SealingKey::load_or_create(&path, true).unwrap()))
                .collect();
            starts.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let sealed = keys[0].seal(b"x", b"").unwrap();
        assert!(keys.iter().all(|key| key.open(&sealed, b"").is_ok()));
    }

    #[test]
    fn a_file_open_to_others_is_refused_with_the_cure() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption.key");
        SealingKey::load_or_create(&path, true).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = SealingKey::load_or_create(&path, true).unwrap_err();
        let message = fault.to_string();
        assert!(message.contains("mode 640"), "{message}");
        assert!(message.contains("chmod 600"), "{message}");
    }

    #[test]
    fn a_missing_file_is_not_made_unless_asked() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption.key");
        let fault = SealingKey::load_or_create(&path, false).unwrap_err();
        assert!(matches!(fault, KeyFault::Missing { .. }));
        assert!(!path.exists());
    }

    #[test]
    fn a_file_with_something_else_is_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption.key");
        fs::write(&path, STANDARD.encode([1; 31])).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let fault = SealingKey::load_or_create(&path, true).unwrap_err();
        assert!(matches!(fault, KeyFault::Malformed { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), STANDARD.encode([1; 31]));
    }
}
