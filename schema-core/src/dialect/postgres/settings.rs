//! What tables, columns and indexes are set to beside all that models say: what they are called, and what becomes of them when models change.

use crate::model::{Object, ObjectId, ObjectKind, ObjectScope, Table};

/// Whether a setting of this table is of a column or an index that it will not have.
pub(super) fn goes(setting: &Object, after: &Table) -> bool {
    let ObjectId { kind: ObjectKind::Setting, name, scope } = &setting.id else { return false };
    match scope {
        ObjectScope::Column { table } if *table == after.name => {
            !after.columns.iter().any(|other| other.name == name.name)
        }
        ObjectScope::Index { table } if *table == after.name => {
            let keys =
                after.primary_key.iter().map(|it| &it.name).chain(after.uniques.iter().map(|it| &it.name));
            let more =
                after.exclusions.iter().map(|it| &it.name).chain(after.indexes.iter().map(|it| &it.name));
            let is_own = after.partition_of.is_none();
            is_own && !keys.chain(more).flatten().any(|index| *index == name.name)
        }
        ObjectScope::Column { .. }
        | ObjectScope::Index { .. }
        | ObjectScope::Table { .. }
        | ObjectScope::Schema
        | ObjectScope::Arguments { .. }
        | ObjectScope::Words { .. } => false,
    }
}
