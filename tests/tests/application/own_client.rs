//! Migrations on a client of PostgreSQL that the application has opened itself.

use postgres::{Client, NoTls};
use schema_core::driver::BackupDestination;
use schema_core::{ErrorClass, Migrator};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The script leaves settings, a channel, a cursor and a temporary table behind.
const LEAVES_MUCH: &str = "CREATE TABLE b (x integer);\n\
     INSERT INTO a VALUES (2);\n\
     CREATE TEMP TABLE left_behind (x integer);\n\
     DECLARE left_cursor CURSOR WITH HOLD FOR SELECT 1;\n\
     LISTEN left_channel;\n\
     SET work_mem = '5MB';\n\
     SET statement_timeout = '1h';\n\
     SET search_path = pg_catalog;";

fn project() -> Option<Project> {
    let mut project = Project::on(Server::Postgres)?;
    project.revision("a", "CREATE TABLE a (x integer);", "").revision("b", LEAVES_MUCH, "");
    // It finds its tables, whatever the script before has set.
    project.revision(
        "c",
        "INSERT INTO a VALUES (3);\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY a_x ON a (x);",
        "",
    );
    Some(project)
}

fn migrator(project: &Project) -> Migrator {
    Migrator::from_directory(project.migrations()).unwrap()
}

fn client(project: &Project) -> Client {
    Client::connect(&project.url_text(), NoTls).unwrap()
}

/// Settings that differ from what a run wants, and a role.
fn unusual(client: &mut Client) {
    client
        .batch_execute(
            "SET statement_timeout = '71s'; SET lock_timeout = '72s'; SET search_path = \"$user\", public, pg_temp; SET work_mem = '6MB'; \
             SET client_min_messages = error; SET app.tenant = 'seven'; SET ROLE pg_database_owner; LISTEN mine; LISTEN \"My Channel\"",
        )
        .unwrap();
}

/// All that a session is set to and has, each with its name.
fn state(client: &mut Client) -> Vec<(String, String)> {
    let query = "SELECT name, setting || ' of ' || source FROM pg_settings WHERE name NOT LIKE 'transaction\\_%' \
         UNION ALL SELECT 'role', current_setting('role') UNION ALL SELECT 'user', session_user::text \
         UNION ALL SELECT 'tenant', coalesce(current_setting('app.tenant', true), '') \
         UNION ALL SELECT 'channel', * FROM pg_listening_channels() \
         UNION ALL SELECT 'cursor', name FROM pg_cursors WHERE is_holdable \
         UNION ALL SELECT 'temporary', relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() \
         UNION ALL SELECT 'lock', locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' \
         ORDER BY 1, 2";
    client.query(query, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn rows(client: &mut Client) -> i64 {
    client.query_one("SELECT count(*) FROM public.a", &[]).unwrap().get(0)
}

#[test]
fn an_own_client_is_migrated_and_its_session_stays_as_it_was() {
    for is_unusual in [false, true] {
        let Some(project) = project() else { return };
        let mut client = client(&project);
        let prepared = client.prepare("SELECT 1").unwrap();
        if is_unusual {
            unusual(&mut client);
        }
        let before = state(&mut client);
        assert_eq!(migrator(&project).pending(&mut client).unwrap().len(), 3);
        assert_eq!(state(&mut client), before);
        assert_eq!(migrator(&project).upgrade(&mut client).unwrap().len(), 3);
        assert_eq!(state(&mut client), before);
        assert_eq!(migrator(&project).current(&mut client).unwrap(), ids(&["c"]));
        assert!(migrator(&project).upgrade(&mut client).unwrap().is_empty());
        client.query_one(&prepared, &[]).unwrap();
        assert_eq!(project.query("SELECT count(*) FROM a"), ["2"]);
    }
}

#[test]
fn after_an_error_or_a_panic_the_session_is_back_and_a_later_run_goes_on() {
    let Some(mut project) = project() else { return };
    let mut client = client(&project);
    unusual(&mut client);
    client.batch_execute("RESET ROLE").unwrap();
    let before = state(&mut client);
    let count = AtomicUsize::new(0);
    let panicking = migrator(&project).observer(move |_| {
        assert!(count.fetch_add(1, Ordering::Relaxed) < 2, "the observer has had enough");
    });
    catch_unwind(AssertUnwindSafe(|| panicking.upgrade(&mut client))).unwrap_err();
    assert_eq!(state(&mut client), before);
    project.revision("d", "SET work_mem = '7MB'; INSERT INTO nowhere VALUES (1);", "");
    migrator(&project).upgrade(&mut client).unwrap_err();
    assert_eq!(state(&mut client), before);
    assert_eq!(migrator(&project).current(&mut client).unwrap(), ids(&["c"]));
    project.remove_last();
    project.revision("d", "INSERT INTO a VALUES (4);", "");
    assert_eq!(migrator(&project).upgrade(&mut client).unwrap(), Vec::from_iter(ids(&["d"])));
    assert_eq!(rows(&mut client), 3);
}

#[test]
fn a_client_in_use_is_refused_and_left_alone() {
    let Some(project) = project() else { return };
    for (statements, message) in [
        ("BEGIN; CREATE TABLE mine (x integer)", "the connection is inside a transaction"),
        ("CREATE TEMP TABLE mine (x integer)", "the connection has temporary tables, views or functions"),
        (
            "CREATE TABLE mine (x integer); DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "the connection has cursors that are open",
        ),
    ] {
        let mut client = client(&project);
        client.batch_execute(statements).unwrap();
        let before = state(&mut client);
        let error = migrator(&project).upgrade(&mut client).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.class()), (message, ErrorClass::Usage));
        assert!(error.hint().is_some());
        assert_eq!(state(&mut client), before);
        client.execute("INSERT INTO mine VALUES (1)", &[]).unwrap();
    }
    let mut client = client(&project);
    client.batch_execute("BEGIN").unwrap();
    client.batch_execute("SELECT * FROM nowhere").unwrap_err();
    let error = migrator(&project).upgrade(&mut client).unwrap_err();
    assert_eq!(error.to_string(), "the connection is inside a transaction");
}

#[test]
fn what_needs_a_connection_of_its_own_says_so() {
    let Some(project) = project() else { return };
    let mut client = client(&project);
    client.batch_execute("CREATE TABLE z (x integer)").unwrap();
    let destination = BackupDestination::At(project.path().to_owned());
    let error = migrator(&project).adopt().backup(destination).upgrade(&mut client).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a backup needs the URL of the database, which a connection of the application's own does not tell"
    );
    assert_eq!(error.class(), ErrorClass::Usage);
}

#[test]
fn clients_at_once_apply_each_revision_once() {
    let Some(project) = project() else { return };
    let applied: usize = thread::scope(|scope| {
        let run = || {
            let mut client = client(&project);
            migrator(&project).lock_timeout(Duration::from_secs(30)).upgrade(&mut client).unwrap().len()
        };
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert_eq!(applied, 3);
}
