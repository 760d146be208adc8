//! CREATE TABLE.

use super::{Cursor, ParseError, create, index, strings, whole};
use crate::dialect::sqlite::types::VALUES;
use crate::dialect::sqlite::{fold, quote_text};
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, ConflictClause, Default, Deferrability, ForeignKey, Generated,
    IndexKey, KeyColumn, Match, PrimaryKey, QualifiedName, ReferentialAction, Table, Unique,
};
use crate::sql::unquote_identifier;

/// The table that a CREATE TABLE statement makes.
///
/// # Errors
///
/// When the text is not such a statement.
pub fn table(sql: &str) -> Result<Table, ParseError> {
    let table = as_written(sql)?;
    match strings::written_as_strings(sql, &table) {
        Some(sql) => as_written(&sql),
        None => Ok(table),
    }
}

fn as_written(sql: &str) -> Result<Table, ParseError> {
    let mut cursor = Cursor::new(sql);
    create(&mut cursor, &["TABLE"])?;
    let mut table = Table::new(QualifiedName::new(cursor.object_name()?));
    cursor.expect_mark("(")?;
    column(&mut cursor, &mut table)?;
    while cursor.accept_mark(",") {
        if is_table_constraint(&cursor) {
            break;
        }
        column(&mut cursor, &mut table)?;
    }
    // SQLite lets the commas between table constraints be left out.
    while !cursor.accept_mark(")") {
        table_constraint(&mut cursor, &mut table)?;
        cursor.accept_mark(",");
    }
    loop {
        if cursor.accept(&["WITHOUT", "ROWID"]) {
            table.options.without_rowid = true;
        } else if cursor.accept(&["STRICT"]) {
            table.options.strict = true;
        } else if !cursor.accept_mark(",") {
            break;
        }
    }
    cursor.accept_mark(";");
    if !cursor.is_end() {
        return Err(cursor.error("the end"));
    }
    cursor.expect_one()?;
    table.definition = Some(whole(sql));
    Ok(table)
}

/// Whether a CHECK, of whatever it speaks, stands in the definition of this column, and goes where that goes.
///
/// # Errors
///
/// When the text is not a CREATE TABLE statement.
pub fn column_holds_check(sql: &str, name: &str) -> Result<bool, ParseError> {
    let mut cursor = Cursor::new(sql);
    create(&mut cursor, &["TABLE"])?;
    let mut table = Table::new(QualifiedName::new(cursor.object_name()?));
    cursor.expect_mark("(")?;
    loop {
        let checks = table.checks.len();
        column(&mut cursor, &mut table)?;
        if table.columns.last().is_some_and(|column| fold(&column.name) == fold(name)) {
            return Ok(table.checks.len() > checks);
        }
        if !cursor.accept_mark(",") || is_table_constraint(&cursor) {
            return Ok(false);
        }
    }
}

fn is_table_constraint(cursor: &Cursor<'_>) -> bool {
    // FOREIGN, PRIMARY, UNIQUE, CHECK and CONSTRAINT are reserved: no column has such a bare name.
    ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|keyword| cursor.is_word(keyword))
}

fn column(cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), ParseError> {
    let mut column = Column::new(cursor.name()?, ColumnType::Sql(type_name(cursor)?));
    column.nullable = true;
    let mut name = None;
    while !(cursor.is_mark(",") || cursor.is_mark(")") || cursor.is_end()) {
        if cursor.accept(&["CONSTRAINT"]) {
            name = Some(cursor.name()?);
            continue;
        }
        column_constraint(cursor, &mut column, table, name.take())?;
    }
    table.columns.push(column);
    Ok(())
}

/// The declared type as written; empty where there is none.
fn type_name(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    const ENDS: [&str; 11] = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "AS",
        "DEFERRABLE",
    ];
    let start = cursor.offset();
    let mut is_empty = true;
    while cursor.is_name()
        && !ENDS.iter().any(|keyword| cursor.is_word(keyword))
        && !(cursor.is_word("GENERATED") && cursor.is_word_at(1, "ALWAYS"))
    {
        cursor.advance();
        is_empty = false;
    }
    if is_empty {
        return Ok(String::new());
    }
    if cursor.is_mark("(") {
        cursor.group()?;
    }
    Ok(cursor.between(start)?.to_owned())
}

fn column_constraint(
    cursor: &mut Cursor<'_>,
    column: &mut Column,
    table: &mut Table,
    name: Option<String>,
) -> Result<(), ParseError> {
    if cursor.accept(&["PRIMARY", "KEY"]) {
        let descending = cursor.accept(&["DESC"]);
        cursor.accept(&["ASC"]);
        let on_conflict = conflict(cursor)?;
        if cursor.accept(&["AUTOINCREMENT"]) {
            column.auto = Some(AutoIncrement::Autoincrement);
        }
        let key = KeyColumn { descending, ..KeyColumn::new(column.name.clone()) };
        table.primary_key = Some(PrimaryKey { name, on_conflict, ..PrimaryKey::new(vec![key]) });
    } else if cursor.accept(&["NOT", "NULL"]) {
        column.nullable = false;
        column.not_null_name = name;
        column.not_null_conflict = conflict(cursor)?;
    } else if cursor.accept(&["NULL"]) {
        conflict(cursor)?;
    } else if cursor.accept(&["UNIQUE"]) {
        let on_conflict = conflict(cursor)?;
        table.uniques.push(unique(name, vec![KeyColumn::new(column.name.clone())], on_conflict));
    } else if cursor.accept(&["CHECK"]) {
        table.checks.push(check(name, cursor.group()?));
        conflict(cursor)?;
    } else if cursor.accept(&["DEFAULT"]) {
        column.default = Some(Default::Sql(default(cursor)?));
    } else if cursor.accept(&["COLLATE"]) {
        column.collation = Some(cursor.name()?);
    } else if cursor.is_word("REFERENCES") {
        let key = references(cursor, name, vec![column.name.clone()])?;
        table.foreign_keys.push(key);
    } else if cursor.is_word("NOT") || cursor.is_word("DEFERRABLE") {
        // The grammar lets other constraints stand between a foreign key and its DEFERRABLE.
        let deferrable = deferrable(cursor)?;
        if let Some(key) = table.foreign_keys.last_mut() {
            key.deferrable = deferrable;
        }
    } else if cursor.accept(&["GENERATED", "ALWAYS", "AS"]) || cursor.accept(&["AS"]) {
        let expression = cursor.group()?.to_owned();
        let stored = cursor.accept(&["STORED"]);
        cursor.accept(&["VIRTUAL"]);
        column.generated = Some(Generated { expression, stored });
    } else {
        return Err(cursor.error("a column constraint"));
    }
    Ok(())
}

fn table_constraint(cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), ParseError> {
    let mut name = None;
    while cursor.accept(&["CONSTRAINT"]) {
        name = Some(cursor.name()?);
    }
    if cursor.accept(&["PRIMARY", "KEY"]) {
        cursor.expect_mark("(")?;
        let columns = key_columns(cursor)?;
        if cursor.accept(&["AUTOINCREMENT"])
            && let [key] = columns.as_slice()
            && let Some(column) =
                table.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(&key.name))
        {
            column.auto = Some(AutoIncrement::Autoincrement);
        }
        cursor.expect_mark(")")?;
        let on_conflict = conflict(cursor)?;
        table.primary_key = Some(PrimaryKey { name, on_conflict, ..PrimaryKey::new(columns) });
        forget_order_of_rowid_alias(table);
    } else if cursor.accept(&["UNIQUE"]) {
        cursor.expect_mark("(")?;
        let columns = key_columns(cursor)?;
        cursor.expect_mark(")")?;
        let on_conflict = conflict(cursor)?;
        table.uniques.push(unique(name, columns, on_conflict));
    } else if cursor.accept(&["CHECK"]) {
        table.checks.push(check(name, cursor.group()?));
        conflict(cursor)?;
    } else if cursor.accept(&["FOREIGN", "KEY"]) {
        cursor.expect_mark("(")?;
        let columns = names(cursor)?;
        let key = references(cursor, name, columns)?;
        table.foreign_keys.push(key);
    } else if name.is_none() || !cursor.is_mark(")") {
        return Err(cursor.error("a table constraint"));
    }
    Ok(())
}

/// `PRIMARY KEY (id DESC)` behind an INTEGER column still makes it the rowid, where DESC means nothing; behind the column
/// itself it does not (<https://www.sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key>).
fn forget_order_of_rowid_alias(table: &mut Table) {
    let Some(key) = &mut table.primary_key else { return };
    if let [only] = key.columns.as_mut_slice()
        && table.columns.iter().any(|column| {
            column.name.eq_ignore_ascii_case(&only.name)
                && matches!(&column.ty, ColumnType::Sql(ty) if ty.eq_ignore_ascii_case("INTEGER"))
        })
    {
        only.descending = false;
    }
}

fn key_columns(cursor: &mut Cursor<'_>) -> Result<Vec<KeyColumn>, ParseError> {
    let mut columns = Vec::new();
    loop {
        // In a key the grammar takes what an index takes, and refuses all but columns later; AUTOINCREMENT stands behind.
        let part = if cursor.is_word_at(1, "AUTOINCREMENT") {
            crate::model::IndexPart::new(IndexKey::Column(cursor.name()?))
        } else {
            index::part(cursor)?
        };
        let IndexKey::Column(name) = part.key else { return Err(cursor.error("a column")) };
        columns.push(KeyColumn {
            name,
            descending: part.descending,
            collation: part.collation,
            prefix_length: None,
        });
        if !cursor.accept_mark(",") {
            return Ok(columns);
        }
    }
}

/// Names up to and with the closing bracket.
fn names(cursor: &mut Cursor<'_>) -> Result<Vec<String>, ParseError> {
    let mut names = vec![cursor.name()?];
    while cursor.accept_mark(",") {
        names.push(cursor.name()?);
    }
    cursor.expect_mark(")")?;
    Ok(names)
}

/// A default as written; an expression keeps its brackets.
fn default(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    let start = cursor.offset();
    if cursor.is_mark("(") {
        cursor.group()?;
    } else {
        let signed = cursor.accept_mark("-") || cursor.accept_mark("+");
        let is_text = !signed && cursor.is_name() && !VALUES.iter().any(|word| cursor.is_word(word));
        cursor.advance();
        if is_text {
            // Here a name is a text (<https://www.sqlite.org/lang_createtable.html#the_default_clause>).
            return Ok(quote_text(&unquote_identifier(cursor.between(start)?)));
        }
    }
    Ok(cursor.between(start)?.to_owned())
}

fn references(
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    columns: Vec<String>,
) -> Result<ForeignKey, ParseError> {
    cursor.expect(&["REFERENCES"])?;
    let references = QualifiedName::new(cursor.name()?);
    let referenced_columns = if cursor.accept_mark("(") { names(cursor)? } else { Vec::new() };
    let mut key = ForeignKey { name, referenced_columns, ..ForeignKey::new(columns, references) };
    loop {
        if cursor.accept(&["ON", "DELETE"]) {
            key.on_delete = action(cursor)?;
        } else if cursor.accept(&["ON", "UPDATE"]) {
            key.on_update = action(cursor)?;
        } else if cursor.accept(&["ON", "INSERT"]) {
            // Kept by the grammar, without a meaning.
            action(cursor)?;
        } else if cursor.accept(&["MATCH"]) {
            key.match_type = match cursor.name()?.to_ascii_uppercase().as_str() {
                "FULL" => Match::Full,
                "PARTIAL" => Match::Partial,
                _ => Match::Simple,
            };
        } else if cursor.is_word("DEFERRABLE")
            || (cursor.is_word("NOT") && cursor.is_word_at(1, "DEFERRABLE"))
        {
            key.deferrable = deferrable(cursor)?;
        } else {
            return Ok(key);
        }
    }
}

fn action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction, ParseError> {
    if cursor.accept(&["SET", "NULL"]) {
        Ok(ReferentialAction::SetNull(Vec::new()))
    } else if cursor.accept(&["SET", "DEFAULT"]) {
        Ok(ReferentialAction::SetDefault(Vec::new()))
    } else if cursor.accept(&["CASCADE"]) {
        Ok(ReferentialAction::Cascade)
    } else if cursor.accept(&["RESTRICT"]) {
        Ok(ReferentialAction::Restrict)
    } else {
        cursor.expect(&["NO", "ACTION"])?;
        Ok(ReferentialAction::NoAction)
    }
}

fn deferrable(cursor: &mut Cursor<'_>) -> Result<Deferrability, ParseError> {
    let not = cursor.accept(&["NOT"]);
    cursor.expect(&["DEFERRABLE"])?;
    let deferred = cursor.accept(&["INITIALLY", "DEFERRED"]);
    cursor.accept(&["INITIALLY", "IMMEDIATE"]);
    Ok(match (not, deferred) {
        (true, _) => Deferrability::NotDeferrable,
        (false, true) => Deferrability::InitiallyDeferred,
        (false, false) => Deferrability::InitiallyImmediate,
    })
}

/// What ON CONFLICT says; ABORT is the usual and none.
fn conflict(cursor: &mut Cursor<'_>) -> Result<Option<ConflictClause>, ParseError> {
    if !cursor.accept(&["ON", "CONFLICT"]) {
        return Ok(None);
    }
    let clause = match cursor.token().to_ascii_uppercase().as_str() {
        "ROLLBACK" => Some(ConflictClause::Rollback),
        "ABORT" => None,
        "FAIL" => Some(ConflictClause::Fail),
        "IGNORE" => Some(ConflictClause::Ignore),
        "REPLACE" => Some(ConflictClause::Replace),
        _ => return Err(cursor.error("a conflict clause")),
    };
    Ok(clause)
}

fn check(name: Option<String>, expression: &str) -> Check {
    Check { name, ..Check::new(expression) }
}

fn unique(name: Option<String>, columns: Vec<KeyColumn>, on_conflict: Option<ConflictClause>) -> Unique {
    Unique { name, on_conflict, ..Unique::new(columns) }
}
