//! Reads the schema of a SQLite database: one query, because SQLite keeps every definition as text.

use crate::dialect::sqlite::{self, parse};
use crate::model::{DatabaseSchema, Object, ObjectId, ObjectKind, QualifiedName, Table};
use crate::sql::firing;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// Why a schema cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntrospectError {
    /// SQLite refused.
    #[error("cannot read the schema: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored definition cannot be read.
    #[error(transparent)]
    Definition(#[from] parse::ParseError),
}

/// The schema of the main database, sorted by name. `is_hidden` names the tables that are no part of it.
///
/// # Errors
///
/// When SQLite refuses, or keeps a definition that cannot be read.
pub fn introspect(
    connection: &Connection,
    is_hidden: impl Fn(&str) -> bool,
) -> Result<DatabaseSchema, IntrospectError> {
    let mut statement = connection.prepare(
        "SELECT type, name, sql, tbl_name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY type = 'table' DESC, CASE type WHEN 'trigger' THEN rowid END, name",
    )?;
    let mut rows = statement.query([])?;
    let mut schema = DatabaseSchema::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    while let Some(row) = rows.next()? {
        let (kind, name, sql) = (row.get_ref(0)?, row.get_ref(1)?, row.get_ref(2)?);
        let (name, sql) =
            (name.as_str().map_err(rusqlite::Error::from)?, sql.as_str().map_err(rusqlite::Error::from)?);
        match kind.as_str().map_err(rusqlite::Error::from)? {
            "table" if is_hidden(name) => {}
            "table" if is_virtual(sql) => schema
                .objects
                .push(Object::new(ObjectId::new(ObjectKind::VirtualTable, name), Some(sql.to_owned()))),
            "table" => {
                places.insert(sqlite::fold(name), schema.tables.len());
                let mut table = parse::table(sql)?;
                table.name = QualifiedName::new(name);
                schema.tables.push(table);
            }
            "index" => {
                let table = row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?;
                let place = places.get(&sqlite::fold(table));
                if let Some(table) = place.and_then(|place| schema.tables.get_mut(*place)) {
                    let index = parse::index(sql, table)?;
                    table.indexes.push(index);
                }
            }
            "view" => schema.views.push(parse::view(sql)?),
            "trigger" => {
                let (trigger, _) = parse::trigger(sql)?;
                if !is_hidden(&trigger.table.name) {
                    schema.triggers.push(trigger);
                }
            }
            _ => {}
        }
    }
    sqlite::spell_as_defined(&mut schema);
    firing::arrange(&mut schema.triggers);
    if !schema.objects.is_empty() {
        set_shadow_tables_apart(connection, &mut schema)?;
    }
    Ok(schema)
}

fn is_virtual(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("CREATE"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("VIRTUAL"))
}

/// The tables in which virtual tables keep their data are theirs, not the schema's.
fn set_shadow_tables_apart(
    connection: &Connection,
    schema: &mut DatabaseSchema,
) -> Result<(), IntrospectError> {
    let mut statement =
        connection.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'")?;
    let shadows: HashSet<String> =
        statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<_, _>>()?;
    let (hidden, tables): (Vec<Table>, Vec<Table>) =
        std::mem::take(&mut schema.tables).into_iter().partition(|table| shadows.contains(&table.name.name));
    schema.tables = tables;
    schema.objects.extend(
        hidden
            .into_iter()
            .map(|table| Object::new(ObjectId::new(ObjectKind::ShadowTable, table.name), table.definition)),
    );
    schema.objects.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(())
}
