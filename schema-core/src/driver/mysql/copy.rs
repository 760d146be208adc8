//! A copy of a database's definitions, for a dry run: without rows, except those of the history.
//!
//! Each object is made by what SHOW CREATE says of it, under the settings that it was made with, and belongs to this account. Events do not run in the copy.

use super::MysqlDriver;
use super::connection::{get, is_other_client};
use crate::dialect::mysql::event::TIME_ZONE;
use crate::dialect::mysql::expression::without_database;
use crate::dialect::mysql::session::{COLLATION, take_zero_dates};
use crate::dialect::mysql::{quote, quote_name, quote_text};
use crate::driver::{Ask as _, DriverError, Execute as _};
use crate::model::{Engine, QualifiedName};
use crate::sql::{TokenKind, tokenize};
use mysql::params;
#[cfg(feature = "testing")]
use std::collections::BTreeMap;

/// What is copied, in this order: its kind, its name, in which column of the answer to SHOW CREATE its definition is, the SQL mode and
/// collation that it was made with, the character set of the client that made it, and the time zone of an event.
const OBJECTS: &str = "SELECT 'SEQUENCE' AS kind, TABLE_NAME AS name, 1 AS shown, NULL AS mode, NULL AS collation, NULL AS client, NULL AS zone, 1 AS place, 0 AS number \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = :database AND TABLE_TYPE = 'SEQUENCE' \
     UNION ALL SELECT 'TABLE', TABLE_NAME, 1, NULL, NULL, NULL, NULL, 2, 0 FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = :database AND TABLE_TYPE NOT IN ('SEQUENCE', 'VIEW', 'SYSTEM VIEW') \
     UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, 2, SQL_MODE, COLLATION_CONNECTION, CHARACTER_SET_CLIENT, NULL, 3, ROUTINE_TYPE = 'PACKAGE BODY' FROM information_schema.ROUTINES \
     WHERE ROUTINE_SCHEMA = :database \
     UNION ALL SELECT 'VIEW', TABLE_NAME, 1, NULL, COLLATION_CONNECTION, CHARACTER_SET_CLIENT, NULL, 4, 0 FROM information_schema.VIEWS \
     WHERE TABLE_SCHEMA = :database \
     UNION ALL SELECT 'TRIGGER', TRIGGER_NAME, 2, SQL_MODE, COLLATION_CONNECTION, CHARACTER_SET_CLIENT, NULL, 5, ACTION_ORDER FROM information_schema.TRIGGERS \
     WHERE TRIGGER_SCHEMA = :database \
     UNION ALL SELECT 'EVENT', EVENT_NAME, 3, SQL_MODE, COLLATION_CONNECTION, CHARACTER_SET_CLIENT, TIME_ZONE, 6, 0 FROM information_schema.EVENTS \
     WHERE EVENT_SCHEMA = :database ORDER BY place, number, name";

struct Object {
    kind: String,
    name: String,
    /// In which column of the answer to SHOW CREATE the definition is.
    shown: usize,
    /// The settings that it was made with.
    settings: Vec<(&'static str, String)>,
    definition: String,
}

pub(super) fn copy(driver: &mut MysqlDriver) -> Result<MysqlDriver, DriverError> {
    let database = driver.database()?.to_owned();
    let objects = read(driver, &database)?;
    let mut copy = driver.scratch_driver()?.confined()?;
    copy.is_copy = true;
    prepare(&mut copy)?;
    make(&mut copy, objects, &database, |_| Ok(()))?;
    copy.server.prepare(&mut copy.connection)?;
    copy_history(driver, &mut copy, &database)?;
    Ok(copy)
}

/// Makes all definitions and rows of a database once more in an empty one of the same server.
#[cfg(feature = "testing")]
pub(super) fn copy_with_rows(driver: &mut MysqlDriver, copy: &mut MysqlDriver) -> Result<(), DriverError> {
    let database = driver.database()?.to_owned();
    let objects = read(driver, &database)?;
    prepare(copy)?;
    // Rows come before triggers, which would act on them.
    make(copy, objects, &database, |copy| copy_rows(copy, &database))?;
    copy.server.prepare(&mut copy.connection)
}

/// The rows of all tables that have some, without what the server computes.
#[cfg(feature = "testing")]
fn copy_rows(copy: &mut MysqlDriver, database: &str) -> Result<(), DriverError> {
    let columns = "SELECT c.TABLE_NAME, c.COLUMN_NAME FROM information_schema.COLUMNS c JOIN information_schema.TABLES t \
         ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME \
         WHERE c.TABLE_SCHEMA = ? AND t.TABLE_TYPE NOT IN ('SEQUENCE', 'VIEW', 'SYSTEM VIEW') AND COALESCE(c.GENERATION_EXPRESSION, '') = '' \
         ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION";
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in copy.connection.rows(columns, (database,))? {
        tables.entry(get(&row, 0)?).or_default().push(quote(&get::<String>(&row, 1)?));
    }
    // A row whose number is 0 keeps it.
    copy.connection.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')")?;
    for (table, columns) in tables {
        let (table, columns) = (quote(&table), columns.join(", "));
        copy.connection.run(&format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM {}.{table}",
            quote(database)
        ))?;
    }
    copy_sequences(copy, database)
}

/// A sequence (MariaDB) goes on where the other one is.
#[cfg(feature = "testing")]
fn copy_sequences(copy: &mut MysqlDriver, database: &str) -> Result<(), DriverError> {
    let sequences =
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'SEQUENCE'";
    for row in copy.connection.rows(sequences, (database,))? {
        let sequence = quote(&get::<String>(&row, 0)?);
        let next = format!("SELECT next_not_cached_value FROM {}.{sequence}", quote(database));
        if let Some(next) = copy.connection.row(&next, ())?.map(|row| get::<i64>(&row, 0)).transpose()? {
            copy.connection.run(&format!("DO SETVAL({sequence}, {next}, 0)"))?;
        }
    }
    Ok(())
}

fn read(driver: &mut MysqlDriver, database: &str) -> Result<Vec<Object>, DriverError> {
    let rows = driver.connection.rows(OBJECTS, params! { "database" => database })?;
    let (mut objects, mut foreign) = (Vec::new(), Vec::new());
    for row in rows {
        foreign.push(get::<Option<String>>(&row, 5)?.is_some_and(|client| is_other_client(&client)));
        let settings = [("sql_mode", get(&row, 3)?), (COLLATION, get(&row, 4)?), (TIME_ZONE, get(&row, 6)?)];
        objects.push(Object {
            kind: get(&row, 0)?,
            name: get(&row, 1)?,
            shown: get(&row, 2)?,
            settings: settings
                .into_iter()
                .filter_map(|(name, value): (_, Option<String>)| Some((name, value?)))
                .collect(),
            definition: String::new(),
        });
    }
    for is_foreign in [false, true] {
        let asked = objects.iter_mut().zip(&foreign).filter(|(_, foreign)| **foreign == is_foreign);
        let asked: Vec<&mut Object> = asked.map(|(object, _)| object).collect();
        let questions: Vec<(String, usize)> =
            asked.iter().map(|object| (object.label(), object.shown)).collect();
        let definitions = match is_foreign {
            false => driver.connection.show_create(&questions)?,
            true => driver.connection.show_create_converted(&questions)?,
        };
        for (object, definition) in asked.into_iter().zip(definitions) {
            let Some(definition) = definition else {
                let message = format!("this account may not see how {} is defined", object.label());
                return Err(DriverError::Refused { message });
            };
            object.definition = definition;
        }
    }
    Ok(objects)
}

impl Object {
    fn label(&self) -> String {
        format!("{} {}", self.kind, quote(&self.name))
    }
}

/// Makes the objects, and fills the tables before anything acts on their rows; a view that reads another one comes after it, whatever their names are.
fn make(
    copy: &mut MysqlDriver,
    objects: Vec<Object>,
    database: &str,
    fill: impl FnOnce(&mut MysqlDriver) -> Result<(), DriverError>,
) -> Result<(), DriverError> {
    let (mut waiting, objects): (Vec<Object>, Vec<Object>) =
        objects.into_iter().partition(|object| object.kind == "VIEW");
    let (triggers, objects): (Vec<Object>, Vec<Object>) =
        objects.into_iter().partition(|object| object.kind == "TRIGGER");
    for object in &objects {
        make_one(copy, object, database)?;
    }
    fill(copy)?;
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut last = None;
        waiting.retain(|view| make_one(copy, view, database).map_err(|error| last = Some(error)).is_err());
        if let (true, Some(error)) = (waiting.len() == before, last) {
            return Err(error);
        }
    }
    triggers.iter().try_for_each(|trigger| make_one(copy, trigger, database))
}

fn make_one(copy: &mut MysqlDriver, object: &Object, database: &str) -> Result<(), DriverError> {
    let Object { kind, name, shown: _, settings, definition } = object;
    let failed = |error: &DriverError| DriverError::Refused {
        message: format!("the database cannot be copied: {} {}: {error}", kind.to_lowercase(), quote(name)),
    };
    for (setting, value) in settings {
        copy.connection.run(&format!("SET SESSION {setting} = {}", quote_text(value)))?;
    }
    let definition = without_database(&without_definer(definition, copy.server.variant.engine()), database);
    let made = copy.execute(&definition).map_err(|error| failed(&error));
    if !settings.is_empty() {
        prepare(copy)?;
    }
    made
}

/// Sets the session up to make what is there, in whatever order, with whatever defaults.
fn prepare(copy: &mut MysqlDriver) -> Result<(), DriverError> {
    copy.server.prepare(&mut copy.connection)?;
    copy.connection.run("SET SESSION foreign_key_checks = 0")?;
    Ok(copy.connection.run(&take_zero_dates())?)
}

/// The definition without ``DEFINER=`ann`@`%` ``, which is in front of the object's kind.
pub(super) fn without_definer(definition: &str, engine: Engine) -> String {
    let tokens = tokenize(definition, engine);
    let word = |position: usize| tokens.get(position).map_or("", |token| token.text(definition));
    let Some(start) = (0..tokens.len().min(8))
        .find(|position| word(*position).eq_ignore_ascii_case("DEFINER") && word(*position + 1) == "=")
    else {
        return definition.to_owned();
    };
    let is_account = |position: usize| {
        tokens.get(position).is_some_and(|token| match token.kind {
            TokenKind::QuotedIdentifier | TokenKind::String | TokenKind::Word | TokenKind::Parameter => true,
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => false,
        })
    };
    let mut end = start + 2;
    while is_account(end) {
        end += 1;
    }
    let kept = |range: std::ops::Range<usize>| -> String { range.map(word).collect() };
    format!("{}{}", kept(0..start), kept(end..tokens.len()).trim_start())
}

/// The rows of the history and of the journal, where there are such tables. They come through this program, because the copy may be on another server.
fn copy_history(driver: &mut MysqlDriver, copy: &mut MysqlDriver, database: &str) -> Result<(), DriverError> {
    let (from, to) = (driver.history_table.clone(), copy.history_table.clone());
    for (from, to) in [(from.name().clone(), to.name().clone()), (from.steps(), to.steps())] {
        if !driver.table_exists(&from)? {
            continue;
        }
        let columns = driver.column_names(&from)?;
        let schema = from.schema.clone().or_else(|| Some(database.to_owned()));
        let from = quote_name(&QualifiedName { schema, name: from.name });
        if !copy.table_exists(&to)? {
            let shown = driver.connection.show_create(&[(format!("TABLE {from}"), 1)])?;
            let definition = shown.into_iter().next().flatten();
            copy.connection.run(&definition.unwrap_or_default())?;
        }
        let to = quote_name(&to);
        let names: Vec<String> = columns.iter().map(|name| quote(name)).collect();
        let places = vec!["?"; names.len()].join(", ");
        let insert = format!("INSERT INTO {to} ({}) VALUES ({places})", names.join(", "));
        for row in driver.connection.rows(&format!("SELECT {} FROM {from}", names.join(", ")), ())? {
            let values = row.unwrap_raw().into_iter().map(|value| value.unwrap_or(mysql::Value::NULL));
            copy.connection.rows(&insert, values.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}
