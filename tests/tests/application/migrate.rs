//! Migrations from inside an application.

use schema_core::driver::BackupDestination;
use schema_core::revision::RevisionId;
use schema_core::url::DatabaseUrl;
use schema_core::{Database, Error, ErrorClass, Initializer, Migrator};
use schema_tests::migrations::{Project, ids};
use std::sync::{Arc, Mutex};

fn two() -> Project {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (x);", "").revision("b", "CREATE TABLE b (x);", "");
    project
}

fn migrator(project: &Project) -> Migrator {
    Migrator::from_directory(project.migrations()).unwrap()
}

fn names(revisions: &[RevisionId]) -> Vec<&str> {
    revisions.iter().map(RevisionId::as_str).collect()
}

#[test]
fn a_migrator_applies_what_is_pending() {
    let project = two();
    let events = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&events);
    let migrator = migrator(&project).observer(move |_| *seen.lock().unwrap() += 1);
    for database in [Database::open_url(&project.url()).unwrap(), Database::open(":memory:").unwrap()] {
        assert_eq!(names(&migrator.pending(&database).unwrap()), ["a", "b"]);
        assert_eq!(names(&migrator.upgrade(&database).unwrap()), ["a", "b"]);
        assert_eq!(migrator.current(&database).unwrap(), ids(&["b"]));
        assert!(migrator.upgrade(&database).unwrap().is_empty());
        database.transaction(|transaction| transaction.execute("INSERT INTO b VALUES (1)", [])).unwrap();
    }
    assert_eq!(*events.lock().unwrap(), 8);
}

#[test]
fn a_database_that_the_application_opens_by_other_means_is_migrated_by_its_url() {
    let project = two();
    assert_eq!(migrator(&project).upgrade(&project.url()).unwrap().len(), 2);
    let mode: String = project.sqlite().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "the journal mode is the application's own business");
}

#[test]
fn asking_what_is_pending_creates_nothing() {
    let project = two();
    let error = migrator(&project).pending(&project.url()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(!project.database().exists());
}

fn start(project: &Project, variables: &[(&str, &str)]) -> Result<Database, Error> {
    let url = project.url().to_string();
    Initializer::from_variables(migrator(project), |name| {
        let given =
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| (name == "DATABASE_URL").then(|| url.clone()))
    })?
    .initialize()
}

#[test]
fn an_application_migrates_at_its_start_where_it_is_told_to() {
    let project = two();
    let error = start(&project, &[]).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Differences);
    assert_eq!(error.to_string(), "the database is 2 revisions behind: `a`, `b`");
    start(&project, &[("MIGRATION_AUTO_UPGRADE", "1")]).unwrap();
    start(&project, &[]).unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn a_backup_is_made_before_the_upgrade_where_there_is_something_to_back_up() {
    let mut project = two();
    let variables = [("MIGRATION_AUTO_UPGRADE", "true"), ("MIGRATION_BACKUP_BEFORE_UPGRADE", "on")];
    let backups = |project: &Project| {
        let files = std::fs::read_dir(project.path()).unwrap().map(|entry| entry.unwrap().file_name());
        files.filter(|name| name.to_string_lossy().contains(".backup-")).count()
    };
    start(&project, &variables).unwrap();
    start(&project, &variables).unwrap();
    assert_eq!(backups(&project), 0);
    project.revision("c", "CREATE TABLE c (x);", "");
    start(&project, &variables).unwrap();
    assert_eq!(backups(&project), 1);
}

#[test]
fn a_variable_that_is_neither_on_nor_off_is_named() {
    let error = start(&two(), &[("MIGRATION_AUTO_UPGRADE", "perhaps")]).unwrap_err();
    assert_eq!(error.to_string(), "`MIGRATION_AUTO_UPGRADE` is `perhaps`, neither on nor off");
    let error = start(&two(), &[("DATABASE_URL", "")]).unwrap_err();
    assert_eq!(error.to_string(), "`DATABASE_URL` is not set");
}

#[test]
fn what_the_program_says_counts_more_than_the_environment() {
    let project = two();
    let url = DatabaseUrl::parse(&format!("sqlite://{}/other.db", project.path().display())).unwrap();
    let backup = project.path().join("before.db");
    Initializer::from_variables(migrator(&project), |_| None)
        .unwrap()
        .database_url(url)
        .auto_upgrade(true)
        .backup(BackupDestination::At(backup))
        .initialize()
        .unwrap();
    assert!(project.path().join("other.db").exists());
}

async fn migrate_in_a_runtime() {
    let project = two();
    let database = start(&project, &[("MIGRATION_AUTO_UPGRADE", "1")]).unwrap();
    let clone = database.clone();
    let inserted = tokio::task::spawn_blocking(move || {
        clone.transaction(|transaction| transaction.execute("INSERT INTO a VALUES (1)", []))
    });
    assert_eq!(inserted.await.unwrap().unwrap(), 1);
    drop(database);
}

#[tokio::test]
async fn migrations_run_inside_a_runtime_of_one_thread() {
    migrate_in_a_runtime().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_run_inside_a_runtime_of_several_threads() {
    migrate_in_a_runtime().await;
}

#[test]
fn a_failed_revision_leaves_connections_as_they_were() {
    let mut project = two();
    project.revision(
        "c",
        "-- schema: foreign_keys=off\nPRAGMA legacy_alter_table = ON;\nDROP TABLE nowhere;",
        "",
    );
    let database = Database::open(":memory:").unwrap();
    migrator(&project).upgrade(&database).unwrap_err();
    let switches = database.with_connection(|connection| {
        let switch = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok::<_, rusqlite::Error>((switch("foreign_keys")?, switch("legacy_alter_table")?))
    });
    assert_eq!(switches.unwrap(), (1, 0));
    database.transaction(|transaction| transaction.execute("INSERT INTO b VALUES (1)", [])).unwrap();
}

#[test]
fn many_instances_of_an_application_may_start_at_once() {
    let mut project = two();
    project.revision("c", "-- schema: foreign_keys=off\nCREATE TABLE c (x);\nINSERT INTO c VALUES (1);", "");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| start(&project, &[("MIGRATION_AUTO_UPGRADE", "1")]).unwrap());
        }
    });
    assert_eq!(project.applied(), ["a", "b", "c"]);
    let rows: i64 = project.sqlite().query_row("SELECT count(*) FROM c", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}
