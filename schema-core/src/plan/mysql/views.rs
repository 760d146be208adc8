//! The order in which views are created.

use crate::dialect::mysql::expression;
use crate::model::{QualifiedName, Schema, View};
use std::collections::{BTreeMap, BTreeSet};

/// Which views a view reads.
type Reads<'a> = BTreeMap<&'a QualifiedName, Vec<&'a View>>;

/// All views, each behind those that it is made of.
///
/// A name in a query may be that of a column, too. Where two views have each other's name in them, the one that is named where only relations and bare columns stand is read.
pub(super) fn in_order(schema: &Schema) -> Vec<&View> {
    let views: BTreeMap<&str, &View> =
        schema.views.iter().map(|view| (view.name.name.as_str(), view)).collect();
    let named = |view: &View, words: BTreeSet<String>| -> Vec<&View> {
        let read = words.iter().filter_map(|word| views.get(word.as_str()).copied());
        read.filter(|other| other.name != view.name).collect()
    };
    let certain: Reads<'_> = schema
        .views
        .iter()
        .map(|view| (&view.name, named(view, expression::bare_identifiers(&view.query))))
        .collect();
    let reads: Reads<'_> = schema
        .views
        .iter()
        .map(|view| {
            let mut read = named(view, expression::identifiers(&view.query).collect());
            let is_certain = |other: &&View| certain.get(&view.name).is_some_and(|read| read.contains(other));
            read.retain(|other| is_certain(other) || !reaches(&certain, other, view, &mut BTreeSet::new()));
            (&view.name, read)
        })
        .collect();
    let (mut done, mut order) = (BTreeSet::new(), Vec::new());
    for view in views.into_values() {
        visit(view, &reads, &mut done, &mut order);
    }
    order
}

fn visit<'a>(
    view: &'a View,
    reads: &Reads<'a>,
    done: &mut BTreeSet<&'a QualifiedName>,
    order: &mut Vec<&'a View>,
) {
    if done.insert(&view.name) {
        for other in reads.get(&view.name).into_iter().flatten() {
            visit(other, reads, done, order);
        }
        order.push(view);
    }
}

/// Whether a view reads another one, itself or through others.
fn reaches<'a>(reads: &Reads<'a>, from: &'a View, to: &View, seen: &mut BTreeSet<&'a QualifiedName>) -> bool {
    let mut read = reads.get(&from.name).into_iter().flatten();
    seen.insert(&from.name) && read.any(|other| other.name == to.name || reaches(reads, other, to, seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_called_like_a_view_is_no_view_that_is_read() {
        let views = [
            ("total", "select sum(`orders`.`total`) AS `sum` from `orders`"),
            ("orders", "select `t`.`a` AS `total` from `t`"),
            ("a", "select `b`.`x` AS `c` from (`b` join `c` on(`b`.`x` = `c`.`x`))"),
            ("b", "select `t`.`x` AS `a` from `t`"),
            ("c", "select `t`.`a` AS `x` from `t`"),
        ];
        let schema = Schema {
            views: views.into_iter().map(|(name, query)| View::new(name, query)).collect(),
            ..Schema::default()
        };
        let order: Vec<&str> = in_order(&schema).iter().map(|view| view.name.name.as_str()).collect();
        assert_eq!(order, ["b", "c", "a", "orders", "total"]);
    }
}
