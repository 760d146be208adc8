//! One table's changes as ALTER TABLE statements: as few as have one way each, in an order that the servers take.

pub(super) mod checks;
mod columns;
mod fill;
mod keys;
mod options;
mod partition_steps;
mod replace;
mod visible;

use super::alter_algorithm::{AlterAlgorithm, Kind, Traits};
use super::column::Way;
use super::keys::{Altered, changed_columns};
use super::partitions::Direction;
use super::values::Renamed;
use crate::dialect::mysql::{Variant, quote_name};
use crate::diff::TableChange;
use crate::model::{Check, Column, PrimaryKey, Table};
use crate::sql::{Hazard, Statement};
use std::collections::BTreeMap;

/// A part of an ALTER TABLE.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) clause: String,
    pub(super) algorithm: AlterAlgorithm,
    pub(super) comment: String,
    pub(super) hazards: Vec<Hazard>,
}

/// One statement of parts that have one way.
pub(super) fn statement(table: &Table, parts: &[Part], variant: Variant) -> Option<Statement> {
    let algorithm = parts.iter().map(|part| part.algorithm).reduce(AlterAlgorithm::and)?;
    let mut statement = by_algorithm(table, parts, algorithm, variant);
    statement.dearer = algorithm
        .dearer(variant)
        .into_iter()
        .map(|algorithm| by_algorithm(table, parts, algorithm, variant))
        .collect();
    Some(statement)
}

fn by_algorithm(table: &Table, parts: &[Part], algorithm: AlterAlgorithm, variant: Variant) -> Statement {
    let clauses: Vec<&str> = parts.iter().map(|part| part.clause.as_str()).collect();
    let comments: Vec<&str> = parts.iter().map(|part| part.comment.as_str()).collect();
    let sql = format!(
        "ALTER TABLE {}\n    {},\n    {}",
        quote_name(&table.name),
        clauses.join(",\n    "),
        algorithm.clause(variant)
    );
    let hazards = parts.iter().flat_map(|part| part.hazards.clone()).chain(algorithm.hazards(&table.name));
    Statement::new(comments.join("; "), sql).of_table(&table.name).with_hazards(hazards)
}

/// Parts next to each other that have one way become one statement.
pub(super) fn merged(table: &Table, parts: Vec<Part>, variant: Variant) -> Vec<Statement> {
    let groups = parts.chunk_by(|left, right| left.algorithm == right.algorithm);
    groups.filter_map(|group| statement(table, group, variant)).collect()
}

/// The statements that make the changes, without those of foreign keys.
pub(super) fn statements(
    altered: &Altered<'_>,
    renamed: &[(&str, Renamed<'_>)],
    variant: Variant,
) -> Vec<Statement> {
    let alter = Alter::new(altered, renamed, variant);
    match alter.shown_meanwhile() {
        Some(name) => visible::around(name, altered, renamed, variant),
        None => alter.statements(),
    }
}

struct Alter<'a> {
    before: &'a Table,
    after: &'a Table,
    changes: &'a [TableChange],
    gone_checks: Vec<&'a Check>,
    direction: Direction,
    renamed: BTreeMap<&'a str, Vec<Renamed<'a>>>,
    variant: Variant,
    traits: Traits,
    /// Columns whose values are of another kind afterwards.
    changed: Vec<&'a str>,
    /// Columns that go and come again.
    replaced: Vec<(&'a Column, &'a Column, Way)>,
    /// Whether the primary key changes together with columns in it, which only one statement can do.
    key_with_columns: bool,
    /// Whether all new columns come before others go, because no column would be left in between, which the servers refuse.
    columns_come_first: bool,
    /// Whether new columns would have another character set than the models say, for the table's changes later.
    encoding_is_old: bool,
    pending: Vec<Part>,
    statements: Vec<Statement>,
}

impl<'a> Alter<'a> {
    fn new(altered: &Altered<'a>, renamed: &[(&'a str, Renamed<'a>)], variant: Variant) -> Self {
        let Altered { before, after, changes, gone_checks, direction } = altered;
        let mut of_columns: BTreeMap<&str, Vec<Renamed<'a>>> = BTreeMap::new();
        for (column, rename) in renamed {
            of_columns.entry(column).or_default().push(*rename);
        }
        let mut alter = Alter {
            before,
            after,
            changes,
            gone_checks: gone_checks.clone(),
            direction: *direction,
            renamed: of_columns,
            variant,
            traits: Traits::of(before, after, variant),
            changed: changed_columns(altered),
            replaced: Vec::new(),
            key_with_columns: false,
            columns_come_first: false,
            encoding_is_old: true,
            pending: Vec::new(),
            statements: Vec::new(),
        };
        alter.replaced = alter.replacements();
        alter.key_with_columns = alter.is_key_with_columns();
        alter.columns_come_first = alter.would_have_no_column();
        alter
    }

    fn statements(mut self) -> Vec<Statement> {
        self.remove_partitions();
        self.ask_for_values();
        self.drop_checks();
        self.prepare_values();
        self.drop_early_indexes();
        self.drop_generated_columns();
        self.change_encoding();
        self.add_early_columns();
        self.replace_columns();
        self.change_columns();
        self.add_columns();
        self.change_keys();
        self.drop_columns();
        self.add_checks();
        self.change_options();
        self.partition();
        self.statements
    }

    /// The columns that are in both tables.
    fn pairs(&self) -> impl Iterator<Item = (&'a Column, &'a Column)> + use<'a> {
        let before = self.before;
        self.after
            .columns
            .iter()
            .filter_map(|column| Some((before.columns.iter().find(|old| old.name == column.name)?, column)))
    }

    fn keys(&self) -> Option<(Option<&'a PrimaryKey>, Option<&'a PrimaryKey>)> {
        self.changes.iter().find_map(|change| {
            if let TableChange::PrimaryKey { before, after } = change {
                Some((before.as_ref(), after.as_ref()))
            } else {
                None
            }
        })
    }

    fn is_key_with_columns(&self) -> bool {
        let numbered = self.pairs().any(|(old, new)| old.auto != new.auto)
            || self.added().any(|column| column.auto.is_some())
            || self.dropped().any(|column| column.auto.is_some());
        let Some((before, after)) = self.keys() else { return numbered };
        let in_key = |name: &str| {
            let parts = before.into_iter().chain(after).flat_map(|key| &key.columns);
            parts.into_iter().any(|part| part.name == name)
        };
        numbered
            || self.pairs().any(|(old, new)| in_key(&new.name) && !self.kinds(old, new).is_empty())
            || self.added().chain(self.dropped()).any(|column| in_key(&column.name))
    }

    /// Whether all columns go at first.
    fn would_have_no_column(&self) -> bool {
        let goes_early = |column: &Column| {
            let is_replaced = self.replaced.iter().any(|(old, ..)| old.name == column.name);
            is_replaced || self.drops_early(column)
        };
        self.before.columns.iter().all(goes_early)
    }

    fn added(&self) -> impl Iterator<Item = &'a Column> + Clone + use<'a> {
        self.changes.iter().filter_map(|change| {
            if let TableChange::AddColumn(column) = change { Some(column) } else { None }
        })
    }

    fn dropped(&self) -> impl Iterator<Item = &'a Column> + use<'a> {
        self.changes.iter().filter_map(|change| {
            if let TableChange::DropColumn(column) = change { Some(column) } else { None }
        })
    }

    fn part(&mut self, kind: Kind, clause: String, comment: String, hazards: Vec<Hazard>) {
        let algorithm = self.traits.algorithm(kind);
        if !kind.is_alone() {
            self.pending.push(Part { clause, algorithm, comment, hazards });
        } else if self.key_with_columns {
            self.pending.push(Part { clause, algorithm: AlterAlgorithm::COPY, comment, hazards });
        } else {
            self.flush();
            self.pending.push(Part { clause, algorithm, comment, hazards });
            self.flush();
        }
    }

    /// Ends the statement that parts would be merged into.
    fn flush(&mut self) {
        let parts = std::mem::take(&mut self.pending);
        self.statements.extend(merged(self.before, parts, self.variant));
    }

    /// One statement of everything, whatever the ways of its parts.
    fn flush_as_one(&mut self) {
        let parts = std::mem::take(&mut self.pending);
        self.statements.extend(statement(self.before, &parts, self.variant));
    }

    fn place(&self, column: &str) -> String {
        format!("`{}`.`{column}`", self.before.name)
    }
}
