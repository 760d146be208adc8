//! Columns that come, go or change, with the values in them.

use super::{Alter, Part, statement};
use crate::dialect::mysql::expression::mentions;
use crate::dialect::mysql::render::{self, checks_of};
use crate::dialect::mysql::{Encoding, Variant, quote};
use crate::model::{Check, Column, Default, Generated};
use crate::plan::mysql::alter_algorithm::{AlterAlgorithm, Kind};
use crate::plan::mysql::column::{self, Way};
use crate::plan::mysql::values;
use crate::sql::Hazard;

/// A column before and after.
pub(super) type Pair<'a> = (&'a Column, &'a Column);

/// When a column can change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// Before there are new columns.
    First,
    /// Once the new columns are there that are not computed.
    WithColumns,
    /// Once all new columns are there.
    Last,
}

impl<'a> Alter<'a> {
    /// Looks for values that go, and gives rows the new names of others.
    pub(super) fn prepare_values(&mut self) {
        for (old, new) in self.pairs().collect::<Vec<_>>() {
            let renamed = self.renamed.get(new.name.as_str()).cloned().unwrap_or_default();
            self.statements.extend(values::without_gone_values(self.before, old, new, &renamed));
            let Some(both) = values::with_both_names(old, new, &renamed) else { continue };
            let checks = checks_of(&self.before.checks, old);
            let clause = format!("MODIFY COLUMN {}", render::column(&both, &checks, None, self.variant));
            let names: Vec<String> = renamed.iter().map(|(_, to)| format!("`{to}`")).collect();
            let comment = format!("also allow {} in {}", names.join(" or "), self.place(&old.name));
            self.part(Kind::AppendValue, clause, comment, Vec::new());
            self.flush();
            self.statements.extend(values::update(self.before, old, new, &renamed));
        }
    }

    /// Fails where rows would need a value that nobody has given: the servers would take an empty one.
    pub(super) fn ask_for_values(&mut self) {
        let places: Vec<String> = self
            .added()
            .filter(|column| column::needs_a_value(column))
            .map(|column| self.place(&column.name))
            .collect();
        self.statements.extend(values::no_rows(self.before, &places));
    }

    /// What is computed from a column that changes goes before that, and alone.
    pub(super) fn drop_generated_columns(&mut self) {
        let early = self.dropped().filter(|column| self.drops_early(column)).collect();
        self.drop_alone(early);
    }

    /// Whether a computed column that goes does so before anything else: it is computed from what changes.
    pub(super) fn drops_early(&self, column: &Column) -> bool {
        let touched = || {
            let changed = self.pairs().filter(|(old, new)| self.changes(old, new)).map(|(old, _)| old);
            changed.chain(self.dropped().filter(|dropped| self.goes_with_key(dropped)))
        };
        self.drops_before_computed(column)
            && !self.shows_only_computed_that_go()
            && (self.key_with_columns || touched().any(|other| reads(column, &[], other)))
    }

    /// Whether no column would be visible once the computed ones that go are dropped, which is refused: one that is hidden becomes visible first.
    fn shows_only_computed_that_go(&self) -> bool {
        let goes =
            |column: &Column| column.generated.is_some() && self.dropped().any(|dropped| dropped == column);
        !self.key_with_columns && self.before.columns.iter().all(|column| column.invisible || goes(column))
    }

    /// Whether a computed column that goes does so before others come, with which the servers would have to rewrite the table; what stays may be computed
    /// from it, and must be changed first.
    pub(super) fn drops_before_computed(&self, column: &Column) -> bool {
        column.generated.is_some()
            && self.dropped().any(|dropped| dropped == column)
            && !self.pairs().any(|(old, _)| reads(old, &[], column))
    }

    fn drop_alone(&mut self, generated: Vec<&Column>) {
        for column in in_order(generated).into_iter().rev() {
            self.drop_column(column);
            self.flush();
        }
    }

    /// Whether anything of a column that stays changes.
    fn changes(&self, old: &Column, new: &Column) -> bool {
        self.replaced.iter().any(|(replaced, ..)| replaced.name == old.name)
            || !self.kinds(old, new).is_empty()
    }

    /// What of a column changes, the CHECKs in its definition included.
    pub(super) fn kinds(&self, old: &Column, new: &Column) -> Vec<Kind> {
        let mut kinds = column::kinds((old, self.before), (new, self.after));
        let known = checks_of(&self.before.checks, old);
        let wanted = checks_of(&self.after.checks, new);
        if wanted.iter().any(|check| !known.contains(check)) {
            // Only a copy looks at the rows.
            kinds.push(Kind::ChangeColumn);
        } else if known.iter().any(|check| !wanted.contains(check)) {
            kinds.push(Kind::DropColumnCheck);
        }
        kinds
    }

    /// The way in which a column changes.
    fn algorithm(&self, old: &Column, new: &Column) -> Option<AlterAlgorithm> {
        self.kinds(old, new).iter().map(|kind| self.traits.algorithm(*kind)).reduce(AlterAlgorithm::and)
    }

    /// Changes what character set new columns have, before they come. MariaDB does that at once, but not together with new columns.
    pub(super) fn change_encoding(&mut self) {
        if !self.key_with_columns {
            self.say_encoding();
            self.flush();
        }
    }

    fn say_encoding(&mut self) {
        if let (Some(clause), comment) = self.encodings() {
            self.part(Kind::DefaultEncoding, clause, comment.unwrap_or_default(), Vec::new());
        }
        self.encoding_is_old = false;
    }

    pub(super) fn change_columns(&mut self) {
        if self.encoding_is_old {
            self.say_encoding();
        }
        self.add_each(|alter, column| alter.comes_with_changes(column));
        self.modify(Moment::First);
        for column in self.added().filter(|column| self.is_stored_with_changes(column)).collect::<Vec<_>>() {
            self.add_column(column);
        }
        if !self.key_with_columns {
            self.join_rewrites();
            self.flush();
        }
    }

    /// What rewrites the table does so once, behind what does not.
    fn join_rewrites(&mut self) {
        let rewrites =
            self.pending.iter().map(|part| part.algorithm).filter(|algorithm| algorithm.rewrites());
        if let Some(algorithm) = rewrites.reduce(AlterAlgorithm::and) {
            self.pending
                .iter_mut()
                .filter(|part| part.algorithm.rewrites())
                .for_each(|part| part.algorithm = algorithm);
        }
        self.pending.sort_by_key(|part| part.algorithm);
    }

    /// When a column can change: one that becomes invisible not before there is another to see, for a table without a visible column is refused, and one
    /// that speaks of others not before they are there.
    fn moment(&self, new: &Column, (hides, all_hide): (bool, bool)) -> Moment {
        let checks = checks_of(&self.after.checks, new);
        let is_yet_to_come = |column: &&Column| !self.comes_before_changes(column);
        let mut coming = self.added().filter(is_yet_to_come).chain(self.replaced_later());
        let is_hidden_last =
            hides && all_hide && self.added().all(|column| column.invisible || column.generated.is_some());
        if is_hidden_last
            || coming.clone().any(|other| other.generated.is_some() && reads(new, &checks, other))
        {
            Moment::Last
        } else if hides && all_hide
            || !self.key_with_columns && coming.any(|other| reads(new, &checks, other))
        {
            Moment::WithColumns
        } else {
            Moment::First
        }
    }

    fn moment_of(&self, pair: &Pair<'a>) -> Moment {
        let all_hide = self.would_show_no_column();
        let moment = |(old, new): Pair<'a>| self.moment(new, (new.invisible && !old.invisible, all_hide));
        self.released(pair).map(moment).fold(moment(*pair), Moment::max)
    }

    /// Whether a column of both tables changes once all new columns are there.
    pub(super) fn changes_last(&self, pair: &Pair<'a>) -> bool {
        self.moment_of(pair) == Moment::Last
    }

    /// The columns that are computed from one whose default becomes an expression, and no longer afterwards. MySQL counts it among the computed columns then,
    /// and refuses that something before it is computed from it.
    fn released(&self, (old, new): &Pair<'a>) -> impl Iterator<Item = Pair<'a>> + use<'_, 'a> {
        let is_computed = |column: &Column| column::is_computed(column.default.as_ref());
        let is_refused = self.variant == Variant::Mysql && is_computed(new) && !is_computed(old);
        let source = *old;
        let columns = self.before.columns.iter();
        let earlier: Vec<&str> =
            columns.map(|column| column.name.as_str()).take_while(|name| *name != source.name).collect();
        self.pairs().filter(move |(old, new)| {
            is_refused
                && !self.replaced.iter().any(|(replaced, ..)| replaced.name == old.name)
                && earlier.contains(&old.name.as_str())
                && reads(old, &[], source)
                && !reads(new, &[], source)
        })
    }

    /// Whether no column would be visible between the changes and the new columns.
    fn would_show_no_column(&self) -> bool {
        !self.key_with_columns
            && self.pairs().all(|(_, new)| new.invisible || self.replaced_later().any(|later| later == new))
            && self.dropped().all(|column| column.invisible || column.generated.is_some())
    }

    /// The character set and collation of a column to be said with it, where the table's own ones change.
    pub(super) fn own_encoding(&self, column: &Column) -> Option<Encoding> {
        Encoding::of(column, &self.after.options).filter(|_| self.encodings() != (None, None))
    }

    fn modify(&mut self, moment: Moment) {
        let is_due = |pair: &Pair<'a>| self.moment_of(pair) == moment;
        let mut keys: Vec<String> = Vec::new();
        for (old, new) in self.pairs().filter(is_due).collect::<Vec<_>>() {
            let Some(algorithm) = self.algorithm(old, new) else { continue };
            // One statement changes both.
            let released = self.released(&(old, new)).filter_map(|(old, new)| self.algorithm(old, new));
            let algorithm = released.fold(algorithm, AlterAlgorithm::and);
            let replaced = self.replaced.iter().find(|(replaced, ..)| replaced.name == old.name);
            let mut hazards = match replaced {
                None => column::hazards(self.before, old, new),
                // It stands there by now, without its numbers.
                Some((_, _, Way::ReplaceAndKeep)) if new.auto.is_some() => {
                    column::null_hazard(self.before, old, new).into_iter().collect()
                }
                Some(_) => continue,
            };
            let checks = checks_of(&self.after.checks, new);
            let encoding = self.own_encoding(new);
            let definition = render::column(new, &checks, encoding.as_ref(), self.variant);
            let known = checks_of(&self.before.checks, old);
            hazards.extend(checks.iter().filter(|check| !known.contains(check)).map(|check| {
                Hazard::MayFail(format!("rows of `{}` may violate `{}`", self.before.name, check.expression))
            }));
            let mut clauses = vec![format!("MODIFY COLUMN {definition}")];
            if column::shortens_keys((old, self.before), new) {
                let again = self.whole_keys(&new.name).into_iter().filter(|key| !keys.contains(key));
                clauses.extend(again);
                keys.extend(clauses.iter().skip(1).cloned());
            }
            let part = Part {
                clause: clauses.join(",\n    "),
                algorithm,
                comment: format!("change {}", self.place(&new.name)),
                hazards,
            };
            if self.is_better_alone(old, new) {
                self.statements.extend(statement(self.before, &[part], self.variant));
            } else {
                self.pending.push(part);
            }
        }
    }

    /// Whether a computed column changes before the key and columns in it do: where one goes that it was computed from, MariaDB looks for that in CHECKs, if
    /// both are done in one statement.
    fn is_better_alone(&self, old: &Column, new: &Column) -> bool {
        let checks = checks_of(&self.after.checks, new);
        old.generated.is_some()
            && new.auto.is_none()
            && self.dropped_with_key().into_iter().any(|gone| reads(old, &[], gone))
            && !self.added().any(|other| reads(new, &checks, other))
    }

    /// The clause for the table's own character set and collation, where they change.
    fn encodings(&self) -> (Option<String>, Option<String>) {
        let (before, after) = (&self.before.options, &self.after.options);
        if (&before.charset, &before.collation) == (&after.charset, &after.collation) {
            return (None, None);
        }
        let charset =
            after.charset.as_ref().map(|name| format!("DEFAULT CHARACTER SET={}", render::word(name)));
        let collation = after.collation.as_ref().map(|name| format!("COLLATE={}", render::word(name)));
        let clause: Vec<String> = charset.into_iter().chain(collation).collect();
        if clause.is_empty() {
            return (None, None);
        }
        let comment = format!("change the character set of new columns of `{}`", self.before.name);
        (Some(clause.join(" ")), Some(comment))
    }

    /// Adds what can come before others change: a person can give values from the old to the new then.
    pub(super) fn add_early_columns(&mut self) {
        self.add_each(|alter, column| alter.comes_before_changes(column));
        if !self.key_with_columns || self.columns_come_first {
            self.flush();
        }
    }

    /// Adds the columns that are left and not computed.
    pub(super) fn add_columns(&mut self) {
        self.add_each(|alter, column| {
            !alter.comes_before_changes(column) && !alter.comes_with_changes(column)
        });
        self.modify(Moment::WithColumns);
        if !self.key_with_columns {
            self.flush();
            let is_due = |column: &&Column| self.drops_before_computed(column) && !self.drops_early(column);
            self.drop_alone(self.dropped().filter(is_due).collect());
            self.add_generated_columns();
        }
    }

    fn add_each(&mut self, is_due: impl Fn(&Self, &Column) -> bool) {
        let plain = self.added().filter(|column| column.generated.is_none());
        for column in plain.filter(|column| is_due(self, column)).collect::<Vec<_>>() {
            if self.must_be_filled(column) {
                self.add_and_fill(column);
            } else {
                self.add_column(column);
            }
        }
    }

    fn comes_before_changes(&self, column: &Column) -> bool {
        column.generated.is_none()
            && (self.columns_come_first
                || !self.key_with_columns && !self.rewrites_when_new(column) && !self.reads_changes(column))
    }

    /// Whether a new column comes with the changes of others, because the table is rewritten for it.
    fn comes_with_changes(&self, column: &Column) -> bool {
        column.generated.is_none()
            && !self.columns_come_first
            && !self.key_with_columns
            && self.rewrites_when_new(column)
            && !self.reads_changes(column)
    }

    /// Whether a new column is stored as computed from what is there by then: the copy for the changes of others computes it too.
    fn is_stored_with_changes(&self, column: &Column) -> bool {
        let checks = checks_of(&self.after.checks, column);
        let speaks_of = |other: &Column| reads(column, &checks, other);
        let is_yet_to_come =
            |other: &&Column| !self.comes_before_changes(other) && !self.comes_with_changes(other);
        is_stored(column)
            && !self.key_with_columns
            && !self.added().filter(is_yet_to_come).chain(self.replaced_later()).any(speaks_of)
            && !self.pairs().any(|pair| self.moment_of(&pair) != Moment::First && speaks_of(pair.1))
    }

    fn rewrites_when_new(&self, column: &Column) -> bool {
        self.traits.algorithm(column::of_new(column)).rewrites() && !self.must_be_filled(column)
    }

    /// Whether the default or a CHECK of a new column speaks of what changes or comes later.
    fn reads_changes(&self, column: &Column) -> bool {
        let checks = checks_of(&self.after.checks, column);
        let speaks_of = |other: &Column| reads(column, &checks, other);
        self.pairs().any(|(old, new)| speaks_of(new) && self.changes(old, new)) || self.added().any(speaks_of)
    }

    /// Columns that are computed, each behind those that it is computed from. The servers add none that is computed when it is read together with anything else.
    pub(super) fn add_generated_columns(&mut self) {
        let again: Vec<&Column> = self.replaced_later().collect();
        let is_due = |column: &&Column| column.generated.is_some() && !self.is_stored_with_changes(column);
        let added = self.added().filter(is_due);
        for column in in_order(added.chain(again.iter().copied()).collect()) {
            if !is_stored(column) {
                self.flush();
            }
            if again.iter().any(|other| other.name == column.name) {
                self.add_again(column);
            } else {
                self.add_column(column);
            }
            if !is_stored(column) {
                self.flush();
            }
        }
        self.flush();
        self.modify(Moment::Last);
        self.flush();
    }

    fn add_column(&mut self, column: &Column) {
        let checks = checks_of(&self.after.checks, column);
        let place = self.place(&column.name);
        let comment = format!("add the column {place}");
        let encoding = self.own_encoding(column).filter(|_| self.encoding_is_old && self.columns_come_first);
        let definition = render::column(column, &checks, encoding.as_ref(), self.variant);
        self.part(column::of_new(column), format!("ADD COLUMN {definition}"), comment, Vec::new());
    }

    pub(super) fn drop_columns(&mut self) {
        let is_late = |column: &&Column| column.generated.is_some() && !self.drops_before_computed(column);
        self.drop_alone(self.dropped().filter(is_late).collect());
        let with_key = self.dropped_with_key();
        let rest = self.dropped().filter(|column| column.generated.is_none() && !with_key.contains(column));
        for column in rest.collect::<Vec<_>>() {
            self.drop_column(column);
        }
        self.flush();
    }

    pub(super) fn drop_column(&mut self, column: &Column) {
        let place = self.place(&column.name);
        let kind = drop_kind(column);
        let hazards = if column.generated.is_none() {
            vec![Hazard::DestroysData(format!("the values of {place} are gone"))]
        } else {
            Vec::new()
        };
        self.part(
            kind,
            format!("DROP COLUMN {}", quote(&column.name)),
            format!("drop the column {place}"),
            hazards,
        );
    }
}

fn is_stored(column: &Column) -> bool {
    column.generated.as_ref().is_some_and(|it| it.stored)
}

pub(super) fn drop_kind(column: &Column) -> Kind {
    match &column.generated {
        Some(Generated { stored: true, .. }) => Kind::DropStoredColumn,
        Some(Generated { stored: false, .. }) => Kind::DropVirtualColumn,
        None => Kind::DropColumn,
    }
}

/// Whether a column, with these CHECKs in its definition, speaks of another one.
pub(super) fn reads(column: &Column, checks: &[&Check], other: &Column) -> bool {
    let generated = column.generated.iter().map(|generated| generated.expression.as_str());
    let default = column.default.iter().filter_map(|default| match default {
        Default::Sql(sql) => Some(sql.as_str()),
        Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_) => {
            None
        }
    });
    let checks = checks.iter().map(|check| check.expression.as_str());
    other.name != column.name
        && generated.chain(default).chain(checks).any(|text| mentions(text, &other.name))
}

/// Generated columns, each behind those that it is computed from.
pub(super) fn in_order(mut open: Vec<&Column>) -> Vec<&Column> {
    let mut ordered = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let waits = |column: &Column| open.iter().any(|other| reads(column, &[], other));
        let next = open.iter().position(|column| !waits(column)).unwrap_or(0);
        ordered.push(open.remove(next));
    }
    ordered
}
