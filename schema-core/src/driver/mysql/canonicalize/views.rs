//! Views in a scratch database, beside what they read.

use super::{Stopped, declared};
use crate::dialect::mysql::expression::{mentions, without_database};
use crate::dialect::mysql::render::{Created, under_settings};
use crate::dialect::mysql::session::{COLLATION, NAMES, RESTORE_SQL_MODE, set_sql_mode};
use crate::dialect::mysql::{Variant, package, quote, quote_name, quote_text, under_mode};
use crate::driver::DriverError;
use crate::driver::mysql::MysqlDriver;
use crate::driver::mysql::error::message;
use crate::driver::mysql::show_create;
use crate::driver::questions;
use crate::model::{DatabaseSchema, Object, ObjectKind, Table, View};
use crate::sql::Statement;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A view as the server writes it.
pub(super) struct Spelled {
    /// The names of its columns, where the query does not give them.
    pub(super) columns: Vec<String>,
    pub(super) query: String,
}

/// These views of `desired` as the server writes them, by their names.
pub(super) fn spell(
    driver: &MysqlDriver,
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    places: &[usize],
) -> Result<HashMap<String, Spelled>, Stopped> {
    let needed = Needed::of(desired, places);
    let mut scratch = match driver.scratch_driver() {
        Ok(scratch) => scratch,
        Err(DriverError::Refused { message } | DriverError::ScratchNotAllowed { message, .. }) => {
            return Err(Stopped::NotAllowed(message));
        }
        Err(error) => return Err(error.into()),
    };
    let connection = &mut scratch.connection;
    let variant = driver.server.variant;
    let tables = needed.tables.values().map(|table| create_table(table, variant));
    for statement in tables.chain(called(current, desired)) {
        connection.run(&statement)?;
    }
    let packages: BTreeSet<String> = [current, desired].into_iter().flat_map(package::names).collect();
    let made: Vec<&View> = needed.views.iter().filter_map(|place| desired.views.get(*place)).collect();
    for view in &made {
        // A literal's collation decides what it may be compared with.
        let collation = collation(current, view);
        if let Some(collation) = collation {
            connection.run(&format!("SET {COLLATION} = {}", quote_text(collation)))?;
        }
        let is_of_package = package::is_called(&view.query, &packages);
        if is_of_package {
            connection.run(&set_sql_mode(package::MODE))?;
        }
        connection.run(&create_view(view)).map_err(|error| DriverError::Refused {
            message: format!("the view `{}`: {}", view.name, message(&error)),
        })?;
        if is_of_package {
            connection.run(RESTORE_SQL_MODE)?;
        }
        if collation.is_some() {
            connection.run(NAMES)?;
        }
    }
    let database = scratch.database()?.to_owned();
    let names: Vec<&str> = made.iter().map(|view| view.name.name.as_str()).collect();
    let questions: Vec<(String, usize)> =
        names.iter().map(|name| (format!("VIEW {}", quote(name)), 1)).collect();
    let shown = scratch.connection.show_create(&questions)?;
    let views = names.into_iter().zip(shown).filter_map(|(name, text)| {
        let text = text?;
        let (columns, query) = show_create::view(&text)?;
        Some((name.to_owned(), Spelled { columns, query: without_database(&query, &database) }))
    });
    Ok(views.collect())
}

/// The collation that the view is created under, where it is an unusual one: its own, or else that of the view whose place it takes.
fn collation<'a>(current: &'a DatabaseSchema, view: &'a View) -> Option<&'a String> {
    let before = current.views.iter().find(|before| before.name == view.name);
    view.with.get(COLLATION).or_else(|| before?.with.get(COLLATION))
}

/// All that the views read, and the views themselves.
struct Needed<'a> {
    tables: BTreeMap<&'a str, &'a Table>,
    /// By their places, those that are read before those that read them.
    views: Vec<usize>,
}

impl<'a> Needed<'a> {
    fn of(desired: &'a DatabaseSchema, places: &[usize]) -> Self {
        let mut needed = Needed { tables: BTreeMap::new(), views: Vec::new() };
        let mut seen = BTreeSet::new();
        for place in places {
            needed.add(desired, *place, &mut seen);
        }
        needed
    }

    fn add(&mut self, desired: &'a DatabaseSchema, place: usize, seen: &mut BTreeSet<usize>) {
        let Some(view) = desired.views.get(place).filter(|_| seen.insert(place)) else { return };
        let (tables, views) = questions::reads(desired, &view.query, mentions);
        self.tables.extend(tables.into_iter().map(|table| (table.name.name.as_str(), table)));
        for read in views {
            self.add(desired, read, seen);
        }
        self.views.push(place);
    }
}

/// Creates the functions and packages that either side has: a query may call them.
fn called(current: &DatabaseSchema, desired: &DatabaseSchema) -> Vec<String> {
    let is_called = |object: &&Object| {
        let kinds = [ObjectKind::Function, ObjectKind::Package, ObjectKind::PackageBody];
        let is_mentioned = |view: &View| mentions(&view.query, &object.id.name.name);
        kinds.contains(&object.id.kind) && desired.views.iter().any(is_mentioned)
    };
    let all = current.objects.iter().chain(&desired.objects).filter(is_called);
    // A package comes before its body.
    let called: BTreeMap<(ObjectKind, &str), &Object> =
        all.map(|object| ((object.id.kind, object.id.name.name.as_str()), object)).collect();
    let created = called.into_values().filter_map(|object| {
        let sql = under_mode(object.definition.as_deref()?, &object.settings);
        let statement = Statement::new(String::new(), sql);
        Some(Created { name: &object.id.name.name, settings: &object.settings, statement })
    });
    let statements = under_settings(&created.collect::<Vec<_>>());
    statements.into_iter().map(|statement| statement.sql).collect()
}

fn create_table(table: &Table, variant: Variant) -> String {
    let mut columns: Vec<String> = table
        .columns
        .iter()
        .filter_map(|column| Some(format!("{} {}", quote(&column.name), declared(table, column)?)))
        .collect();
    if variant == Variant::Mysql {
        // For `sql_require_primary_key`; `SELECT *` does not see it.
        columns.push("schema_key int PRIMARY KEY INVISIBLE".to_owned());
    }
    format!("CREATE TABLE {} ({})", quote(&table.name.name), columns.join(", "))
}

fn create_view(view: &View) -> String {
    let columns: Vec<String> = view.columns.iter().map(|column| quote(column)).collect();
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    format!("CREATE VIEW {}{columns} AS {}", quote_name(&view.name), view.query)
}
