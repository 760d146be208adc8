//! `cargo xtask algorithms`: how a server at hand makes each kind of change to a table at best.
//!
//! The source of the table in `schema-core`'s `plan/mysql/alter_algorithm.rs`, which the same test compares with the server.

use crate::cargo::cargo;
use std::io;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The MySQL or MariaDB server; changes are tried in databases that are dropped again
    #[arg(long, value_name = "URL", env = "SCHEMA_TEST_MYSQL_URL", hide_env_values = true)]
    mysql_url: String,
}

pub(crate) fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    let mut test = cargo(["test", "--quiet", "--all-features", "--package=schema-tests", "--test=mysql"]);
    test.args(["--", "algorithms::", "--nocapture"]);
    test.env("SCHEMA_TEST_MYSQL_URL", &arguments.mysql_url).env("SCHEMA_ALGORITHMS", "print");
    Ok(if test.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
