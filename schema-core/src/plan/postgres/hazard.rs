//! What statements do to rows that are there, and to those who use them meanwhile. A lock that is held for a moment is no hazard: nearly every
//! statement takes one; a warning that is always there is read by nobody.

use super::column_action::{ColumnAction, type_text};
use super::columns::Rows;
use super::type_conversion;
use super::work::{Staying, Work};
use crate::dialect::postgres::conversion::conversion;
use crate::dialect::postgres::expression::canonical;
use crate::dialect::postgres::{is_volatile, quote};
use crate::model::{
    Check, Column, Default, Exclusion, ForeignKey, Index, IndexKey, KeyColumn, Match, PrimaryKey,
    QualifiedName, Unique,
};
use crate::sql::Hazard;

/// ADD COLUMN.
pub(super) fn of_new_column(table: &QualifiedName, column: &Column) -> Vec<Hazard> {
    let place = format!("`{table}`.`{}`", column.name);
    let mut hazards = Vec::new();
    if rewrites_when_new(column) {
        hazards.push(rewrites(table));
    }
    let has_value = column.auto.is_some() || is_value(column.default.as_ref());
    if !column.nullable && column.generated.is_some() {
        hazards.push(Hazard::MayFail(format!("rows whose {place} comes out as NULL are refused")));
    } else if !column.nullable && !has_value {
        hazards.push(Hazard::MayFail(format!(
            "{place} is NOT NULL and has no default: with rows in the table, add it with a default, or give it values before NOT NULL"
        )));
    }
    hazards
}

/// Whether ADD COLUMN writes all rows anew.
pub(super) fn rewrites_when_new(column: &Column) -> bool {
    let computed = column.generated.as_ref().is_some_and(|it| it.stored);
    let volatile = if let Some(Default::Sql(text)) = &column.default { is_volatile(text) } else { false };
    computed || column.auto.is_some() || volatile
}

/// Whether a default is anything but NULL.
fn is_value(default: Option<&Default>) -> bool {
    match default {
        None => false,
        Some(Default::Sql(text)) => !text.to_ascii_lowercase().starts_with("null"),
        Some(
            Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_),
        ) => true,
    }
}

/// ALTER COLUMN TYPE.
pub(super) fn of_type(
    work: &Work<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
    column_action: ColumnAction,
    rows: Rows,
) -> Vec<Hazard> {
    if rows == Rows::None {
        return Vec::new();
    }
    let place = format!("`{table}`.`{}`", after.name);
    let mut hazards = Vec::new();
    let (from, to) = (type_text(before), type_text(after));
    let conversion = if column_action == ColumnAction::TypeRecreated {
        hazards = type_conversion::hazards(work, &place, to);
        type_conversion::conversion(work, &quote(&after.name), from, to)
    } else if from == to {
        // Only the collation differs: indexes are recreated, rows are not.
        return hazards;
    } else {
        conversion(&after.name, from, to)
    };
    if conversion.rewrites {
        hazards.insert(0, rewrites(table));
    }
    if conversion.may_fail {
        hazards.push(Hazard::MayFail(format!("values of {place} that are no `{to}` are refused")));
    }
    if let Some(loss) = conversion.loses {
        hazards.push(Hazard::DestroysData(format!("{loss} in {place}, on the way from `{from}` to `{to}`")));
    }
    hazards
}

fn rewrites(table: &QualifiedName) -> Hazard {
    Hazard::RewritesTable(format!(
        "all rows of `{table}` are rewritten; reads and writes wait until this is done"
    ))
}

/// All rows are read under a lock that keeps everybody out.
fn scans(table: &QualifiedName) -> Hazard {
    Hazard::BlocksReads(format!(
        "all rows of `{table}` are checked; reads and writes wait until this is done"
    ))
}

/// SET NOT NULL.
pub(super) fn of_not_null(table: &QualifiedName, column: &Column, rows: Rows) -> Vec<Hazard> {
    match rows {
        Rows::None => Vec::new(),
        Rows::Maybe => vec![
            scans(table),
            Hazard::MayFail(format!("rows whose `{table}`.`{}` is NULL are refused", column.name)),
        ],
    }
}

/// ADD PRIMARY KEY.
pub(super) fn of_primary_key(table: &Staying<'_>, key: &PrimaryKey) -> Vec<Hazard> {
    of_key(table, &key.columns, false)
}

/// ADD UNIQUE.
pub(super) fn of_unique(table: &Staying<'_>, unique: &Unique) -> Vec<Hazard> {
    of_key(table, &unique.columns, unique.nulls_not_distinct)
}

fn of_key(table: &Staying<'_>, key: &[KeyColumn], nulls_are_equal: bool) -> Vec<Hazard> {
    let name = &table.after.name;
    let columns: Vec<&str> = key.iter().map(|column| column.name.as_str()).collect();
    let mut hazards = vec![builds_index(name)];
    if !are_apart(table, &columns, nulls_are_equal) {
        let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
        hazards
            .push(Hazard::MayFail(format!("rows of `{name}` may have equal keys in {}", columns.join(", "))));
    }
    hazards
}

/// Whether another key keeps rows apart in these columns already; one in which NULLs differ does not where they shall be equal.
fn are_apart(table: &Staying<'_>, columns: &[&str], nulls_are_equal: bool) -> bool {
    let stays = |column: &str| match table.column_actions.get(column) {
        None | Some(ColumnAction::TypeRecreated) => columns.contains(&column),
        Some(
            ColumnAction::Added | ColumnAction::Dropped | ColumnAction::Retyped | ColumnAction::Replaced,
        ) => false,
    };
    let before = table.before;
    let keys = before.primary_key.iter().map(|key| &key.columns);
    let alike = |nulls_not_distinct: bool| nulls_not_distinct || !nulls_are_equal;
    let uniques = before.uniques.iter().filter(|unique| alike(unique.nulls_not_distinct));
    let keys = keys.chain(uniques.map(|unique| &unique.columns));
    let mut indexes = before
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none() && alike(index.nulls_not_distinct));
    keys.into_iter().any(|key| key.iter().all(|column| stays(&column.name)))
        || indexes.any(|index| {
            index.parts.iter().all(|part| match &part.key {
                IndexKey::Column(name) => stays(name),
                IndexKey::Expression(_) => false,
            })
        })
}

fn builds_index(table: &QualifiedName) -> Hazard {
    Hazard::BlocksReads(format!(
        "an index of all rows of `{table}` is built; reads and writes wait until this is done"
    ))
}

/// ADD EXCLUDE.
pub(super) fn of_exclusion(table: &Staying<'_>, exclusion: &Exclusion) -> Vec<Hazard> {
    let name = &table.after.name;
    let holds = keeps_values(table)
        && table
            .before
            .exclusions
            .iter()
            .any(|old| canonical(&old.definition) == canonical(&exclusion.definition));
    let may_fail = Hazard::MayFail(format!("rows of `{name}` may exclude each other"));
    [builds_index(name)].into_iter().chain((!holds).then_some(may_fail)).collect()
}

/// ADD CHECK, or its validation.
pub(super) fn of_check(table: &Staying<'_>, check: &Check) -> Vec<Hazard> {
    if check.not_valid {
        return Vec::new();
    }
    let name = &table.after.name;
    let holds = keeps_values(table)
        && table
            .before
            .checks
            .iter()
            .any(|old| !old.not_valid && canonical(&old.expression) == canonical(&check.expression));
    let may_fail = Hazard::MayFail(format!("rows of `{name}` may violate `{}`", check.expression));
    [scans(name)].into_iter().chain((!holds).then_some(may_fail)).collect()
}

/// Whether what held for the rows before still does: no value becomes another.
fn keeps_values(table: &Staying<'_>) -> bool {
    table.column_actions.values().all(|column_action| match column_action {
        ColumnAction::Added | ColumnAction::Dropped | ColumnAction::TypeRecreated => true,
        ColumnAction::Retyped | ColumnAction::Replaced => false,
    })
}

/// ADD FOREIGN KEY.
pub(super) fn of_foreign_key(table: &Staying<'_>, key: &ForeignKey) -> Vec<Hazard> {
    if key.not_valid || key.not_enforced {
        return Vec::new();
    }
    let name = &table.after.name;
    let tables = if key.references == *name {
        format!("`{name}`")
    } else {
        format!("`{name}` and `{}`", key.references)
    };
    let refers = keeps_values(table)
        && table.before.foreign_keys.iter().any(|old| {
            !old.not_valid
                && !old.not_enforced
                && old.columns == key.columns
                && old.references == key.references
                && old.referenced_columns == key.referenced_columns
                && (old.match_type == key.match_type || key.match_type == Match::Simple)
        });
    let blocks = Hazard::BlocksWrites(format!(
        "all rows of `{name}` are checked; writes to {tables} wait until this is done"
    ));
    let may_fail = Hazard::MayFail(format!(
        "rows of `{name}` may refer to rows that `{}` does not have",
        key.references
    ));
    [blocks].into_iter().chain((!refers).then_some(may_fail)).collect()
}

/// CREATE INDEX.
pub(super) fn of_index(table: &Staying<'_>, index: &Index) -> Vec<Hazard> {
    let name = &table.after.name;
    let mut hazards = vec![Hazard::BlocksWrites(format!(
        "an index of the rows of `{name}` is built; writes wait until this is done"
    ))];
    let columns: Vec<&str> = index
        .parts
        .iter()
        .filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column.as_str()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    let comes_back = keeps_values(table) && table.before.indexes.contains(index);
    if index.unique && !comes_back && !are_apart(table, &columns, index.nulls_not_distinct) {
        hazards.push(Hazard::MayFail(format!("rows of `{name}` may have equal keys")));
    }
    hazards
}

/// ATTACH PARTITION.
pub(super) fn of_attached(table: &QualifiedName) -> Vec<Hazard> {
    vec![scans(table), Hazard::MayFail(format!("rows of `{table}` may belong elsewhere"))]
}

/// SET LOGGED and UNLOGGED.
pub(super) fn of_logging(table: &QualifiedName) -> Vec<Hazard> {
    vec![rewrites(table)]
}
