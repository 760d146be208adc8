//! A database of any engine, as the tests of each engine have it.

use crate::account::account;
use crate::torture::Rig;
use crate::{mysql, postgres, sqlite};
use schema_core::driver::Driver;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::model::DatabaseSchema;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What a database holds by the engine's own account: each object with lines that say all about it.
pub(super) type Dump = BTreeMap<String, Vec<String>>;

pub(super) enum Place {
    Sqlite(Box<SqliteDriver>),
    Postgres(Box<postgres::Scratch>),
    Mysql(mysql::Scratch),
}

impl Place {
    pub(super) fn new(rig: &Rig) -> Self {
        use schema_core::model::Engine;
        match (rig.engine(), rig.server()) {
            (Engine::Postgres, Some(url)) => Place::Postgres(Box::new(postgres::Scratch::create(url))),
            (Engine::Mysql | Engine::Mariadb, Some(url)) => Place::Mysql(mysql::Scratch::create(url)),
            (Engine::Sqlite, _) | (_, None) => Place::Sqlite(Box::new(sqlite::scratch())),
        }
    }

    pub(super) fn driver(&mut self) -> &mut dyn Driver {
        match self {
            Place::Sqlite(driver) => driver.as_mut(),
            Place::Postgres(scratch) => scratch.driver(),
            Place::Mysql(scratch) => scratch.driver(),
        }
    }

    /// Makes it empty again.
    pub(super) fn reset(&mut self) {
        match self {
            Place::Sqlite(driver) => **driver = sqlite::scratch(),
            Place::Postgres(scratch) => scratch.reset(),
            Place::Mysql(scratch) => scratch.reset(),
        }
    }

    /// Runs one statement, as it is.
    pub(super) fn load(&mut self, statement: &str) -> Result<(), String> {
        match self {
            Place::Sqlite(driver) => {
                driver.connection().execute_batch(statement).map_err(|error| error.to_string())
            }
            Place::Postgres(scratch) => {
                scratch.client().batch_execute(statement).map_err(|error| format!("{error:?}"))
            }
            Place::Mysql(scratch) => scratch.driver().execute(statement).map_err(|error| error.to_string()),
        }
    }

    pub(super) fn introspect(&mut self) -> DatabaseSchema {
        self.driver().introspect().unwrap()
    }

    pub(super) fn dump(&mut self) -> Dump {
        let objects = match self {
            Place::Sqlite(driver) => return account(driver.connection()),
            Place::Postgres(scratch) => scratch.dump(),
            Place::Mysql(scratch) => scratch.dump(),
        };
        objects.into_iter().map(|((kind, name), lines)| (format!("{kind} {name}"), lines)).collect()
    }

    /// The rows of a query of one text column.
    pub(super) fn texts(&mut self, query: &str) -> Vec<String> {
        let rows = self.driver().query(query, &[]).unwrap_or_else(|error| panic!("{error}: {query}"));
        rows.iter().map(|row| format!("{row:?}")).collect()
    }
}

/// The lines that are on one side only.
pub(super) fn differences(from: &Dump, to: &Dump) -> String {
    let mut text = String::new();
    for object in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
        let none = Vec::new();
        let (before, after) = (from.get(object).unwrap_or(&none), to.get(object).unwrap_or(&none));
        for (sign, lines, others) in [('-', before, after), ('+', after, before)] {
            for line in lines.iter().filter(|line| !others.contains(line)) {
                let _ = writeln!(text, "{sign} {object}: {line}");
            }
        }
    }
    text
}
