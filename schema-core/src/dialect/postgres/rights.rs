//! Owners and grants of objects that come, stay and go.

use super::expression::identifiers;
use super::usual_sequence;
use crate::diff::schema_of;
use crate::model::{
    CreatedLater, DatabaseSchema, Grant, Grantee, NumberedColumn, Object, ObjectKind, ObjectScope, Owner,
    Privilege, QualifiedName, Right, Rights, Said, Securable, Table,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

/// What an object is: one of the same name and another kind is another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    View,
    Other(ObjectKind),
    Enum,
    Schema,
}

/// Objects by what shares names and by name; the name of a routine has its arguments.
type Objects = HashMap<(CreatedLater, String), (Kind, Securable)>;

fn key(object: &Securable) -> (CreatedLater, String) {
    (CreatedLater::of(object), object.to_string())
}

/// What of a schema has an owner and grants.
fn objects(schema: &DatabaseSchema) -> Objects {
    let schemas =
        schema.namespaces.iter().map(|it| (Kind::Schema, Securable::Schema { name: it.name.clone() }));
    let tables = schema.tables.iter().map(|it| (Kind::Table, Securable::Table { name: it.name.clone() }));
    let views = schema.views.iter().map(|it| (Kind::View, Securable::Table { name: it.name.clone() }));
    let enums = schema.enums.iter().map(|it| (Kind::Enum, Securable::Type { name: it.name.clone() }));
    let others = schema.objects.iter().filter_map(|it| Some((Kind::Other(it.id.kind), securable(it)?)));
    let sequences = schema.tables.iter().flat_map(|table| {
        let numbered = table.columns.iter().filter(|column| column.auto.is_some());
        numbered.filter_map(|column| {
            let given = column.sequence.as_ref().and_then(|options| options.name.clone());
            let name = written_name(&given.unwrap_or_else(|| usual_sequence(&table.name, &column.name)))?;
            let of = NumberedColumn { table: table.name.clone(), column: column.name.clone() };
            // One that no column takes its numbers from any more is the same one.
            Some((Kind::Other(ObjectKind::Sequence), Securable::Sequence { name, of: Some(of) }))
        })
    });
    let all = schemas.chain(tables).chain(views).chain(enums).chain(others).chain(sequences);
    all.map(|(kind, object)| (key(&object), (kind, object))).collect()
}

/// The object as something that has an owner and grants; none where it has none.
fn securable(object: &Object) -> Option<Securable> {
    let name = object.id.name.clone();
    Some(match object.id.kind {
        ObjectKind::MaterializedView | ObjectKind::ForeignTable => Securable::Table { name },
        ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::RangeType => Securable::Type { name },
        ObjectKind::Sequence => Securable::Sequence { name, of: None },
        ObjectKind::Function => {
            let ObjectScope::Arguments { types } = &object.id.scope else { return None };
            Securable::Routine { name, arguments: types.clone() }
        }
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => return None,
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
/// Where an object gets another owner, the server has everything that the former owner had or granted be the new one's, together with what that one had and granted.
#[must_use]
pub fn inherited_rights(before: &DatabaseSchema, after: &DatabaseSchema) -> Rights {
    let mut rights = staying_rights(before, after);
    let me = rights.current_user.as_deref().or(after.rights.current_user.as_deref());
    rights.grants = of_owners(rights.grants, &owners_of(&after.rights.owners), me);
    rights
}

/// The same while everything has the owner that it had.
fn staying_rights(before: &DatabaseSchema, after: &DatabaseSchema) -> Rights {
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
    let has = |schema: &DatabaseSchema, name: &str| {
        schema.namespaces.iter().any(|namespace| namespace.name == name)
    };
    let goes = |schema: Option<&str>| schema.is_some_and(|name| has(before, name) && !has(after, name));
    let Rights { owners, grants, defaults, current_user } = known;
    let mut rights = Rights {
        owners: owners.into_iter().filter(|it| stays(&it.object)).collect(),
        grants: grants
            .into_iter()
            .filter(|it| stays(&it.privilege.object) && !loses_column(&it.privilege))
            .collect(),
        // Those of a schema go with it.
        defaults: defaults.into_iter().filter(|it| !goes(it.privilege.schema.as_deref())).collect(),
        current_user,
    };
    let created = new.values().filter(|(_, object)| kind(&old, object) != kind(&new, object));
    rights.grants.extend(created.flat_map(|(_, object)| given(before, object)));
    rights.sort();
    rights
}

/// Whether a schema has each of the objects.
pub(crate) fn has_objects<'a>(
    schema: &DatabaseSchema,
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
fn given(before: &DatabaseSchema, object: &Securable) -> Vec<Grant> {
    let schema = schema_of(object);
    let is_meant = |creator: &Option<String>, at: &Option<String>| {
        let is_there = |at: &String| match &schema {
            Some(schema) => schema == at,
            // The usual schema is not among the others.
            None => !before.namespaces.iter().any(|namespace| namespace.name == *at),
        };
        creator.is_none() && at.as_ref().is_none_or(is_there)
    };
    let mut found: BTreeMap<(String, Grantee), Right> = BTreeMap::new();
    for grant in
        before.rights.defaults.iter().filter(|grant| grant.privilege.objects == CreatedLater::of(object))
    {
        if is_meant(&grant.privilege.creator, &grant.privilege.schema) {
            let key = (grant.privilege.privilege.clone(), grant.privilege.grantee.clone());
            let known = found.entry(key).or_insert(grant.right);
            // What one schema gives comes to what all do.
            *known = both(*known, grant.right);
        }
    }
    let grants = found.into_iter().map(|((privilege, grantee), right)| {
        let privilege = Privilege { object: object.clone(), column: None, privilege, grantee, grantor: None };
        Grant { privilege, right }
    });
    grants.collect()
}

/// What comes of two rights to the same.
fn both(one: Right, other: Right) -> Right {
    match (one, other) {
        (Right::WithGrantOption, _) | (_, Right::WithGrantOption) => Right::WithGrantOption,
        (Right::Granted, _) | (_, Right::Granted) => Right::Granted,
        (Right::Revoked, Right::Revoked) => Right::Revoked,
    }
}

/// The rights that a database keeps and those that models say, without those that no model says any more: these are as usual again.
#[must_use]
pub fn kept_rights(current: &DatabaseSchema, desired: &DatabaseSchema) -> Rights {
    let Rights { mut owners, mut grants, mut defaults, current_user } = staying_rights(current, desired);
    let before = grants.clone();
    let Said { rights: said, gone, .. } = &desired.said;
    grants.retain(|grant| !gone.contains(&grant.privilege.label()));
    defaults.retain(|grant| !gone.contains(&grant.privilege.label()));
    replace(&mut owners, said.owners.clone(), |it| &it.object);
    let (all_owners, me) = (owners_of(&owners), current_user.as_deref());
    grants = of_owners(grants, &all_owners, me);
    replace(&mut grants, of_owners(said.grants.clone(), &all_owners, me), |it| &it.privilege);
    let grants = with_holders(grants, &of_owners(before, &all_owners, me));
    replace(&mut defaults, said.defaults.clone(), |it| &it.privilege);
    let mut rights = Rights { owners, grants, defaults, current_user };
    rights.sort();
    rights
}

/// Who owns what.
pub(crate) fn owners_of(owners: &[Owner]) -> HashMap<&Securable, &str> {
    owners.iter().map(|it| (&it.object, it.owner.as_str())).collect()
}

/// Who owns the object; none is the one who looks.
pub(crate) fn owner_of<'a>(owners: &HashMap<&Securable, &'a str>, object: &Securable) -> Option<&'a str> {
    match object {
        // It belongs to whom the table does.
        Securable::Sequence { name: _, of: Some(of) } => {
            owners.get(&Securable::Table { name: of.table.clone() }).copied()
        }
        Securable::Schema { .. }
        | Securable::Type { .. }
        | Securable::Sequence { name: _, of: None }
        | Securable::Table { .. }
        | Securable::Routine { .. } => owners.get(object).copied(),
    }
}

/// What is granted once the objects have these owners: what the owner has as another role, and has granted as such, is his as the owner.
fn of_owners(grants: Vec<Grant>, owners: &HashMap<&Securable, &str>, me: Option<&str>) -> Vec<Grant> {
    let mut found = Grants::new();
    for Grant { mut privilege, right } in grants {
        // The usual schema came with the database: its owner is not among them.
        let is_usual_schema = matches!(&privilege.object, Securable::Schema { name } if name == "public");
        let owner = owner_of(owners, &privilege.object).or(me).filter(|_| !is_usual_schema);
        if let Some(owner) = owner {
            if matches!(&privilege.grantee, Grantee::Role(role) if role == owner) {
                privilege.grantee = Grantee::Owner;
            }
            privilege.grantor = privilege.grantor.filter(|grantor| grantor != owner);
        }
        found.entry(privilege).and_modify(|known| *known = both(*known, right)).or_insert(right);
    }
    let is_usual = |privilege: &Privilege, right: Right| {
        let Privilege { object: _, column, privilege: _, grantee, grantor } = privilege;
        (column, grantee, grantor, right) == (&None, &Grantee::Owner, &None, Right::Granted)
    };
    let unusual = found.into_iter().filter(|(privilege, right)| !is_usual(privilege, *right));
    unusual.map(|(privilege, right)| Grant { privilege, right }).collect()
}

/// Rights by what they are to.
pub(crate) type Grants = BTreeMap<Privilege, Right>;

/// The grants by what they are to.
pub(crate) fn by_privilege(grants: &[Grant]) -> Grants {
    grants.iter().map(|it| (it.privilege.clone(), it.right)).collect()
}

/// What the same role has of the same privilege, whoever has granted it.
pub(crate) fn from_anyone<'a>(
    privilege: &Privilege,
    grants: &'a Grants,
) -> impl Iterator<Item = (&'a Privilege, Right)> + use<'a> {
    let first = Privilege { grantor: None, ..privilege.clone() };
    // The grantor is the last of what they are sorted by.
    let behind = grants.range(&first..);
    let is_same = move |it: &Privilege| {
        let Privilege { object, column, privilege, grantee, grantor: _ } = it;
        (object, column, privilege, grantee)
            == (&first.object, &first.column, &first.privilege, &first.grantee)
    };
    behind.take_while(move |(it, _)| is_same(it)).map(|(it, right)| (it, *right))
}

/// Whether the grantor may grant the privilege: as the owner, or because one of `grants` lets him.
pub(crate) fn has_holder(privilege: &Privilege, grants: &Grants) -> bool {
    let Some(grantor) = &privilege.grantor else { return true };
    // Who may grant it on the whole may grant it on a column.
    [privilege.column.clone(), None].into_iter().any(|column| {
        let of_grantor = Privilege { grantee: Grantee::Role(grantor.clone()), column, ..privilege.clone() };
        from_anyone(&of_grantor, grants).any(|(_, right)| right == Right::WithGrantOption)
    })
}

/// The grants whose grantor might grant them by those `before`, and may not by these.
pub(crate) fn without_holder(grants: &Grants, before: &Grants) -> Vec<Privilege> {
    let is_lost = |it: &&Privilege| it.grantor.is_some() && has_holder(it, before) && !has_holder(it, grants);
    grants.keys().filter(is_lost).cloned().collect()
}

/// The grants, where those that a role has passed on that may no longer do so are the owner's: nobody has said that they should go.
fn with_holders(grants: Vec<Grant>, before: &[Grant]) -> Vec<Grant> {
    let (mut grants, before) = (by_privilege(&grants), by_privilege(before));
    loop {
        let mut lost = without_holder(&grants, &before);
        lost.retain(|privilege| before.contains_key(privilege));
        if lost.is_empty() {
            break;
        }
        for privilege in lost {
            let Some(right) = grants.remove(&privilege) else { continue };
            let of_owner = Privilege { grantor: None, ..privilege };
            grants.entry(of_owner).and_modify(|known| *known = both(*known, right)).or_insert(right);
        }
    }
    grants.into_iter().map(|(privilege, right)| Grant { privilege, right }).collect()
}

/// Puts what models say in the place of what has the same key.
fn replace<T, K: Clone + Eq + Hash>(kept: &mut Vec<T>, said: Vec<T>, key: impl Fn(&T) -> &K) {
    let keys: HashSet<K> = said.iter().map(|it| key(it).clone()).collect();
    kept.retain(|it| !keys.contains(key(it)));
    kept.extend(said);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(grantee: &str, grantor: Option<&str>, right: Right) -> Grant {
        let privilege = Privilege {
            object: Securable::Table { name: "t".into() },
            column: None,
            privilege: "SELECT".to_owned(),
            grantee: Grantee::Role(grantee.to_owned()),
            grantor: grantor.map(str::to_owned),
        };
        Grant { privilege, right }
    }

    /// `a` may grant it and has let `b`, who has let `c`.
    fn with_chain() -> DatabaseSchema {
        let mut schema = DatabaseSchema { tables: vec![Table::new("t")], ..DatabaseSchema::default() };
        schema.rights.grants = vec![
            grant("a", None, Right::WithGrantOption),
            grant("b", Some("a"), Right::WithGrantOption),
            grant("c", Some("b"), Right::Granted),
        ];
        schema
    }

    #[test]
    fn what_no_model_says_stays_when_its_grantor_loses_the_grant_option() {
        let current = with_chain();
        let mut desired = DatabaseSchema { tables: vec![Table::new("t")], ..DatabaseSchema::default() };
        assert_eq!(kept_rights(&current, &desired).grants, current.rights.grants);
        desired.said.gone.insert("grant select on table t to a".to_owned());
        let kept = [grant("b", None, Right::WithGrantOption), grant("c", Some("b"), Right::Granted)];
        assert_eq!(kept_rights(&current, &desired).grants, kept);
    }

    #[test]
    fn a_new_owner_has_what_it_had_and_has_granted_what_it_passed_on() {
        let current = with_chain();
        let mut desired = current.clone();
        let object = Securable::Table { name: "t".into() };
        desired.rights.owners.push(Owner { object, owner: "b".to_owned() });
        let mut of_owner = grant("b", Some("a"), Right::WithGrantOption);
        of_owner.privilege.grantee = Grantee::Owner;
        let expected = [of_owner, grant("a", None, Right::WithGrantOption), grant("c", None, Right::Granted)];
        assert_eq!(inherited_rights(&current, &desired).grants, expected);
        // The one who looks becomes the owner.
        let mut current = with_chain();
        current.rights.current_user = Some("a".to_owned());
        let object = Securable::Table { name: "t".into() };
        current.rights.owners.push(Owner { object, owner: "b".to_owned() });
        let desired = DatabaseSchema { tables: vec![Table::new("t")], ..DatabaseSchema::default() };
        let grants = inherited_rights(&current, &desired).grants;
        assert_eq!(grants.iter().filter(|it| it.privilege.grantee == Grantee::Owner).count(), 1);
    }
}
