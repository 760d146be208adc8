//! What a rollback does not take back: writes to tables whose engine has no transactions, directly, or by way of views, triggers and functions.
//!
//! What is not seen: triggers and routines that this account may not see, user-defined functions that are compiled, and functions that a view calls which is
//! only read.

use super::connection::{Connection, get};
use crate::dialect::mysql::{OwnTables, Written, WrittenName, quote, quote_text};
use crate::driver::{DriverError, StepState};
use crate::model::Engine;
use crate::sql::Effect;
use std::collections::{BTreeMap, BTreeSet};

/// What the evidence begins with that is a checksum of tables.
pub(super) const PREFIX: &str = "rows\n";

/// How many names are asked for at once.
const CHUNK: usize = 50;

/// Their tables are read by everybody and written by nobody.
const READ_ONLY: [&str; 1] = ["information_schema"];

/// What the server says of a name.
#[derive(Clone, Debug, Default)]
struct Found {
    /// A table whose engine has no transactions, as the server spells it.
    without_transactions: Option<(String, String)>,
    /// What else is written to with it: what a view reads from, what triggers do, what a routine does.
    writes: Written,
    /// A routine whose body this account may not see.
    is_hidden: bool,
}

/// What the server has been asked for.
struct Catalogue<'driver> {
    connection: &'driver mut Connection,
    engine: Engine,
    tables: BTreeMap<WrittenName, Found>,
    routines: BTreeMap<WrittenName, Found>,
}

/// What a statement may leave behind in spite of a rollback.
#[derive(Debug, Default)]
struct Lasting {
    tables: BTreeSet<(String, String)>,
    is_hidden: bool,
}

impl Lasting {
    fn is_nothing(&self) -> bool {
        self.tables.is_empty() && !self.is_hidden
    }
}

/// For each statement of a script, in their order, whether a rollback would leave something of it.
pub(super) fn survives_rollback(
    connection: &mut Connection,
    engine: Engine,
    statements: &[&str],
) -> Result<Vec<bool>, DriverError> {
    let written: Vec<Option<Written>> = statements.iter().map(|sql| written(sql, engine)).collect();
    let mut catalogue = Catalogue::new(connection, engine);
    catalogue.ask(written.iter().flatten())?;
    let mut own = OwnTables::default();
    let mut lasting = Vec::with_capacity(statements.len());
    for (sql, written) in statements.iter().zip(&written) {
        own.follow(sql, engine);
        let lasts = |written: &Written| own.are_written(written) || !catalogue.lasting(written).is_nothing();
        lasting.push(written.as_ref().is_some_and(lasts));
    }
    Ok(lasting)
}

/// What a statement may write to that shares a transaction with others; none of one that commits by itself.
fn written(sql: &str, engine: Engine) -> Option<Written> {
    Effect::of(sql, engine).is_transactional.then(|| Written::of(sql, engine))
}

/// What is in the tables that a statement may write to and no rollback takes back; none where nothing tells.
pub(super) fn evidence(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
) -> Result<Option<String>, DriverError> {
    let Some(written) = written(statement, engine) else { return Ok(None) };
    let mut catalogue = Catalogue::new(connection, engine);
    catalogue.ask([&written].into_iter())?;
    let Lasting { tables, is_hidden } = catalogue.lasting(&written);
    if is_hidden || tables.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> =
        tables.iter().map(|(database, name)| format!("{}.{}", quote(database), quote(name))).collect();
    Ok(checksums(connection, &names)?.map(|lines| format!("{PREFIX}{lines}")))
}

/// A line for each table: the checksum of its rows, and its name; none where one of them has no checksum.
fn checksums(connection: &mut Connection, names: &[String]) -> Result<Option<String>, DriverError> {
    let mut lines = Vec::with_capacity(names.len());
    for name in names {
        // MySQL's ARCHIVE keeps new rows in a buffer that CHECKSUM TABLE does not read; to count the rows writes them out.
        connection.all(&format!("SELECT COUNT(*) FROM {name}"))?;
        let row = connection.all(&format!("CHECKSUM TABLE {name}"))?.into_iter().next();
        let Some(row) = row else { return Ok(None) };
        let Some(checksum) = get::<Option<u64>>(&row, 1)? else { return Ok(None) };
        lines.push(format!("{checksum} {name}"));
    }
    Ok(Some(lines.join("\n")))
}

/// Rows that are what they were say that the statement may be repeated. Where they are not, it may have run in part, or others have written.
pub(super) fn probe(connection: &mut Connection, before: &str) -> Result<StepState, DriverError> {
    let names: Vec<String> =
        before.lines().filter_map(|line| line.split_once(' ')).map(|(_, name)| name.to_owned()).collect();
    let now = checksums(connection, &names)?;
    Ok(if now.as_deref() == Some(before) { StepState::Absent } else { StepState::Unknown })
}

impl<'driver> Catalogue<'driver> {
    fn new(connection: &'driver mut Connection, engine: Engine) -> Self {
        Catalogue { connection, engine, tables: BTreeMap::new(), routines: BTreeMap::new() }
    }

    /// Asks for all names, and for those that stand in what is found.
    fn ask<'a>(&mut self, written: impl Iterator<Item = &'a Written>) -> Result<(), DriverError> {
        let mut tables = BTreeSet::new();
        let mut calls = BTreeSet::new();
        for Written { tables: own, calls: called } in written {
            tables.extend(own.iter().cloned());
            calls.extend(called.iter().cloned());
        }
        loop {
            tables.retain(|name| !is_read_only(name) && !self.tables.contains_key(name));
            calls.retain(|name| !self.routines.contains_key(name));
            if tables.is_empty() && calls.is_empty() {
                return Ok(());
            }
            let mut found = Vec::new();
            for chunk in tables.iter().collect::<Vec<_>>().chunks(CHUNK) {
                found.extend(self.tables_of(chunk)?);
            }
            for chunk in calls.iter().collect::<Vec<_>>().chunks(CHUNK) {
                found.extend(self.routines_of(chunk)?);
            }
            tables = found.iter().flat_map(|written| written.tables.iter().cloned()).collect();
            calls = found.into_iter().flat_map(|written| written.calls).collect();
        }
    }

    /// Asks for tables, views, and the triggers of both.
    fn tables_of(&mut self, names: &[&WrittenName]) -> Result<Vec<Written>, DriverError> {
        let text = |column: &str| format!("CONVERT({column} USING utf8mb4)");
        let parts = names.iter().enumerate().flat_map(|(index, name)| {
            let place = |database: &str, table: &str| {
                format!("{database} = {} AND {table} = {}", database_of(name), quote_text(&name.name))
            };
            let (database, table) = (text("TABLE_SCHEMA"), text("TABLE_NAME"));
            [
                format!(
                    "SELECT {index} AS place, 'table' AS kind, {database} AS a, {table} AS b, (SELECT {} FROM information_schema.ENGINES e \
                     WHERE e.ENGINE = t.ENGINE) AS c FROM information_schema.TABLES t WHERE {} AND TABLE_TYPE <> 'TEMPORARY'",
                    text("TRANSACTIONS"),
                    place("TABLE_SCHEMA", "TABLE_NAME")
                ),
                format!(
                    "SELECT {index}, 'view', {database}, {table}, {} FROM information_schema.VIEWS WHERE {}",
                    text("VIEW_DEFINITION"),
                    place("TABLE_SCHEMA", "TABLE_NAME")
                ),
                format!(
                    "SELECT {index}, 'trigger', {}, {}, {} FROM information_schema.TRIGGERS WHERE {}",
                    text("EVENT_OBJECT_SCHEMA"),
                    text("EVENT_OBJECT_TABLE"),
                    text("ACTION_STATEMENT"),
                    place("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")
                ),
            ]
        });
        let query = parts.collect::<Vec<_>>().join(" UNION ALL ");
        let mut found: Vec<Found> = names.iter().map(|_| Found::default()).collect();
        for row in self.connection.all(&query)? {
            let Some(found) = found.get_mut(get::<usize>(&row, 0)?) else { continue };
            let kind: String = get(&row, 1)?;
            let (database, name): (String, String) = (get(&row, 2)?, get(&row, 3)?);
            let text: Option<String> = get(&row, 4)?;
            let writes = match (kind.as_str(), text) {
                ("table", Some(transactions)) => {
                    if transactions == "NO" {
                        found.without_transactions = Some((database, name));
                    }
                    continue;
                }
                ("view", Some(query)) => Written::through_view(&query, self.engine),
                ("trigger", Some(body)) => in_database(Written::of(&body, self.engine), &database),
                _ => continue,
            };
            found.writes.tables.extend(writes.tables);
            found.writes.calls.extend(writes.calls);
        }
        let written = found.iter().map(|found| found.writes.clone()).collect();
        self.tables.extend(names.iter().map(|name| (*name).clone()).zip(found));
        Ok(written)
    }

    fn routines_of(&mut self, names: &[&WrittenName]) -> Result<Vec<Written>, DriverError> {
        let parts = names.iter().enumerate().map(|(index, name)| {
            format!(
                "SELECT {index} AS place, CONVERT(ROUTINE_SCHEMA USING utf8mb4) AS a, CONVERT(ROUTINE_DEFINITION USING utf8mb4) AS b \
                 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {} AND ROUTINE_NAME = {}",
                database_of(name),
                quote_text(&name.name)
            )
        });
        let query = parts.collect::<Vec<_>>().join(" UNION ALL ");
        let mut found: Vec<Found> = names.iter().map(|_| Found::default()).collect();
        for row in self.connection.all(&query)? {
            let Some(found) = found.get_mut(get::<usize>(&row, 0)?) else { continue };
            let database: String = get(&row, 1)?;
            match get::<Option<String>>(&row, 2)? {
                Some(body) => {
                    let writes = in_database(Written::of(&body, self.engine), &database);
                    found.writes.tables.extend(writes.tables);
                    found.writes.calls.extend(writes.calls);
                }
                None => found.is_hidden = true,
            }
        }
        let written = found.iter().map(|found| found.writes.clone()).collect();
        self.routines.extend(names.iter().map(|name| (*name).clone()).zip(found));
        Ok(written)
    }

    /// All that a statement may write to without a way to take it back.
    fn lasting(&self, written: &Written) -> Lasting {
        let mut lasting = Lasting::default();
        let mut seen: BTreeSet<(bool, &WrittenName)> = BTreeSet::new();
        let mut open: Vec<&Written> = vec![written];
        while let Some(Written { tables, calls }) = open.pop() {
            let tables = tables.iter().map(|name| (true, name));
            for (is_table, name) in tables.chain(calls.iter().map(|name| (false, name))) {
                if !seen.insert((is_table, name)) {
                    continue;
                }
                let names = if is_table { &self.tables } else { &self.routines };
                let Some(Found { without_transactions, writes, is_hidden }) = names.get(name) else {
                    continue;
                };
                lasting.tables.extend(without_transactions.clone());
                lasting.is_hidden |= is_hidden;
                open.push(writes);
            }
        }
        lasting
    }
}

/// What a trigger or routine names without a database is in its own.
fn in_database(written: Written, database: &str) -> Written {
    let qualified = |names: BTreeSet<WrittenName>| {
        let qualify = |WrittenName { database: own, name }| WrittenName {
            database: own.or_else(|| Some(database.to_owned())),
            name,
        };
        names.into_iter().map(qualify).collect()
    };
    let Written { tables, calls } = written;
    Written { tables: qualified(tables), calls: qualified(calls) }
}

fn is_read_only(name: &WrittenName) -> bool {
    name.database.as_ref().is_some_and(|database| READ_ONLY.contains(&database.to_lowercase().as_str()))
}

fn database_of(name: &WrittenName) -> String {
    name.database.as_deref().map_or_else(|| "DATABASE()".to_owned(), quote_text)
}
