//! What tables, columns and indexes are set to beside all that models say: what they are called, and what becomes of them when models change.

use crate::model::{OpaqueKind, OpaqueObject, QualifiedName, Table};

/// How the settings of a column are called, before its name and ` on table`.
pub const OF_COLUMN: &str = "column ";

/// How those of an index are called, of a constraint's too.
pub const OF_INDEX: &str = "index ";

/// How those of the table are called in which long values are kept.
pub const OF_TOAST: &str = "TOAST parameters";

/// Whether a setting of this table is of a column or an index that it will not have.
pub(super) fn goes(setting: &OpaqueObject, after: &Table) -> bool {
    let Some(what) = of_table(setting, &after.name) else { return false };
    if let Some(column) = what.strip_prefix(OF_COLUMN) {
        return !after.columns.iter().any(|other| other.name == column);
    }
    let Some(index) = what.strip_prefix(OF_INDEX) else { return false };
    let keys = after.primary_key.iter().map(|it| &it.name).chain(after.uniques.iter().map(|it| &it.name));
    let more = after.exclusions.iter().map(|it| &it.name).chain(after.indexes.iter().map(|it| &it.name));
    let is_own = after.partition_of.is_none();
    is_own && !keys.chain(more).flatten().any(|name| name == index)
}

/// What of the table the setting is of.
fn of_table<'a>(setting: &'a OpaqueObject, table: &QualifiedName) -> Option<&'a str> {
    if setting.kind != OpaqueKind::Setting || setting.name.schema != table.schema {
        return None;
    }
    setting.name.name.strip_suffix(&table.to_string())?.strip_suffix(" on ")
}
