//! What has to be asked of the server: every type and expression of a desired schema that the database does not spell already.

use crate::dialect::postgres::expression::{identifiers, mentions};
use crate::model::{ColumnType, Default, Generated, IndexKey, QualifiedName, Schema, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An expression with all that its meaning depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Question {
    pub(super) kind: Kind,
    /// The columns that it mentions, with their types.
    pub(super) columns: BTreeMap<String, String>,
    pub(super) expression: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Kind {
    /// The default of a column of this type.
    Default { ty: String },
    /// A generated column of this type.
    Generated { ty: String },
    /// A condition: of a CHECK, or of a partial index.
    Condition,
    /// A key of an index.
    Key,
}

/// Where an expression stands, for messages.
#[derive(Clone, Debug)]
pub(in super::super) struct Place {
    pub(super) table: QualifiedName,
    pub(super) what: String,
}

/// Is shown an expression, with what it is about and the columns that it mentions, and may change it.
type Visit<'a> = dyn FnMut(&Place, Kind, &BTreeMap<String, String>, &mut String) + 'a;

/// Calls `visit` for every expression of the schema that `current` does not spell alike in the same place, always in the same order.
pub(super) fn visit(current: &Schema, desired: &mut Schema, visit: &mut Visit<'_>) {
    let found: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    for table in &mut desired.tables {
        let known = Known::of(found.get(&table.name).copied());
        visit_table(table, &known, visit);
    }
}

/// What a table of the database spells.
#[derive(Default)]
struct Known<'a> {
    columns: HashSet<(&'a str, &'a str)>,
    conditions: HashSet<&'a str>,
    keys: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(table: Option<&'a Table>) -> Self {
        let Some(table) = table else { return Known::default() };
        let mut known = Known::default();
        for column in &table.columns {
            if let Some(Default::Sql(text)) = &column.default {
                known.columns.insert((&column.name, text));
            }
            if let Some(generated) = &column.generated {
                known.columns.insert((&column.name, &generated.expression));
            }
        }
        known.conditions.extend(table.checks.iter().map(|check| check.expression.as_str()));
        for index in &table.indexes {
            known.conditions.extend(index.predicate.as_deref());
            known.keys.extend(index.parts.iter().filter_map(|part| match &part.key {
                IndexKey::Expression(text) => Some(text.as_str()),
                IndexKey::Column(_) => None,
            }));
        }
        known
    }
}

fn visit_table(table: &mut Table, known: &Known<'_>, visit: &mut Visit<'_>) {
    let types: BTreeMap<String, String> = table
        .columns
        .iter()
        .filter_map(|column| match &column.ty {
            ColumnType::Sql(text) => Some((column.name.clone(), text.clone())),
            _ => None,
        })
        .collect();
    let mentioned = |text: &str| -> BTreeMap<String, String> {
        let words: BTreeSet<String> = identifiers(text).collect();
        types
            .iter()
            .filter(|(name, _)| words.contains(*name))
            .map(|(name, ty)| (name.clone(), ty.clone()))
            .collect()
    };
    let place = |what: String| Place { table: table.name.clone(), what };
    for column in &mut table.columns {
        let ty = types.get(&column.name).cloned().unwrap_or_default();
        if let Some(Default::Sql(text)) = &mut column.default
            && !known.columns.contains(&(column.name.as_str(), text.as_str()))
        {
            let place = place(format!("the default of `{}`", column.name));
            visit(&place, Kind::Default { ty: ty.clone() }, &BTreeMap::new(), text);
        }
        if let Some(Generated { expression, stored: _ }) = &mut column.generated
            && !known.columns.contains(&(column.name.as_str(), expression.as_str()))
        {
            let place = place(format!("the expression of `{}`", column.name));
            let columns = mentioned(expression);
            visit(&place, Kind::Generated { ty }, &columns, expression);
        }
    }
    for check in &mut table.checks {
        if !known.conditions.contains(check.expression.as_str()) {
            let columns = mentioned(&check.expression);
            visit(&place("a CHECK".to_owned()), Kind::Condition, &columns, &mut check.expression);
        }
    }
    for index in &mut table.indexes {
        for part in &mut index.parts {
            if let IndexKey::Expression(text) = &mut part.key
                && !known.keys.contains(text.as_str())
            {
                let columns = mentioned(text);
                visit(&place("the key of an index".to_owned()), Kind::Key, &columns, text);
            }
        }
        if let Some(text) = &mut index.predicate
            && !known.conditions.contains(text.as_str())
        {
            let columns = mentioned(text);
            visit(&place("the condition of an index".to_owned()), Kind::Condition, &columns, text);
        }
    }
}

/// The types of columns that no column of the database has in these words.
pub(super) fn unknown_types(current: &Schema, desired: &Schema) -> BTreeSet<String> {
    let known: HashSet<&ColumnType> =
        current.tables.iter().flat_map(|table| &table.columns).map(|column| &column.ty).collect();
    let columns = desired.tables.iter().flat_map(|table| &table.columns);
    columns
        .filter(|column| !known.contains(&column.ty))
        .filter_map(|column| match &column.ty {
            ColumnType::Sql(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

/// The views whose queries the database does not spell alike, each with the tables and views that it may read.
pub(super) fn views(current: &Schema, desired: &Schema) -> Vec<usize> {
    let found: HashMap<&QualifiedName, &str> =
        current.views.iter().map(|view| (&view.name, view.query.as_str())).collect();
    let asked = desired.views.iter().enumerate();
    asked
        .filter(|(_, view)| found.get(&view.name) != Some(&view.query.as_str()) || !view.columns.is_empty())
        .map(|(place, _)| place)
        .collect()
}

/// The tables and views that a query mentions, those that these read included.
pub(super) fn reads<'a>(desired: &'a Schema, query: &str) -> (Vec<&'a Table>, Vec<usize>) {
    let mut views: Vec<usize> = Vec::new();
    let mut texts = vec![query];
    let mut tables: BTreeMap<&QualifiedName, &Table> = BTreeMap::new();
    while let Some(text) = texts.pop() {
        tables.extend(
            desired
                .tables
                .iter()
                .filter(|table| mentions(text, &table.name.name))
                .map(|table| (&table.name, table)),
        );
        for (place, view) in desired.views.iter().enumerate() {
            if mentions(text, &view.name.name) && view.query != text && !views.contains(&place) {
                views.push(place);
                texts.push(&view.query);
            }
        }
    }
    (tables.into_values().collect(), views)
}
