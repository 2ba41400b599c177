//! The rows: sea-orm lives here only. One file a table, the same code for `SQLite` and `PostgreSQL`.

pub mod access_token;
mod address;
pub mod agreement_snapshot;
pub mod attempt;
pub mod authorization_code;
pub mod authorization_request;
mod bounded;
pub mod client;
mod connect;
mod fault;
pub mod grant;
pub mod grant_history;
mod hold;
pub mod inspect;
pub mod lease;
mod opening;
pub mod party_secret;
pub mod payment_pointer;
pub mod refresh_token;
pub mod resource_server;
pub mod restoration;
mod row;
pub mod session;
pub mod signing_key;
pub mod size;
mod tally;
mod turns;
pub mod sweep;
pub mod user;

pub use bounded::one_request;
pub use connect::{Connections, Rows, Store, Transaction};
pub use fault::StoreFault;
pub use hold::Hold;
pub use tally::Tally;
