//! Backups by the servers' own programs.

use crate::upgraded;
use schema_core::driver::{BackupDestination, DriverError};
use schema_core::runner::{self, RunOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::{Server, TestDatabase};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

/// A database with a row, and the backup that was made before something else was done to it.
fn backed_up(server: Server) -> Option<(Project, PathBuf)> {
    let mut project = Project::on(server)?;
    project.revision("a", "CREATE TABLE a (x integer);\nINSERT INTO a VALUES (7);", "");
    let path = project.path().join("before");
    let options = RunOptions { backup: Some(BackupDestination::At(path.clone())), ..RunOptions::default() };
    let upgrade = |project: &Project, target: &str| {
        let (mut driver, directory) = (project.driver(), project.directory());
        runner::upgrade(driver.as_mut(), &directory, &ids(&[target]), &options, &mut |_| {}).unwrap();
    };
    upgrade(&project, "a");
    assert!(!path.exists(), "nothing is no reason for a backup");
    project.revision("b", "DROP TABLE a;", "");
    upgrade(&project, "b");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let error = project.driver().backup(&BackupDestination::At(path.clone())).unwrap_err();
    assert!(matches!(error, DriverError::BackupExists { .. }), "{error}");
    Some((project, path))
}

fn rows(database: &TestDatabase) -> i64 {
    database.connect().query("SELECT x FROM a", &[]).unwrap()[0][0].as_integer().unwrap()
}

#[test]
fn pg_restore_takes_a_backup_back() {
    let Some((project, path)) = backed_up(Server::Postgres) else { return };
    let copy = Server::Postgres.database().unwrap();
    let mut restore = Command::new("pg_restore");
    let status = restore.arg("--dbname").arg(copy.url()).arg(&path).status().unwrap();
    assert!(status.success());
    assert_eq!(rows(&copy), 7);
    assert_eq!(project.tables(), [] as [&str; 0]);
}

#[test]
fn the_shell_of_mysql_or_mariadb_takes_a_backup_back() {
    let Some((project, path)) = backed_up(Server::Mysql) else { return };
    let copy = Server::Mysql.database().unwrap();
    let url = copy.url();
    let (user, place) = url.strip_prefix("mysql://").unwrap().split_once('@').unwrap();
    let (host, port) = place.split('/').next().unwrap().split_once(':').unwrap();
    let mut shell = Command::new("mariadb");
    shell.args(["--no-defaults", "-h", host, "-P", port, "-u", user.split(':').next().unwrap(), copy.name()]);
    if let Some((_, password)) = user.split_once(':') {
        shell.env("MYSQL_PWD", password);
    }
    assert!(shell.stdin(File::open(&path).unwrap()).status().unwrap().success());
    assert_eq!(rows(&copy), 7);
    upgraded(&project, "b").unwrap();
}

#[test]
fn a_backup_that_fails_leaves_no_file_and_changes_nothing() {
    let Some((mut project, _)) = backed_up(Server::Postgres) else { return };
    project.revision("c", "CREATE TABLE c (x integer);", "");
    project.execute(&["CREATE TABLE there (x integer)"]);
    let path = project.path().join("nowhere").join("backup");
    let options = RunOptions { backup: Some(BackupDestination::At(path.clone())), ..RunOptions::default() };
    let (mut driver, directory) = (project.driver(), project.directory());
    runner::upgrade(driver.as_mut(), &directory, &ids(&["c"]), &options, &mut |_| {}).unwrap_err();
    assert!(!path.exists());
    assert_eq!(project.tables(), ["there"]);
}
