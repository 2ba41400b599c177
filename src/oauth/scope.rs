//! A scope is one agreement or collection URL on a registered wallet.
//!
//! 1. exactly one value — `invalid_scope`
//! 2. its host is that of an enabled wallet — `invalid_scope`
//! 3. it is spelled in the one way that is allowed — `invalid_scope`
//! 4. http only where the settings allow it — `invalid_scope`
//! 5. it is a collection of the wallet, or an agreement of a known type — `invalid_scope`

use crate::app::App;
use crate::model::{AgreementType, AgreementUrl, ResourceServer, Target};
use crate::store::{self, Rows};

use super::error::{ErrorCode, OAuthError};

/// What a scope stands for.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The wallet.
    pub wallet: ResourceServer,
    /// The canonical URL.
    pub url: AgreementUrl,
    /// Whether it is a collection.
    pub collection: bool,
    /// The kind of agreement.
    pub kind: AgreementType,
}

/// Reads a scope (RFC 6749 §3.3).
pub async fn resolve(app: &App, rows: &impl Rows, scope: &str) -> Result<Resolved, OAuthError> {
    if scope.contains(' ') {
        return Err(refuse(
            "The scope must be exactly one agreement or collection URL",
        ));
    }
    let unknown = || refuse("The scope is not on the origin of a wallet that is registered here");
    let authority = AgreementUrl::authority_of(scope).ok_or_else(unknown)?;
    let wallet = store::resource_server::find_by_authority(rows, authority)
        .await?
        .ok_or_else(unknown)?;
    if !wallet.is_enabled() {
        return Err(unknown().because(format!("{} is disabled", wallet.id)));
    }
    let url = AgreementUrl::parse(scope, &wallet.origins()).map_err(|refusal| {
        refuse("The scope must be a URL without query, fragment, user, default port, percent sign, dot segment or final slash")
            .because(refusal)
    })?;
    if url.origin() != wallet.origin {
        return Err(unknown());
    }
    if !wallet.origin.is_https() && !app.settings.authorization.allow_loopback_http {
        return Err(refuse("Agreements must be at https URLs"));
    }
    let (collection, kind) = match url.target(&wallet.endpoints) {
        Some(Target::Collection(kind)) => (true, kind),
        Some(Target::Agreement(kind)) => (false, kind),
        None => {
            return Err(refuse(
                "The scope is neither an agreement nor a collection of its wallet",
            ));
        }
    };
    Ok(Resolved {
        wallet,
        url,
        collection,
        kind,
    })
}

fn refuse(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidScope, description)
}
