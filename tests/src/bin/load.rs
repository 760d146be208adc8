//! What `cargo xtask bench online` runs, once it has servers: see [`schema_tests::load`].

use clap::Parser;
use schema_tests::load;
use std::process::ExitCode;

/// Changes a large table while others read and write it
#[derive(Parser)]
struct Arguments {
    /// A server; may be given several times
    #[arg(long, value_name = "URL")]
    server: Vec<String>,
    /// How many rows the table has
    #[arg(long, value_name = "COUNT")]
    rows: u64,
}

fn main() -> ExitCode {
    let Arguments { server, rows } = Arguments::parse();
    for url in server {
        if let Err(error) = load::run(&url, rows) {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
