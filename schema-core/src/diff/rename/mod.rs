//! Renames: which hints act, what a schema is after them, and which drops and adds look like one.

mod apply;
mod candidate;
mod object;
mod objects;
mod request;
mod rights;
mod rules;
mod said;

pub use apply::apply;
pub use candidate::{RenameCandidate, candidates};
pub use request::{RenameError, RenameRequest, RenameSubject};
pub(crate) use rights::rename_change as rename_right;
pub use rules::RenameRules;

use super::Rename;
use crate::model::{Column, DatabaseSchema, QualifiedName, Table};
use std::collections::{HashMap, HashSet};

/// The renames that act: requests, and hints whose old name is in the database while the new one is not and no model
/// claims the old one.
///
/// # Errors
///
/// When a request cannot be followed; a hint that does not act is no error.
pub fn resolve(
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    requests: &[RenameRequest],
    rules: &RenameRules,
) -> Result<Vec<Rename>, RenameError> {
    let requests: Vec<RenameRequest> =
        requests.iter().map(|request| request.read(current, desired, rules)).collect();
    let key = |name: &QualifiedName| rules.key(name);
    let found: HashMap<_, &Table> = current.tables.iter().map(|table| (key(&table.name), table)).collect();
    let wanted: HashMap<_, &Table> = desired.tables.iter().map(|table| (key(&table.name), table)).collect();

    let mut renames = Vec::new();
    let mut old_names: HashMap<_, QualifiedName> = HashMap::new();
    for request in &requests {
        if let RenameSubject::Table(from) = &request.subject {
            let to = QualifiedName { schema: from.schema.clone(), name: request.to.clone() };
            request.check(
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

    let mut of_objects = Vec::new();
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
                RenameSubject::Column(..)
                | RenameSubject::Table(_)
                | RenameSubject::EnumType(_)
                | RenameSubject::EnumValue(..)
                | RenameSubject::Object(..) => None,
            })
            .collect();
        // A table that keeps its name is called as the database calls it.
        let name = if old_names.contains_key(&key(&table.name)) { &table.name } else { &before.name };
        columns(before, (name, table), &requested, rules.fold, &mut renames)?;
        if rules.indexes || rules.constraints {
            object::of_table(before, (name, table), &requests, rules, &mut of_objects)?;
        }
    }
    for request in &requests {
        if let RenameSubject::Column(name, _) | RenameSubject::Object(name, _) = &request.subject
            && !found.contains_key(&key(name))
            && !old_names.contains_key(&key(name))
        {
            return Err(RenameError::OldNameMissing {
                request: request.to_string(),
                missing: name.to_string(),
            });
        }
    }
    if rules.enum_types {
        object::enums(current, desired, &requests, &mut renames)?;
    }
    renames.extend(of_objects);
    if rules.objects {
        said::resolve(current, desired, |name| old_names.get(&key(name)), &mut renames);
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
        request.check(
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
