//! The doors: what comes in by HTTP and what goes out.

pub mod assets;
pub mod endpoints;
pub mod extract;
pub mod pages;
pub mod respond;
mod routes;

pub use routes::{configure, figures};
