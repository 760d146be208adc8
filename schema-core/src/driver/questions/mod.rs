//! What has to be asked of a server that normalizes expressions: every one of a desired schema that the database does not spell already.
//!
//! Owns which questions there are and which of them fit into one temporary table; how they are asked and answered is each driver's.

mod batch;

pub(super) use batch::{Batch, batches};

use crate::model::{Column, DatabaseSchema, Default, Generated, IndexKey, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How an engine reads expressions.
pub(super) struct Language {
    /// All identifiers and words of a text, in the form in which columns are told apart.
    pub(super) words: fn(&str) -> BTreeSet<String>,
    /// The name of a column in that form.
    pub(super) fold: fn(&str) -> String,
    /// A text that is the same for two expressions which need not be told apart.
    pub(super) canonical: fn(&str) -> String,
    /// A column's type, with all that an expression's meaning depends on.
    pub(super) declared: fn(&Table, &Column) -> Option<String>,
}

/// An expression with all that its meaning depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Question {
    pub(super) kind: Kind,
    /// The columns that it mentions, with their types.
    pub(super) columns: BTreeMap<String, String>,
    pub(super) expression: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
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
pub(super) fn visit(
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    language: &Language,
    visit: &mut Visit<'_>,
) {
    let found: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    for table in &mut desired.tables {
        let known = Known::of(found.get(&table.name).copied(), language);
        visit_table(table, &known, language, visit);
    }
}

/// What a table of the database spells.
#[derive(Default)]
struct Known<'a> {
    columns: HashSet<(&'a str, String)>,
    conditions: HashSet<String>,
    keys: HashSet<String>,
}

impl<'a> Known<'a> {
    fn of(table: Option<&'a Table>, language: &Language) -> Self {
        let Some(table) = table else { return Known::default() };
        let canonical = language.canonical;
        let mut known = Known::default();
        for column in &table.columns {
            if let Some(Default::Sql(text)) = &column.default {
                known.columns.insert((&column.name, canonical(text)));
            }
            if let Some(generated) = &column.generated {
                known.columns.insert((&column.name, canonical(&generated.expression)));
            }
        }
        known.conditions.extend(table.checks.iter().map(|check| canonical(&check.expression)));
        for index in &table.indexes {
            known.conditions.extend(index.predicate.as_deref().map(canonical));
            known.keys.extend(index.parts.iter().filter_map(|part| match &part.key {
                IndexKey::Expression(text) => Some(canonical(text)),
                IndexKey::Column(_) => None,
            }));
        }
        known
    }
}

fn visit_table(table: &mut Table, known: &Known<'_>, language: &Language, visit: &mut Visit<'_>) {
    let Language { words, fold, canonical, declared } = language;
    let types: BTreeMap<String, String> = table
        .columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), declared(table, column)?)))
        .collect();
    let mentioned = |text: &str| -> BTreeMap<String, String> {
        let words = words(text);
        types
            .iter()
            .filter(|(name, _)| words.contains(&fold(name)))
            .map(|(name, ty)| (name.clone(), ty.clone()))
            .collect()
    };
    let place = |what: String| Place { table: table.name.clone(), what };
    for column in &mut table.columns {
        let ty = types.get(&column.name).cloned().unwrap_or_default();
        if let Some(Default::Sql(text)) = &mut column.default
            && !known.columns.contains(&(column.name.as_str(), canonical(text)))
        {
            let place = place(format!("the default of `{}`", column.name));
            visit(&place, Kind::Default { ty: ty.clone() }, &BTreeMap::new(), text);
        }
        if let Some(Generated { expression, stored: _ }) = &mut column.generated
            && !known.columns.contains(&(column.name.as_str(), canonical(expression)))
        {
            let place = place(format!("the expression of `{}`", column.name));
            let columns = mentioned(expression);
            visit(&place, Kind::Generated { ty }, &columns, expression);
        }
    }
    for check in &mut table.checks {
        if !known.conditions.contains(&canonical(&check.expression)) {
            let columns = mentioned(&check.expression);
            visit(&place("a CHECK".to_owned()), Kind::Condition, &columns, &mut check.expression);
        }
    }
    for index in &mut table.indexes {
        for part in &mut index.parts {
            if let IndexKey::Expression(text) = &mut part.key
                && !known.keys.contains(&canonical(text))
            {
                let columns = mentioned(text);
                visit(&place("the key of an index".to_owned()), Kind::Key, &columns, text);
            }
        }
        if let Some(text) = &mut index.predicate
            && !known.conditions.contains(&canonical(text))
        {
            let columns = mentioned(text);
            visit(&place("the condition of an index".to_owned()), Kind::Condition, &columns, text);
        }
    }
}

/// The views whose queries the database does not spell alike, each with the tables and views that it may read.
pub(super) fn views(current: &DatabaseSchema, desired: &DatabaseSchema, language: &Language) -> Vec<usize> {
    let canonical = language.canonical;
    let found: HashMap<&QualifiedName, &str> =
        current.views.iter().map(|view| (&view.name, view.query.as_str())).collect();
    let is_known = |query: &str, found: &str| query == found || canonical(query) == canonical(found);
    let asked = desired.views.iter().enumerate();
    asked
        .filter(|(_, view)| {
            !view.columns.is_empty()
                || !found.get(&view.name).is_some_and(|found| is_known(&view.query, found))
        })
        .map(|(place, _)| place)
        .collect()
}

/// The tables and views that a query mentions, those that these read included.
pub(super) fn reads<'a>(
    desired: &'a DatabaseSchema,
    query: &str,
    mentions: fn(&str, &str) -> bool,
) -> (Vec<&'a Table>, Vec<usize>) {
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
