use std::io;
use std::path::PathBuf;

/// Why a key could not be read, made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The encryption key's file could not be read or written.
    #[error("the encryption key {} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The encryption key's file is not there, and was not to be made.
    #[error(
        "there is no encryption key at {0}: copy the one this database was started with, or for a new database make \
         one with `(umask 077; openssl rand -base64 32 > '{0}')`",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read the encryption key's file.
    #[error(
        "the encryption key {0} is open to others than its owner (mode {mode:03o}): run `chmod 600 '{0}'`, and make \
         new signing keys if somebody else may have read it",
        path.display()
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The encryption key's file holds something else.
    #[error("the encryption key {} does not hold 32 bytes in base64", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// A sealed value was changed, belongs elsewhere, or was sealed with another encryption key.
    #[error(
        "a sealed value cannot be opened: it was sealed with another encryption key, or changed"
    )]
    Sealed,
    /// A stored signing key cannot be opened.
    #[error(
        "the signing key {kid} cannot be opened: is this the encryption key that it was sealed with?"
    )]
    Unopened {
        /// The key's thumbprint.
        kid: String,
    },
    /// A stored signing key does not hang together.
    #[error("the signing key {kid} is not valid: {reason}")]
    Corrupt {
        /// The key's thumbprint.
        kid: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No key may sign at this instant.
    #[error("there is no signing key in use: none was made, or all are retired")]
    NoSigner,
    /// The claims cannot be written as a JSON object.
    #[error("the claims cannot be written")]
    Claims(#[source] serde_json::Error),
    /// The cryptographic library failed.
    #[error("the cryptographic library failed to {0}")]
    Crypto(&'static str),
}
