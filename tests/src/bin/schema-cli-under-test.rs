//! The command line, in a binary that cargo builds for the tests; as a project would embed it.

use std::process::ExitCode;

fn main() -> ExitCode {
    schema_cli::main()
}
