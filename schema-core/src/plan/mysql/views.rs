//! The order in which views are created.

use crate::dialect::mysql::{expression, fold_case};
use crate::model::{DatabaseSchema, ObjectKind, View};
use crate::plan::order::{self, Need};
use std::collections::{BTreeMap, BTreeSet};

/// All views, each behind those that it is made of.
///
/// A name in a query may be that of a column, too. Where two views have each other's name in them, the one that is named where only relations and bare columns stand is read.
pub(super) fn in_order(schema: &DatabaseSchema) -> Vec<&View> {
    let views: BTreeMap<&str, &View> =
        schema.views.iter().map(|view| (view.name.name.as_str(), view)).collect();
    let places: BTreeMap<&str, usize> =
        views.keys().enumerate().map(|(place, name)| (*name, place)).collect();
    let needs_of = |view: &View| -> Vec<(usize, Need)> {
        let certain = expression::bare_identifiers(&view.query);
        let words: BTreeSet<String> = expression::identifiers(&view.query).collect();
        let need = |word: &String| if certain.contains(word) { Need::First } else { Need::Later };
        words.iter().filter_map(|word| Some((*places.get(word.as_str())?, need(word)))).collect()
    };
    let needs: Vec<Vec<(usize, Need)>> = views.values().map(|view| needs_of(view)).collect();
    let views: Vec<&View> = views.into_values().collect();
    order::in_order(&needs).into_iter().filter_map(|place| views.get(place).copied()).collect()
}

/// Whether a function that the view calls reads the view: `OR REPLACE` does not find it then, DROP and CREATE do not look.
pub(super) fn is_read_by_its_functions(view: &View, schema: &DatabaseSchema) -> bool {
    let functions = schema.objects.iter().filter(|object| object.id.kind == ObjectKind::Function);
    let functions: BTreeMap<String, &str> = functions
        .filter_map(|object| Some((fold_case(&object.id.name.name), object.definition.as_deref()?)))
        .collect();
    let views: BTreeMap<&str, &str> =
        schema.views.iter().map(|view| (view.name.name.as_str(), view.query.as_str())).collect();
    let called = |text: &str| -> Vec<String> {
        expression::identifiers(text).filter(|word| functions.contains_key(&fold_case(word))).collect()
    };
    let (mut seen, mut open) = (BTreeSet::new(), called(&view.query));
    while let Some(name) = open.pop() {
        let text = functions.get(&fold_case(&name)).or_else(|| views.get(name.as_str()));
        let Some(text) = text.filter(|_| seen.insert(name.clone())) else { continue };
        let words: Vec<String> = expression::identifiers(text).collect();
        if words.contains(&view.name.name) {
            return true;
        }
        open.extend(words);
    }
    false
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
        let schema = DatabaseSchema {
            views: views.into_iter().map(|(name, query)| View::new(name, query)).collect(),
            ..DatabaseSchema::default()
        };
        let order: Vec<&str> = in_order(&schema).iter().map(|view| view.name.name.as_str()).collect();
        assert_eq!(order, ["b", "c", "a", "orders", "total"]);
    }
}
