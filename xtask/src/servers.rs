//! The database servers that the tests need.
//!
//! SQLite is compiled into the tests, so there is nothing to start yet. Servers for PostgreSQL and MariaDB are started
//! here, before the step `test`, and hand their addresses to it as environment variables. Where a server cannot be had,
//! the run says so in its table: a skip on a laptop ([`Outcome::Skipped`](crate::report::Outcome)), a failure when
//! [`in_ci`](crate::cargo::in_ci) holds.
