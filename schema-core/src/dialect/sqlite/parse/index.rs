//! CREATE INDEX.

use super::{Cursor, ParseError, strings, whole};
use crate::dialect::sqlite::expression;
use crate::model::{Index, IndexKey, IndexPart, Table};

/// The index that a CREATE INDEX statement on this table makes, with its strings written as strings.
///
/// # Errors
///
/// When the text is not such a statement.
pub fn index(sql: &str, table: &Table) -> Result<Index, ParseError> {
    match strings::index_written_as_strings(sql, table) {
        Some(sql) => as_written(&sql),
        None => as_written(sql),
    }
}

fn as_written(sql: &str) -> Result<Index, ParseError> {
    let mut cursor = Cursor::new(sql);
    cursor.expect(&["CREATE"])?;
    let unique = cursor.accept(&["UNIQUE"]);
    cursor.expect(&["INDEX"])?;
    cursor.accept(&["IF", "NOT", "EXISTS"]);
    let name = cursor.object_name()?;
    cursor.expect(&["ON"])?;
    cursor.object_name()?;
    cursor.expect_mark("(")?;
    let mut parts = vec![part(&mut cursor)?];
    while cursor.accept_mark(",") {
        parts.push(part(&mut cursor)?);
    }
    cursor.expect_mark(")")?;
    cursor.expect_one()?;
    let predicate = if cursor.accept(&["WHERE"]) { Some(cursor.rest()?.to_owned()) } else { None };
    Ok(Index {
        name: Some(name),
        parts,
        unique,
        predicate,
        using: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        with: std::collections::BTreeMap::new(),
        parser: None,
        invisible: false,
        comment: None,
        renamed_from: None,
        definition: Some(whole(sql)),
    })
}

/// Whether an expression goes on behind this.
fn is_operator(last: char) -> bool {
    "+-*/%|&<>=~.,(".contains(last)
}

/// One indexed column or expression, as far as the comma or bracket behind it.
pub(super) fn part(cursor: &mut Cursor<'_>) -> Result<IndexPart, ParseError> {
    let start = cursor.offset();
    let mut collation = None;
    let mut depth = 0;
    let mut text = "";
    while depth > 0 || !(cursor.is_mark(",") || cursor.is_mark(")")) {
        if cursor.is_end() {
            return Err(cursor.error(")"));
        }
        if depth == 0 && cursor.is_word("COLLATE") {
            cursor.advance();
            collation = Some(cursor.name()?);
            continue;
        }
        let is_order = cursor.is_word("ASC") || cursor.is_word("DESC");
        // Columns may be called so, too.
        if depth == 0 && is_order && !text.is_empty() && !text.ends_with(is_operator) {
            break;
        }
        if cursor.is_mark("(") {
            depth += 1;
        } else if cursor.is_mark(")") {
            depth -= 1;
        }
        cursor.advance();
        // A COLLATE in the middle belongs to the expression, one at the end to the key.
        collation = None;
        text = cursor.between(start)?;
    }
    if text.is_empty() {
        return Err(cursor.error("a column or an expression"));
    }
    let descending = cursor.accept(&["DESC"]);
    cursor.accept(&["ASC"]);
    let key = match expression::as_column(text) {
        Some(column) => IndexKey::Column(column),
        None => IndexKey::Expression(text.to_owned()),
    };
    Ok(IndexPart { descending, collation, ..IndexPart::new(key) })
}
