//! The engines' own shells, as an administrator runs a script with them.

use crate::sandbox::Outcome;
use schema_core::url::{DatabaseUrl, SqliteLocation};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::{env, fs};

/// What a shell does at an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtErrors {
    /// What it does by itself with this script.
    Usual,
    /// It goes on with what follows, as somebody has told it.
    GoOn,
}

/// Runs a script in the shell of a database; none where there is no such program, which in CI is a failure.
///
/// # Panics
///
/// This is CI, and there is no shell.
#[must_use]
pub fn run(url: &str, sql: &str, at_errors: AtErrors) -> Option<Outcome> {
    let (mut command, sql) = command(url, sql, at_errors);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script.sql");
    fs::write(&file, sql).unwrap();
    let program = command.get_program().to_owned();
    if Command::new(&program).arg("--version").stdout(Stdio::null()).status().is_err() {
        assert!(env::var_os("CI").is_none(), "no {}", program.display());
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(io::stderr(), "SKIPPED: there is no {}", program.display());
        return None;
    }
    Some(Outcome::of(command.stdin(fs::File::open(file).unwrap())))
}

fn command(url: &str, sql: &str, at_errors: AtErrors) -> (Command, String) {
    match DatabaseUrl::parse(url).unwrap() {
        DatabaseUrl::Sqlite(url) => {
            let SqliteLocation::File(file) = url.location else { panic!("a shell needs a file") };
            let mut command = Command::new("sqlite3");
            // It goes on by itself.
            command.arg(file);
            (command, sql.to_owned())
        }
        DatabaseUrl::Postgres(_) => {
            let mut command = Command::new("psql");
            command.args(["--quiet", "--no-psqlrc", url]);
            let stop = "\\set ON_ERROR_STOP on\n";
            let sql = if at_errors == AtErrors::GoOn { sql.replace(stop, "") } else { sql.to_owned() };
            (command, sql)
        }
        DatabaseUrl::Mysql(url) => {
            let mut command = Command::new("mariadb");
            command.arg("--no-defaults");
            if at_errors == AtErrors::GoOn {
                command.arg("--force");
            }
            for parameter in ["host", "port", "user", "socket", "database"] {
                if let Some(value) = url.get(parameter) {
                    command.arg(format!("--{parameter}={value}"));
                }
            }
            if let Some(password) = url.get("password") {
                command.env("MYSQL_PWD", OsString::from(password));
            }
            (command, sql.to_owned())
        }
    }
}
