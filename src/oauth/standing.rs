//! Whether those whom a grant is about still take part: read again at every step (open, decide, redeem, refresh).

use crate::model::{Grant, ResourceServer};
use crate::store::{self, Rows, StoreFault};

/// The wallet of a grant whose client, wallet, payer and pointer are good; else what is not, for the log.
pub(super) async fn check(
    rows: &impl Rows,
    grant: &Grant,
) -> Result<Result<ResourceServer, String>, StoreFault> {
    let client = store::client::find(rows, &grant.client).await?;
    if !client.is_some_and(|client| client.is_enabled()) {
        return Ok(Err(format!("client {} is disabled", grant.client)));
    }
    let wallet = store::resource_server::find(rows, &grant.resource_server).await?;
    let Some(wallet) = wallet.filter(ResourceServer::is_enabled) else {
        return Ok(Err(format!(
            "resource server {} is disabled",
            grant.resource_server
        )));
    };
    if let Some(user) = &grant.user {
        let found = store::user::find(rows, user).await?;
        if !found.is_some_and(|user| user.is_enabled()) {
            return Ok(Err(format!("user {user} is disabled")));
        }
        if store::payment_pointer::owner(rows, &grant.subject)
            .await?
            .as_ref()
            != Some(user)
        {
            return Ok(Err(format!("{} is no longer user {user}'s", grant.subject)));
        }
    }
    Ok(Ok(wallet))
}
