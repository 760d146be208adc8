//! The `schema-cli` command; all of it is in the library, so that a project can build a command line of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    schema_cli::main()
}
