//! A SQLite database that is changed, and back: what must not get lost on the way is asked of it.

use crate::revisions::Revisions;
use crate::sqlite::{dump, load, rows, schema};
use rusqlite::Connection;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::RenameRequest;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::filter::Filter;
use schema_core::model::{Document, Engine};
use std::collections::BTreeMap;

/// A database that is changed as models or another database say, and back.
pub struct Trap {
    database: SqliteDriver,
    revisions: Revisions,
    scripts: Scripts,
    start: (BTreeMap<String, Vec<String>>, BTreeMap<String, Vec<String>>),
}

impl Trap {
    /// A database that models describe otherwise, by the script that would make it so.
    pub fn of_models(before: &str, models: &str) -> Self {
        Trap::of_models_with(before, models, &[])
    }

    /// The same, with renames that somebody asks for.
    pub fn of_models_with(before: &str, models: &str, requests: &[RenameRequest]) -> Self {
        let mut database = load(before).unwrap();
        let mut document = Document::from_schema(schema(load(models).unwrap().connection()), Engine::Sqlite);
        document.triggers.clear();
        let comparison = compare_models(&mut database, &document, requests).unwrap();
        Trap::new(database, &comparison)
    }

    /// A database that shall be like another.
    pub fn of_databases(before: &str, after: &str) -> Self {
        let (database, after) = (load(before).unwrap(), load(after).unwrap());
        let (current, desired) = (schema(database.connection()), schema(after.connection()));
        let comparison = compare(Engine::Sqlite, current, desired, Scope::Database, &[]).unwrap();
        Trap::new(database, &comparison)
    }

    /// A database that a comparison is of.
    pub fn new(database: SqliteDriver, comparison: &Comparison) -> Self {
        assert!(!comparison.is_empty());
        let scripts = scripts(&database, comparison, &Filter::default()).unwrap();
        let start = (dump(database.connection()), rows(database.connection()));
        Trap { database, revisions: Revisions::new(Engine::Sqlite), scripts, start }
    }

    /// Makes the change.
    pub fn up(&mut self) {
        self.try_up().unwrap_or_else(|error| panic!("{error}\n{}", self.scripts.up.to_script()));
    }

    /// Makes the change, if the database takes it.
    ///
    /// # Errors
    ///
    /// What the runner says.
    pub fn try_up(&mut self) -> Result<(), String> {
        let Scripts { up, down, unproven: _, not_judged: _, plain_because: _ } = &self.scripts;
        self.revisions.apply(&mut self.database, up, down).map_err(|error| error.to_string())
    }

    /// Back to where it began, with every row.
    pub fn down(&mut self) {
        self.undo();
        self.is_as_at_the_start();
    }

    /// Back to where it began, maybe in other words.
    pub fn undo(&mut self) {
        self.revisions
            .undo(&mut self.database)
            .unwrap_or_else(|error| panic!("{error}\n{}", self.scripts.down.to_script()));
    }

    /// Asserts that schema and rows are as they were.
    pub fn is_as_at_the_start(&self) {
        assert_eq!(dump(self.database.connection()), self.start.0);
        assert_eq!(rows(self.database.connection()), self.start.1);
    }

    /// The scripts both ways.
    pub fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        self.database.connection()
    }

    /// Whether the up script recreates the table.
    pub fn rebuilds(&self) -> bool {
        self.scripts.up.statements.iter().any(|statement| statement.sql.contains("__schema_new_"))
    }

    /// Runs SQL.
    pub fn execute(&self, sql: &str) {
        self.database.connection().execute_batch(sql).unwrap();
    }

    /// The first column of a query, with commas between the rows.
    pub fn ask(&self, sql: &str) -> String {
        let mut statement = self.database.connection().prepare(sql).unwrap();
        let values = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        let values: Vec<String> = values.map(|value| value.unwrap().unwrap_or("NULL".to_owned())).collect();
        values.join(",")
    }
}
