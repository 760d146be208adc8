//! Tables whose key SQLite cannot rename as they are written.

use super::{Planner, by_name};
use crate::dialect::sqlite::{alter, fold, render};
use crate::diff::Rename;
use crate::model::{QualifiedName, Table};
use crate::sql::Statement;

impl<'a> Planner<'a> {
    /// Rebuilds such a table as it is, spelled so that its key can be renamed.
    ///
    /// Only a table of somebody else's is written so, and its key has been renamed once before it is renamed back: the way down never needs it.
    pub(super) fn reshape(&mut self) {
        let renamed = |table: &Table, key: &str| {
            let mut columns = self.changes.renames.iter().filter_map(Rename::as_column);
            columns.any(|(name, from, _)| from == key && self.name_at_start(name) == table.name)
        };
        let tables: Vec<&'a Table> = self
            .path
            .start
            .tables
            .iter()
            .filter(|table| alter::key_that_refuses_renames(table).is_some_and(|key| renamed(table, key)))
            .collect();
        for table in tables {
            self.expect(table.name.clone());
            let after = Table { definition: None, ..table.clone() };
            let title = format!("rebuild `{}` in words in which SQLite can rename its key", table.name);
            self.make_anew(&title, table, &after, &[], &[]);
            self.bring_back(table);
        }
    }

    /// What goes with a table that is dropped, and is not dropped anyway.
    fn bring_back(&mut self, table: &Table) {
        let name = &table.name;
        for index in by_name(&table.indexes) {
            let what = index.name.as_deref().unwrap_or_default();
            self.push(Statement::new(
                format!("create the index `{what}` on `{name}`"),
                render::create_index(name, index),
            ));
        }
        let is_on = |other: &QualifiedName| fold(&other.name) == fold(&name.name);
        for trigger in self.path.start.triggers.iter().filter(|trigger| is_on(&trigger.table)) {
            let goes = self
                .triggers
                .iter()
                .any(|(before, _)| before.is_some_and(|before| fold(&before.name) == fold(&trigger.name)));
            if !goes {
                self.push(Statement::new(
                    format!("create the trigger `{}` on `{name}`", trigger.name),
                    trigger.definition.clone(),
                ));
            }
        }
    }
}
