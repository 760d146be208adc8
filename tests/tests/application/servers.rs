//! Databases on servers, as applications use them: in plain code and inside runtimes.

use schema_core::database::mysql::client::prelude::Queryable as _;
use schema_core::database::{ApplicationDatabase, mysql, postgres};
use schema_core::{Error, ErrorClass, Initializer, Migrator};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

fn project(server: Server) -> Option<Project> {
    let mut project = Project::on(server)?;
    project.revision("a", "CREATE TABLE a (x integer);", "").revision(
        "b",
        "INSERT INTO a VALUES (1);\nCREATE TABLE b (x integer);",
        "",
    );
    Some(project)
}

fn start<Database: ApplicationDatabase>(project: &Project) -> Result<Database, Error> {
    let url = project.url_text();
    let migrator = Migrator::from_directory(project.migrations()).unwrap();
    Initializer::from_variables(migrator, |name| match name {
        "DATABASE_URL" => Some(url.clone()),
        "MIGRATION_AUTO_UPGRADE" => Some("1".to_owned()),
        _ => None,
    })?
    .initialize_as()
}

fn use_postgres(project: &Project) {
    let database: postgres::Database = start(project).unwrap();
    let migrator = Migrator::from_directory(project.migrations()).unwrap();
    assert_eq!(migrator.current(&database).unwrap(), ids(&["b"]));
    let count = |database: &postgres::Database| {
        database
            .with_connection(|client| -> Result<i64, Error> {
                Ok(client.query_one("SELECT count(*) FROM a", &[])?.get(0))
            })
            .unwrap()
    };
    let borrowed = 7;
    let inserted = database.transaction(|transaction| -> Result<u64, Error> {
        Ok(transaction.execute("INSERT INTO a VALUES ($1)", &[&borrowed])?)
    });
    assert_eq!(inserted.unwrap(), 1);
    assert_eq!(count(&database), 2);
    let refused = database.transaction(|transaction| -> Result<(), Error> {
        transaction.execute("INSERT INTO a VALUES (8)", &[])?;
        transaction.execute("INSERT INTO nowhere VALUES (8)", &[])?;
        Ok(())
    });
    assert!(refused.unwrap_err().to_string().contains("nowhere"));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        database.transaction(|transaction| -> Result<(), Error> {
            transaction.execute("INSERT INTO a VALUES (9)", &[]).unwrap();
            panic!("half way")
        })
    }));
    assert!(panicked.is_err());
    let left_open = database.with_connection(|client| -> Result<(), Error> {
        Ok(client.batch_execute("BEGIN; INSERT INTO a VALUES (10)")?)
    });
    left_open.unwrap();
    let clone = database.clone();
    drop(database);
    assert_eq!(count(&clone), 2);
}

fn use_mysql(project: &Project) {
    let database: mysql::Database = start(project).unwrap();
    let migrator = Migrator::from_directory(project.migrations()).unwrap();
    assert_eq!(migrator.current(&database).unwrap(), ids(&["b"]));
    let count = |database: &mysql::Database| {
        database.with_connection(|connection| connection.query_first::<i64, _>("SELECT count(*) FROM a"))
    };
    database.transaction(|transaction| transaction.exec_drop("INSERT INTO a VALUES (?)", (7,))).unwrap();
    assert_eq!(count(&database).unwrap(), Some(2));
    let refused = database.transaction(|transaction| {
        transaction.query_drop("INSERT INTO a VALUES (8)")?;
        transaction.query_drop("INSERT INTO nowhere VALUES (8)")
    });
    assert!(refused.unwrap_err().to_string().contains("nowhere"));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        database.transaction(|transaction| -> mysql::client::Result<()> {
            transaction.query_drop("INSERT INTO a VALUES (9)").unwrap();
            panic!("half way")
        })
    }));
    assert!(panicked.is_err());
    database
        .with_connection(|connection| {
            connection.query_drop("BEGIN")?;
            connection.query_drop("INSERT INTO a VALUES (10)")
        })
        .unwrap();
    let clone = database.clone();
    drop(database);
    assert_eq!(count(&clone).unwrap(), Some(2));
}

#[test]
fn servers_are_used_from_plain_code() {
    project(Server::Postgres).iter().for_each(use_postgres);
    project(Server::Mysql).iter().for_each(use_mysql);
}

#[tokio::test]
async fn servers_are_used_and_let_go_inside_a_runtime_of_one_thread() {
    project(Server::Postgres).iter().for_each(use_postgres);
    project(Server::Mysql).iter().for_each(use_mysql);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_used_and_let_go_inside_a_runtime_of_several_threads() {
    project(Server::Postgres).iter().for_each(use_postgres);
    project(Server::Mysql).iter().for_each(use_mysql);
    if let Some(project) = project(Server::Postgres) {
        let database: postgres::Database = start(&project).unwrap();
        let inside = database.clone();
        let task = tokio::task::spawn_blocking(move || {
            inside.transaction(|transaction| -> Result<u64, Error> {
                Ok(transaction.execute("INSERT INTO a VALUES (1)", &[])?)
            })
        });
        assert_eq!(task.await.unwrap().unwrap(), 1);
    }
}

/// Of many that start at once, one migrates, and the others wait and go on.
fn start_ten<Database: ApplicationDatabase>(project: &Project) {
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| start::<Database>(project).map(drop).unwrap());
        }
    });
    assert_eq!(project.applied(), ["a", "b"]);
    assert_eq!(project.query("SELECT x FROM a"), ["1"]);
}

#[test]
fn ten_copies_of_an_application_may_start_at_once() {
    project(Server::Postgres).iter().for_each(start_ten::<postgres::Database>);
    project(Server::Mysql).iter().for_each(start_ten::<mysql::Database>);
}

#[test]
fn a_url_of_another_engine_is_an_error() {
    let error = postgres::Database::open("sqlite::memory:").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    let error = mysql::Database::open("postgres://localhost/x").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
}
