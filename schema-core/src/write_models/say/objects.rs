//! Keys, constraints and indexes.

use super::{Losses, exclusion, is_blank};
use crate::dialect;
use crate::model::{
    Check, Engine, Exclusion, Index, IndexKey, IndexPart, KeyColumn, PrimaryKey, Table, Unique,
};
use std::collections::{BTreeMap, BTreeSet};

/// Adds to a table what stands beside its columns, foreign keys aside.
pub(super) fn say(engine: Engine, found: &Table, said: &mut Table, losses: &mut Losses) {
    let mut objects =
        Objects { table: found, columns: Columns::of(engine, said), losses, names: BTreeSet::new() };
    let primary_key = found.primary_key.as_ref().and_then(|key| objects.primary_key(key));
    let uniques = found.uniques.iter().filter_map(|unique| objects.unique(unique)).collect();
    let checks = found.checks.iter().map(|check| objects.check(check)).collect();
    let exclusions = found.exclusions.iter().filter_map(|it| objects.exclusion(it)).collect();
    objects.names.clear();
    let indexes = found.indexes.iter().filter_map(|index| objects.index(index)).collect();
    (said.primary_key, said.uniques, said.checks) = (primary_key, uniques, checks);
    (said.exclusions, said.indexes) = (exclusions, indexes);
}

/// The columns that a struct says, by their names as the engine compares them.
pub(super) struct Columns {
    fold: fn(&str) -> String,
    by_name: BTreeMap<String, String>,
}

impl Columns {
    pub(super) fn of(engine: Engine, table: &Table) -> Self {
        let fold = dialect::spelling(engine).fold;
        let names = table.columns.iter().map(|column| (fold(&column.name), column.name.clone()));
        Columns { fold, by_name: names.collect() }
    }

    /// The column as its own name has it.
    pub(super) fn spelled(&self, name: &str) -> Option<String> {
        self.by_name.get(&(self.fold)(name)).cloned()
    }

    /// Several columns; none where one is not said or stands there twice.
    pub(super) fn all_spelled<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> Option<Vec<String>> {
        let names: Vec<String> = names.into_iter().map(|name| self.spelled(name)).collect::<Option<_>>()?;
        let different: BTreeSet<&String> = names.iter().collect();
        (different.len() == names.len()).then_some(names)
    }
}

/// Whether a storage parameter is a word, as the keys of attributes are.
pub(super) fn is_parameter(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

/// Why an object is lost whose columns are.
const COLUMNS: &str = "a column of it is not said, or stands there twice";

struct Objects<'a> {
    table: &'a Table,
    columns: Columns,
    losses: &'a mut Losses,
    names: BTreeSet<String>,
}

impl Objects<'_> {
    fn label(&self, kind: &str, name: Option<&String>) -> String {
        let table = &self.table.name;
        match name {
            Some(name) => format!("the {kind} `{name}` of the table `{table}`"),
            None => format!("a {kind} of the table `{table}`"),
        }
    }

    /// The name, where a struct takes it.
    fn name(&mut self, kind: &str, name: Option<&String>) -> Option<String> {
        let name = name?;
        let label = format!("the name `{name}` of a {kind} of the table `{}`", self.table.name);
        let is_said = self.losses.unless(is_blank(name), || label.clone(), "it is blank")
            && self.losses.unless(!self.names.insert(name.clone()), || label.clone(), "it is there twice");
        is_said.then(|| name.clone())
    }

    fn key(&mut self, kind: &str, name: Option<&String>, columns: &[KeyColumn]) -> Option<Vec<KeyColumn>> {
        let spelled = self.columns.all_spelled(columns.iter().map(|column| &column.name));
        let label = self.label(kind, name);
        self.losses.unless(spelled.is_none(), || label, COLUMNS);
        let columns = columns.iter().zip(spelled?).map(|(column, name)| KeyColumn { name, ..column.clone() });
        Some(columns.collect())
    }

    fn include(&mut self, kind: &str, name: Option<&String>, include: &[String]) -> Option<Vec<String>> {
        let spelled = self.columns.all_spelled(include);
        let label = self.label(kind, name);
        self.losses.unless(spelled.is_none(), || label, COLUMNS);
        spelled
    }

    fn with(
        &mut self,
        kind: &str,
        name: Option<&String>,
        with: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut said = with.clone();
        said.retain(|parameter, value| {
            let label = || format!("the option `{parameter}` = `{value}` of {}", self.label(kind, name));
            let (is_lost, label) = (!is_parameter(parameter), label());
            self.losses.unless(is_lost, || label, "no struct says it")
        });
        said
    }

    fn primary_key(&mut self, key: &PrimaryKey) -> Option<PrimaryKey> {
        const KIND: &str = "primary key";
        let PrimaryKey { name, columns, deferrable, include, with, on_conflict, comment } = key;
        let named = name.as_ref();
        Some(PrimaryKey {
            columns: self.key(KIND, named, columns)?,
            include: self.include(KIND, named, include)?,
            with: self.with(KIND, named, with),
            name: self.name(KIND, named),
            deferrable: *deferrable,
            on_conflict: *on_conflict,
            comment: comment.clone(),
        })
    }

    fn unique(&mut self, unique: &Unique) -> Option<Unique> {
        const KIND: &str = "unique constraint";
        let Unique {
            name,
            columns,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict,
            comment,
            renamed_from: _,
        } = unique;
        let named = name.as_ref();
        Some(Unique {
            columns: self.key(KIND, named, columns)?,
            include: self.include(KIND, named, include)?,
            with: self.with(KIND, named, with),
            name: self.name(KIND, named),
            deferrable: *deferrable,
            nulls_not_distinct: *nulls_not_distinct,
            on_conflict: *on_conflict,
            comment: comment.clone(),
            renamed_from: None,
        })
    }

    fn check(&mut self, check: &Check) -> Check {
        // That a CHECK is part of a column's definition, MariaDB finds out from its name.
        Check { name: self.name("CHECK", check.name.as_ref()), column: None, ..check.clone() }
    }

    fn exclusion(&mut self, found: &Exclusion) -> Option<Exclusion> {
        const KIND: &str = "EXCLUDE constraint";
        let Exclusion { name, definition, comment, renamed_from: _ } = found;
        let named = name.as_ref();
        let parts = exclusion::parts(definition);
        let label = self.label(KIND, named);
        self.losses.unless(parts.is_none(), || label.clone(), "no struct says it so");
        let parts = parts?;
        let compared = parts.parts.iter().filter_map(|(part, _)| match &part.key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Expression(_) => None,
        });
        let mut columns = compared.chain(&parts.include);
        let is_lost = columns.any(|column| self.columns.spelled(column).is_none());
        if !self.losses.unless(is_lost, || label, COLUMNS) {
            return None;
        }
        Some(Exclusion {
            name: self.name(KIND, named),
            definition: parts.definition(),
            comment: comment.clone(),
            renamed_from: None,
        })
    }

    fn index(&mut self, index: &Index) -> Option<Index> {
        const KIND: &str = "index";
        let Index { name, parts, include, with, .. } = index;
        let named = name.as_ref();
        let indexed = parts.iter().filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Expression(_) => None,
        });
        let spelled = self.columns.all_spelled(indexed.chain(include));
        let label = self.label(KIND, named);
        self.losses.unless(spelled.is_none(), || label, COLUMNS);
        let mut spelled = spelled?.into_iter();
        let mut said_parts = Vec::new();
        for part in parts {
            let key = match &part.key {
                IndexKey::Column(_) => IndexKey::Column(spelled.next()?),
                expression @ IndexKey::Expression(_) => expression.clone(),
            };
            said_parts.push(IndexPart { key, ..part.clone() });
        }
        Some(Index {
            parts: said_parts,
            include: spelled.collect(),
            with: self.with(KIND, named, with),
            name: self.name(KIND, named),
            renamed_from: None,
            definition: None,
            ..index.clone()
        })
    }
}
