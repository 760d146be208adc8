//! The runner, against SQLite files and servers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apply;
mod backup;
mod batches;
#[cfg(unix)]
mod connections;
mod crashes;
mod dry_run;
mod engines;
mod engines_without_transactions;
mod formats;
mod guard;
mod history;
mod irreversible;
#[cfg(unix)]
mod keep_dropped;
mod kills;
mod lock_timeout;
mod locks;
mod mysql;
mod offline;
mod offline_mysql;
mod offline_postgres;
mod offline_servers;
#[cfg(unix)]
mod online;
#[cfg(unix)]
mod online_schema_change;
mod pooler;
mod postgres;
mod processes;
mod progress;
mod project;
mod recreated;
mod recreated_mysql;
mod repair;
#[cfg(unix)]
mod scratch;
mod session;
mod steps;
mod unfinished;
mod verify;
mod waiting;

use schema_core::runner::{self, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};

/// Applies a revision and all that it needs.
fn upgraded(project: &Project, target: &str) -> Result<(), RunnerError> {
    let mut driver = project.driver();
    runner::upgrade(
        driver.as_mut(),
        &project.directory(),
        &ids(&[target]),
        &RunOptions::default(),
        &mut |_| {},
    )
    .map(drop)
}
