//! Renames of what models say and a server has by its statement: domains, composite types with their attributes, triggers and policies.

use crate::diff::{Rename, TypeKind};
use crate::model::{DatabaseSchema, FormerName, Object, ObjectId, ObjectKind, QualifiedName};
use std::collections::HashSet;

/// Adds the renames that act. `old_table` tells what a table was called that is renamed.
pub(super) fn resolve<'a>(
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    old_table: impl Fn(&QualifiedName) -> Option<&'a QualifiedName>,
    renames: &mut Vec<Rename>,
) {
    let said = &desired.said;
    let has = |objects: &[Object], id: &ObjectId| objects.iter().any(|object| object.id == *id);
    let acts = |from: &ObjectId, to: &ObjectId, wanted: &ObjectId| {
        has(&current.objects, from) && !has(&current.objects, to) && !has(&said.objects, wanted)
    };
    let mut taken: HashSet<ObjectId> = HashSet::new();
    let mut types: Vec<(&QualifiedName, QualifiedName)> = Vec::new();
    for former in &said.former_names {
        let FormerName::Type { kind, name, from } = former else { continue };
        let from = QualifiedName { schema: name.schema.clone(), name: from.clone() };
        let type_kind = if *kind == ObjectKind::Domain { TypeKind::Domain } else { TypeKind::Composite };
        let old = ObjectId::new(*kind, from.clone());
        if acts(&old, &ObjectId::new(*kind, name.clone()), &old) && taken.insert(old) {
            renames.push(Rename::Type { kind: type_kind, from: from.clone(), to: name.clone() });
            types.push((name, from));
        }
    }
    for former in &said.former_names {
        match former {
            FormerName::Type { .. } => {}
            FormerName::Attribute { of, name, from } => {
                let old = types.iter().find(|(name, _)| *name == of).map_or(of, |(_, from)| from);
                let has = |objects: &[Object], owner: &QualifiedName, attribute: &str| {
                    let id = ObjectId::new(ObjectKind::CompositeType, owner.clone());
                    let object = objects.iter().find(|object| object.id == id);
                    object.is_some_and(|it| it.attributes.iter().any(|other| other.name == attribute))
                };
                if has(&current.objects, old, from)
                    && !has(&current.objects, old, name)
                    && !has(&said.objects, of, from)
                {
                    let (from, to) = (from.clone(), name.clone());
                    renames.push(Rename::Attribute { name: of.clone(), from, to });
                }
            }
            FormerName::OnTable { kind, table, name, from } => {
                let on = |name: &str, table: &QualifiedName| ObjectId::on_table(*kind, name, table.clone());
                let old = old_table(table).unwrap_or(table);
                let old_id = on(from, old);
                if acts(&old_id, &on(name, old), &on(from, table)) && taken.insert(old_id) {
                    renames.push(Rename::OnTable {
                        kind: *kind,
                        table: table.clone(),
                        from: from.clone(),
                        to: name.clone(),
                    });
                }
            }
        }
    }
}
