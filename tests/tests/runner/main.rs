//! The runner, against SQLite files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apply;
mod guard;
mod history;
mod offline;
mod processes;
