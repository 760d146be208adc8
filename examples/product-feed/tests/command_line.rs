//! The program as it is installed: set up, started, started again.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use schema_core::{Database, Migrator};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn product_feed(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_product-feed"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", "sqlite://shop.db")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn init(folder: &TempDir, options: &[&str]) -> Output {
    let arguments = [&["init", "--admin-email", "ada@example.com"], options].concat();
    product_feed(folder, &arguments, &[("PRODUCT_FEED_ADMIN_PASSWORD", "correct horse")])
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    str::from_utf8(&output.stdout).unwrap()
}

fn backups(folder: &TempDir) -> usize {
    let names = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().contains("backup")).count()
}

fn database(folder: &TempDir) -> Database {
    Database::open(&folder.path().join("shop.db").to_string_lossy()).unwrap()
}

/// A database as the first revision leaves it.
fn make_database(folder: &TempDir) {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let folders = all.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let first = folders.min().unwrap();
    let name = first.file_name().unwrap().to_str().unwrap();
    let migrations = TempDir::new().unwrap();
    let copy = migrations.path().join(name);
    fs::create_dir(&copy).unwrap();
    for file in first.read_dir().unwrap().map(|entry| entry.unwrap()) {
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    fs::write(migrations.path().join("heads"), format!("{}\n", name.split('_').nth(1).unwrap())).unwrap();
    Migrator::from_directory(migrations.path()).unwrap().upgrade(&database(folder)).unwrap();
}

fn feed(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds").join(name).display().to_string()
}

#[test]
fn init_twice_is_safe() {
    let folder = TempDir::new().unwrap();
    assert_eq!(stdout(&init(&folder, &[])), "ada@example.com is the admin now\n");
    assert_eq!(stdout(&init(&folder, &[])), "ada@example.com is there already\n");
}

#[test]
fn a_database_with_something_in_it_is_backed_up_before_it_changes() {
    let by_option = TempDir::new().unwrap();
    make_database(&by_option);
    stdout(&init(&by_option, &["--backup"]));
    assert_eq!(backups(&by_option), 1);

    let by_environment = TempDir::new().unwrap();
    make_database(&by_environment);
    let variables = [("MIGRATION_AUTO_UPGRADE", "1"), ("MIGRATION_BACKUP_BEFORE_UPGRADE", "1")];
    stdout(&product_feed(&by_environment, &["products"], &variables));
    assert_eq!(backups(&by_environment), 1);
}

#[test]
fn files_go_in_and_products_and_prices_come_out() {
    let folder = TempDir::new().unwrap();
    stdout(&init(&folder, &[]));
    let (first, second) = (feed("outdoor-2026-03-02.csv"), feed("outdoor-2026-03-09.csv"));
    let output = product_feed(&folder, &["import", &first, &second], &[]);
    assert_eq!(
        stdout(&output),
        "outdoor-2026-03-02.csv: partly_failed, 151 imported, 0 withdrawn\n\
         outdoor-2026-03-09.csv: succeeded, 147 imported, 10 withdrawn\n"
    );
    assert_eq!(stdout(&product_feed(&folder, &["products"], &[])).lines().count(), 147);
    let prices = product_feed(&folder, &["prices", "DWN-1055"], &[]);
    assert_eq!(stdout(&prices), "outdoor\t2026-03-02\t294.00 EUR\noutdoor\t2026-03-09\t235.20 EUR\n");
}

#[test]
fn a_start_migrates_only_where_the_environment_says_so() {
    let folder = TempDir::new().unwrap();
    let refused = product_feed(&folder, &["products"], &[]);
    assert!(!refused.status.success());
    let migrated = product_feed(&folder, &["products"], &[("MIGRATION_AUTO_UPGRADE", "1")]);
    assert_eq!(stdout(&migrated), "");
    assert_eq!(stdout(&product_feed(&folder, &["products"], &[])), "");
}

#[test]
fn the_password_is_stored_as_a_hash_only() {
    let folder = TempDir::new().unwrap();
    stdout(&init(&folder, &[]));
    let query = "SELECT password_hash FROM users WHERE is_admin";
    let hash: String = database(&folder)
        .with_connection(|connection| connection.query_row(query, [], |row| row.get(0)))
        .unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
}
