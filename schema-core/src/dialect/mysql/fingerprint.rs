//! What a server's catalogue says of objects, as an SQL expression.
//!
//! A script for a shell cannot write down what SHOW CREATE answers. What is left out here (whether an index is used, a sequence's options) is set to the same
//! value again by the statement that sets it.

use super::{StatementEffect, quote_text};
use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};

/// What the value of [`fingerprint`] begins with.
pub const PREFIX: &str = "catalogue\n";

/// In place of the hash of an object that is not there.
pub const ABSENT: &str = "absent";

/// What stands in a [`template`] for the object's database and its name, as SQL.
pub const PLACEHOLDERS: [&str; 2] = ["%DATABASE%", "%NAME%"];

/// An object whose definition tells whether a statement has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The kind as SHOW CREATE knows it.
    pub kind: &'static str,
    /// What stands for [`PLACEHOLDERS`].
    pub values: [String; 2],
}

/// The objects whose definitions a statement changes; none where it leaves no trace.
#[must_use]
pub fn objects(effect: &StatementEffect) -> Option<Vec<Object>> {
    let (kind, names) = match effect {
        StatementEffect::Define { kind, names } | StatementEffect::Drop { kind, names, .. } => (*kind, names),
        StatementEffect::RenameSeveral { names } => ("TABLE", names),
        StatementEffect::Repeatable | StatementEffect::Other => return None,
    };
    let object = |name: &String| {
        let parts: Vec<String> =
            Words::parts(name, Engine::Mysql).iter().map(|part| unquote_identifier(part)).collect();
        let values = match parts.as_slice() {
            [database, name] => [quote_text(database), quote_text(name)],
            [name] => ["DATABASE()".to_owned(), quote_text(name)],
            _ => ["NULL", "NULL"].map(str::to_owned),
        };
        Object { kind, values }
    };
    Some(names.iter().map(object).collect())
}

/// An expression whose value has a line for each object of a statement: its number and a hash of its definition.
#[must_use]
pub fn fingerprint(effect: &StatementEffect) -> Option<String> {
    let hash = |(index, Object { kind, values }): (usize, Object)| {
        let filled = PLACEHOLDERS
            .iter()
            .zip(values)
            .fold(template(kind), |text, (placeholder, value)| text.replace(placeholder, &value));
        format!("'{index} ', {filled}")
    };
    let lines: Vec<String> = objects(effect)?.into_iter().enumerate().map(hash).collect();
    let separator = ", CHAR(10 USING utf8mb4), ";
    Some(format!("CONCAT('{}'{separator}{})", PREFIX.trim_end(), lines.join(separator)))
}

/// An expression for the hash of the definition of an object of this kind.
#[must_use]
pub fn template(kind: &str) -> String {
    let [database, name] = PLACEHOLDERS;
    format!("COALESCE(SHA2({}, 256), '{ABSENT}')", definition(kind, database, name))
}

/// What the catalogue says of an object, as one text; NULL where it is not there.
fn definition(kind: &str, database: &str, name: &str) -> String {
    let (view, own, columns) = match kind {
        "TRIGGER" => (
            "TRIGGERS",
            "TRIGGER",
            "ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_STATEMENT, DEFINER, CREATED",
        ),
        "PROCEDURE" | "FUNCTION" | "PACKAGE" | "PACKAGE BODY" => (
            "ROUTINES",
            "ROUTINE",
            "DTD_IDENTIFIER, ROUTINE_DEFINITION, SECURITY_TYPE, SQL_DATA_ACCESS, DEFINER, LAST_ALTERED",
        ),
        "EVENT" => (
            "EVENTS",
            "EVENT",
            "EVENT_DEFINITION, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, STATUS, LAST_ALTERED",
        ),
        "DATABASE" => {
            return format!(
                "(SELECT CONCAT(SCHEMA_NAME, '|', DEFAULT_COLLATION_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {name})"
            );
        }
        _ => return table(database, name),
    };
    let type_condition =
        if view == "ROUTINES" { format!(" AND ROUTINE_TYPE = '{kind}'") } else { String::new() };
    format!(
        "(SELECT CONCAT_WS('|', {own}_NAME, {columns}) FROM information_schema.{view} \
         WHERE {own}_SCHEMA = {database} AND {own}_NAME = {name}{type_condition})"
    )
}

/// Tables, and what is in the catalogue among them.
fn table(database: &str, name: &str) -> String {
    let list = |columns: &str, order: &str, view: &str| {
        format!(
            "(SELECT GROUP_CONCAT(CONCAT_WS('|', {columns}) ORDER BY {order}) FROM information_schema.{view} \
             WHERE TABLE_SCHEMA = {database} AND TABLE_NAME = {name})"
        )
    };
    let parts = [
        list(
            "COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION, COLUMN_COMMENT",
            "ORDINAL_POSITION",
            "COLUMNS",
        ),
        list(
            "INDEX_NAME, COLUMN_NAME, NON_UNIQUE, SUB_PART, COLLATION, INDEX_TYPE, INDEX_COMMENT",
            "INDEX_NAME, SEQ_IN_INDEX",
            "STATISTICS",
        ),
        list(
            "CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME",
            "CONSTRAINT_NAME, ORDINAL_POSITION",
            "KEY_COLUMN_USAGE",
        ),
        list("CONSTRAINT_NAME, CONSTRAINT_TYPE", "CONSTRAINT_NAME", "TABLE_CONSTRAINTS"),
        format!(
            "(SELECT GROUP_CONCAT(CONCAT_WS('|', CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE) ORDER BY CONSTRAINT_NAME) \
             FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {database} AND TABLE_NAME = {name})"
        ),
        format!(
            "(SELECT GROUP_CONCAT(CONCAT_WS('|', c.CONSTRAINT_NAME, c.CHECK_CLAUSE) ORDER BY c.CONSTRAINT_NAME, c.CHECK_CLAUSE) \
             FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t \
             ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME \
             WHERE t.TABLE_SCHEMA = {database} AND t.TABLE_NAME = {name})"
        ),
        list(
            "PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, SUBPARTITION_METHOD, \
             SUBPARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT",
            "PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION",
            "PARTITIONS",
        ),
        list("VIEW_DEFINITION, CHECK_OPTION, DEFINER, SECURITY_TYPE", "TABLE_NAME", "VIEWS"),
    ];
    format!(
        "(SELECT CONCAT_WS('|', TABLE_TYPE, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT, {}) \
         FROM information_schema.TABLES WHERE TABLE_SCHEMA = {database} AND TABLE_NAME = {name})",
        parts.join(", ")
    )
}
