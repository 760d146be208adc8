//! Schemas as nobody should write them and somebody did: each changes into another and back, as a database and as models, with rows.

mod keys;
mod names;
mod tables;
mod views_and_triggers;
mod written;

use rusqlite::Connection;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::driver::ConnectOptions;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Document, Engine, QualifiedName};
use schema_core::url::DatabaseUrl;
use schema_tests::revisions::Revisions;
use schema_tests::sqlite::{rows, schema};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use tempfile::TempDir;

/// A change of a schema that is odd in some way.
pub(crate) struct Odd {
    /// What is odd.
    pub(crate) what: &'static str,
    /// The schema before, with rows.
    pub(crate) before: &'static str,
    /// The schema after.
    pub(crate) after: &'static str,
    /// Tables, and columns as `table.column`, with their new names.
    pub(crate) renames: &'static [(&'static str, &'static str)],
}

/// A database file as anybody's program makes it: with the usual settings, which are not ours.
fn written(folder: &Path, name: &str, script: &str) -> SqliteDriver {
    let file = folder.join(name);
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection.execute_batch(script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    drop(connection);
    let DatabaseUrl::Sqlite(url) = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).unwrap()
    else {
        panic!("not SQLite")
    };
    SqliteDriver::connect(&url, &ConnectOptions::default()).unwrap()
}

fn requests(renames: &[(&str, &str)]) -> Vec<RenameRequest> {
    let request = |(from, to): &(&str, &str)| {
        let subject = match from.split_once('.') {
            Some((table, column)) => RenameSubject::Column(QualifiedName::new(table), column.to_owned()),
            None => RenameSubject::Table(QualifiedName::new(*from)),
        };
        RenameRequest { subject, to: (*to).to_owned() }
    };
    renames.iter().map(request).collect()
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap_or(-1)
}

/// What is wrong with the database: nothing, if all is well.
fn damage(connection: &Connection) -> String {
    let mut damage = String::new();
    let intact: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    if intact != "ok" {
        let _ = writeln!(damage, "{intact}");
    }
    let mut views = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").unwrap();
    let names: Vec<String> = views.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        let sql = format!("SELECT * FROM {}", schema_core::dialect::sqlite::quote(&name));
        if let Err(error) = connection.prepare(&sql).map(drop) {
            let _ = writeln!(damage, "view {name}: {error}");
        }
    }
    damage
}

/// How many rows each table has that is in both states.
fn counts(connection: &Connection, goal: &DatabaseSchema, renames: &[(&str, &str)]) -> Vec<(String, usize)> {
    let new_name = |name: &str| {
        renames.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to).to_ascii_lowercase()
    };
    let kept = |name: &str| goal.tables.iter().any(|table| table.name.name.to_ascii_lowercase() == name);
    let mut counts: Vec<(String, usize)> =
        rows(connection).into_iter().map(|(table, rows)| (new_name(&table), rows.len())).collect();
    counts.retain(|(name, _)| kept(name));
    counts.sort();
    counts
}

fn hold(odd: &Odd, scope: Scope) -> Result<(), String> {
    let Odd { what: _, before, after, renames } = odd;
    let folder = TempDir::new().unwrap();
    let mut database = written(folder.path(), "app.db", before);
    let wanted = written(folder.path(), "wanted.db", after);
    let original = schema(database.connection());
    let fails = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");

    let mut desired = schema(wanted.connection());
    let comparison = match scope {
        Scope::Database => {
            compare(Engine::Sqlite, original.clone(), desired.clone(), scope, &requests(renames))
                .map_err(|error| fails("the comparison", &error))?
        }
        Scope::Models => {
            // Models have no triggers: those of the database stay.
            desired.triggers.clear();
            let document = Document::from_schema(desired.clone(), Engine::Sqlite);
            let json = document.to_json().unwrap();
            let document = Document::from_json(&json).unwrap();
            compare_models(&mut database, &document, &requests(renames))
                .map_err(|error| fails("the comparison", &error))?
        }
    };
    if comparison.is_empty() {
        return if scope == Scope::Models { Ok(()) } else { Err("no difference is seen".to_owned()) };
    }
    let Scripts { up, down, unproven, not_judged: _, plain_because: _ } =
        scripts(&database, &comparison, &Filter::default()).map_err(|error| fails("the scripts", &error))?;
    if let Some(unproven) = unproven {
        return Err(format!("not proven: {}", unproven.reason));
    }

    let violations = "SELECT count(*) FROM pragma_foreign_key_check";
    let state = |database: &SqliteDriver| {
        let connection = database.connection();
        (damage(connection), count(connection, violations))
    };
    let (sound, rows_at_start) = (state(&database), rows(database.connection()));
    let counted = counts(database.connection(), &desired, renames);
    let mut revisions = Revisions::new(Engine::Sqlite);
    revisions.apply(&mut database, &up, &down).map_err(|error| format!("up: {error}\n{}", up.to_script()))?;
    let between = |current: DatabaseSchema, goal: &DatabaseSchema| {
        compare(Engine::Sqlite, current, goal.clone(), scope, &[]).map_err(|error| error.to_string())
    };
    let left = between(schema(database.connection()), comparison.desired())?;
    if !left.is_empty() {
        return Err(format!("does not settle: {:#?}\nby {}", left.changes(), up.to_script()));
    }
    if state(&database) != sound && scope == Scope::Database {
        return Err(format!("{:?} instead of {sound:?} by\n{}", state(&database), up.to_script()));
    }
    let unchanged: &[(&str, &str)] = &[];
    let now = counts(database.connection(), &desired, unchanged);
    if counted.iter().any(|count| !now.contains(count)) {
        return Err(format!("rows: {counted:?}, then {now:?} by\n{}", up.to_script()));
    }

    revisions.undo(&mut database).map_err(|error| format!("down: {error}\n{}", down.to_script()))?;
    let left = compare(Engine::Sqlite, schema(database.connection()), original.clone(), Scope::Database, &[])
        .map_err(|error| error.to_string())?;
    if !left.is_empty() {
        return Err(format!("down leaves {:#?}\nby {}", left.changes(), down.to_script()));
    }
    if state(&database) != sound {
        return Err(format!("{:?} instead of {sound:?} by\n{}", state(&database), down.to_script()));
    }
    let kept = |rows: &BTreeMap<String, Vec<String>>| -> Vec<(String, usize)> {
        let names: Vec<&String> = counted.iter().map(|(name, _)| name).collect();
        let new_name = |name: &String| {
            let renamed = renames.iter().find(|(from, _)| from == name);
            renamed.map_or(name.as_str(), |(_, to)| to).to_ascii_lowercase()
        };
        let rows = rows.iter().map(|(table, rows)| (new_name(table), rows.len()));
        rows.filter(|(table, _)| names.contains(&table)).collect()
    };
    if kept(&rows(database.connection())) != kept(&rows_at_start) {
        return Err(format!("rows: {rows_at_start:?}, then {:?}", rows(database.connection())));
    }
    Ok(())
}

fn all_hold(odds: &[Odd]) {
    let mut broken = String::new();
    for odd in odds {
        for scope in [Scope::Database, Scope::Models] {
            if let Err(reason) = hold(odd, scope) {
                let _ = writeln!(broken, "{} ({scope:?}): {reason}\n", odd.what);
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

#[test]
fn odd_names_are_kept() {
    all_hold(names::NAMES);
}

#[test]
fn odd_tables_are_kept() {
    all_hold(tables::TABLES);
}

#[test]
fn odd_keys_are_kept() {
    all_hold(keys::KEYS);
}

#[test]
fn odd_views_and_triggers_are_kept() {
    all_hold(views_and_triggers::VIEWS_AND_TRIGGERS);
}

#[test]
fn definitions_are_kept_however_they_are_written() {
    all_hold(written::WRITTEN);
}

/// What is broken before may go, or be mended. In the down script it is broken again, but that the runner refuses where a table goes under a view.
#[test]
fn broken_views_can_be_dropped_and_mended() {
    let before = "CREATE TABLE t (a INT); CREATE VIEW bad AS SELECT * FROM missing; INSERT INTO t VALUES (1)";
    for (after, goes_back) in [
        ("CREATE TABLE t (a INT)", true),
        ("CREATE TABLE t (a INT); CREATE VIEW bad AS SELECT * FROM t", true),
        (
            "CREATE TABLE t (a INT); CREATE TABLE missing (b INT); CREATE VIEW bad AS SELECT * FROM missing",
            false,
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let (mut database, wanted) =
            (written(folder.path(), "app.db", before), written(folder.path(), "wanted.db", after));
        let comparison = schema_tests::sqlite::between(&database, &wanted);
        let Scripts { up, down, unproven, not_judged: _, plain_because: _ } =
            scripts(&database, &comparison, &Filter::default())
                .unwrap_or_else(|error| panic!("{after}: {error}"));
        assert_eq!(unproven, None);
        let mut revisions = Revisions::new(Engine::Sqlite);
        revisions.apply(&mut database, &up, &down).unwrap();
        assert!(schema_tests::sqlite::between(&database, &wanted).is_empty(), "{after}");
        let undone = revisions.undo(&mut database);
        assert_eq!(undone.is_ok(), goes_back, "{after}: {undone:?}");
        let original = written(folder.path(), "original.db", before);
        assert_eq!(schema_tests::sqlite::between(&database, &original).is_empty(), goes_back, "{after}");
    }
}

#[test]
fn strings_in_double_quotes_are_kept() {
    all_hold(super::strings::STRINGS);
}

#[test]
fn virtual_tables_are_never_touched() {
    all_hold(super::virtual_tables::VIRTUAL_TABLES);
}

/// SQLite's limit is 2,000.
#[test]
fn a_table_may_have_as_many_columns_as_sqlite_takes() {
    let columns: Vec<String> = (0..1_999).map(|number| format!("c{number} TEXT")).collect();
    let columns = columns.join(", ");
    let before = format!("CREATE TABLE t ({columns}); INSERT INTO t (c0) VALUES ('x');");
    let after = format!("CREATE TABLE t ({columns}, z TEXT NOT NULL DEFAULT (lower('X')));");
    all_hold(&[Odd { what: "2,000 columns", before: before.leak(), after: after.leak(), renames: &[] }]);
}

/// The same in other words: nothing to do.
#[test]
fn other_words_for_the_same_are_no_difference() {
    for (one, other) in [
        (
            "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT); CREATE VIEW V AS SELECT NAME FROM USERS; CREATE INDEX IX ON USERS (NAME)",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE VIEW v AS SELECT name FROM users; CREATE INDEX ix ON users (name)",
        ),
        (
            "CREATE TABLE /* c */ t -- (\n( -- first, (\n a /* , b */ TEXT -- PRIMARY KEY\n , b INTEGER /* NOT NULL */ DEFAULT /* x */ 5 /* ) */ )",
            "CREATE TABLE t (a TEXT, b INTEGER DEFAULT 5)",
        ),
        ("CREATE TABLE t (a TEXT, b TEXT)", "CREATE TABLE t (b TEXT, a TEXT)"),
        ("CREATE TABLE t (a TEXT CHECK (a IN (\"x\")))", "CREATE TABLE t (a TEXT CHECK (a IN ('x')))"),
        ("CREATE TABLE t (a INT, CHECK (t.a > 0))", "CREATE TABLE t (a INT CHECK (\"t\".a > 0))"),
        ("CREATE TABLE t (a INT, CHECK (t.a > 0))", "CREATE TABLE t (a INT CHECK (a > 0))"),
    ] {
        let folder = TempDir::new().unwrap();
        let (one, other) = (written(folder.path(), "one.db", one), written(folder.path(), "other.db", other));
        let comparison = schema_tests::sqlite::between(&one, &other);
        assert!(comparison.is_empty(), "{:#?}", comparison.changes());
    }
}

/// Models cannot say that the trigger goes with the table that it writes to; a database can.
#[test]
fn a_table_that_a_trigger_writes_to_is_not_dropped_under_it() {
    let rest = "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);";
    let odd = Odd {
        what: "a trigger that writes to what goes",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); CREATE TABLE log (a);
                 CREATE TRIGGER g AFTER INSERT ON p BEGIN INSERT INTO log VALUES (1); END;",
        after: rest,
        renames: &[],
    };
    hold(&odd, Scope::Database).unwrap();
    let refusal = hold(&odd, Scope::Models).unwrap_err();
    assert!(refusal.contains("a trigger of `p` on INSERT no longer compiles: no such table"), "{refusal}");
}
