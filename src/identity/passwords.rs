use std::sync::LazyLock;
use std::time::{Duration, Instant};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};

use crate::app::App;

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordFault {
    /// It is not one that this server takes.
    #[error("a password must have 8 to 256 characters")]
    Length,
    /// The machine failed.
    #[error("hashing failed: {0}")]
    Failed(String),
}

const SHORTEST: usize = 8;
const LONGEST: usize = 256;

/// Hashes a password that somebody chose (argon2id, RFC 9106); 8 to 256 characters.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, PasswordFault> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Err(PasswordFault::Length);
    }
    let password = password.to_owned();
    let hashed = off_the_workers(app, move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    });
    hashed
        .await?
        .map_err(|error| PasswordFault::Failed(error.to_string()))
}

/// Whether `password` belongs to `hash`; without a hash it costs the same and is false.
pub(super) async fn verify(
    app: &App,
    password: &str,
    hash: Option<String>,
) -> Result<bool, PasswordFault> {
    // Longer ones cannot have been set, and hashing them is work for nothing.
    let password: String = password.chars().take(LONGEST + 1).collect();
    off_the_workers(app, move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let right = PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
        right && known
    })
    .await
}

/// How long one hash takes on this machine: the middle of three.
pub fn hash_cost() -> Result<Duration, PasswordFault> {
    let mut times = [Duration::ZERO; 3];
    for time in &mut times {
        let began = Instant::now();
        Argon2::default()
            .hash_password(b"nobody's password")
            .map_err(|error| PasswordFault::Failed(error.to_string()))?;
        *time = began.elapsed();
    }
    times.sort_unstable();
    Ok(times[1])
}

/// The hash of a password that nobody has.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password(b"nobody")
        .map(|hash| hash.to_string())
        .unwrap_or_default()
});

async fn off_the_workers<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordFault> {
    let failed = |error: &dyn std::fmt::Display| PasswordFault::Failed(error.to_string());
    let _permit = app
        .hashing
        .acquire()
        .await
        .map_err(|error| failed(&error))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| failed(&error))
}
