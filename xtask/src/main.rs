//! The project's own chores, run as `cargo xtask COMMAND`.
//!
//! One file per command. Nothing in here is needed to use the libraries or the command line.

mod algorithms;
mod bench;
mod cargo;
mod demo;
mod deny;
mod derive_cost;
mod report;
mod resolve;
mod servers;
mod test;
mod torture;

use clap::{Parser, Subcommand};
use std::io;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's own chores")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print how a MySQL or MariaDB server makes each kind of change to a table: with which ALGORITHM and LOCK.
    Algorithms(algorithms::Arguments),
    /// Measure whole commands beside the least that they could cost.
    Bench(bench::Arguments),
    /// Show the main job on the example: change a struct, autogenerate, upgrade, check, downgrade.
    Demo,
    /// Measure what deriving `Table` adds to a build, beside what `serde::Serialize` adds.
    DeriveCost,
    /// Start the servers of the tests, print their addresses and keep them until this command is interrupted.
    Servers(servers::ServerArguments),
    /// Check everything that must hold before a change lands: the same run as in CI.
    Test(test::Arguments),
    /// Kill, cut and fill up whatever can be, for as long as there is time, and see whether the next run is right.
    Torture(torture::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> io::Result<ExitCode> {
    match command {
        Command::Algorithms(arguments) => algorithms::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Demo => demo::run().map(|()| ExitCode::SUCCESS),
        Command::DeriveCost => derive_cost::run(),
        Command::Servers(arguments) => servers::keep(&arguments),
        Command::Test(arguments) => Ok(test::run(&arguments)),
        Command::Torture(arguments) => torture::run(&arguments),
    }
}
