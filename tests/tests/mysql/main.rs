//! The driver for MySQL and MariaDB, on a server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod algorithms;
mod canonicalize;
mod connection;
mod details;
mod dumps;
mod events;
mod evidence;
mod firing;
mod history;
mod introspect;
mod key_methods;
mod letter_case;
mod lock;
mod logins;
mod long_keys;
mod objects;
mod packages;
mod partitions;
mod routines;
mod scratch;
mod sequences;
mod sessions;
mod texts;
mod views;
mod zero_dates;
