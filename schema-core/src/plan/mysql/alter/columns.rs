//! Columns that come, go or change, with the values in them.

use super::{Alter, Part};
use crate::dialect::mysql::render::{self, checks_of};
use crate::dialect::mysql::{Encoding, quote, quote_name};
use crate::model::{Column, Generated};
use crate::plan::mysql::class::{Class, Kind};
use crate::plan::mysql::column::{self, Way};
use crate::plan::mysql::values;
use crate::sql::{Hazard, Statement};

/// A column before and after.
type Pair<'a> = (&'a Column, &'a Column);

impl<'a> Alter<'a> {
    /// Looks for values that go, and gives rows the new names of others.
    pub(super) fn prepare_values(&mut self) {
        for (old, new) in self.pairs().collect::<Vec<_>>() {
            let renamed = self.renamed.get(new.name.as_str()).cloned().unwrap_or_default();
            self.statements.extend(values::guard(self.before, old, new, &renamed));
            let Some(both) = values::with_both_names(old, new, &renamed) else { continue };
            let checks = checks_of(&self.before.checks, old);
            let clause = format!("MODIFY COLUMN {}", render::column(&both, &checks, None, self.variant));
            let names: Vec<String> = renamed.iter().map(|(_, to)| format!("`{to}`")).collect();
            let comment = format!("let {} be {} as well", self.place(&old.name), names.join(" or "));
            self.part(Kind::AppendValue, clause, comment, Vec::new());
            self.flush();
            self.statements.extend(values::update(self.before, old, new, &renamed));
        }
    }

    /// What is computed goes before what it is computed from, and alone.
    pub(super) fn drop_generated_columns(&mut self) {
        let generated = self.dropped().filter(|column| column.generated.is_some()).collect();
        for column in in_order(generated).into_iter().rev() {
            self.drop_column(column);
            self.flush();
        }
    }

    /// Columns become computed when they are read, or no longer: the servers cannot change that, but make such a column at no cost.
    pub(super) fn replace_columns(&mut self) {
        for (old, new, way) in self.replaced.clone() {
            let checks = checks_of(&self.after.checks, new);
            let place = self.place(&old.name);
            let mut hazards = column::hazards(self.before, old, new);
            match way {
                Way::Modify => {}
                Way::Replace => {
                    hazards.sort();
                    self.part(
                        drop_kind(old),
                        format!("DROP COLUMN {}", quote(&old.name)),
                        format!("drop {place}, which comes back below"),
                        hazards,
                    );
                    self.flush();
                    // What is computed may be so from columns that are yet to come.
                    if new.generated.is_none() {
                        self.add_again(new);
                        self.flush();
                    }
                }
                Way::ReplaceAndKeep => {
                    let aside = Column { name: self.free_name(&old.name), default: None, ..new.clone() };
                    let aside = Column { nullable: true, on_update: None, ..aside };
                    let clause = format!("ADD COLUMN {}", render::column(&aside, &[], None, self.variant));
                    let comment =
                        format!("add a column for the values of {place}, which is computed no longer");
                    self.part(column::of_new(&aside), clause, comment, Vec::new());
                    self.flush();
                    self.statements.push(Statement::new(
                        format!("keep the values that {place} has"),
                        format!(
                            "UPDATE {} SET {} = {}{}",
                            quote_name(&self.before.name),
                            quote(&aside.name),
                            quote(&old.name),
                            values::kept_as_they_are(self.before, &old.name)
                        ),
                    ));
                    self.part(
                        drop_kind(old),
                        format!("DROP COLUMN {}", quote(&old.name)),
                        format!("drop {place}, whose values are kept"),
                        Vec::new(),
                    );
                    self.flush();
                    let definition = render::column(new, &checks, None, self.variant);
                    self.pending.push(Part {
                        clause: format!("CHANGE COLUMN {} {definition}", quote(&aside.name)),
                        class: Class::COPY,
                        comment: format!("call the column with the values {place}"),
                        hazards: Vec::new(),
                    });
                    self.flush();
                }
            }
        }
    }

    fn free_name(&self, name: &str) -> String {
        let taken = |name: &str| {
            let mut columns = self.before.columns.iter().chain(&self.after.columns);
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let stem: String = name.chars().take(50).collect();
        let mut names = (0_usize..).map(|number| format!("{stem}_kept_{number}"));
        names.find(|name| !taken(name)).unwrap_or(stem)
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

    pub(super) fn change_columns(&mut self) {
        let same_options = self.encodings() == (None, None);
        if let (Some(clause), comment) = self.encodings() {
            self.part(Kind::DefaultEncoding, clause, comment.unwrap_or_default(), Vec::new());
            // MariaDB does either at once, and not both together.
            if !self.key_with_columns {
                self.flush();
            }
        }
        let (_, now) = self.hidden_later();
        self.modify(now, same_options);
        if !self.key_with_columns {
            self.flush();
        }
    }

    /// The columns that become invisible only once there are new ones, and all others: a table without a visible column is refused.
    fn hidden_later(&self) -> (Vec<Pair<'a>>, Vec<Pair<'a>>) {
        let waits = self.would_show_no_column();
        self.pairs().partition(|(old, new)| waits && new.invisible && !old.invisible)
    }

    /// Whether no column would be visible between the changes and the new columns.
    fn would_show_no_column(&self) -> bool {
        !self.key_with_columns
            && self.pairs().all(|(_, new)| new.invisible)
            && self.dropped().all(|column| column.invisible || column.generated.is_some())
    }

    fn modify(&mut self, pairs: Vec<Pair<'a>>, same_options: bool) {
        for (old, new) in pairs {
            let kinds = self.kinds(old, new);
            let Some(class) = kinds.iter().map(|kind| self.traits.class(*kind)).reduce(Class::and) else {
                continue;
            };
            if column::way(old, new) != Way::Modify {
                continue;
            }
            let checks = checks_of(&self.after.checks, new);
            let encoding = Encoding::of(new, &self.after.options).filter(|_| !same_options);
            let definition = render::column(new, &checks, encoding.as_ref(), self.variant);
            let mut hazards = column::hazards(self.before, old, new);
            let known = checks_of(&self.before.checks, old);
            hazards.extend(checks.iter().filter(|check| !known.contains(check)).map(|check| {
                Hazard::MayFail(format!("rows of `{}` may violate `{}`", self.before.name, check.expression))
            }));
            self.pending.push(Part {
                clause: format!("MODIFY COLUMN {definition}"),
                class,
                comment: format!("change {}", self.place(&new.name)),
                hazards,
            });
        }
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

    pub(super) fn add_columns(&mut self) {
        for column in self.added().filter(|column| column.generated.is_none()).collect::<Vec<_>>() {
            self.add_column(column);
        }
        let (hidden, _) = self.hidden_later();
        self.modify(hidden, self.encodings() == (None, None));
        if !self.key_with_columns {
            self.flush();
            self.add_generated_columns();
        }
    }

    /// Columns that are computed, each behind those that it is computed from. The servers add none of them together with anything else.
    pub(super) fn add_generated_columns(&mut self) {
        let again: Vec<&Column> = self
            .replaced
            .iter()
            .filter(|(_, _, way)| *way == Way::Replace)
            .map(|(_, new, _)| *new)
            .filter(|column| column.generated.is_some())
            .collect();
        let added = self.added().filter(|column| column.generated.is_some());
        for column in in_order(added.chain(again.iter().copied()).collect()) {
            if again.iter().any(|other| other.name == column.name) {
                self.add_again(column);
            } else {
                self.add_column(column);
            }
            self.flush();
        }
    }

    /// Adds a column that was dropped because the servers cannot change it so.
    fn add_again(&mut self, column: &Column) {
        let checks = checks_of(&self.after.checks, column);
        let clause = format!("ADD COLUMN {}", render::column(column, &checks, None, self.variant));
        let comment = format!("add {} as it shall be", self.place(&column.name));
        self.part(column::of_new(column), clause, comment, Vec::new());
    }

    fn add_column(&mut self, column: &Column) {
        let checks = checks_of(&self.after.checks, column);
        let place = self.place(&column.name);
        let mut comment = format!("add the column {place}");
        if let Some(value) = column::filled_with(column) {
            comment.push_str(&format!(", where rows that are there get {value}"));
        }
        let mut hazards = Vec::new();
        if column::is_refused_without_value(column) {
            hazards.push(Hazard::MayFail(format!(
                "{place} is NOT NULL and has no default: with rows in the table, give it one first"
            )));
        }
        let clause = format!("ADD COLUMN {}", render::column(column, &checks, None, self.variant));
        self.part(column::of_new(column), clause, comment, hazards);
    }

    pub(super) fn drop_columns(&mut self) {
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

fn drop_kind(column: &Column) -> Kind {
    match &column.generated {
        Some(Generated { stored: true, .. }) => Kind::DropStoredColumn,
        Some(Generated { stored: false, .. }) => Kind::DropVirtualColumn,
        None => Kind::DropColumn,
    }
}

/// Generated columns, each behind those that it is computed from.
fn in_order(mut open: Vec<&Column>) -> Vec<&Column> {
    let mut ordered = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let waits = |column: &Column| {
            column.generated.as_ref().is_some_and(|generated| {
                open.iter().any(|other| {
                    other.name != column.name
                        && crate::dialect::mysql::expression::mentions(&generated.expression, &other.name)
                })
            })
        };
        let next = open.iter().position(|column| !waits(column)).unwrap_or(0);
        ordered.push(open.remove(next));
    }
    ordered
}
