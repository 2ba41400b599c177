//! Countersign, an authorization server for Open Payments.

pub mod app;
pub mod cli;
pub mod demo;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod model;
pub mod oauth;
pub mod remote;
pub mod server;
pub mod settings;
pub mod store;
pub mod telemetry;
pub mod web;
