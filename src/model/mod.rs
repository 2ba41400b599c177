//! The nouns: no I/O, no async, no framework.

mod clock;
mod secret;

pub use clock::Clock;
pub use secret::{Digest, Secret};
