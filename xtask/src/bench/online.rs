//! `cargo xtask bench online`: what those who read and write a large table notice while it is changed.
//!
//! The traffic and the changes are in the tests, `tests/src/load`; here are the servers.

use crate::cargo::{cargo, target_folder};
use crate::report::Report;
use crate::servers::{Engine, EngineServers, ServerUrls};
use std::io;
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
pub(crate) struct OnlineArguments {
    /// Only this engine; may be given several times
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Vec<Engine>,
    /// How many rows the table has
    #[arg(long, value_name = "COUNT", default_value_t = 2_000_000)]
    rows: u64,
    #[command(flatten)]
    servers: ServerUrls,
}

pub(super) fn run(arguments: &OnlineArguments) -> io::Result<ExitCode> {
    let OnlineArguments { engine, rows, servers } = arguments;
    // In SQLite one process writes at a time, whatever the form.
    let all = [Engine::Postgres, Engine::Mysql, Engine::Mariadb];
    let engines = if engine.is_empty() { &all } else { engine.as_slice() };
    let mut started = Report::default();
    let servers = EngineServers::start(engines, servers, &mut started);
    // What the tests have built already, with the same features.
    let mut build = cargo(["test", "--quiet", "--all-features", "--test=runner", "--no-run"]);
    if !build.status()?.success() {
        return Ok(ExitCode::FAILURE);
    }
    let mut load = Command::new(target_folder().join("debug").join("load"));
    load.args(["--rows", &rows.to_string()]);
    for url in servers.existing().chain(servers.own()) {
        load.args(["--server", url]);
    }
    let has_passed = load.status()?.success();
    drop(servers);
    Ok(if has_passed && !started.failed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
