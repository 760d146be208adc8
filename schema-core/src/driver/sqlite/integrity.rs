//! Reading what a rebuild could break: references, views and triggers.

use super::quoted_strings::QuotedStrings;
use crate::dialect::sqlite::parse::{self, TriggerEvent};
use crate::dialect::sqlite::quote;
use crate::driver::integrity::check_of_references;
use crate::driver::{Compiles, ForeignKeyViolation, Integrity};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// A statement that compiles as long as the object does; it is never run.
pub(super) struct Compilable {
    pub(super) object: String,
    pub(super) statement: String,
}

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Integrity> {
    let Catalogue { tables, views, events } = Catalogue::read(connection)?;
    let mut objects = BTreeMap::new();
    for Compilable { object, statement } in statements(connection, views, events)? {
        objects.insert(object, compiles(connection, &statement)?);
    }
    let (violations, unchecked) = violations(connection, &tables)?;
    for (table, message) in unchecked {
        objects.insert(check_of_references(&table), Compiles::No { message });
    }
    Ok(Integrity { violations, tables, objects })
}

/// The names of what a script could break.
#[derive(Default)]
struct Catalogue {
    tables: BTreeSet<String>,
    views: BTreeSet<String>,
    /// The tables and views with triggers. Only the events that have one: a view can be deleted from where a trigger stands in for that,
    /// and not else.
    events: BTreeSet<(String, TriggerEvent)>,
}

impl Catalogue {
    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached("SELECT type, name, sql FROM sqlite_schema")?;
        let mut rows = statement.query([])?;
        let mut catalogue = Catalogue::default();
        while let Some(row) = rows.next()? {
            match row.get_ref(0)?.as_str()? {
                "table" => catalogue.tables.extend([row.get::<_, String>(1)?]),
                "view" => catalogue.views.extend([row.get::<_, String>(1)?]),
                "trigger" => {
                    let trigger = parse::trigger(row.get_ref(2)?.as_str()?).ok();
                    catalogue.events.extend(trigger.map(|(trigger, event)| (trigger.table.name, event)));
                }
                _ => {}
            }
        }
        Ok(catalogue)
    }
}

/// And the tables whose references cannot be checked, with what SQLite says of them.
fn violations(
    connection: &Connection,
    tables: &BTreeSet<String>,
) -> rusqlite::Result<(Violations, Vec<(String, String)>)> {
    let mut violations = BTreeMap::new();
    if check("PRAGMA foreign_key_check", connection, &mut violations).is_ok() {
        return Ok((violations, Vec::new()));
    }
    // One reference to columns that are no key makes SQLite refuse the whole check: then table by table.
    violations.clear();
    let mut unchecked = Vec::new();
    for table in tables {
        let mut of_table = BTreeMap::new();
        match check(&format!("PRAGMA foreign_key_check({})", quote(table)), connection, &mut of_table) {
            Ok(()) => violations.extend(of_table),
            Err(error) => unchecked.push((table.clone(), super::message(&error))),
        }
    }
    Ok((violations, unchecked))
}

type Violations = BTreeMap<ForeignKeyViolation, usize>;

fn check(pragma: &str, connection: &Connection, violations: &mut Violations) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(pragma)?;
    let found = statement.query_map([], |row| {
        Ok(ForeignKeyViolation { table: row.get(0)?, rowid: row.get(1)?, parent: row.get(2)? })
    })?;
    for violation in found {
        *violations.entry(violation?).or_default() += 1;
    }
    Ok(())
}

/// For each view a query; for each table with triggers the statements that fire them.
pub(super) fn compilables(connection: &Connection) -> rusqlite::Result<Vec<Compilable>> {
    let Catalogue { tables: _, views, events } = Catalogue::read(connection)?;
    statements(connection, views, events)
}

fn statements(
    connection: &Connection,
    views: BTreeSet<String>,
    events: BTreeSet<(String, TriggerEvent)>,
) -> rusqlite::Result<Vec<Compilable>> {
    let mut compilables: Vec<Compilable> = views
        .into_iter()
        .map(|view| Compilable {
            statement: format!("SELECT 0 FROM {} LIMIT 0", quote(&view)),
            object: format!("view `{view}`"),
        })
        .collect();
    for (table, event) in events {
        let quoted = quote(&table);
        let (name, statement) = match event {
            TriggerEvent::Delete => ("DELETE", format!("DELETE FROM {quoted}")),
            TriggerEvent::Insert => ("INSERT", format!("INSERT INTO {quoted} DEFAULT VALUES")),
            TriggerEvent::Update => {
                let columns = settable_columns(connection, &table)?;
                let assignments: Vec<String> =
                    columns.iter().map(|column| format!("{0} = {0}", quote(column))).collect();
                ("UPDATE", format!("UPDATE {quoted} SET {}", assignments.join(", ")))
            }
        };
        compilables.push(Compilable { object: format!("a trigger of `{table}` on {name}"), statement });
    }
    Ok(compilables)
}

fn settable_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let Ok(mut statement) =
        connection.prepare_cached("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0")
    else {
        return Ok(Vec::new());
    };
    // A view that does not compile has no columns to tell of.
    let Ok(columns) = statement.query_map([table], |row| row.get(0)) else {
        return Ok(Vec::new());
    };
    Ok(columns.collect::<rusqlite::Result<_>>().unwrap_or_default())
}

fn compiles(connection: &Connection, statement: &str) -> rusqlite::Result<Compiles> {
    let message = match QuotedStrings::without(connection, || Ok(prepares(connection, statement)))? {
        Ok(()) => return Ok(Compiles::Yes),
        Err(error) => super::message(&error),
    };
    let _permitted = QuotedStrings::permit(connection)?;
    Ok(match prepares(connection, statement) {
        Ok(()) => Compiles::WithQuotedStrings,
        Err(_) => Compiles::No { message },
    })
}

pub(super) fn prepares(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare(statement).map(drop)
}
