//! Whether this server can do its work.

use crate::app::App;
use crate::store::{self, StoreFault};

/// Answers if the database does and there is a key to sign with; else says what is missing.
pub async fn check(app: &App) -> Result<(), String> {
    // A table, since a database can answer and still have none that may be read.
    store::signing_key::list(&app.store)
        .await
        .map_err(|fault: StoreFault| fault.to_string())?;
    match app.ring().await.signing_key(app.clock.now()) {
        Some(_) => Ok(()),
        None => Err("there is no signing key".to_owned()),
    }
}
