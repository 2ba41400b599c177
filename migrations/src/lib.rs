//! The database schema of Countersign.
