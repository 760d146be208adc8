//! The usual schema, which goes without saying.

use super::types;
use crate::model::{ColumnType, QualifiedName, Schema};

/// Leaves out the name of the usual schema wherever a model says it, so that `schema = "public"` is the same as none where `public` is usual.
///
/// Expressions and views are left to the server, which writes them without it anyway.
pub fn leave_out_usual_schema(schema: &mut Schema, usual: &str) {
    let leave_out = |name: &mut QualifiedName| {
        if name.schema.as_deref() == Some(usual) {
            name.schema = None;
        }
    };
    let Schema { namespaces, tables, enums, views, triggers, opaque } = schema;
    namespaces.retain(|namespace| namespace.name != usual);
    for table in tables.iter_mut() {
        leave_out(&mut table.name);
        table.foreign_keys.iter_mut().for_each(|key| leave_out(&mut key.references));
        table.partition_of.iter_mut().for_each(|partition| leave_out(&mut partition.parent));
        table.inherits.iter_mut().for_each(leave_out);
        for column in &mut table.columns {
            if let ColumnType::Sql(ty) = &column.ty {
                column.ty = ColumnType::Sql(types::without_schema(ty, usual));
            }
        }
    }
    enums.iter_mut().for_each(|object| leave_out(&mut object.name));
    for view in views.iter_mut() {
        leave_out(&mut view.name);
        view.depends_on.iter_mut().for_each(leave_out);
    }
    triggers.iter_mut().for_each(|trigger| leave_out(&mut trigger.table));
    for object in opaque.iter_mut() {
        leave_out(&mut object.name);
        object.depends_on.iter_mut().for_each(leave_out);
    }
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    enums.sort_by(|left, right| left.name.cmp(&right.name));
    views.sort_by(|left, right| left.name.cmp(&right.name));
    opaque.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
}
