//! The rules: one function a protocol act; knows nothing of HTTP.

pub mod agreement;
pub mod authorization;
mod caller;
mod client_authentication;
mod client_credentials;
mod code_exchange;
pub mod consent;
mod credentials;
mod engine;
pub mod error;
pub mod grants;
pub mod health;
pub mod introspection;
pub mod metadata;
mod mint;
pub mod ownership;
mod parameters;
mod party_keys;
pub mod payments;
mod possession;
pub mod profile;
pub mod pushed;
mod redirection;
mod refresh;
pub mod registration;
pub mod revocation;
mod scope;
pub mod signing_keys;
mod standing;
pub mod token;

pub use caller::Caller;
pub use client_authentication::{AskingWallet, authenticate_client, authenticate_resource_server};
pub use credentials::{Brought, Credentials};
pub use parameters::Parameters;
pub use redirection::{RedirectTarget, Redirection};
