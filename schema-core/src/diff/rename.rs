//! Renames: which hints act, what a schema is after them, and which drops and adds look like one.

use super::{Change, Changes, Rename, TableChange};
use crate::model::{Column, IndexKey, QualifiedName, Schema, Table};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// A rename that somebody asks for, on the command line or at a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRequest {
    /// What is renamed.
    pub subject: RenameSubject,
    /// Its new name.
    pub to: String,
}

/// What can be renamed by request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameSubject {
    /// The table of this name.
    Table(QualifiedName),
    /// The column of this name, in the table of that (old or new) name.
    Column(QualifiedName, String),
}

/// For messages, in the form of the `--rename` option.
impl fmt::Display for RenameRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            RenameSubject::Table(table) => write!(formatter, "{table}={}", self.to),
            RenameSubject::Column(table, column) => write!(formatter, "{table}.{column}={}", self.to),
        }
    }
}

/// Why a requested rename cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// The old name is not in the database.
    #[error("cannot rename `{request}`: the database has no `{missing}`")]
    OldNameMissing {
        /// The request.
        request: String,
        /// What is missing.
        missing: String,
    },
    /// The new name is not in the models.
    #[error("cannot rename `{request}`: the models have no `{missing}`")]
    NewNameMissing {
        /// The request.
        request: String,
        /// What is missing.
        missing: String,
    },
    /// The new name is in the database already.
    #[error("cannot rename `{request}`: the database has `{name}` already")]
    NewNameTaken {
        /// The request.
        request: String,
        /// The name.
        name: String,
    },
    /// A model claims the old name.
    #[error("cannot rename `{request}`: the models still have `{name}`")]
    OldNameClaimed {
        /// The request.
        request: String,
        /// The name.
        name: String,
    },
}

/// The renames that act: requests, and hints whose old name is in the database while the new one is not and no model
/// claims the old one. `fold` makes names comparable as the engine compares them.
///
/// # Errors
///
/// When a request cannot be followed; a hint that does not act is no error.
pub fn resolve(
    current: &Schema,
    desired: &Schema,
    requests: &[RenameRequest],
    fold: fn(&str) -> String,
) -> Result<Vec<Rename>, RenameError> {
    let key = |name: &QualifiedName| (name.schema.as_deref().map(fold), fold(&name.name));
    let found: HashMap<_, &Table> = current.tables.iter().map(|table| (key(&table.name), table)).collect();
    let wanted: HashMap<_, &Table> = desired.tables.iter().map(|table| (key(&table.name), table)).collect();

    let mut renames = Vec::new();
    let mut old_names: HashMap<_, QualifiedName> = HashMap::new();
    for request in requests {
        if let RenameSubject::Table(from) = &request.subject {
            let to = QualifiedName { schema: from.schema.clone(), name: request.to.clone() };
            check_request(
                request,
                (from, found.contains_key(&key(from)), wanted.contains_key(&key(from))),
                (&to, found.contains_key(&key(&to)), wanted.contains_key(&key(&to))),
            )?;
            old_names.insert(key(&to), from.clone());
        }
    }
    for table in &desired.tables {
        if let Some(from) = &table.renamed_from {
            let from = QualifiedName { schema: table.name.schema.clone(), name: from.clone() };
            let acts = found.contains_key(&key(&from))
                && !found.contains_key(&key(&table.name))
                && !wanted.contains_key(&key(&from));
            if acts {
                old_names.entry(key(&table.name)).or_insert(from);
            }
        }
    }
    let mut taken = HashSet::new();
    for table in &desired.tables {
        if let Some(from) = old_names.get(&key(&table.name))
            && let Some(before) = found.get(&key(from))
            && taken.insert(key(from))
        {
            renames.push(Rename::Table { from: before.name.clone(), to: table.name.clone() });
        }
    }

    for table in &desired.tables {
        let before = match old_names.get(&key(&table.name)) {
            Some(from) => found.get(&key(from)),
            None => found.get(&key(&table.name)),
        };
        let Some(before) = before else { continue };
        let requested: Vec<(&RenameRequest, &str)> = requests
            .iter()
            .filter_map(|request| match &request.subject {
                RenameSubject::Column(name, column)
                    if key(name) == key(&before.name) || key(name) == key(&table.name) =>
                {
                    Some((request, column.as_str()))
                }
                RenameSubject::Column(..) | RenameSubject::Table(_) => None,
            })
            .collect();
        // A table that keeps its name is called as the database calls it.
        let name = if old_names.contains_key(&key(&table.name)) { &table.name } else { &before.name };
        columns(before, (name, table), &requested, fold, &mut renames)?;
    }
    for request in requests {
        if let RenameSubject::Column(name, _) = &request.subject
            && !found.contains_key(&key(name))
            && !old_names.contains_key(&key(name))
        {
            return Err(RenameError::OldNameMissing {
                request: request.to_string(),
                missing: name.to_string(),
            });
        }
    }
    Ok(renames)
}

/// The columns of one table that are renamed. `name` is what the table is called then.
fn columns(
    before: &Table,
    (name, after): (&QualifiedName, &Table),
    requests: &[(&RenameRequest, &str)],
    fold: fn(&str) -> String,
    renames: &mut Vec<Rename>,
) -> Result<(), RenameError> {
    if requests.is_empty() && after.columns.iter().all(|column| column.renamed_from.is_none()) {
        return Ok(());
    }
    let found: HashMap<String, &Column> =
        before.columns.iter().map(|column| (fold(&column.name), column)).collect();
    let wanted: HashSet<String> = after.columns.iter().map(|column| fold(&column.name)).collect();
    let mut old_names: HashMap<String, String> = HashMap::new();
    for (request, from) in requests {
        let (old, new) = (fold(from), fold(&request.to));
        check_request(
            request,
            (from, found.contains_key(&old), wanted.contains(&old)),
            (&request.to, found.contains_key(&new), wanted.contains(&new)),
        )?;
        old_names.insert(new, old);
    }
    for column in &after.columns {
        if let Some(from) = column.renamed_from.as_deref().map(fold)
            && found.contains_key(&from)
            && !found.contains_key(&fold(&column.name))
            && !wanted.contains(&from)
        {
            old_names.entry(fold(&column.name)).or_insert(from);
        }
    }
    let mut taken = HashSet::new();
    for column in &after.columns {
        if let Some(from) = old_names.get(&fold(&column.name))
            && let Some(before) = found.get(from)
            && taken.insert(from.clone())
        {
            renames.push(Rename::Column {
                table: name.clone(),
                from: before.name.clone(),
                to: column.name.clone(),
            });
        }
    }
    Ok(())
}

/// Each name with whether the database and whether the models have it.
fn check_request(
    request: &RenameRequest,
    (old, old_found, old_wanted): (&dyn fmt::Display, bool, bool),
    (new, new_found, new_wanted): (&dyn fmt::Display, bool, bool),
) -> Result<(), RenameError> {
    let request = request.to_string();
    if !old_found {
        Err(RenameError::OldNameMissing { request, missing: old.to_string() })
    } else if !new_wanted {
        Err(RenameError::NewNameMissing { request, missing: new.to_string() })
    } else if new_found {
        Err(RenameError::NewNameTaken { request, name: new.to_string() })
    } else if old_wanted {
        Err(RenameError::OldNameClaimed { request, name: old.to_string() })
    } else {
        Ok(())
    }
}

/// The schema after the renames, as an engine that follows references leaves it.
///
/// `rewrite` replaces an identifier in SQL text (`text`, `from`, `to`).
#[must_use]
pub fn apply(schema: &Schema, renames: &[Rename], rewrite: fn(&str, &str, &str) -> String) -> Schema {
    let mut schema = schema.clone();
    for rename in renames {
        match rename {
            Rename::Table { from, to } => rename_table(&mut schema, from, to, rewrite),
            Rename::Column { table, from, to } => rename_column(&mut schema, table, from, to, rewrite),
            // The text in the rows changes with the CHECK that names it, which is a difference of its own.
            Rename::Value { .. }
            | Rename::EnumType { .. }
            | Rename::EnumValue { .. }
            | Rename::Index { .. }
            | Rename::Constraint { .. } => {}
        }
    }
    schema
}

fn rename_table(
    schema: &mut Schema,
    from: &QualifiedName,
    to: &QualifiedName,
    rewrite: fn(&str, &str, &str) -> String,
) {
    for table in &mut schema.tables {
        if table.name == *from {
            table.name = to.clone();
            forget_definitions(table);
            for text in expressions(table) {
                *text = rewrite(text, &from.name, &to.name);
            }
        }
        for key in &mut table.foreign_keys {
            if key.references == *from {
                key.references = to.clone();
                table.definition = None;
            }
        }
        let parents = table.partition_of.iter_mut().map(|partition| &mut partition.parent);
        for parent in parents.chain(&mut table.inherits).filter(|parent| **parent == *from) {
            *parent = to.clone();
        }
    }
    for view in &mut schema.views {
        view.query = rewrite(&view.query, &from.name, &to.name);
    }
    for trigger in &mut schema.triggers {
        if trigger.table == *from {
            trigger.table = to.clone();
        }
        trigger.definition = rewrite(&trigger.definition, &from.name, &to.name);
    }
}

fn rename_column(
    schema: &mut Schema,
    table_name: &QualifiedName,
    from: &str,
    to: &str,
    rewrite: fn(&str, &str, &str) -> String,
) {
    let replace = |name: &mut String| {
        if name == from {
            *name = to.to_owned();
        }
    };
    for table in &mut schema.tables {
        let own = table.name == *table_name;
        for key in &mut table.foreign_keys {
            if own {
                key.columns.iter_mut().for_each(replace);
            }
            if key.references == *table_name {
                key.referenced_columns.iter_mut().for_each(replace);
                table.definition = None;
            }
        }
        if !own {
            continue;
        }
        forget_definitions(table);
        for column in &mut table.columns {
            replace(&mut column.name);
        }
        let keys = table.primary_key.iter_mut().map(|key| &mut key.columns);
        for column in keys.chain(table.uniques.iter_mut().map(|unique| &mut unique.columns)).flatten() {
            replace(&mut column.name);
        }
        let keys = table.primary_key.iter_mut().map(|key| &mut key.include);
        keys.chain(table.uniques.iter_mut().map(|unique| &mut unique.include)).flatten().for_each(replace);
        for index in &mut table.indexes {
            index.include.iter_mut().for_each(replace);
            for part in &mut index.parts {
                if let IndexKey::Column(name) = &mut part.key {
                    replace(name);
                }
            }
        }
        for text in expressions(table) {
            *text = rewrite(text, from, to);
        }
    }
    // Which table a bare name in a view or trigger belongs to only the engine knows; where this guesses wrong, the
    // proof on a scratch database says so before a revision is written.
    let mentions = |text: &str| rewrite(text, &table_name.name, "") != text;
    for view in schema.views.iter_mut().filter(|view| mentions(&view.query)) {
        view.query = rewrite(&view.query, from, to);
    }
    for trigger in schema.triggers.iter_mut().filter(|trigger| mentions(&trigger.definition)) {
        trigger.definition = rewrite(&trigger.definition, from, to);
    }
}

/// What is written no longer says what the table is.
fn forget_definitions(table: &mut Table) {
    table.definition = None;
    for index in &mut table.indexes {
        index.definition = None;
    }
}

/// All SQL text in a table that can name its columns.
fn expressions(table: &mut Table) -> impl Iterator<Item = &mut String> {
    let generated = table.columns.iter_mut().filter_map(|column| column.generated.as_mut());
    let checks = table.checks.iter_mut().map(|check| &mut check.expression);
    let indexes = table.indexes.iter_mut().flat_map(|index| {
        let parts = index.parts.iter_mut().filter_map(|part| match &mut part.key {
            IndexKey::Expression(expression) => Some(expression),
            IndexKey::Column(_) => None,
        });
        parts.chain(index.predicate.as_mut())
    });
    let exclusions = table.exclusions.iter_mut().map(|exclusion| &mut exclusion.definition);
    generated
        .map(|generated| &mut generated.expression)
        .chain(checks)
        .chain(indexes)
        .chain(exclusions)
        .chain(&mut table.partition_by)
}

/// A drop and an add that look like one rename.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameCandidate {
    /// What would be dropped.
    pub subject: RenameSubject,
    /// The names that it could be renamed to, most likely first.
    pub to: Vec<String>,
}

/// The drops in `changes` that could be renames: a column beside a new one of the same type, a table beside a new one
/// most of whose columns are the same.
#[must_use]
pub fn candidates(changes: &Changes) -> Vec<RenameCandidate> {
    let mut candidates = Vec::new();
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    for change in &changes.objects {
        match change {
            Change::DropTable { table } => dropped.push(table),
            Change::CreateTable { table } => created.push(table),
            Change::AlterTable { after, changes, .. } => column_candidates(after, changes, &mut candidates),
            Change::Namespace { .. } | Change::Enum { .. } | Change::View { .. } | Change::Trigger { .. } => {
            }
        }
    }
    for table in dropped {
        let to: Vec<String> = created
            .iter()
            .filter(|other| other.name.schema == table.name.schema && mostly_alike(table, other))
            .map(|other| other.name.name.clone())
            .collect();
        if !to.is_empty() {
            candidates.push(RenameCandidate { subject: RenameSubject::Table(table.name.clone()), to });
        }
    }
    candidates
}

fn column_candidates(table: &Table, changes: &[TableChange], candidates: &mut Vec<RenameCandidate>) {
    let added: Vec<&Column> = changes
        .iter()
        .filter_map(|change| if let TableChange::AddColumn(column) = change { Some(column) } else { None })
        .collect();
    for change in changes {
        let TableChange::DropColumn(column) = change else { continue };
        let to: Vec<String> = added
            .iter()
            .filter(|other| other.ty == column.ty && other.generated.is_some() == column.generated.is_some())
            .map(|other| other.name.clone())
            .collect();
        if !to.is_empty() {
            let subject = RenameSubject::Column(table.name.clone(), column.name.clone());
            candidates.push(RenameCandidate { subject, to });
        }
    }
}

fn mostly_alike(left: &Table, right: &Table) -> bool {
    let columns: HashSet<_> = right.columns.iter().map(|column| (&column.name, &column.ty)).collect();
    let shared = left.columns.iter().filter(|column| columns.contains(&(&column.name, &column.ty))).count();
    shared * 2 > left.columns.len().max(right.columns.len())
}
