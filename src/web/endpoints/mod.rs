//! Doors for programs.

pub mod authorize;
pub mod health;
pub mod introspect;
pub mod metadata;
pub mod metrics;
pub mod par;
pub mod revoke;
pub mod token;
