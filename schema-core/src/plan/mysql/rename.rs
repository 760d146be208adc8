//! Renames of tables, columns and indexes.
//!
//! MySQL refuses to rename a column that a CHECK or a generated column mentions: both are dropped and added again, in the same statement where the server
//! takes that. An index on an expression with the column is dropped before and created again after it.
//! Where an enforced CHECK mentions a column of certain types, MySQL copies the table to rename any other column, and cannot where that belongs to a foreign key:
//! such a CHECK is dropped and added again too.

use super::alter::{self, Part};
use super::alter_algorithm::{AlterAlgorithm, Kind, Traits};
use super::find;
use crate::dialect;
use crate::dialect::mysql::partitioning::PartitionClause;
use crate::dialect::mysql::{Variant, expression, quote, quote_name, render, types};
use crate::diff::{self, Changes, Rename, RenameTime};
use crate::model::{Check, Column, ColumnType, DatabaseSchema, Index, IndexKey, QualifiedName, Table};
use crate::plan::Path;
use crate::sql::Statement;
use std::collections::BTreeSet;

pub(super) fn statements(changes: &Changes, path: Path<'_>, variant: Variant) -> Vec<Statement> {
    let mut statements = Vec::new();
    let (tables, parts): (Vec<&Rename>, Vec<&Rename>) =
        changes.renames.iter().partition(|rename| matches!(rename, Rename::Table { .. }));
    let of_tables = tables.into_iter().filter_map(rename_table);
    let of_parts = rename_parts(&parts, changes, path, variant);
    match changes.rename_time {
        // Columns and indexes are named in terms of the tables' new names, which the down script leaves last.
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
            | Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. }
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
        // Under the name that the renames call it, and so with the constraints that are named after it.
        let (named, after) = (called(before, name, variant), &called(after, name, variant));
        let renames = Renames {
            before: &named,
            after,
            traits: Traits::of(before, before, variant),
            variant,
            references: columns_of_foreign_keys(earlier, before),
        };
        statements.extend(renames.statements(group));
    }
    statements
}

/// The table under another name.
fn called(table: &Table, name: &QualifiedName, variant: Variant) -> Table {
    let rename = Rename::Table { from: table.name.clone(), to: name.clone() };
    let alone = DatabaseSchema { tables: vec![table.clone()], ..DatabaseSchema::default() };
    let rules = &dialect::spelling(variant.engine()).renames;
    let renamed = diff::apply(&alone, &[rename], rules).tables.into_iter().next();
    renamed.unwrap_or_else(|| table.clone())
}

/// The columns of a table that foreign keys hold or refer to.
fn columns_of_foreign_keys<'a>(schema: &'a DatabaseSchema, table: &'a Table) -> BTreeSet<&'a str> {
    let own = table.foreign_keys.iter().flat_map(|key| &key.columns);
    let keys = schema.tables.iter().flat_map(|other| &other.foreign_keys);
    let referred = keys.filter(|key| key.references == table.name).flat_map(|key| &key.referenced_columns);
    own.chain(referred).map(String::as_str).collect()
}

/// The renames inside one table.
struct Renames<'a> {
    /// The table before them, under the name that they call it.
    before: &'a Table,
    after: &'a Table,
    traits: Traits,
    variant: Variant,
    references: BTreeSet<&'a str>,
}

impl Renames<'_> {
    fn statements(&self, group: &[&Rename]) -> Vec<Statement> {
        let merged = |parts| alter::merged(self.before, parts, self.variant);
        let parts_of = |renames: &[&Rename]| -> Vec<Part> {
            renames.iter().filter_map(|rename| self.part(rename)).collect()
        };
        if self.variant.facts().renames_follow {
            return merged(parts_of(group));
        }
        if self.before.partition_by.as_deref().is_some_and(|clause| mentions(group, clause)) {
            return self.with_partitions(group);
        }
        let alone: Vec<&Rename> =
            group.iter().copied().filter(|rename| !self.is_with_its_expression(rename, group)).collect();
        let (dropped_indexes, added_indexes) = self.expression_indexes(group);
        // MySQL takes no two of these in one statement.
        let each = |parts: Vec<Part>| parts.into_iter().flat_map(|part| merged(vec![part]));
        let checks = self.checks(group);
        let generated = self.generated(group);
        let mut statements: Vec<Statement> = each(dropped_indexes).collect();
        let around = |checks: &[&Check], parts: Vec<Part>| {
            let dropped = merged(checks.iter().map(|check| self.drop_check(check)).collect());
            let added = merged(checks.iter().map(|check| self.add_check(check)).collect());
            [dropped, merged(parts), added].concat()
        };
        let refers = alone.iter().any(|rename| self.is_reference(rename));
        let hindrances = if refers { self.hindrances(&checks) } else { Vec::new() };
        if !hindrances.is_empty() && generated.is_empty() {
            statements.extend(around(&[checks, hindrances].concat(), parts_of(&alone)));
        } else if checks.is_empty() && generated.is_empty() {
            statements.extend(merged(parts_of(group)));
        } else {
            // What nothing mentions keeps its own way.
            let (mentioned, free): (Vec<&Rename>, Vec<&Rename>) =
                alone.into_iter().partition(|rename| self.is_mentioned(rename));
            statements.extend(merged(parts_of(&free)));
            let parts = parts_of(&mentioned);
            if generated.is_empty() && mentioned.iter().any(|rename| self.is_reference(rename)) {
                // A copy, which a CHECK needs, is refused where a column of a foreign key is renamed.
                statements.extend(around(&checks, parts));
            } else {
                let checks = checks.iter().map(|check| self.replace_check(check));
                let all: Vec<Part> = checks.chain(generated).chain(parts).collect();
                // One statement for all: the CHECK is lost where only a part of it happens.
                statements.extend(alter::statement(self.before, &all, self.variant));
            }
        }
        statements.extend(each(added_indexes));
        statements
    }

    /// MySQL renames a column by which a table is partitioned only where the same statement partitions it again, which copies the table.
    fn with_partitions(&self, group: &[&Rename]) -> Vec<Statement> {
        let (dropped_indexes, added_indexes) = self.expression_indexes(group);
        let checks = self.checks(group).into_iter().map(|check| self.replace_check(check));
        let alone = group.iter().filter(|rename| !self.is_with_its_expression(rename, group));
        let parts = checks.chain(self.generated(group)).chain(alone.filter_map(|rename| self.part(rename)));
        let parts: Vec<Part> = parts.map(|part| Part { algorithm: AlterAlgorithm::COPY, ..part }).collect();
        let clause = self.after.partition_by.as_deref().unwrap_or_default();
        let clause = PartitionClause::read(clause)
            .map_or_else(|| clause.to_owned(), |clause| clause.without_engines().to_sql());
        let renamed = alter::statement(self.before, &parts, self.variant).map(|statement| Statement {
            sql: format!("{}\n    PARTITION BY {clause}", statement.sql),
            dearer: Vec::new(),
            ..statement
        });
        let each = |parts: Vec<Part>| {
            parts.into_iter().filter_map(|part| alter::statement(self.before, &[part], self.variant))
        };
        each(dropped_indexes).chain(renamed).chain(each(added_indexes)).collect()
    }

    fn is_reference(&self, rename: &Rename) -> bool {
        matches!(rename, Rename::Column { from, .. } if self.references.contains(from.as_str()))
    }

    /// Whether a CHECK or a generated column mentions the column.
    fn is_mentioned(&self, rename: &Rename) -> bool {
        let checks = self.before.checks.iter().map(|check| check.expression.as_str());
        let generated = self.before.columns.iter().filter_map(|column| column.generated.as_ref());
        checks
            .chain(generated.map(|generated| generated.expression.as_str()))
            .any(|text| mentions(&[rename], text))
    }

    fn part(&self, rename: &Rename) -> Option<Part> {
        let (kind, clause, comment) = match rename {
            Rename::Column { table, from, to } => (
                if self.is_reference(rename) { Kind::RenameReferenceColumn } else { Kind::RenameColumn },
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
            | Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. }
            | Rename::Constraint { .. } => return None,
        };
        Some(self.of_kind(kind, clause, comment))
    }

    fn of_kind(&self, kind: Kind, clause: String, comment: String) -> Part {
        Part { clause, algorithm: self.traits.algorithm(kind), comment, hazards: Vec::new() }
    }

    /// The CHECKs that mention a column that is renamed, as they are afterwards.
    fn checks(&self, group: &[&Rename]) -> Vec<&Check> {
        let before = self.before.checks.iter().filter(|check| mentions(group, &check.expression));
        before.filter_map(|check| self.after.checks.iter().find(|other| other.name == check.name)).collect()
    }

    /// The CHECKs beside these for which MySQL copies the table to rename a column that they do not mention.
    fn hindrances(&self, others: &[&Check]) -> Vec<&Check> {
        const TYPES: [&str; 6] = ["date", "datetime", "enum", "set", "time", "timestamp"];
        let is_of_them = |column: &&Column| matches!(&column.ty, ColumnType::Sql(ty) if TYPES.contains(&types::name_of(ty)));
        let columns: Vec<&Column> = self.after.columns.iter().filter(is_of_them).collect();
        let hinders = |check: &&Check| {
            !check.not_enforced
                && !others.contains(check)
                && columns.iter().any(|column| expression::mentions(&check.expression, &column.name))
        };
        self.after.checks.iter().filter(hinders).collect()
    }

    fn replace_check(&self, check: &Check) -> Part {
        let name = check.name.as_deref().unwrap_or_default();
        let clause = format!("DROP CHECK {}, ADD {}", quote(name), render::check(check));
        self.of_kind(Kind::AddCheck, clause, format!("update the check `{name}` to the new name"))
    }

    fn drop_check(&self, check: &Check) -> Part {
        let name = check.name.as_deref().unwrap_or_default();
        let comment = format!("drop the check `{name}` of `{}`, which comes back below", self.before.name);
        self.of_kind(Kind::DropCheck, format!("DROP CHECK {}", quote(name)), comment)
    }

    fn add_check(&self, check: &Check) -> Part {
        let name = check.name.as_deref().unwrap_or_default();
        let comment = format!("add the check `{name}` to `{}`", self.before.name);
        self.of_kind(Kind::AddCheck, format!("ADD {}", render::check(check)), comment)
    }

    /// The generated columns that mention a column that is renamed, as they are afterwards.
    fn generated(&self, group: &[&Rename]) -> Vec<Part> {
        let before = self.before.columns.iter().filter(|column| is_computed_from(column, group));
        let parts = before.filter_map(|column| {
            let renamed = group.iter().find_map(|rename| match rename {
                Rename::Column { from, to, .. } if *from == column.name => Some(to),
                Rename::Column { .. }
                | Rename::Index { .. }
                | Rename::Table { .. }
                | Rename::Value { .. }
                | Rename::Type { .. }
                | Rename::EnumValue { .. }
                | Rename::Attribute { .. }
                | Rename::OnTable { .. }
                | Rename::Constraint { .. } => None,
            });
            let later = renamed.unwrap_or(&column.name);
            let new = self.after.columns.iter().find(|other| other.name == *later)?;
            let definition = render::column(new, &[], None, self.variant);
            let (table, name) = (&self.before.name, &column.name);
            let (clause, comment) = match renamed {
                Some(to) => (
                    format!("CHANGE COLUMN {} {definition}", quote(name)),
                    format!("rename the column `{table}`.`{name}` to `{to}`, and update it to the new names"),
                ),
                None => (
                    format!("MODIFY COLUMN {definition}"),
                    format!("update `{table}`.`{name}` to the new name"),
                ),
            };
            Some(self.of_kind(Kind::ChangeColumn, clause, comment))
        });
        parts.collect()
    }

    /// Whether the column is computed from one that is renamed too: it gets its name together with its new expression.
    fn is_with_its_expression(&self, rename: &Rename, group: &[&Rename]) -> bool {
        let Rename::Column { from, .. } = rename else { return false };
        let column = self.before.columns.iter().find(|column| column.name == *from);
        column.is_some_and(|column| is_computed_from(column, group))
    }

    /// The indexes on expressions that mention a column that is renamed: how they are dropped, and created again.
    fn expression_indexes(&self, group: &[&Rename]) -> (Vec<Part>, Vec<Part>) {
        let mentioned = |index: &&Index| {
            index.parts.iter().any(|part| match &part.key {
                IndexKey::Expression(text) => mentions(group, text),
                IndexKey::Column(_) => false,
            })
        };
        let table = &self.before.name;
        let (mut dropped, mut added) = (Vec::new(), Vec::new());
        for index in self.before.indexes.iter().filter(mentioned) {
            let name = index.name.as_deref().unwrap_or_default();
            let renamed = group.iter().find_map(|rename| match rename {
                Rename::Index { from, to, .. } if from == name => Some(to.as_str()),
                Rename::Index { .. }
                | Rename::Column { .. }
                | Rename::Table { .. }
                | Rename::Value { .. }
                | Rename::Type { .. }
                | Rename::EnumValue { .. }
                | Rename::Attribute { .. }
                | Rename::OnTable { .. }
                | Rename::Constraint { .. } => None,
            });
            let later = renamed.unwrap_or(name);
            let Some(new) = self.after.indexes.iter().find(|other| other.name.as_deref() == Some(later))
            else {
                continue;
            };
            dropped.push(self.of_kind(
                Kind::DropExpressionIndex,
                format!("DROP INDEX {}", quote(name)),
                format!("drop the index `{name}` of `{table}`, which comes back below"),
            ));
            added.push(self.of_kind(
                Kind::AddExpressionIndex,
                format!("ADD {}", render::index(new, self.variant)),
                format!("create the index `{later}` on `{table}`"),
            ));
        }
        (dropped, added)
    }
}

fn is_computed_from(column: &Column, renames: &[&Rename]) -> bool {
    column.generated.as_ref().is_some_and(|generated| mentions(renames, &generated.expression))
}

/// Whether the text mentions a column that is renamed.
fn mentions(renames: &[&Rename], text: &str) -> bool {
    renames
        .iter()
        .any(|rename| matches!(rename, Rename::Column { from, .. } if expression::mentions(text, from)))
}

fn table_of(rename: &Rename) -> Option<&QualifiedName> {
    match rename {
        Rename::Column { table, .. } | Rename::Index { table, .. } => Some(table),
        Rename::Table { .. }
        | Rename::Value { .. }
        | Rename::Type { .. }
        | Rename::EnumValue { .. }
        | Rename::Attribute { .. }
        | Rename::OnTable { .. }
        | Rename::Constraint { .. } => None,
    }
}
