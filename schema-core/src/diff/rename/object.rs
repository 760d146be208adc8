//! Renames of what has a name of its own beside tables and columns: enum types with their values, indexes and constraints.

use super::{RenameError, RenameRequest, RenameRules, RenameSubject};
use crate::diff::{Rename, TypeKind};
use crate::model::{DatabaseSchema, EnumType, QualifiedName, Table};
use std::collections::{HashMap, HashSet};

/// The enum types that are renamed, and the values of all.
pub(super) fn enums(
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    requests: &[RenameRequest],
    renames: &mut Vec<Rename>,
) -> Result<(), RenameError> {
    let found: HashMap<&QualifiedName, &EnumType> =
        current.enums.iter().map(|object| (&object.name, object)).collect();
    let wanted: HashSet<&QualifiedName> = desired.enums.iter().map(|object| &object.name).collect();
    let mut old_names: HashMap<QualifiedName, QualifiedName> = HashMap::new();
    for request in requests {
        if let RenameSubject::EnumType(from) = &request.subject {
            let to = QualifiedName { schema: from.schema.clone(), name: request.to.clone() };
            request.check(
                (from, found.contains_key(from), wanted.contains(from)),
                (&to, found.contains_key(&to), wanted.contains(&to)),
            )?;
            old_names.insert(to, from.clone());
        }
    }
    for object in &desired.enums {
        if let Some(from) = &object.renamed_from {
            let from = QualifiedName { schema: object.name.schema.clone(), name: from.clone() };
            if found.contains_key(&from) && !found.contains_key(&object.name) && !wanted.contains(&from) {
                old_names.entry(object.name.clone()).or_insert(from);
            }
        }
    }
    let mut taken = HashSet::new();
    let mut of_values = Vec::new();
    let mut compared: HashSet<&QualifiedName> = HashSet::new();
    for object in &desired.enums {
        let from = old_names.get(&object.name).filter(|from| taken.insert((*from).clone()));
        if let Some(from) = from {
            renames.push(Rename::Type { kind: TypeKind::Enum, from: from.clone(), to: object.name.clone() });
        }
        if let Some(before) = found.get(from.unwrap_or(&object.name)) {
            compared.extend([&before.name, &object.name]);
            values(before, object, requests, &mut of_values)?;
        }
    }
    for request in requests {
        if let RenameSubject::EnumValue(name, _) = &request.subject
            && !compared.contains(name)
        {
            let (request, missing) = (request.to_string(), name.to_string());
            return Err(if found.contains_key(name) {
                RenameError::NewNameMissing { request, missing }
            } else {
                RenameError::OldNameMissing { request, missing }
            });
        }
    }
    renames.extend(of_values);
    Ok(())
}

/// The values of one enum type that are renamed.
fn values(
    before: &EnumType,
    after: &EnumType,
    requests: &[RenameRequest],
    renames: &mut Vec<Rename>,
) -> Result<(), RenameError> {
    let found: HashSet<&str> = before.values.iter().map(|value| value.name.as_str()).collect();
    let wanted: HashSet<&str> = after.values.iter().map(|value| value.name.as_str()).collect();
    let mut old_names: HashMap<&str, &str> = HashMap::new();
    for request in requests {
        if let RenameSubject::EnumValue(name, from) = &request.subject
            && (*name == before.name || *name == after.name)
        {
            let (from, to) = (from.as_str(), request.to.as_str());
            request.check(
                (&from, found.contains(from), wanted.contains(from)),
                (&to, found.contains(to), wanted.contains(to)),
            )?;
            old_names.insert(to, from);
        }
    }
    for value in &after.values {
        if let Some(from) = value.renamed_from.as_deref()
            && found.contains(from)
            && !found.contains(value.name.as_str())
            && !wanted.contains(from)
        {
            old_names.entry(&value.name).or_insert(from);
        }
    }
    let mut taken = HashSet::new();
    for value in &after.values {
        if let Some(from) = old_names.get(value.name.as_str())
            && taken.insert(*from)
        {
            renames.push(Rename::EnumValue {
                name: after.name.clone(),
                from: (*from).to_owned(),
                to: value.name.clone(),
            });
        }
    }
    Ok(())
}

/// What kind of thing a name is of; only things of one kind are the same thing under two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
    Exclusion,
    Index,
}

/// The names of a table's constraints and indexes.
pub(super) fn names(table: &Table) -> impl Iterator<Item = (Kind, &str)> {
    objects(table).filter_map(|(kind, name, _)| Some((kind, name?)))
}

/// The constraints and indexes of a table: kind, name and former name.
fn objects(table: &Table) -> impl Iterator<Item = (Kind, Option<&str>, Option<&str>)> {
    let key = table.primary_key.iter().map(|it| (Kind::PrimaryKey, it.name.as_deref(), None));
    let uniques =
        table.uniques.iter().map(|it| (Kind::Unique, it.name.as_deref(), it.renamed_from.as_deref()));
    let checks = table.checks.iter().map(|it| (Kind::Check, it.name.as_deref(), it.renamed_from.as_deref()));
    let keys = table
        .foreign_keys
        .iter()
        .map(|it| (Kind::ForeignKey, it.name.as_deref(), it.renamed_from.as_deref()));
    let exclusions =
        table.exclusions.iter().map(|it| (Kind::Exclusion, it.name.as_deref(), it.renamed_from.as_deref()));
    let indexes =
        table.indexes.iter().map(|it| (Kind::Index, it.name.as_deref(), it.renamed_from.as_deref()));
    key.chain(uniques).chain(checks).chain(keys).chain(exclusions).chain(indexes)
}

/// The constraints and indexes of one table that are renamed. `name` is what the table is called then.
pub(super) fn of_table(
    before: &Table,
    (name, after): (&QualifiedName, &Table),
    requests: &[RenameRequest],
    rules: &RenameRules,
    renames: &mut Vec<Rename>,
) -> Result<(), RenameError> {
    let found: HashSet<(Kind, &str)> = names(before).filter(|(kind, _)| rules.renames(*kind)).collect();
    let wanted: HashSet<(Kind, &str)> = names(after).collect();
    let has = |set: &HashSet<(Kind, &str)>, name: &str| set.iter().any(|(_, known)| *known == name);
    let mut old_names: HashMap<(Kind, &str), &str> = HashMap::new();
    for request in requests {
        let RenameSubject::Object(table, from) = &request.subject else { continue };
        if rules.key(table) != rules.key(&before.name) && rules.key(table) != rules.key(&after.name) {
            continue;
        }
        let (from, to) = (from.as_str(), request.to.as_str());
        let kind = found.iter().find(|(_, known)| *known == from).map(|(kind, _)| *kind);
        let new_wanted = kind.is_some_and(|kind| wanted.contains(&(kind, to)));
        request.check((&from, kind.is_some(), has(&wanted, from)), (&to, has(&found, to), new_wanted))?;
        old_names.extend(kind.map(|kind| ((kind, to), from)));
    }
    for (kind, name, former) in objects(after) {
        if let (Some(name), Some(former)) = (name, former)
            && found.contains(&(kind, former))
            && !has(&found, name)
            && !has(&wanted, former)
        {
            old_names.entry((kind, name)).or_insert(former);
        }
    }
    let mut taken = HashSet::new();
    for (kind, new) in names(after) {
        if let Some(from) = old_names.get(&(kind, new)).filter(|from| taken.insert(**from)) {
            let (table, from, to) = (name.clone(), (*from).to_owned(), new.to_owned());
            renames.push(match kind {
                Kind::Index => Rename::Index { table, from, to },
                Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
                    Rename::Constraint { table, from, to }
                }
            });
        }
    }
    Ok(())
}
