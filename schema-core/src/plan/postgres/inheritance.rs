//! Parents and children: partitions, and tables that inherit from others.

use crate::dialect::postgres::render;
use crate::model::{AutoIncrement, Column, DatabaseSchema, Default, Partition, QualifiedName, Table};
use std::collections::{HashMap, HashSet};

/// Who is whose child.
pub(super) struct Inheritance<'a> {
    tables: HashMap<&'a QualifiedName, &'a Table>,
    children: HashMap<&'a QualifiedName, Vec<&'a Table>>,
}

impl<'a> Inheritance<'a> {
    pub(super) fn of(schema: &'a DatabaseSchema) -> Self {
        let mut children: HashMap<&QualifiedName, Vec<&Table>> = HashMap::new();
        for table in &schema.tables {
            for parent in parent_names(table) {
                children.entry(parent).or_default().push(table);
            }
        }
        Inheritance { tables: schema.tables.iter().map(|table| (&table.name, table)).collect(), children }
    }

    pub(super) fn table(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.tables.get(name).copied()
    }

    /// The tables that a table is a partition of or inherits from.
    pub(super) fn parents(&self, table: &Table) -> Vec<&'a Table> {
        parent_names(table).filter_map(|name| self.table(name)).collect()
    }

    /// The column that a table has from a parent.
    pub(super) fn inherited(&self, table: &Table, column: &str) -> Option<(&'a Table, &'a Column)> {
        self.parents(table)
            .into_iter()
            .find_map(|parent| Some((parent, parent.columns.iter().find(|other| other.name == column)?)))
    }

    /// The column as a table gets it from a parent, without what a statement of its own says.
    pub(super) fn as_inherited(&self, table: &Table, column: &Column) -> Option<(&'a Table, Column)> {
        let (parent, of_parent) = self.inherited(table, &column.name)?;
        let mut inherited =
            Column { comment: None, not_null_name: column.not_null_name.clone(), ..of_parent.clone() };
        match of_parent.auto {
            // The default is handed down, and goes on to take the numbers of the parent's sequence.
            Some(AutoIncrement::Serial) => {
                let next = render::sequence_name(&parent.name, of_parent).next_value();
                inherited.default = Some(Default::Sql(next));
                (inherited.auto, inherited.sequence) = (None, None);
            }
            // Partitions are identities too since PostgreSQL 17, other children never.
            Some(AutoIncrement::Usual | AutoIncrement::Autoincrement | AutoIncrement::IdentityAlways) => {
                inherited.auto = column.auto.filter(|_| table.partition_of.is_some());
                inherited.sequence = column.sequence.clone();
            }
            None => {}
        }
        Some((parent, inherited))
    }

    /// The partitions of a table.
    pub(super) fn partitions(&self, name: &QualifiedName) -> Vec<(&'a Table, &'a Partition)> {
        let children = self.children.get(name).into_iter().flatten();
        children.filter_map(|child| Some((*child, child.partition_of.as_ref()?))).collect()
    }

    /// The tables that inherit from a table and are no partitions of it.
    pub(super) fn heirs(&self, name: &QualifiedName) -> Vec<&'a Table> {
        let children = self.children.get(name).into_iter().flatten().copied();
        children.filter(|child| child.partition_of.is_none()).collect()
    }

    /// Whether a table has such a column.
    fn has(&self, table: &QualifiedName, column: &str) -> bool {
        self.table(table).is_some_and(|table| table.columns.iter().any(|it| it.name == column))
    }

    pub(super) fn has_children(&self, name: &QualifiedName) -> bool {
        self.children.contains_key(name)
    }

    /// Whether something holds of a table that another inherits from, or of one above that.
    pub(super) fn has_above(&self, table: &Table, holds: &impl Fn(&QualifiedName) -> bool) -> bool {
        let (mut open, mut seen) = (vec![table], HashSet::new());
        while let Some(table) = open.pop() {
            for parent in &table.inherits {
                if holds(parent) {
                    return true;
                }
                open.extend(self.table(parent).filter(|parent| seen.insert(&parent.name)));
            }
        }
        false
    }

    /// How many tables are above one.
    pub(super) fn depth(&self, name: &QualifiedName) -> usize {
        self.depth_within(name, self.tables.len())
    }

    /// Tables cannot be their own ancestors, but what a document says can be anything.
    fn depth_within(&self, name: &QualifiedName, limit: usize) -> usize {
        let Some(table) = self.table(name).filter(|_| limit > 0) else { return 0 };
        parent_names(table).map(|parent| self.depth_within(parent, limit - 1) + 1).max().unwrap_or_default()
    }
}

/// Whether a column is to be inherited, or the table's own, other than the changes of its parents make it: the server decides that when a column comes, and
/// never again.
pub(super) fn columns_change_hands(
    before: &Table,
    after: &Table,
    (inheritance_before, inheritance_after): (&Inheritance<'_>, &Inheritance<'_>),
) -> bool {
    if after.partition_of.is_some() || after.inherits.is_empty() {
        return false;
    }
    let kept = kept_parents(&before.inherits, &after.inherits);
    let hands_down = |inheritance: &Inheritance<'_>, column: &Column| {
        kept.iter().any(|parent| inheritance.has(parent, &column.name))
    };
    after.columns.iter().any(|column| {
        let old = before.columns.iter().find(|old| old.name == column.name);
        let could_be = old.is_none_or(|old| old.inherited && hands_down(inheritance_before, old));
        column.inherited != (could_be && hands_down(inheritance_after, column))
    })
}

/// The parents that are not left: the server keeps their order, so that all behind the first that differs leave and come again.
pub(super) fn kept_parents<'a>(before: &'a [QualifiedName], after: &[QualifiedName]) -> &'a [QualifiedName] {
    let kept = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    before.get(..kept).unwrap_or_default()
}

/// The names of the tables that a table is a partition of or inherits from.
pub(super) fn parent_names(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    table.partition_of.iter().map(|partition| &partition.parent).chain(&table.inherits)
}
