//! The operator's hand on clients and resource servers.
//!
//! A client, whose refusals are all [`RegistrationFault::Refused`]:
//! 1. the name is 1 to 60 characters, once it is cleaned
//! 2. grant types hang together: no `refresh_token` without `authorization_code`, no `client_credentials` without a secret
//! 3. redirect URIs can be registered, each once; at least one with `authorization_code` (RFC 6749 §3.1.2.2)
//! 4. there are the keys or the name that the auth method rests on; keys can be read, or are at a URL that may be asked
//! 5. duties can be met
//! 6. accounts are payment pointers of registered wallets, at most one a wallet
//!
//! A resource server:
//! 1. the name, as above
//! 2. origins have the one spelling; http is for loopback, and only when the settings allow it
//! 3. endpoints are agreement URLs on its origin, all different
//! 4. no asset twice
//! 5. credentials, as above
//! 6. none of its hosts belongs to another resource server, or is named twice

mod client;
mod credentials;
mod fault;
mod resource_server;
mod secret;
#[cfg(test)]
mod tests;

pub use client::{
    ClientChange, DutiesChange, NewClient, create_client, load_client, set_client_state,
    update_client,
};
pub use credentials::NewCredentials;
pub use fault::RegistrationFault;
pub use resource_server::{
    NewResourceServer, ResourceServerChange, create_resource_server, load_resource_server,
    set_resource_server_state, update_resource_server,
};
pub use secret::rotate_secret;

use crate::model::{clean, visible};

const LONGEST_NAME: usize = 60;

/// The name as payers will read it.
fn checked_name(text: &str) -> Result<String, RegistrationFault> {
    if visible(text) != text {
        let rule = "it must be one line without control characters, and without those that hide or turn text; type it anew";
        return Err(RegistrationFault::refused("name", text, rule));
    }
    let name = clean(text, LONGEST_NAME + 1);
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        Ok(name)
    } else {
        let rule = "it must be 1 to 60 characters that can be seen; choose a shorter one";
        Err(RegistrationFault::refused("name", text, rule))
    }
}

/// The first value that is there twice.
fn repeated<T: PartialEq>(values: &[T]) -> Option<&T> {
    let mut rest = values;
    while let Some((first, after)) = rest.split_first() {
        if after.contains(first) {
            return Some(first);
        }
        rest = after;
    }
    None
}
