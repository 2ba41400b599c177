//! The rows: sea-orm lives here only. One file a table, the same code for `SQLite` and `PostgreSQL`.

pub mod access_token;
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
mod kept;
pub mod party_secret;
pub mod payment_pointer;
pub mod presented;
pub mod refresh_token;
pub mod resource_server;
mod row;
pub mod session;
pub mod signing_key;
mod together;
pub mod user;

pub use connect::{Rows, Store, Transaction};
pub use fault::StoreFault;
