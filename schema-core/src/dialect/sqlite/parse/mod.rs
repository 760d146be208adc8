//! Reads the statements that SQLite keeps of its objects, by SQLite's own grammar.
//!
//! SQLite stores each definition as text and has parsed it itself, so text that this cannot read is an error, never a guess.
//! Expressions are kept as written. Grammar: <https://www.sqlite.org/lang_createtable.html>.

mod cursor;
mod index;
mod strings;
mod table;

pub use index::index;
pub use table::{column_holds_check, table};

use crate::model::{Engine, QualifiedName, Trigger, View};
use crate::sql::token::{Delimited, tokens};
use crate::sql::{TokenKind, split};
use cursor::Cursor;
use std::collections::BTreeMap;

/// A stored definition that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{statement}`: expected {expected}, found `{found}`")]
pub struct ParseError {
    /// What should come next.
    pub expected: String,
    /// What comes next.
    pub found: String,
    /// The whole statement.
    pub statement: String,
}

/// The view that a CREATE VIEW statement makes.
///
/// # Errors
///
/// When the text is not such a statement.
pub fn view(sql: &str) -> Result<View, ParseError> {
    let mut cursor = Cursor::new(sql);
    create(&mut cursor, &["VIEW"])?;
    let name = QualifiedName::new(cursor.object_name()?);
    let mut columns = Vec::new();
    if cursor.accept_mark("(") {
        loop {
            columns.push(cursor.name()?);
            if !cursor.accept_mark(",") {
                break;
            }
        }
        cursor.expect_mark(")")?;
    }
    cursor.expect(&["AS"])?;
    cursor.expect_one()?;
    Ok(View { columns, ..View::new(name, whole(cursor.rest()?)) })
}

/// A statement without what ends it, and with the end of a comment that SQLite lets the end of the text end.
fn whole(sql: &str) -> String {
    let sql = sql.trim().trim_end_matches(';').trim_end();
    let is_open = sql.contains("/*")
        && tokens(sql, Engine::Sqlite)
            .last()
            .is_some_and(|last| last.kind == TokenKind::Unterminated(Delimited::BlockComment));
    if is_open { format!("{sql} */") } else { sql.to_owned() }
}

/// What a trigger waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TriggerEvent {
    /// DELETE.
    Delete,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
}

/// The trigger that a CREATE TRIGGER statement makes, and what it waits for.
///
/// # Errors
///
/// When the text is not such a statement.
pub fn trigger(sql: &str) -> Result<(Trigger, TriggerEvent), ParseError> {
    let mut cursor = Cursor::new(sql);
    create(&mut cursor, &["TRIGGER"])?;
    let name = cursor.object_name()?;
    let _time = cursor.accept(&["BEFORE"]) || cursor.accept(&["AFTER"]) || cursor.accept(&["INSTEAD", "OF"]);
    let event = if cursor.accept(&["DELETE"]) {
        TriggerEvent::Delete
    } else if cursor.accept(&["INSERT"]) {
        TriggerEvent::Insert
    } else {
        cursor.expect(&["UPDATE"])?;
        if cursor.accept(&["OF"]) {
            cursor.name()?;
            while cursor.accept_mark(",") {
                cursor.name()?;
            }
        }
        TriggerEvent::Update
    };
    cursor.expect(&["ON"])?;
    let table = QualifiedName::new(cursor.object_name()?);
    cursor.expect_whole()?;
    let definition = whole(sql);
    // As scripts are read: it ends with the first `; END`.
    if !split(&definition, Engine::Sqlite).is_ok_and(|split| split.statements.len() == 1) {
        return Err(cursor.error("one trigger that ends with `; END`"));
    }
    Ok((Trigger { name, table, definition, settings: BTreeMap::new() }, event))
}

/// `CREATE TEMPORARY TABLE IF NOT EXISTS main.name` in tokens.
const LONGEST_HEAD: usize = 9;

/// The statement with another name for the table that it creates.
///
/// # Errors
///
/// When the text is not a CREATE TABLE statement.
pub fn create_table_as(sql: &str, quoted_name: &str) -> Result<String, ParseError> {
    let mut cursor = Cursor::over_first(sql, LONGEST_HEAD);
    create(&mut cursor, &["TABLE"])?;
    let start = cursor.offset();
    cursor.object_name()?;
    let name = cursor.between(start)?;
    let rest = sql.get(start + name.len()..).unwrap_or_default();
    let gap = if rest.starts_with('(') { " " } else { "" };
    Ok(format!("CREATE TABLE {quoted_name}{gap}{rest}"))
}

/// `CREATE`, the kind of object, and what may stand between and behind them.
fn create(cursor: &mut Cursor<'_>, kind: &[&str]) -> Result<(), ParseError> {
    cursor.expect(&["CREATE"])?;
    let _temporary = cursor.accept(&["TEMP"]) || cursor.accept(&["TEMPORARY"]);
    cursor.expect(kind)?;
    cursor.accept(&["IF", "NOT", "EXISTS"]);
    Ok(())
}
