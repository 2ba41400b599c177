//! Whether those whom a grant is about still take part: read again at every step (open, decide, redeem, refresh).

use crate::model::{Grant, ResourceServer};
use crate::store::{self, Rows, StoreFault};

/// The wallet of a grant whose client, wallet, payer and pointer are good; else what is not, for the log.
pub(super) async fn check(
    rows: &impl Rows,
    grant: &Grant,
) -> Result<Result<ResourceServer, String>, StoreFault> {
    let found = store::resource_server::find_with_parties(rows, grant).await?;
    let Some((wallet, parties)) = found.filter(|(wallet, _)| wallet.is_enabled()) else {
        return Ok(Err(format!(
            "resource server {} is disabled",
            grant.resource_server
        )));
    };
    if !parties.client_enabled {
        return Ok(Err(format!("client {} is disabled", grant.client)));
    }
    if let Some(user) = &grant.user {
        if !parties.user_enabled {
            return Ok(Err(format!("user {user} is disabled")));
        }
        if parties.subject_owner.as_ref() != Some(user) {
            return Ok(Err(format!("{} is no longer user {user}'s", grant.subject)));
        }
    }
    Ok(Ok(wallet))
}
