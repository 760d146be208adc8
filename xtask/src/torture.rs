//! `cargo xtask torture`: runs that go wrong on purpose, on servers that are started for it.
//!
//! What is tried is in the tests, `tests/src/torture`; here are the servers, and what starts them again when they are killed.

use crate::cargo::{cargo, target_folder};
use crate::report::{Outcome, Report};
use crate::servers::{Engine, EngineServers, ServerUrls};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this engine; may be given several times
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Vec<Engine>,
    /// How long the tortures of an engine take together; engines run beside each other
    #[arg(long, value_name = "N", default_value_t = 2.0)]
    minutes: f64,
    /// The seed of the first case, a number or `random`; the next one has the next number
    #[arg(long, value_name = "S", default_value = "random", value_parser = seed)]
    seed: u64,
    /// Only this torture; may be given several times
    #[arg(long, value_name = "TORTURE")]
    only: Vec<String>,
    /// How many cases each torture has, instead of as many as there is time for
    #[arg(long, value_name = "COUNT")]
    cases: Option<u64>,
    /// How many times slower than an idle machine this one is: what has to be done in time may take so many times longer
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    patience: u32,
    /// A document that the table goes into, such as `docs/reliability.md`
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    servers: ServerUrls,
}

fn seed(text: &str) -> Result<u64, String> {
    match text {
        // Short, because people type it again.
        "random" => Ok(RandomState::new().hash_one(0) % 1_000_000_000),
        number => number.parse().map_err(|_| "write a number, or `random`".to_owned()),
    }
}

/// What `cargo xtask test` runs: each torture for a moment, from a seed that does not change.
pub(crate) fn briefly(servers: &ServerUrls) -> io::Result<Outcome> {
    let has_survived = survives(&Arguments {
        engine: Vec::new(),
        minutes: 0.4,
        seed: 1,
        only: Vec::new(),
        cases: None,
        patience: 1,
        report: None,
        servers: servers.clone(),
    })?;
    Ok(if has_survived { Outcome::Passed } else { Outcome::Failed })
}

pub(crate) fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    Ok(if survives(arguments)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn survives(arguments: &Arguments) -> io::Result<bool> {
    let Arguments { engine, minutes, seed, only, cases, patience, report, servers } = arguments;
    let engines = if engine.is_empty() { Engine::ALL } else { engine.as_slice() };
    let mut started = Report::default();
    let servers = EngineServers::start(engines, servers, &mut started);
    // What the tests have built already, with the same features: cargo builds a package's programs for its tests.
    let mut build = cargo(["test", "--quiet", "--all-features", "--test=runner", "--no-run"]);
    if !build.status()?.success() {
        return Ok(false);
    }
    let mut torture = Command::new(target_folder().join("debug").join("torture"));
    torture.args(["--minutes", &minutes.to_string(), "--seed", &seed.to_string()]);
    torture.args(["--patience", &patience.to_string()]);
    if engines.contains(&Engine::Sqlite) {
        torture.arg("--sqlite");
    }
    for url in servers.existing() {
        torture.args(["--server", url]);
    }
    for url in servers.own() {
        torture.args(["--own-server", url]);
    }
    for name in only {
        torture.args(["--only", name]);
    }
    if let Some(cases) = cases {
        torture.args(["--cases", &cases.to_string()]);
    }
    if let Some(report) = report {
        torture.arg("--report").arg(std::path::absolute(report)?);
    }
    let has_passed = torture.status()?.success();
    drop(servers);
    Ok(has_passed && !started.failed())
}
