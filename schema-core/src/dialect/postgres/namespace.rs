//! The usual schema, which goes without saying.

use super::quote;
use super::types;
use crate::model::{ColumnType, DatabaseSchema, Default, EnumType, FormerName, QualifiedName, Said};
use std::collections::HashSet;

/// Stands for the usual schema where it has to be said, as long as the server was not asked for its name.
const USUAL: &str = "";

/// The schema that comes with every database.
pub(super) const PUBLIC: &str = "public";

/// The enum type, with its schema where a built-in type has the same name: that one is found first.
pub(super) fn beside_built_in(mut object: EnumType) -> EnumType {
    if object.name.schema.is_none() && types::is_built_in(&object.name.name) {
        object.name.schema = Some(USUAL.to_owned());
    }
    object
}

/// Whether a schema is one that stands for the usual one.
pub(super) fn is_usual(schema: &str) -> bool {
    schema == USUAL
}

/// Says the usual schema where that was left open.
fn say_usual_schema(schema: &mut DatabaseSchema, usual: &str) {
    let mut said: Vec<(String, String)> = Vec::new();
    for object in schema.enums.iter_mut().filter(|it| it.name.schema.as_deref() == Some(USUAL)) {
        let before = super::quote_name(&object.name);
        object.name.schema = Some(usual.to_owned());
        said.push((before, super::quote_name(&object.name)));
    }
    let say = |text: &mut String| {
        for (from, to) in &said {
            *text = text.replace(from, to);
        }
    };
    for column in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if let ColumnType::Sql(text) = &mut column.ty {
            say(text);
        }
        if let Some(Default::Sql(text)) = &mut column.default {
            say(text);
        }
    }
}

/// Leaves out the name of the usual schema wherever a model says it, so that `schema = "public"` is the same as none where `public` is usual.
///
/// Expressions and views are left to the server, which writes them without it anyway. It stays before enum types that have the name of a built-in type; `built_in`
/// are the names of these.
pub fn leave_out_usual_schema(schema: &mut DatabaseSchema, usual: &str, built_in: &HashSet<String>) {
    say_usual_schema(schema, usual);
    let leave_out = |name: &mut QualifiedName| {
        if name.schema.as_deref() == Some(usual) {
            name.schema = None;
        }
    };
    let DatabaseSchema { namespaces, tables, enums, views, triggers, objects, rights: _, said } = schema;
    let hidden: Vec<String> = built_in
        .iter()
        .filter(|name| enums.iter().any(|object| object.name.name == **name))
        .map(|name| format!("{}.{}", quote(usual), quote(name)))
        .collect();
    // The one that comes with every database is nobody's to make.
    namespaces.retain(|namespace| namespace.name != usual && namespace.name != PUBLIC);
    for table in tables.iter_mut() {
        leave_out(&mut table.name);
        table.foreign_keys.iter_mut().for_each(|key| leave_out(&mut key.references));
        table.partition_of.iter_mut().for_each(|partition| leave_out(&mut partition.parent));
        table.inherits.iter_mut().for_each(leave_out);
        for column in &mut table.columns {
            if let ColumnType::Sql(ty) = &column.ty
                && !hidden.iter().any(|name| *name == ty.strip_suffix("[]").unwrap_or(ty))
            {
                column.ty = ColumnType::Sql(types::without_schema(ty, usual));
            }
        }
    }
    enums.iter_mut().filter(|it| !built_in.contains(&it.name.name)).for_each(|it| leave_out(&mut it.name));
    for view in views.iter_mut() {
        leave_out(&mut view.name);
        view.depends_on.iter_mut().for_each(leave_out);
    }
    triggers.iter_mut().for_each(|trigger| leave_out(&mut trigger.table));
    let Said {
        triggers,
        objects: said,
        rights: _,
        others: _,
        partitioned,
        partitions,
        former_names,
        formerly: _,
        gone: _,
    } = said;
    for former in former_names {
        match former {
            FormerName::Type { kind: _, name, from: _ } => leave_out(name),
            FormerName::Attribute { of, name: _, from: _ } => leave_out(of),
            FormerName::OnTable { kind: _, table, name: _, from: _ } => leave_out(table),
        }
    }
    let left_out = |mut name: QualifiedName| {
        leave_out(&mut name);
        name
    };
    *partitioned =
        std::mem::take(partitioned).into_iter().map(|(name, whole)| (left_out(name), whole)).collect();
    *partitions = std::mem::take(partitions).into_iter().map(left_out).collect();
    triggers.iter_mut().for_each(|trigger| leave_out(&mut trigger.table));
    for object in objects.iter_mut().chain(said) {
        leave_out(&mut object.id.name);
        object.id.table_mut().into_iter().for_each(leave_out);
        object.depends_on.iter_mut().for_each(leave_out);
    }
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    enums.sort_by(|left, right| left.name.cmp(&right.name));
    views.sort_by(|left, right| left.name.cmp(&right.name));
    objects.sort_by(|left, right| left.id.cmp(&right.id));
}
