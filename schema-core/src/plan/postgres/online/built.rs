//! What an index is about, be it one of its own or that of a key.

use crate::dialect::postgres::quote;
use crate::model::{Deferrability, Index, IndexKey, IndexPart, KeyColumn, PrimaryKey, Unique};
use std::collections::BTreeMap;

/// An index, as far as it matters to what else a script does.
pub(in super::super) struct Built<'a> {
    pub(super) name: &'a str,
    /// The columns that it orders by.
    pub(super) key: Vec<&'a str>,
    /// All columns that it holds as they are.
    pub(super) columns: Vec<&'a str>,
    /// Its expressions and condition.
    pub(super) texts: Vec<&'a str>,
    /// Whether it keeps rows apart.
    pub(super) is_unique: bool,
    /// Whether it needs more than its table: functions, operator classes, collations.
    pub(super) needs_objects: bool,
}

impl<'a> Built<'a> {
    pub(in super::super) fn of(index: &'a Index) -> Self {
        let (mut key, mut texts) = (Vec::new(), Vec::new());
        for part in &index.parts {
            match &part.key {
                IndexKey::Column(name) => key.push(name.as_str()),
                IndexKey::Expression(text) => texts.push(text.as_str()),
            }
        }
        texts.extend(index.predicate.as_deref());
        let has_options = |part: &IndexPart| part.collation.is_some() || part.opclass.is_some();
        let needs_objects = !texts.is_empty() || index.using.is_some() || index.parts.iter().any(has_options);
        Built {
            name: index.name.as_deref().unwrap_or_default(),
            columns: key.iter().copied().chain(index.include.iter().map(String::as_str)).collect(),
            key,
            texts,
            is_unique: index.unique,
            needs_objects,
        }
    }
}

/// The index of a key, and what the key is besides.
pub(in super::super) struct KeyIndex {
    /// The index, under the name of the key.
    pub(super) index: Index,
    /// `PRIMARY KEY` or `UNIQUE`.
    pub(super) kind: &'static str,
    pub(super) deferrable: Deferrability,
}

impl KeyIndex {
    pub(in super::super) fn of_primary_key(key: &PrimaryKey) -> Self {
        let PrimaryKey { name, columns, deferrable, include, with, on_conflict: _, comment: _ } = key;
        KeyIndex {
            index: index(name.as_ref(), columns, include, with, false),
            kind: "PRIMARY KEY",
            deferrable: *deferrable,
        }
    }

    pub(in super::super) fn of_unique(unique: &Unique) -> Self {
        let Unique {
            name,
            columns,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict: _,
            comment: _,
            renamed_from: _,
        } = unique;
        KeyIndex {
            index: index(name.as_ref(), columns, include, with, *nulls_not_distinct),
            kind: "UNIQUE",
            deferrable: *deferrable,
        }
    }

    /// `ADD CONSTRAINT …`, of an index that is there.
    pub(super) fn add(&self, name: &str, index: &str) -> String {
        let deferred = match self.deferrable {
            Deferrability::NotDeferrable => "",
            Deferrability::InitiallyImmediate => " DEFERRABLE",
            Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        };
        format!("ADD CONSTRAINT {} {} USING INDEX {}{deferred}", quote(name), self.kind, quote(index))
    }
}

fn index(
    name: Option<&String>,
    columns: &[KeyColumn],
    include: &[String],
    with: &BTreeMap<String, String>,
    nulls_not_distinct: bool,
) -> Index {
    let parts = columns.iter().map(|column| IndexPart::new(IndexKey::Column(column.name.clone())));
    Index {
        name: name.cloned(),
        unique: true,
        include: include.to_vec(),
        with: with.clone(),
        nulls_not_distinct,
        ..Index::new(parts.collect())
    }
}
