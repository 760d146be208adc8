//! Objects as SQL.

use super::{expression, parse, quote, quote_name};
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, ConflictClause, Default, Deferrability, ForeignKey, Generated,
    Index, IndexKey, KeyColumn, Match, PrimaryKey, QualifiedName, ReferentialAction, Table, TableOptions,
    Unique, View,
};

/// CREATE TABLE, under another name than its own where the caller wants one.
///
/// A table that a database knows as text is written as it stands there.
#[must_use]
pub fn create_table(table: &Table, name: &QualifiedName) -> String {
    let written = table
        .definition
        .as_ref()
        .and_then(|definition| parse::create_table_as(definition, &quote_name(name)).ok());
    let sql = written.unwrap_or_else(|| build_table(table, name));
    // While the table has another name, it cannot be called by its own; inside itself it need not be.
    expression::without_qualifier(&sql, &table.name.name)
}

fn build_table(table: &Table, name: &QualifiedName) -> String {
    let Table {
        name: _,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions: _,
        indexes: _,
        options,
        partition_by: _,
        partition_of: _,
        inherits: _,
        comment: _,
        renamed_from: _,
        definition: _,
    } = table;
    let key_of_one = primary_key.as_ref().filter(|key| is_inline(key, options));
    let mut lines: Vec<String> = columns
        .iter()
        .map(|column| {
            let key = key_of_one.filter(|key| key.columns.iter().any(|part| part.name == column.name));
            self::column(column, key)
        })
        .collect();
    let key = primary_key.as_ref().filter(|key| !is_inline(key, options)).map(|key| {
        format!(
            "{}PRIMARY KEY {}{}",
            constraint_name(key.name.as_ref()),
            key_columns(&key.columns),
            on_conflict(key.on_conflict)
        )
    });
    let uniques = uniques.iter().map(unique);
    if options.without_rowid {
        lines.extend(uniques.chain(key));
    } else {
        lines.extend(key.into_iter().chain(uniques));
    }
    lines.extend(checks.iter().map(check));
    lines.extend(foreign_keys.iter().map(foreign_key));

    let mut ending = Vec::new();
    if options.without_rowid {
        ending.push("WITHOUT ROWID");
    }
    if options.strict {
        ending.push("STRICT");
    }
    let gap = if ending.is_empty() { "" } else { " " };
    format!("CREATE TABLE {} (\n    {}\n){gap}{}", quote_name(name), lines.join(",\n    "), ending.join(", "))
}

/// Whether the key stands with its column, where AUTOINCREMENT must be.
///
/// In a table WITHOUT ROWID it does not, and comes last: see [`key_that_refuses_renames`](super::alter::key_that_refuses_renames).
fn is_inline(key: &PrimaryKey, options: &TableOptions) -> bool {
    !options.without_rowid && matches!(key.columns.as_slice(), [only] if only.collation.is_none())
}

/// A column's definition, with the primary key if the column is all of it.
pub(super) fn column(column: &Column, key: Option<&PrimaryKey>) -> String {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto,
        sequence: _,
        collation,
        charset: _,
        on_update: _,
        invisible: _,
        not_null_name,
        not_null_conflict,
        inherited: _,
        comment: _,
        renamed_from: _,
        renamed_values: _,
    } = column;
    let mut sql = quote(name);
    if let ColumnType::Sql(ty) = ty
        && !ty.is_empty()
    {
        sql.push(' ');
        sql.push_str(ty);
    }
    if !nullable {
        sql.push_str(&format!(
            " {}NOT NULL{}",
            constraint_name(not_null_name.as_ref()),
            on_conflict(*not_null_conflict)
        ));
    }
    if let Some(key) = key {
        sql.push_str(&format!(" {}PRIMARY KEY", constraint_name(key.name.as_ref())));
        if key.columns.iter().any(|part| part.descending) {
            sql.push_str(" DESC");
        }
        sql.push_str(&on_conflict(key.on_conflict));
        match auto {
            Some(AutoIncrement::Autoincrement) => sql.push_str(" AUTOINCREMENT"),
            Some(AutoIncrement::Usual | AutoIncrement::IdentityAlways | AutoIncrement::Serial) | None => {}
        }
    }
    if let Some(Default::Sql(default)) = default {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {}", quote(collation)));
    }
    if let Some(Generated { expression, stored }) = generated {
        let kind = if *stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    sql
}

pub(super) fn constraint_name(name: Option<&String>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default()
}

fn on_conflict(clause: Option<ConflictClause>) -> String {
    let word = match clause {
        None => return String::new(),
        Some(ConflictClause::Rollback) => "ROLLBACK",
        Some(ConflictClause::Fail) => "FAIL",
        Some(ConflictClause::Ignore) => "IGNORE",
        Some(ConflictClause::Replace) => "REPLACE",
    };
    format!(" ON CONFLICT {word}")
}

fn key_columns(columns: &[KeyColumn]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|KeyColumn { name, descending, collation, prefix_length: _ }| {
            let collation =
                collation.as_ref().map(|name| format!(" COLLATE {}", quote(name))).unwrap_or_default();
            format!("{}{collation}{}", quote(name), if *descending { " DESC" } else { "" })
        })
        .collect();
    format!("({})", columns.join(", "))
}

fn unique(unique: &Unique) -> String {
    format!(
        "{}UNIQUE {}{}",
        constraint_name(unique.name.as_ref()),
        key_columns(&unique.columns),
        on_conflict(unique.on_conflict)
    )
}

pub(super) fn check(check: &Check) -> String {
    format!("{}CHECK ({})", constraint_name(check.name.as_ref()), check.expression)
}

fn foreign_key(key: &ForeignKey) -> String {
    format!("{}FOREIGN KEY ({}) {}", constraint_name(key.name.as_ref()), names(&key.columns), references(key))
}

/// REFERENCES and what follows it.
pub(super) fn references(key: &ForeignKey) -> String {
    let ForeignKey {
        name: _,
        columns: _,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid: _,
        not_enforced: _,
        period: _,
        comment: _,
        renamed_from: _,
    } = key;
    let mut sql = format!("REFERENCES {}", quote_name(references));
    if !referenced_columns.is_empty() {
        sql.push_str(&format!(" ({})", names(referenced_columns)));
    }
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        let action = match action {
            ReferentialAction::NoAction => continue,
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull(_) => "SET NULL",
            ReferentialAction::SetDefault(_) => "SET DEFAULT",
        };
        sql.push_str(&format!(" ON {event} {action}"));
    }
    sql.push_str(match match_type {
        Match::Simple => "",
        Match::Full => " MATCH FULL",
        Match::Partial => " MATCH PARTIAL",
    });
    sql.push_str(match deferrable {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    });
    sql
}

/// Column names with commas between them.
pub(super) fn names(columns: &[String]) -> String {
    columns.iter().map(|column| quote(column)).collect::<Vec<_>>().join(", ")
}

/// CREATE INDEX; an index that a database knows as text is written as it stands there.
#[must_use]
pub fn create_index(table: &QualifiedName, index: &Index) -> String {
    if let Some(definition) = &index.definition {
        return definition.clone();
    }
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(column) => quote(column),
                IndexKey::Expression(expression) => expression.clone(),
            };
            let collation =
                part.collation.as_ref().map(|name| format!(" COLLATE {}", quote(name))).unwrap_or_default();
            format!("{key}{collation}{}", if part.descending { " DESC" } else { "" })
        })
        .collect();
    format!(
        "CREATE {}INDEX {} ON {} ({}){}",
        if index.unique { "UNIQUE " } else { "" },
        quote(index.name.as_deref().unwrap_or_default()),
        quote_name(table),
        parts.join(", "),
        index.predicate.as_ref().map(|predicate| format!(" WHERE {predicate}")).unwrap_or_default()
    )
}

/// CREATE VIEW.
#[must_use]
pub fn create_view(view: &View) -> String {
    let columns =
        if view.columns.is_empty() { String::new() } else { format!(" ({})", names(&view.columns)) };
    format!("CREATE VIEW {}{columns} AS {}", quote_name(&view.name), view.query)
}
