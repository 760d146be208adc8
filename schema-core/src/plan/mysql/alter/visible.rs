//! A column that is shown meanwhile: the servers refuse a table in which no column is visible, for a moment too.

use super::columns::Pair;
use super::{Alter, Part, statement};
use crate::dialect::mysql::{Variant, render};
use crate::diff::TableChange;
use crate::model::{Column, Table};
use crate::plan::mysql::alter_algorithm::{AlterAlgorithm, Traits};
use crate::plan::mysql::column::{self, Way};
use crate::plan::mysql::keys::Altered;
use crate::plan::mysql::values::Renamed;
use crate::sql::Statement;

/// The statements for a table that would have no visible column for a moment: a hidden one is shown first, and hidden at the end.
pub(super) fn around(
    name: &str,
    altered: &Altered<'_>,
    renamed: &[(&str, Renamed<'_>)],
    variant: Variant,
) -> Vec<Statement> {
    let show = |column: &Column| match column.name == name {
        true => Column { invisible: false, ..column.clone() },
        false => column.clone(),
    };
    let shown = |table: &Table| Table { columns: table.columns.iter().map(show).collect(), ..table.clone() };
    let (before, after) = (shown(altered.before), shown(altered.after));
    let changes: Vec<TableChange> = altered
        .changes
        .iter()
        .map(|change| {
            if let TableChange::AddColumn(column) = change {
                TableChange::AddColumn(show(column))
            } else {
                change.clone()
            }
        })
        .collect();
    let meanwhile = Altered {
        before: &before,
        after: &after,
        changes: &changes,
        gone_checks: altered.gone_checks.clone(),
        direction: altered.direction,
    };
    let mut statements = Vec::new();
    statements.extend(change(name, "show", (altered.before, &before), variant));
    statements.extend(Alter::new(&meanwhile, renamed, variant).statements());
    statements.extend(change(name, "hide", (&after, altered.after), variant));
    statements
}

/// Changes nothing of a table but whether one column is visible.
fn change(name: &str, word: &str, (before, after): (&Table, &Table), variant: Variant) -> Option<Statement> {
    let find = |table: &Table| table.columns.iter().find(|column| column.name == name).cloned();
    let (old, new) = (find(before)?, find(after)?);
    let traits = Traits::of(before, after, variant);
    let kinds = column::kinds((&old, before), (&new, after));
    let algorithm = kinds.iter().map(|kind| traits.algorithm(*kind)).reduce(AlterAlgorithm::and)?;
    let checks = render::checks_of(&after.checks, &new);
    let definition = render::column(&new, &checks, None, variant);
    let part = Part {
        clause: format!("MODIFY COLUMN {definition}"),
        algorithm,
        comment: format!("{word} `{}`.`{name}`", before.name),
        hazards: Vec::new(),
    };
    statement(before, &[part], variant)
}

impl<'a> Alter<'a> {
    /// The column to show meanwhile, where no other would be visible at some moment.
    pub(super) fn shown_meanwhile(&self) -> Option<&'a str> {
        if self.shows_one_early() && self.shows_one_late() {
            return None;
        }
        let stays =
            |(old, _): &Pair<'a>| !self.replaced.iter().any(|(replaced, ..)| replaced.name == old.name);
        let pair = self.pairs().find(stays).map(|(old, _)| old);
        let stays = |column: &&Column| !self.goes_before_computed(column);
        let dropped = || self.dropped().find(stays);
        let is_plain = |column: &&Column| column.generated.is_none();
        let comes_in_time = self.columns_come_first || self.shows_one_early();
        let added = || self.added().find(is_plain).filter(|_| comes_in_time);
        pair.or_else(dropped).or_else(added).map(|column| column.name.as_str())
    }

    /// Whether a column is visible once those are gone that go first.
    fn shows_one_early(&self) -> bool {
        let goes = |column: &Column| {
            let is_replaced = self.replaced.iter().any(|(old, new, way)| {
                old.name == column.name && !self.goes_with_key(old) && (*way == Way::Replace || new.invisible)
            });
            is_replaced || self.drops_early(column)
        };
        let comes_first =
            |column: &Column| self.columns_come_first && column.generated.is_none() && !column.invisible;
        self.before.columns.iter().any(|column| !column.invisible && !goes(column))
            || self.added().any(comes_first)
    }

    /// Whether a column is visible when only those are yet to come that are computed.
    fn shows_one_late(&self) -> bool {
        let shows = |pair: Pair<'a>| {
            let (old, new) = pair;
            let is_gone =
                self.replaced.iter().any(|(old, _, way)| old.name == new.name && *way == Way::Replace);
            // Where a column is the last one to be hidden, that waits, but not where the key takes one statement.
            let is_visible = if new.invisible {
                !old.invisible && !self.key_with_columns
            } else {
                !self.changes_last(&pair)
            };
            !is_gone && is_visible
        };
        self.pairs().any(shows)
            || self.added().any(|column| column.generated.is_none() && !column.invisible)
            || self.dropped().any(|column| !column.invisible && !self.goes_before_computed(column))
    }

    /// Whether a column that goes does so before there are all that come.
    fn goes_before_computed(&self, column: &Column) -> bool {
        self.drops_before_computed(column) || column.generated.is_none() && self.goes_with_key(column)
    }
}
