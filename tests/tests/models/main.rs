//! How the command finds the models: in user crates of every shape, built as a user would build them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod baseline;
mod binaries;
mod errors;
mod libraries;
mod main_job;
mod support;
mod updated;
mod written;
