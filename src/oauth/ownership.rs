//! Whose a payment pointer is: the operator says so, and takes it back.
//!
//! 1. the user exists — [`OwnershipFault::UnknownUser`]
//! 2. the pointer has its one spelling — [`OwnershipFault::Refused`]
//! 3. it is on an origin of a resource server that is enabled — [`OwnershipFault::Refused`]
//! 4. nobody else owns it — [`OwnershipFault::Taken`]

use crate::app::App;
use crate::model::{EndReason, Origin, PaymentPointer, ResourceServer, User, fold_username};
use crate::store::{self, Rows, StoreFault, Transaction};

use super::grants::{self, By};

/// Why a payment pointer did not change hands.
#[derive(Debug, thiserror::Error)]
pub enum OwnershipFault {
    /// There is no such user.
    #[error("there is no user {0:?}")]
    UnknownUser(String),
    /// The user does not own it.
    #[error("user {user} does not own the payment pointer {pointer}")]
    NotOwned {
        /// The user's name.
        user: String,
        /// The pointer's URL.
        pointer: String,
    },
    /// The pointer breaks a rule.
    #[error("payment pointer {pointer:?}: {rule}")]
    Refused {
        /// The pointer as it was given.
        pointer: String,
        /// The rule that it breaks.
        rule: String,
    },
    /// The pointer has another owner.
    #[error("the payment pointer {pointer} belongs to user {owner} already")]
    Taken {
        /// The pointer's URL.
        pointer: String,
        /// The owner's id.
        owner: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// A pointer that was taken from its owner.
#[derive(Debug)]
pub struct Removed {
    /// The pointer.
    pub pointer: PaymentPointer,
    /// The grants that ended with it.
    pub ended: Vec<String>,
}

/// The pointer in its one form, if it is on an enabled wallet and nobody owns it.
pub async fn check_free(app: &App, pointer: &str) -> Result<PaymentPointer, OwnershipFault> {
    let pointer = on_enabled_wallet(&app.store, pointer).await?;
    match store::payment_pointer::owner(&app.store, pointer.as_str()).await? {
        None => Ok(pointer),
        Some(owner) => Err(taken(&pointer, owner)),
    }
}

/// Gives a user, by name or id, a payment pointer; nothing changes if it is theirs already.
pub async fn add_pointer(
    app: &App,
    user: &str,
    pointer: &str,
) -> Result<PaymentPointer, OwnershipFault> {
    let tx = app.store.begin().await?;
    tx.lock("payment_pointer").await?;
    let owner = load_user(&tx, user).await?;
    let pointer = on_enabled_wallet(&tx, pointer).await?;
    match store::payment_pointer::owner(&tx, pointer.as_str()).await? {
        Some(found) if found == owner.id => return Ok(pointer),
        Some(found) => return Err(taken(&pointer, found)),
        None => {}
    }
    store::payment_pointer::insert(&tx, pointer.as_str(), &owner.id).await?;
    tx.commit().await?;
    Ok(pointer)
}

/// Takes a payment pointer from a user, by name or id, and ends every grant that the user gave for it.
pub async fn remove_pointer(
    app: &App,
    user: &str,
    pointer: &str,
) -> Result<Removed, OwnershipFault> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let owner = load_user(&tx, user).await?;
    // Also of a wallet that is disabled, or gone from this origin.
    let wallets = store::resource_server::list(&tx).await?;
    let pointer = parse(pointer, &wallets)?;
    if !store::payment_pointer::remove(&tx, pointer.as_str(), &owner.id).await? {
        return Err(OwnershipFault::NotOwned {
            user: owner.username,
            pointer: pointer.as_str().to_owned(),
        });
    }
    let mut ended = Vec::new();
    for state in ["pending", "active", "suspended"] {
        let filter = store::grant::Filter {
            user: Some(owner.id.clone()),
            subject: Some(pointer.as_str().to_owned()),
            state: Some(state.to_owned()),
            ..store::grant::Filter::default()
        };
        loop {
            let found = store::grant::list(&tx, &filter, BATCH).await?;
            if found.is_empty() {
                break;
            }
            for grant in found {
                grants::end(&tx, &grant.id, EndReason::Operator, By::Operator, now).await?;
                ended.push(grant.id);
            }
        }
    }
    tx.commit().await?;
    Ok(Removed { pointer, ended })
}

const BATCH: u64 = 200;

fn taken(pointer: &PaymentPointer, owner: String) -> OwnershipFault {
    OwnershipFault::Taken {
        pointer: pointer.as_str().to_owned(),
        owner,
    }
}

async fn load_user(tx: &Transaction, name: &str) -> Result<User, OwnershipFault> {
    let by_name = store::user::find_by_username(tx, &fold_username(name)).await?;
    let found = match by_name {
        Some(user) => Some(user),
        None => store::user::find(tx, name).await?,
    };
    found.ok_or_else(|| OwnershipFault::UnknownUser(name.to_owned()))
}

fn parse(text: &str, wallets: &[ResourceServer]) -> Result<PaymentPointer, OwnershipFault> {
    let origins: Vec<Origin> = wallets.iter().flat_map(ResourceServer::origins).collect();
    PaymentPointer::parse(text, &origins).map_err(|refusal| OwnershipFault::Refused {
        pointer: text.to_owned(),
        rule: refusal.rule,
    })
}

async fn on_enabled_wallet(rows: &impl Rows, text: &str) -> Result<PaymentPointer, OwnershipFault> {
    let wallets = store::resource_server::list(rows).await?;
    let pointer = parse(text, &wallets)?;
    let origin = pointer.origin();
    let rule = match wallets.iter().find(|w| w.origins().contains(&origin)) {
        Some(wallet) if wallet.is_enabled() => return Ok(pointer),
        Some(wallet) => format!("its resource server {} is disabled", wallet.id),
        None => format!("{origin} belongs to no registered resource server"),
    };
    Err(OwnershipFault::Refused {
        pointer: text.to_owned(),
        rule,
    })
}
