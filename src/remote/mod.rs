//! Outgoing: everything that this server asks of others, within bounds of time, size and address.

mod addresses;
mod agreements;
mod bounds;
mod client_keys;
mod documents;
mod fault;
mod places;
mod transport;

pub use addresses::{Names, is_public};
pub use agreements::{AgreementFetch, Fetched};
pub use bounds::Bounds;
pub use client_keys::check_uri as check_client_keys_uri;
pub use documents::Document;
pub use fault::{BuildFault, Fault, FaultKind};
pub use transport::{Options, Remote};

#[cfg(test)]
mod tests;
