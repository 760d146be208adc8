//! Backups by `mariadb-dump` or `mysqldump`: a script that the shell of the server runs.

use super::client_options::{self, mode_name};
use super::{MysqlDriver, option_files};
use crate::dialect::mysql::Variant;
use crate::driver::backup_program::{Dump, ends_with, programs};
use crate::driver::{BackupDestination, DriverError, backup_file};
use crate::model::Engine;
use crate::url::{MysqlSslMode, MysqlUrl};
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
    let names = match driver.server.variant.engine() {
        Engine::Mysql => ["mysqldump", "mariadb-dump"],
        Engine::Mariadb | Engine::Sqlite | Engine::Postgres => ["mariadb-dump", "mysqldump"],
    };
    let generated = "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND GENERATION_EXPRESSION <> '' LIMIT 1";
    let needs_mysqls =
        driver.server.variant == Variant::Mysql && driver.connection.row(generated, (&database,))?.is_some();
    let url = option_files::completed(&driver.url).map_err(|error| DriverError::Open {
        database: driver.url.to_string(),
        message: error.to_string(),
    })?;
    let client = Client::choose(&url, programs(&names, Vec::new()), needs_mysqls)?;
    let unfinished = backup_file::create(destination, Path::new(""), &backup_file::stem(&database), "sql")?;
    let failed = |source| DriverError::BackupFile { path: unfinished.path().to_owned(), source };
    let is_mariadb = client.as_ref().is_some_and(|client| client.is_mariadb);
    let options = client_options::write(&url, is_mariadb).map_err(failed)?;
    let dump = Dump {
        programs: client.into_iter().map(|client| client.program).collect(),
        package: "mariadb-client",
        call: &|file, command| {
            // `~/.mylogin.cnf` would come before whatever file is named.
            command.env("MYSQL_TEST_LOGIN_FILE", options.path().with_extension("no-logins"));
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
    dump.write(unfinished.path(), |file| ends_with(file, END))?;
    unfinished.finish().map(Some)
}

/// A program that makes backups.
#[derive(Debug, PartialEq, Eq)]
struct Client {
    program: PathBuf,
    is_mariadb: bool,
}

impl Client {
    /// The first of these programs that can encrypt its connection as the URL asks, and whose backups the server restores; none where there is no program at all.
    fn choose(
        url: &MysqlUrl,
        programs: Vec<PathBuf>,
        needs_mysqls: bool,
    ) -> Result<Option<Self>, DriverError> {
        let ask = |program: PathBuf| is_mariadbs(&program).map(|is_mariadb| Client { program, is_mariadb });
        let clients = programs.into_iter().filter_map(ask);
        let mut unable = None;
        for client in clients {
            let Client { program, is_mariadb } = &client;
            let reason = if !encrypts(url, *is_mariadb) {
                DriverError::BackupEncryption { program: program.clone(), mode: mode_name(url.ssl_mode()) }
            } else if needs_mysqls && *is_mariadb {
                DriverError::BackupGenerated { program: program.clone() }
            } else {
                return Ok(Some(client));
            };
            unable.get_or_insert(reason);
        }
        unable.map_or(Ok(None), Err)
    }
}

/// Whether a program is MariaDB's, whatever its name: Debian calls both `mysqldump`. None where it cannot be run.
fn is_mariadbs(program: &Path) -> Option<bool> {
    let output = Command::new(program).arg("--no-defaults").arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).contains("MariaDB"))
}

/// Whether a client encrypts as the URL asks. MariaDB's cannot insist on encryption without a look at the certificate, nor look at the authority alone: its `ssl`
/// goes on in plain text where the server offers nothing else.
fn encrypts(url: &MysqlUrl, is_mariadb: bool) -> bool {
    match url.ssl_mode() {
        MysqlSslMode::Disabled | MysqlSslMode::Preferred | MysqlSslMode::VerifyIdentity => true,
        // Nobody listens to a socket.
        MysqlSslMode::Required | MysqlSslMode::VerifyCa => !is_mariadb || url.get("host").is_none(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    fn url(parameters: &str) -> MysqlUrl {
        match DatabaseUrl::parse(&format!("mysql://ann:a%22b@db.example/app{parameters}")).unwrap() {
            DatabaseUrl::Mysql(url) => url,
            url @ (DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_)) => panic!("{url:?}"),
        }
    }

    /// Programs that say what they are.
    fn programs_in(folder: &Path) -> [PathBuf; 2] {
        [("mariadb-dump", "mariadb-dump from 11.8.3-MariaDB"), ("mysqldump", "mysqldump  Ver 9.7.4")].map(
            |(name, version)| {
                let program = folder.join(name);
                fs::write(&program, format!("#!/bin/sh\necho '{version}'\n")).unwrap();
                fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
                program
            },
        )
    }

    #[test]
    fn a_client_that_cannot_encrypt_as_the_url_asks_is_left_out_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let [mariadb, mysql] = programs_in(folder.path());
        let chosen = |parameters: &str, programs: &[&PathBuf]| {
            let programs = programs.iter().map(|program| (*program).clone()).collect();
            Client::choose(&url(parameters), programs, false)
                .map(|client| client.map(|client| client.program))
        };
        for parameters in ["", "?ssl-mode=DISABLED", "?ssl-mode=VERIFY_IDENTITY", "?ssl-ca=/ca.pem"] {
            assert_eq!(
                chosen(parameters, &[&mariadb, &mysql]).unwrap(),
                Some(mariadb.clone()),
                "{parameters}"
            );
        }
        assert_eq!(chosen("?ssl-mode=REQUIRED", &[&mariadb, &mysql]).unwrap(), Some(mysql));
        let error = chosen("?ssl-mode=REQUIRED", &[&mariadb]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{}` cannot connect with `ssl-mode=REQUIRED`", mariadb.display())
        );
        assert!(error.hint().is_some());
        assert_eq!(chosen("?ssl-mode=REQUIRED", &[]).unwrap(), None);
    }

    #[test]
    fn a_client_whose_backups_the_server_does_not_restore_is_left_out_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let [mariadb, mysql] = programs_in(folder.path());
        let chosen = Client::choose(&url(""), vec![mariadb.clone(), mysql.clone()], true).unwrap();
        assert_eq!(chosen.map(|client| client.program), Some(mysql));
        let error = Client::choose(&url(""), vec![mariadb], true).unwrap_err();
        assert!(error.to_string().contains("generated columns"), "{error}");
    }
}
