//! Renames: the server follows them everywhere but into the bodies of functions.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{quote, quote_name, quote_text};
use crate::diff::{Rename, TypeKind};
use crate::model::QualifiedName;
use crate::sql::Statement;

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    let phase = Phase::of_renames(work.changes.rename_time);
    for rename in &work.changes.renames {
        match rename {
            Rename::Table { from, to } => {
                script.extend(phase, moved("TABLE", "table", from, to));
            }
            Rename::Column { table, from, to } => script.push(
                phase,
                Statement::new(
                    format!("rename the column `{table}`.`{from}` to `{to}`"),
                    format!(
                        "ALTER TABLE {} RENAME COLUMN {} TO {}",
                        quote_name(table),
                        quote(from),
                        quote(to)
                    ),
                ),
            ),
            // PostgreSQL has types for enums: there is no text to be changed.
            Rename::Value { .. } => {}
            Rename::Type { kind, from, to } => {
                let keyword = match kind {
                    TypeKind::Enum | TypeKind::Composite => "TYPE",
                    TypeKind::Domain => "DOMAIN",
                };
                script.extend(phase, moved(keyword, kind.words(), from, to));
            }
            Rename::Attribute { name, from, to } => script.push(
                phase,
                Statement::new(
                    format!("rename the attribute `{from}` of the composite type `{name}` to `{to}`"),
                    format!(
                        "ALTER TYPE {} RENAME ATTRIBUTE {} TO {} CASCADE",
                        quote_name(name),
                        quote(from),
                        quote(to)
                    ),
                ),
            ),
            Rename::OnTable { kind, table, from, to } => script.push(
                phase,
                Statement::new(
                    format!("rename the {} `{from}` on `{table}` to `{to}`", kind.words()),
                    format!(
                        "ALTER {} {} ON {} RENAME TO {}",
                        kind.words().to_ascii_uppercase(),
                        quote(from),
                        quote_name(table),
                        quote(to)
                    ),
                ),
            ),
            Rename::EnumValue { name, from, to } => script.push(
                phase,
                Statement::new(
                    format!("rename the value `{from}` of the enum type `{name}` to `{to}`"),
                    format!(
                        "ALTER TYPE {} RENAME VALUE {} TO {}",
                        quote_name(name),
                        quote_text(from),
                        quote_text(to)
                    ),
                ),
            ),
            Rename::Index { table, from, to } => {
                let index = QualifiedName { schema: table.schema.clone(), name: from.clone() };
                script.push(
                    phase,
                    Statement::new(
                        format!("rename the index `{from}` of `{table}` to `{to}`"),
                        format!("ALTER INDEX {} RENAME TO {}", quote_name(&index), quote(to)),
                    ),
                );
            }
            Rename::Constraint { table, from, to } => script.push(
                phase,
                Statement::new(
                    format!("rename the constraint `{from}` of `{table}` to `{to}`"),
                    format!(
                        "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                        quote_name(table),
                        quote(from),
                        quote(to)
                    ),
                ),
            ),
        }
    }
}

/// The statements that give a table or type another name, another schema, or both.
fn moved(keyword: &str, kind: &str, from: &QualifiedName, to: &QualifiedName) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut now = from.clone();
    if from.schema != to.schema
        && let Some(schema) = &to.schema
    {
        now.schema.clone_from(&to.schema);
        statements.push(Statement::new(
            format!("move the {kind} `{from}` to the schema `{schema}`"),
            format!("ALTER {keyword} {} SET SCHEMA {}", quote_name(from), quote(schema)),
        ));
    }
    if now.name != to.name {
        statements.push(Statement::new(
            format!("rename the {kind} `{now}` to `{}`", to.name),
            format!("ALTER {keyword} {} RENAME TO {}", quote_name(&now), quote(&to.name)),
        ));
    }
    statements
}
