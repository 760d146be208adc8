//! Owners and grants of objects that come, stay and go.

use super::expression::identifiers;
use super::usual_sequence;
use crate::diff::schema_of;
use crate::model::{
    CreatedLater, Grant, NumberedColumn, OpaqueKind, OpaqueObject, Owner, Privilege, QualifiedName, Right,
    Rights, Said, Schema, Securable, Table,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

/// What an object is: one of the same name and another kind is another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    View,
    Other(OpaqueKind),
    Enum,
    Schema,
}

/// Objects by what shares names and by name; the name of a routine has its arguments.
type Objects = HashMap<(CreatedLater, String), (Kind, Securable)>;

fn key(object: &Securable) -> (CreatedLater, String) {
    (CreatedLater::of(object), object.to_string())
}

/// What of a schema has an owner and grants.
fn objects(schema: &Schema) -> Objects {
    let schemas =
        schema.namespaces.iter().map(|it| (Kind::Schema, Securable::Schema { name: it.name.clone() }));
    let tables = schema.tables.iter().map(|it| (Kind::Table, Securable::Table { name: it.name.clone() }));
    let views = schema.views.iter().map(|it| (Kind::View, Securable::Table { name: it.name.clone() }));
    let enums = schema.enums.iter().map(|it| (Kind::Enum, Securable::Type { name: it.name.clone() }));
    let others = schema.opaque.iter().filter_map(|it| Some((Kind::Other(it.kind), securable(it)?)));
    let sequences = schema.tables.iter().flat_map(|table| {
        let numbered = table.columns.iter().filter(|column| column.auto.is_some());
        numbered.filter_map(|column| {
            let given = column.sequence.as_ref().and_then(|options| options.name.clone());
            let name = written_name(&given.unwrap_or_else(|| usual_sequence(&table.name, &column.name)))?;
            let of = NumberedColumn { table: table.name.clone(), column: column.name.clone() };
            // One that no column takes its numbers from any more is the same one.
            Some((Kind::Other(OpaqueKind::Sequence), Securable::Sequence { name, of: Some(of) }))
        })
    });
    let all = schemas.chain(tables).chain(views).chain(enums).chain(others).chain(sequences);
    all.map(|(kind, object)| (key(&object), (kind, object))).collect()
}

/// The object as something that has an owner and grants; none where it has none.
fn securable(object: &OpaqueObject) -> Option<Securable> {
    let name = object.name.clone();
    Some(match object.kind {
        OpaqueKind::MaterializedView | OpaqueKind::ForeignTable => Securable::Table { name },
        OpaqueKind::Domain | OpaqueKind::CompositeType | OpaqueKind::RangeType => Securable::Type { name },
        OpaqueKind::Sequence => Securable::Sequence { name, of: None },
        OpaqueKind::Function => {
            let (bare, arguments) = name.name.strip_suffix(')')?.split_once('(')?;
            let arguments = if arguments.is_empty() {
                Vec::new()
            } else {
                arguments.split(", ").map(str::to_owned).collect()
            };
            let name = QualifiedName { schema: name.schema.clone(), name: bare.to_owned() };
            Securable::Routine { name, arguments }
        }
        OpaqueKind::VirtualTable
        | OpaqueKind::ShadowTable
        | OpaqueKind::Extension
        | OpaqueKind::Collation
        | OpaqueKind::Procedure
        | OpaqueKind::Package
        | OpaqueKind::Event
        | OpaqueKind::Trigger
        | OpaqueKind::Rule
        | OpaqueKind::Policy
        | OpaqueKind::Statistics
        | OpaqueKind::NotNull
        | OpaqueKind::Setting
        | OpaqueKind::Other => return None,
    })
}

/// A name as SQL, taken apart.
fn written_name(sql: &str) -> Option<QualifiedName> {
    let mut parts: Vec<String> = identifiers(sql).collect();
    let name = parts.pop()?;
    Some(QualifiedName { schema: parts.pop(), name })
}

/// The sequences that number the same column under another name: their former keys, and what they become.
fn renumbered(old: &Objects, new: &Objects) -> Vec<((CreatedLater, String), Securable)> {
    let column = |object: &Securable| match object {
        Securable::Sequence { name: _, of } => of.clone(),
        Securable::Schema { .. }
        | Securable::Type { .. }
        | Securable::Table { .. }
        | Securable::Routine { .. } => None,
    };
    let comes = new.iter().filter(|(key, _)| !old.contains_key(*key));
    let comes: HashMap<NumberedColumn, &Securable> =
        comes.filter_map(|(_, (_, object))| Some((column(object)?, object))).collect();
    let goes = old.iter().filter(|(key, _)| !new.contains_key(*key));
    goes.filter_map(|(key, (_, object))| Some((key.clone(), (*comes.get(&column(object)?)?).clone())))
        .collect()
}

/// The rights that the objects of `after` have before any is granted or revoked: of those that stay, what they have in `before`; of new ones, what default privileges
/// give to them.
///
/// Where an object gets another owner, what that one may do already becomes part of being it.
#[must_use]
pub fn inherited_rights(before: &Schema, after: &Schema) -> Rights {
    if before.rights.is_empty() {
        return Rights::default();
    }
    let (mut old, new) = (objects(before), objects(after));
    let mut known = before.rights.clone();
    for (former, object) in renumbered(&old, &new) {
        if let Some((kind, _)) = old.remove(&former) {
            old.insert(key(&object), (kind, object.clone()));
        }
        for grant in known.grants.iter_mut().filter(|grant| key(&grant.privilege.object) == former) {
            grant.privilege.object = object.clone();
        }
    }
    let kind = |objects: &Objects, object: &Securable| objects.get(&key(object)).map(|(kind, _)| *kind);
    // What neither knows, as the schema that came with the database, is there all along.
    let stays = |object: &Securable| kind(&old, object) == kind(&new, object);
    let tables: HashMap<&QualifiedName, &Table> =
        after.tables.iter().map(|table| (&table.name, table)).collect();
    // Of views and their like nobody knows.
    let loses_column = |privilege: &Privilege| {
        let Securable::Table { name } = &privilege.object else { return false };
        let lacks = |table: &Table, column: &String| !table.columns.iter().any(|known| known.name == *column);
        let column = privilege.column.as_ref();
        column.zip(tables.get(name)).is_some_and(|(column, table)| lacks(table, column))
    };
    let (owners_before, owners_after) = (owners(&before.rights.owners), owners(&after.rights.owners));
    let becomes_owner = |privilege: &Privilege| {
        let object = &privilege.object;
        is_of_owner(&owners_after, privilege) && owners_after.get(object) != owners_before.get(object)
    };
    let has = |schema: &Schema, name: &str| schema.namespaces.iter().any(|namespace| namespace.name == name);
    let goes = |schema: Option<&str>| schema.is_some_and(|name| has(before, name) && !has(after, name));
    let Rights { owners, grants, defaults } = known;
    let mut rights = Rights {
        owners: owners.into_iter().filter(|it| stays(&it.object)).collect(),
        grants: grants
            .into_iter()
            .filter(|it| {
                stays(&it.privilege.object) && !loses_column(&it.privilege) && !becomes_owner(&it.privilege)
            })
            .collect(),
        // Those of a schema go with it.
        defaults: defaults.into_iter().filter(|it| !goes(it.privilege.schema.as_deref())).collect(),
    };
    let created = new.values().filter(|(_, object)| kind(&old, object) != kind(&new, object));
    rights.grants.extend(created.flat_map(|(_, object)| given(before, object)));
    rights.sort();
    rights
}

/// Whether a schema has each of the objects.
pub(crate) fn has_objects<'a>(
    schema: &Schema,
    wanted: impl IntoIterator<Item = &'a Securable>,
) -> BTreeMap<Securable, bool> {
    let objects = objects(schema);
    let is_there = |object: &Securable| match object {
        // The one that came with the database is not among them.
        Securable::Schema { name } if name == "public" => true,
        Securable::Schema { .. }
        | Securable::Type { .. }
        | Securable::Sequence { .. }
        | Securable::Table { .. }
        | Securable::Routine { .. } => objects.contains_key(&key(object)),
    };
    wanted.into_iter().map(|object| (object.clone(), is_there(object))).collect()
}

/// What default privileges give to a new object of the current user.
fn given(before: &Schema, object: &Securable) -> Vec<Grant> {
    let schema = schema_of(object);
    let is_meant = |creator: &Option<String>, at: &Option<String>| {
        let is_there = |at: &String| match &schema {
            Some(schema) => schema == at,
            // The usual schema is not among the others.
            None => !before.namespaces.iter().any(|namespace| namespace.name == *at),
        };
        creator.is_none() && at.as_ref().is_none_or(is_there)
    };
    let mut found: BTreeMap<(String, Option<String>), Right> = BTreeMap::new();
    for grant in
        before.rights.defaults.iter().filter(|grant| grant.privilege.objects == CreatedLater::of(object))
    {
        if is_meant(&grant.privilege.creator, &grant.privilege.schema) {
            let key = (grant.privilege.privilege.clone(), grant.privilege.grantee.clone());
            let known = found.entry(key).or_insert(grant.right);
            // What one schema gives comes to what all do.
            *known = match (*known, grant.right) {
                (Right::WithGrantOption, _) | (_, Right::WithGrantOption) => Right::WithGrantOption,
                (Right::Granted, _) | (_, Right::Granted) => Right::Granted,
                (Right::Revoked, Right::Revoked) => Right::Revoked,
            };
        }
    }
    let grants = found.into_iter().map(|((privilege, grantee), right)| {
        let privilege = Privilege { object: object.clone(), column: None, privilege, grantee, grantor: None };
        Grant { privilege, right }
    });
    grants.collect()
}

/// The rights that a database keeps and those that models say, without those that no model says any more: these are as usual again.
#[must_use]
pub fn kept_rights(current: &Schema, desired: &Schema) -> Rights {
    let mut rights = inherited_rights(current, desired);
    let Said { triggers: _, opaque: _, rights: said, others: _, formerly: _, gone } = &desired.said;
    rights.grants.retain(|grant| !gone.contains(&grant.privilege.label()));
    rights.defaults.retain(|grant| !gone.contains(&grant.privilege.label()));
    let new_owners = owners(&said.owners);
    rights.grants.retain(|grant| !is_of_owner(&new_owners, &grant.privilege));
    replace(&mut rights.owners, said.owners.clone(), |it| &it.object);
    let all_owners = owners(&rights.owners);
    let grants = said.grants.iter().filter(|grant| !is_of_owner(&all_owners, &grant.privilege));
    replace(&mut rights.grants, grants.cloned().collect(), |it| &it.privilege);
    replace(&mut rights.defaults, said.defaults.clone(), |it| &it.privilege);
    rights.sort();
    rights
}

/// Who owns what.
fn owners(owners: &[Owner]) -> HashMap<&Securable, &str> {
    owners.iter().map(|it| (&it.object, it.owner.as_str())).collect()
}

/// Whether the owner has it, who may do it as it is.
fn is_of_owner(owners: &HashMap<&Securable, &str>, privilege: &Privilege) -> bool {
    let owner = owners.get(&privilege.object);
    privilege.column.is_none() && owner.is_some_and(|owner| privilege.grantee.as_deref() == Some(owner))
}

/// Puts what models say in the place of what has the same key.
fn replace<T, K: Clone + Eq + Hash>(kept: &mut Vec<T>, said: Vec<T>, key: impl Fn(&T) -> &K) {
    let keys: HashSet<K> = said.iter().map(|it| key(it).clone()).collect();
    kept.retain(|it| !keys.contains(key(it)));
    kept.extend(said);
}
