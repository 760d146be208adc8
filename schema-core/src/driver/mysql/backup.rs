//! Backups by `mariadb-dump` or `mysqldump`: a script that the shell of the server runs.

use super::MysqlDriver;
use crate::driver::backup_program::{Dump, ends_with, programs};
use crate::driver::{BackupDestination, DriverError, backup_file};
use crate::model::Engine;
use crate::url::MysqlSslMode;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a dump ends with, where it was not cut off.
const END: &str = "-- Dump completed";

pub(super) fn backup(
    driver: &mut MysqlDriver,
    destination: &BackupDestination,
) -> Result<Option<PathBuf>, DriverError> {
    let database = driver.database()?.to_owned();
    let query = "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? LIMIT 1";
    if driver.connection.row(query, (&database,))?.is_none() {
        return Ok(None);
    }
    let path = backup_file::create(destination, Path::new(""), &backup_file::stem(&database), "sql")?;
    let failed = |source| DriverError::BackupFile { path: path.clone(), source };
    // What the program needs to connect is in a file that only its owner can read, and that is gone afterwards.
    let mut options = tempfile::NamedTempFile::new().map_err(failed)?;
    let names = match driver.server.variant.engine() {
        Engine::Mysql => ["mysqldump", "mariadb-dump"],
        Engine::Mariadb | Engine::Sqlite | Engine::Postgres => ["mariadb-dump", "mysqldump"],
    };
    let programs = programs(&names, Vec::new());
    let is_mariadb = programs.iter().find_map(|program| is_mariadbs(program)).unwrap_or_default();
    options.write_all(connection(driver, is_mariadb).as_bytes()).map_err(failed)?;
    let dump = Dump {
        programs,
        package: "mariadb-client",
        call: &|file, command| {
            // It has to be the first argument.
            command.arg(format!("--defaults-file={}", options.path().display()));
            command.args([
                "--single-transaction",
                "--routines",
                "--triggers",
                "--events",
                "--hex-blob",
                "--no-tablespaces",
            ]);
            if !is_mariadb {
                // The dump would set which transactions the server has seen, which the same server refuses.
                command.arg("--set-gtid-purged=OFF");
            }
            command.arg(format!("--result-file={}", file.display())).arg("--").arg(&database);
        },
        too_old: "\0",
    };
    dump.write(&path, |file| ends_with(file, END))?;
    Ok(Some(path))
}

/// Whether a program is MariaDB's, whatever its name: Debian calls both `mysqldump`. None where it is not there.
fn is_mariadbs(program: &Path) -> Option<bool> {
    let output = Command::new(program).arg("--no-defaults").arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).contains("MariaDB"))
}

/// The options file: how to connect, as the driver does.
fn connection(driver: &MysqlDriver, is_mariadb: bool) -> String {
    let url = &driver.url;
    let mut text = "[client]\n".to_owned();
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    };
    for name in ["user", "password", "host", "port", "socket", "ssl-ca", "ssl-cert", "ssl-key"] {
        if let Some(value) = url.get(name) {
            line(name, value);
        }
    }
    if url.get("host").is_some() {
        line("protocol", "tcp");
    }
    let mode = url.ssl_mode();
    if is_mariadb {
        match mode {
            MysqlSslMode::Disabled => text.push_str("skip-ssl\n"),
            MysqlSslMode::Preferred => {}
            MysqlSslMode::Required => text.push_str("ssl\n"),
            MysqlSslMode::VerifyCa | MysqlSslMode::VerifyIdentity => {
                text.push_str("ssl\nssl-verify-server-cert\n");
            }
        }
    } else {
        let name = match mode {
            MysqlSslMode::Disabled => "DISABLED",
            MysqlSslMode::Preferred => "PREFERRED",
            MysqlSslMode::Required => "REQUIRED",
            MysqlSslMode::VerifyCa => "VERIFY_CA",
            MysqlSslMode::VerifyIdentity => "VERIFY_IDENTITY",
        };
        let _ = writeln!(text, "ssl-mode={name}");
    }
    text
}
