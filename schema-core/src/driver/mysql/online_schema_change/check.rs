//! Whether a program can make a change with every row kept as the server would keep it, and what must come out of it.
//!
//! What the statement makes of the table, the server says itself: it runs on an empty temporary table that is like it.

use super::Place;
use crate::dialect::mysql::conversion::{Stored, keeps_values};
use crate::dialect::mysql::copying_alter::CopyingAlter;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::probe::without_counter;
use crate::driver::mysql::{MysqlDriver, error};
use crate::driver::{DriverError, OnlineSchemaChangeError};
use std::collections::BTreeMap;
use std::fmt;

/// The empty table, which is in the way of nobody: only this session sees it.
const MODEL: &str = "`schema_online_change`";

/// `ER_PARTITION_NO_TEMPORARY` and, of MariaDB, `ER_ILLEGAL_HA_CREATE_OPTION`: a temporary table cannot be partitioned.
const PARTITIONED: [u16; 2] = [1562, 1478];

type Checked<T> = Result<Result<T, OnlineSchemaChangeError>, DriverError>;

/// How the server shows a table, without its first line, which is the name, and without the next number of a new row.
pub(super) fn definition(driver: &mut MysqlDriver, quoted: &str) -> Result<String, DriverError> {
    let shown =
        driver.connection.definition(&format!("SHOW CREATE TABLE {quoted}"), &[])?.unwrap_or_default();
    let body = shown.split_once(" (\n").map_or(shown.as_str(), |(_, body)| body);
    Ok(without_counter(body))
}

/// The first line of the second definition that the first one does not have.
pub(super) fn difference(expected: &str, found: &str) -> Option<String> {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return None,
            (wanted, there) if wanted == there => {}
            (wanted, there) => {
                let line = |line: Option<&str>| line.unwrap_or("nothing").trim().to_owned();
                return Some(format!("`{}` instead of `{}`", line(there), line(wanted)));
            }
        }
    }
}

/// The definition that the table has afterwards.
pub(super) fn expected(
    driver: &mut MysqlDriver,
    place: &Place,
    alter: &CopyingAlter,
    before: &str,
    statement: &str,
) -> Checked<String> {
    if let Err(error) = plain_names(place).and_then(|()| keeps_names(alter, before)) {
        return Ok(Err(error));
    }
    if let Some(error) = around(driver, place)? {
        return Ok(Err(error));
    }
    let old = Shape::of(driver, &place.quoted())?;
    if !old.has_key() {
        return Ok(Err(OnlineSchemaChangeError::NoKey));
    }
    let drop = format!("DROP TEMPORARY TABLE IF EXISTS {MODEL}");
    driver.run(&drop)?;
    let made = on_model(driver, place, alter, statement);
    driver.run(&drop)?;
    Ok(match made? {
        Some((new, after)) => keeps_rows(&old, &new, before, &after).map(|()| after),
        None => Err(OnlineSchemaChangeError::Partitioned),
    })
}

/// What the statement makes of an empty table that is like this one; none where that would be partitioned.
fn on_model(
    driver: &mut MysqlDriver,
    place: &Place,
    alter: &CopyingAlter,
    statement: &str,
) -> Result<Option<(Shape, String)>, DriverError> {
    let model = [
        format!("CREATE TEMPORARY TABLE {MODEL} LIKE {}", place.quoted()),
        format!("ALTER TABLE {MODEL} {}", alter.changes),
    ];
    for model in model {
        match driver.connection.run(&model) {
            Err(mysql::Error::MySqlError(error)) if PARTITIONED.contains(&error.code) => return Ok(None),
            done => done.map_err(|failed| error::of_statement(failed, statement))?,
        }
    }
    Ok(Some((Shape::of(driver, MODEL)?, definition(driver, MODEL)?)))
}

/// A program takes its arguments apart: `D=app,t=products`.
fn plain_names(place: &Place) -> Result<(), OnlineSchemaChangeError> {
    let is_plain = |name: &String| {
        !name.is_empty()
            && !name.starts_with('-')
            && name.chars().all(|character| character.is_alphanumeric() || "_-$".contains(character))
    };
    if is_plain(&place.database) && is_plain(&place.table) {
        Ok(())
    } else {
        Err(OnlineSchemaChangeError::Name)
    }
}

/// The names of constraints are those of one table of the database (MySQL), so that a copy has others; and what a statement renames, a copy has not.
fn keeps_names(alter: &CopyingAlter, before: &str) -> Result<(), OnlineSchemaChangeError> {
    if let Some(clause) = &alter.rename {
        return Err(OnlineSchemaChangeError::Renames { clause: clause.clone() });
    }
    if let Some(clause) = &alter.constraint {
        let reason = format!("rows that break what is new, `{clause}`");
        return Err(OnlineSchemaChangeError::RowsMayNotFit { reason });
    }
    let names: Vec<String> = before
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("CONSTRAINT "))
        .map(|line| line.split(" FOREIGN KEY ").next().unwrap_or(line))
        .map(|line| line.split(" CHECK ").next().unwrap_or(line).to_owned())
        .collect();
    if names.is_empty() { Ok(()) } else { Err(OnlineSchemaChangeError::Constraints { names }) }
}

/// What other objects have to do with the table.
fn around(driver: &mut MysqlDriver, place: &Place) -> Result<Option<OnlineSchemaChangeError>, DriverError> {
    let parameters = (place.database.as_str(), place.table.as_str());
    let mut names = |query: &str| -> Result<Vec<String>, DriverError> {
        driver.connection.rows(query, parameters)?.iter().map(|row| get(row, 0)).collect()
    };
    let referring = names(
        "SELECT DISTINCT CONCAT('`', TABLE_NAME, '` by `', CONSTRAINT_NAME, '`') FROM information_schema.KEY_COLUMN_USAGE \
         WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ? ORDER BY 1",
    )?;
    if !referring.is_empty() {
        return Ok(Some(OnlineSchemaChangeError::ReferredTo { names: referring }));
    }
    let triggers = names(
        "SELECT CONCAT('`', TRIGGER_NAME, '`') FROM information_schema.TRIGGERS \
         WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY 1",
    )?;
    Ok((!triggers.is_empty()).then_some(OnlineSchemaChangeError::Triggers { names: triggers }))
}

/// A column, as far as values depend on it.
struct Column {
    ty: String,
    charset: Option<String>,
    is_nullable: bool,
    is_computed: bool,
}

impl Column {
    fn stored(&self) -> Stored<'_> {
        Stored { ty: &self.ty, charset: self.charset.as_deref() }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.ty)?;
        self.charset.as_ref().map_or(Ok(()), |charset| write!(formatter, " in {charset}"))
    }
}

/// The columns of a unique key, each with how much of it counts, where that is not all of it.
type KeyParts = Vec<(String, Option<u64>)>;

/// What decides whether a row fits.
struct Shape {
    columns: BTreeMap<String, Column>,
    /// Each unique key by its name, and whether it tells all rows from each other.
    unique: BTreeMap<String, (KeyParts, bool)>,
}

impl Shape {
    fn of(driver: &mut MysqlDriver, quoted: &str) -> Result<Self, DriverError> {
        let mut columns = BTreeMap::new();
        for row in driver.connection.rows(&format!("SHOW FULL COLUMNS FROM {quoted}"), ())? {
            // Field, Type, Collation, Null, Key, Default, Extra, …
            let (name, ty, collation): (String, String, Option<String>) =
                (get(&row, 0)?, get(&row, 1)?, get(&row, 2)?);
            let (nullable, extra): (String, String) = (get(&row, 3)?, get(&row, 6)?);
            let charset =
                collation.map(|collation| collation.split('_').next().unwrap_or_default().to_owned());
            let is_computed = extra.contains("VIRTUAL") || extra.contains("STORED");
            columns.insert(name, Column { ty, charset, is_nullable: nullable == "YES", is_computed });
        }
        let mut unique: BTreeMap<String, (KeyParts, bool)> = BTreeMap::new();
        for row in driver.connection.rows(&format!("SHOW INDEX FROM {quoted}"), ())? {
            // Table, Non_unique, Key_name, Seq_in_index, Column_name, Collation, Cardinality, Sub_part, Packed, Null, …
            let is_free: u64 = get(&row, 1)?;
            if is_free != 0 {
                continue;
            }
            // A part that is an expression has no column.
            let (key, column): (String, Option<String>) = (get(&row, 2)?, get(&row, 4)?);
            let (part, null): (Option<u64>, String) = (get(&row, 7)?, get(&row, 9)?);
            let (columns, is_key) = unique.entry(key).or_insert_with(|| (Vec::new(), true));
            *is_key &= column.is_some() && part.is_none() && null != "YES";
            columns.push((column.unwrap_or_default(), part));
        }
        Ok(Shape { columns, unique })
    }

    /// Whether rows can be told from each other.
    fn has_key(&self) -> bool {
        self.unique.values().any(|(_, is_key)| *is_key)
    }
}

/// Whether each row that the table can hold has its place in what comes out, with all its values.
fn keeps_rows(old: &Shape, new: &Shape, before: &str, after: &str) -> Result<(), OnlineSchemaChangeError> {
    let refuse = |reason: String| Err(OnlineSchemaChangeError::RowsMayNotFit { reason });
    if !new.has_key() {
        return Err(OnlineSchemaChangeError::NoKey);
    }
    for (name, column) in &new.columns {
        let Some(was) = old.columns.get(name).filter(|_| !column.is_computed) else { continue };
        if !keeps_values(was.stored(), column.stored()) {
            return refuse(format!("`{name}` changes from {was} to {column}"));
        }
        if was.is_nullable && !column.is_nullable {
            return refuse(format!("`{name}` becomes NOT NULL"));
        }
    }
    let is_known = |key: &KeyParts| old.unique.values().any(|(known, _)| known == key);
    if let Some((name, _)) = new.unique.iter().find(|(_, (key, _))| !is_known(key)) {
        return refuse(format!("the unique key `{name}` is new"));
    }
    let is_new_check = |line: &&str| line.contains(" CHECK (") && !before.lines().any(|known| known == *line);
    match after.lines().find(is_new_check) {
        Some(line) => refuse(format!("`{}` is new", line.trim())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a,\n b\n)", "a,\n b\n)"), None);
        assert_eq!(difference("a,\n b\n)", "a,\n c\n)").as_deref(), Some("`c` instead of `b`"));
        assert_eq!(difference("a", "a\nb").as_deref(), Some("`b` instead of `nothing`"));
    }

    #[test]
    fn only_plain_names_can_be_told_from_what_surrounds_them() {
        let plain =
            |table: &str| plain_names(&Place { database: "app".to_owned(), table: table.to_owned() }).is_ok();
        assert!(plain("products") && plain("größe") && plain("a-b$1"));
        assert!(!plain("a,b") && !plain("a b") && !plain("-x") && !plain("") && !plain("a=b"));
    }
}
