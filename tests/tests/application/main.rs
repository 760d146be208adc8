//! What an application calls: databases, migrations, and its start.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod database;
mod embed;
mod migrate;
mod own_client;
mod own_connection;
mod servers;
mod testing;
