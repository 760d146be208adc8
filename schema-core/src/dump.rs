//! The way of the schema out of a program: into a file that an environment variable names, never to stdout.

use crate::registry;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::process::{self, ExitCode};

/// The environment variable that names the file for the schema document.
pub const DUMP_VARIABLE: &str = "SCHEMA_CORE_DUMP";

/// The exit code of a dump that failed.
const FAILED: u8 = 2;

/// Writes the schema to the file that `SCHEMA_CORE_DUMP` names and ends the process; without the variable, does nothing.
///
/// The first thing in the `main` of a program that has its models in itself, where no library can be asked for them.
///
/// ```
/// schema_core::dump_if_requested!();
/// // What the program is for.
/// ```
#[macro_export]
macro_rules! dump_if_requested {
    () => {
        $crate::__private::dump_if_requested()
    };
}

#[doc(hidden)]
pub fn dump_if_requested() {
    if let Some(path) = std::env::var_os(DUMP_VARIABLE) {
        process::exit(i32::from(report(dump(&path))));
    }
}

/// Writes the schema to the file that `SCHEMA_CORE_DUMP` names: the whole program that `schema-cli` links against model crates.
#[must_use]
pub fn dump_main() -> ExitCode {
    ExitCode::from(match std::env::var_os(DUMP_VARIABLE) {
        Some(path) => report(dump(&path)),
        None => {
            report(Err(format!("the environment variable `{DUMP_VARIABLE}` does not name a file").into()))
        }
    })
}

fn dump(path: &OsStr) -> Result<(), Box<dyn Error>> {
    let json = registry::document()?.to_json()?;
    fs::write(path, json).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the models' errors are talk, and stderr is where talk goes")]
fn report(result: Result<(), Box<dyn Error>>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            for line in error.to_string().lines() {
                eprintln!("error: {line}");
            }
            FAILED
        }
    }
}
