//! The order in which tables are made and dropped: what is referred to comes first and goes last.

use crate::model::{ForeignKey, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet};

/// New tables in their order, each with the foreign keys that it is made with.
pub(super) struct Order<'a> {
    pub(super) tables: Vec<(&'a Table, Vec<&'a ForeignKey>)>,
    /// Foreign keys to what is not there yet when their table is made.
    pub(super) detached: Vec<(&'a Table, &'a ForeignKey)>,
}

/// The order of new tables. `there` tells which others are as desired, and `later` whether a table gets the keys to itself later.
pub(super) fn in_order<'a>(
    created: &[&'a Table],
    there: impl Fn(&QualifiedName) -> bool,
    later: bool,
) -> Order<'a> {
    let mut order = Order { tables: Vec::new(), detached: Vec::new() };
    let mut done: BTreeSet<&QualifiedName> = BTreeSet::new();
    for table in by_references(created) {
        let (with_table, detached): (Vec<&ForeignKey>, Vec<&ForeignKey>) =
            table.foreign_keys.iter().partition(|key| {
                (key.references == table.name && !later)
                    || done.contains(&key.references)
                    || there(&key.references)
            });
        order.tables.push((table, with_table));
        order.detached.extend(detached.into_iter().map(|key| (table, key)));
        done.insert(&table.name);
    }
    order
}

/// A step in dropping tables.
pub(super) enum Drop<'a> {
    /// A foreign key that would be in the way.
    ForeignKey(&'a Table, &'a ForeignKey),
    /// A table.
    Table(&'a Table),
}

/// The steps that drop these tables.
pub(super) fn drop_in_order<'a>(dropped: &[&'a Table]) -> Vec<Drop<'a>> {
    let order: Vec<&'a Table> = by_references(dropped).into_iter().rev().collect();
    let places: BTreeMap<&QualifiedName, usize> =
        order.iter().enumerate().map(|(place, table)| (&table.name, place)).collect();
    let mut steps = Vec::new();
    for (place, table) in order.iter().enumerate() {
        for key in &table.foreign_keys {
            // What it refers to goes earlier: the two refer to each other.
            if places.get(&key.references).is_some_and(|target| *target < place) {
                steps.push(Drop::ForeignKey(table, key));
            }
        }
    }
    steps.extend(order.into_iter().map(Drop::Table));
    steps
}

/// The tables, each behind those that it refers to as far as that can be; by name otherwise.
fn by_references<'a>(tables: &[&'a Table]) -> Vec<&'a Table> {
    let by_name: BTreeMap<&QualifiedName, &'a Table> =
        tables.iter().map(|table| (&table.name, *table)).collect();
    let (mut done, mut order) = (BTreeSet::new(), Vec::new());
    for table in by_name.values() {
        // A stack of one's own: a chain of references may be as long as there are tables.
        let mut open: Vec<(&'a Table, usize)> = vec![(table, 0)];
        if !done.insert(&table.name) {
            continue;
        }
        while let Some((table, next)) = open.pop() {
            match table.foreign_keys.get(next) {
                Some(key) => {
                    open.push((table, next + 1));
                    if let Some(target) = by_name.get(&key.references)
                        && done.insert(&target.name)
                    {
                        open.push((target, 0));
                    }
                }
                None => order.push(table),
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, references: &[&str]) -> Table {
        let keys = references.iter().map(|target| ForeignKey::new(vec!["a".to_owned()], (*target).into()));
        Table { foreign_keys: keys.collect(), ..Table::new(name) }
    }

    #[test]
    fn what_is_referred_to_comes_first_and_goes_last() {
        let tables = [table("a", &["b"]), table("b", &["c", "b"]), table("c", &[]), table("d", &["x"])];
        let tables: Vec<&Table> = tables.iter().collect();
        let order = in_order(&tables, |name| name.name == "x", false);
        let names: Vec<&str> = order.tables.iter().map(|(table, _)| table.name.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "a", "d"]);
        assert!(order.detached.is_empty());
        let dropped: Vec<String> = drop_in_order(&tables)
            .iter()
            .map(|step| match step {
                Drop::Table(table) => table.name.name.clone(),
                Drop::ForeignKey(table, _) => format!("key of {}", table.name),
            })
            .collect();
        assert_eq!(dropped, ["d", "a", "b", "c"]);
    }

    #[test]
    fn tables_that_refer_to_each_other_get_their_keys_later_and_lose_them_earlier() {
        let tables = [table("a", &["b"]), table("b", &["a"])];
        let tables: Vec<&Table> = tables.iter().collect();
        let order = in_order(&tables, |_| false, false);
        let names: Vec<&str> = order.tables.iter().map(|(table, _)| table.name.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        assert_eq!(order.detached.len(), 1);
        assert!(
            matches!(drop_in_order(&tables).first(), Some(Drop::ForeignKey(table, _)) if table.name.name == "b")
        );
    }
}
