//! Renames of tables, columns and indexes.
//!
//! MySQL refuses to rename a column that a CHECK speaks of: there the CHECK goes and comes again with the same statement.

use super::alter::{self, Part};
use super::class::{Kind, Traits};
use super::find;
use crate::dialect::mysql::{Variant, expression, quote, quote_name, render};
use crate::diff::{Changes, Rename, RenameTime};
use crate::model::{QualifiedName, Table};
use crate::plan::Path;
use crate::sql::{Hazard, Statement};

pub(super) fn statements(changes: &Changes, path: Path<'_>, variant: Variant) -> Vec<Statement> {
    let mut statements = Vec::new();
    let (tables, parts): (Vec<&Rename>, Vec<&Rename>) =
        changes.renames.iter().partition(|rename| matches!(rename, Rename::Table { .. }));
    let of_tables = tables.into_iter().filter_map(rename_table);
    let of_parts = rename_parts(&parts, changes, path, variant);
    match changes.rename_time {
        // Columns and indexes are named in terms of the tables' new names, which the way back leaves last.
        RenameTime::First => {
            statements.extend(of_tables);
            statements.extend(of_parts);
        }
        RenameTime::Last => {
            statements.extend(of_parts);
            statements.extend(of_tables);
        }
    }
    statements
}

fn rename_table(rename: &Rename) -> Option<Statement> {
    let Rename::Table { from, to } = rename else { return None };
    Some(Statement::new(
        format!("rename the table `{from}` to `{to}`"),
        format!("ALTER TABLE {} RENAME TO {}", quote_name(from), quote_name(to)),
    ))
}

/// The renames inside tables; neighbours in one table share a statement.
fn rename_parts(renames: &[&Rename], changes: &Changes, path: Path<'_>, variant: Variant) -> Vec<Statement> {
    // The table as it is before its parts are renamed, and after; by the name that the renames call it.
    let (earlier, later) = match changes.rename_time {
        RenameTime::First => (path.start, path.before),
        RenameTime::Last => (path.after, path.finish),
    };
    let other_name = |name: &QualifiedName| {
        let renamed = changes.renames.iter().find_map(|rename| match rename {
            Rename::Table { from, to } => match changes.rename_time {
                RenameTime::First => (to == name).then(|| from.clone()),
                RenameTime::Last => (from == name).then(|| to.clone()),
            },
            Rename::Column { .. }
            | Rename::Value { .. }
            | Rename::EnumType { .. }
            | Rename::EnumValue { .. }
            | Rename::Index { .. }
            | Rename::Constraint { .. } => None,
        });
        renamed.unwrap_or_else(|| name.clone())
    };
    let (name_earlier, name_later): (&dyn Fn(&QualifiedName) -> QualifiedName, _) = match changes.rename_time
    {
        RenameTime::First => (&other_name, None),
        RenameTime::Last => (&QualifiedName::clone, Some(&other_name)),
    };
    let mut statements = Vec::new();
    let groups =
        renames.chunk_by(|left, right| table_of(left).is_some() && table_of(left) == table_of(right));
    for group in groups {
        let Some(name) = group.first().and_then(|rename| table_of(rename)) else { continue };
        let before = find(earlier, &name_earlier(name));
        let after = find(later, &name_later.map_or_else(|| name.clone(), |later| later(name)));
        let (Some(before), Some(after)) = (before, after) else { continue };
        let named = Table { name: name.clone(), ..before.clone() };
        let traits = Traits::of(before, before, variant);
        let mut parts: Vec<Part> = group.iter().filter_map(|rename| part(rename, &traits)).collect();
        if !variant.facts().renames_follow {
            let hindered = checks(group, &named, after, &traits);
            if !hindered.is_empty() {
                parts.splice(0..0, hindered);
                // One way for all: the CHECK is lost where only a part of it happens.
                statements.extend(alter::statement(&named, &parts, variant));
                continue;
            }
        }
        statements.extend(alter::merged(&named, parts, variant));
    }
    statements
}

fn table_of(rename: &Rename) -> Option<&QualifiedName> {
    match rename {
        Rename::Column { table, .. } | Rename::Index { table, .. } => Some(table),
        Rename::Table { .. }
        | Rename::Value { .. }
        | Rename::EnumType { .. }
        | Rename::EnumValue { .. }
        | Rename::Constraint { .. } => None,
    }
}

fn part(rename: &Rename, traits: &Traits) -> Option<Part> {
    let (kind, clause, comment) = match rename {
        Rename::Column { table, from, to } => (
            Kind::RenameColumn,
            format!("RENAME COLUMN {} TO {}", quote(from), quote(to)),
            format!("rename the column `{table}`.`{from}` to `{to}`"),
        ),
        Rename::Index { table, from, to } => (
            Kind::RenameIndex,
            format!("RENAME INDEX {} TO {}", quote(from), quote(to)),
            format!("rename the index `{from}` of `{table}` to `{to}`"),
        ),
        Rename::Table { .. }
        | Rename::Value { .. }
        | Rename::EnumType { .. }
        | Rename::EnumValue { .. }
        | Rename::Constraint { .. } => return None,
    };
    Some(Part { clause, class: traits.class(kind), comment, hazards: Vec::new() })
}

/// The CHECKs and generated columns that speak of a column that is renamed, as they go and come again.
fn checks(renames: &[&Rename], before: &Table, after: &Table, traits: &Traits) -> Vec<Part> {
    let renamed = |text: &str| {
        renames
            .iter()
            .any(|rename| matches!(rename, Rename::Column { from, .. } if expression::mentions(text, from)))
    };
    let mut parts = Vec::new();
    for check in before.checks.iter().filter(|check| renamed(&check.expression)) {
        let Some(new) = after.checks.iter().find(|other| other.name == check.name) else { continue };
        let name = check.name.as_deref().unwrap_or_default();
        parts.push(Part {
            clause: format!("DROP CHECK {}, ADD {}", quote(name), render::check(new)),
            class: traits.class(Kind::AddCheck),
            comment: format!("let the check `{name}` follow"),
            hazards: Vec::<Hazard>::new(),
        });
    }
    let generated = before
        .columns
        .iter()
        .filter(|column| column.generated.as_ref().is_some_and(|generated| renamed(&generated.expression)));
    for column in generated {
        let Some(new) = after.columns.iter().find(|other| other.name == column.name) else { continue };
        parts.push(Part {
            clause: format!("MODIFY COLUMN {}", render::column(new, &[], None, Variant::Mysql)),
            class: traits.class(Kind::ChangeColumn),
            comment: format!("let `{}`.`{}` follow", before.name, column.name),
            hazards: Vec::new(),
        });
    }
    parts
}
