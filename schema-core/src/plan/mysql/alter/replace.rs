//! Columns that go and come again, because the servers do not change them so.

use super::columns::{drop_kind, in_order, reads};
use super::{Alter, Part};
use crate::dialect::mysql::render::{self, checks_of};
use crate::dialect::mysql::{quote, quote_name};
use crate::model::Column;
use crate::plan::mysql::alter_algorithm::AlterAlgorithm;
use crate::plan::mysql::column::{self, Way};
use crate::plan::mysql::values;
use crate::sql::Statement;

impl<'a> Alter<'a> {
    /// The columns that go and come again, each before those that it is computed from.
    pub(super) fn replacements(&self) -> Vec<(&'a Column, &'a Column, Way)> {
        let is_computed = |column: &Column| column.generated.is_some();
        let mut open: Vec<(&Column, &Column, Way)> = Vec::new();
        for (old, new) in self.pairs() {
            let way = column::way(old, new);
            if way != Way::Modify || is_computed(old) && is_computed(new) {
                open.push((old, new, way));
            }
        }
        // What is computed from one that goes has to go with it.
        loop {
            let goes = |(old, _, way): &(&Column, &Column, Way)| {
                *way == Way::Modify
                    && open.iter().any(|(other, _, way)| *way != Way::Modify && reads(old, &[], other))
            };
            let Some(next) = open.iter().position(goes) else { break };
            open[next].2 = Way::Replace;
        }
        open.retain(|(_, _, way)| *way != Way::Modify);
        let order = in_order(open.iter().map(|(old, ..)| *old).collect());
        let place = |name: &str| order.iter().position(|column| column.name == name);
        open.sort_by_key(|(old, ..)| std::cmp::Reverse(place(&old.name)));
        open
    }

    /// Columns become computed when they are read, or no longer: the servers cannot change that, but make such a column at no cost.
    pub(super) fn replace_columns(&mut self) {
        for (old, new, way) in self.replaced.clone() {
            match way {
                Way::Modify => {}
                Way::Replace if self.goes_with_key(old) => {}
                // What is computed may be so from columns that are yet to come, and comes back after them.
                Way::Replace => {
                    self.drop_for_a_while(old, new);
                    self.flush();
                }
                Way::ReplaceAndKeep => self.replace_and_keep(old, new),
            }
        }
    }

    /// Has a column aside take the values of a computed one, and its name.
    fn replace_and_keep(&mut self, old: &Column, new: &Column) {
        let place = self.place(&old.name);
        let aside = Column { name: self.free_name(&old.name), default: None, auto: None, ..new.clone() };
        let aside = Column { nullable: true, on_update: None, ..aside };
        let encoding = self.own_encoding(new);
        let clause = format!("ADD COLUMN {}", render::column(&aside, &[], encoding.as_ref(), self.variant));
        let comment = format!("add a column for the values of {place}, which is no longer computed");
        self.part(column::of_new(&aside), clause, comment, Vec::new());
        self.flush();
        let keep = format!(
            "UPDATE {} SET {} = {}{}",
            quote_name(&self.before.name),
            quote(&aside.name),
            quote(&old.name),
            values::kept_as_they_are(self.before, &old.name)
        );
        let statement = Statement::new(format!("keep the values that {place} has"), keep);
        self.statements.push(statement.with_hazards(column::value_hazard(self.before, old, new)));
        self.part(
            drop_kind(old),
            format!("DROP COLUMN {}", quote(&old.name)),
            format!("drop {place}, whose values are kept"),
            Vec::new(),
        );
        self.flush();
        // Only a key can have numbers.
        let is_numbered = new.auto.is_some();
        let named = Column { auto: None, nullable: new.nullable || is_numbered, ..new.clone() };
        let checks = checks_of(&self.after.checks, new);
        let definition = render::column(&named, &checks, encoding.as_ref(), self.variant);
        self.pending.push(Part {
            clause: format!("CHANGE COLUMN {} {definition}", quote(&aside.name)),
            algorithm: AlterAlgorithm::COPY,
            comment: format!("rename the column with the values to {place}"),
            hazards: column::null_hazard(self.before, old, &named).into_iter().collect(),
        });
        self.flush();
    }

    /// Drops a column that comes back computed.
    pub(super) fn drop_for_a_while(&mut self, old: &Column, new: &Column) {
        let place = self.place(&old.name);
        let mut hazards = column::hazards(self.before, old, new);
        hazards.sort();
        let comment = format!("drop {place}, which comes back below");
        self.part(drop_kind(old), format!("DROP COLUMN {}", quote(&old.name)), comment, hazards);
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

    /// The columns that are gone until there are all others, as they come back.
    pub(super) fn replaced_later(&self) -> impl Iterator<Item = &'a Column> + Clone + use<'_, 'a> {
        self.replaced.iter().filter(|(_, _, way)| *way == Way::Replace).map(|(_, new, _)| *new)
    }

    /// Adds a column that was dropped because the servers cannot change it so.
    pub(super) fn add_again(&mut self, column: &Column) {
        let checks = checks_of(&self.after.checks, column);
        let clause = format!("ADD COLUMN {}", render::column(column, &checks, None, self.variant));
        let comment = format!("add the new form of {}", self.place(&column.name));
        self.part(column::of_new(column), clause, comment, Vec::new());
    }
}
