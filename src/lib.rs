//! Countersign, an authorization server for Open Payments.

pub mod model;
