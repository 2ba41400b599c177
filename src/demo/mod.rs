//! A wallet and two shops for the demo: they talk plain HTTP to the authorization server, as anyone else would.
//!
//! Nothing here is needed to run the authorization server. The apps keep everything in memory, listen on loopback
//! only and move no money.

mod answer;
mod call;
mod clock;
mod json;
mod key;
mod money;
mod outgoing;
mod random;
mod shop;
#[cfg(test)]
mod tests;
mod wallet;

use std::io;
use std::net::TcpListener;

use actix_web::dev::Server;

use crate::model::Clock;

pub use clock::{DemoClock, OutOfRange};
pub use key::ShopKeys;
pub use shop::{KEYED_STORIES, STORIES, Story};

/// An account of the demo wallet.
#[derive(Debug, Clone)]
pub struct Account {
    /// The last segment of its payment pointer, such as `alice`.
    pub name: String,
    /// Whether anybody may pay its invoices without a token.
    pub open: bool,
}

/// What the demo wallet is told when it starts.
pub struct WalletOptions {
    /// Where it listens: a bound loopback address, which also names its origin.
    pub listener: TcpListener,
    /// The issuer of the authorization server.
    pub issuer: String,
    /// The name under which the wallet is registered at the authorization server.
    pub resource_server_id: String,
    /// The secret that goes with the name.
    pub resource_server_secret: String,
    /// Its accounts.
    pub accounts: Vec<Account>,
    /// The source of "now", which decides the period that a charge falls in.
    pub clock: Clock,
}

/// What the demo shop is told when it starts: two payment pointers, and who the shop is.
pub struct ShopOptions {
    /// Where it listens: a bound loopback address.
    pub listener: TcpListener,
    /// The name under which it is registered, and which payers read.
    pub name: String,
    /// The origin that browsers use to reach the shop.
    pub url: String,
    /// The client id of the shop at the authorization server.
    pub client_id: String,
    /// How it proves that it is that client, which also decides the stories that it tells.
    pub credentials: Credentials,
    /// The registered redirect URI, which must lead to `/callback` of the shop.
    pub redirect_uri: String,
    /// The payment pointer of the customer: `$host/alice` or a URL.
    pub payment_pointer: String,
    /// The payment pointer of somebody else at the same wallet, whose invoices anybody may pay.
    pub other_pointer: String,
    /// The other shop.
    pub neighbour: Neighbour,
    /// The wallet's id and secret, for the commands on the shop's pages that show what the wallet asks.
    pub wallet_credentials: (String, String),
    /// The demo's clock, which the shop's pages move.
    pub clock: DemoClock,
}

/// How a shop proves who it is.
pub enum Credentials {
    /// By a secret (RFC 6749 §2.3.1); its tokens are good for whoever has them.
    Secret(String),
    /// By keys (RFC 7523); what it asks for is signed, and its tokens are good for nobody else.
    Keys(ShopKeys),
}

/// Another shop, to which the pages of one lead.
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// The origin that browsers use to reach it.
    pub url: String,
}

/// Builds the wallet's server, which runs when the returned future is awaited or spawned.
pub fn wallet(options: WalletOptions) -> io::Result<Server> {
    require_loopback(&options.listener)?;
    wallet::serve(options)
}

/// Builds the shop's server, which runs when the returned future is awaited or spawned.
pub fn shop(options: ShopOptions) -> io::Result<Server> {
    require_loopback(&options.listener)?;
    shop::serve(options)
}

fn require_loopback(listener: &TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("the demo listens on loopback only, not on {address}"),
    ))
}
