//! What the tests of the project share.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod account;
#[cfg(doctest)]
pub mod book;
pub mod chance;
pub mod corpus;
pub mod crash;
pub mod impostor;
pub mod load;
pub mod migrations;
pub mod models;
pub mod mysql;
pub mod postgres;
pub mod process;
pub mod random;
pub mod revisions;
pub mod sandbox;
pub mod server;
pub mod shell;
pub mod sqlite;
pub mod suite;
#[cfg(unix)]
pub mod torture;
pub mod trap;
pub mod workload;
