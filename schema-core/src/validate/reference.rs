//! What must hold between tables: foreign keys lead to a key of the same types.

use super::table::validate_columns;
use super::{Errors, Problem, Scene, TableOn};
use crate::model::{ColumnType, ForeignKey, IndexKey, ReferentialAction};

pub(super) fn validate(table: &TableOn<'_>, scene: &Scene<'_>, errors: &mut Errors) {
    for (object, key) in table.on(&table.declared.foreign_keys) {
        let place = table.place_of_object(object, "foreign key", key.name.as_deref());
        let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
        validate_columns(table, &columns, &place, errors);
        for action in [&key.on_delete, &key.on_update] {
            validate_action(table, key, action, &place, errors);
        }
        match scene.tables.get(&key.references) {
            Some(target) => validate_target(table, key, target, &place, errors),
            None => errors.add(&place, Problem::UnknownTable { table: key.references.to_string() }),
        }
    }
}

fn validate_action(
    table: &TableOn<'_>,
    key: &ForeignKey,
    action: &ReferentialAction,
    place: &str,
    errors: &mut Errors,
) {
    let (listed, to_null) = match action {
        ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => return,
        ReferentialAction::SetNull(columns) => (columns, true),
        ReferentialAction::SetDefault(columns) => (columns, false),
    };
    for column in listed.iter().filter(|column| !key.columns.contains(column)) {
        errors.add(place, Problem::ActionOnOtherColumn { column: column.clone() });
    }
    if to_null {
        let set = if listed.is_empty() { &key.columns } else { listed };
        for column in set {
            if table.column(column).is_some_and(|column| !column.nullable) {
                errors.add(place, Problem::SetsNotNullToNull { column: column.clone() });
            }
        }
    }
}

fn validate_target(
    table: &TableOn<'_>,
    key: &ForeignKey,
    target: &TableOn<'_>,
    place: &str,
    errors: &mut Errors,
) {
    let name = key.references.to_string();
    let referenced: Vec<&str> = if key.referenced_columns.is_empty() {
        let Some((_, primary_key)) = target.on(target.declared.primary_key.as_slice()).next() else {
            errors.add(place, Problem::NoPrimaryKey { table: name });
            return;
        };
        primary_key.columns.iter().map(|column| column.name.as_str()).collect()
    } else {
        key.referenced_columns.iter().map(String::as_str).collect()
    };
    if referenced.len() != key.columns.len() {
        errors.add(place, Problem::ReferenceCount { own: key.columns.len(), referenced: referenced.len() });
        return;
    }
    let mut known = true;
    for (column, referenced) in key.columns.iter().zip(&referenced) {
        let (own, other) = (table.column(column), target.column(referenced));
        match (own, other) {
            (_, None) => {
                known = false;
                let column = (*referenced).to_owned();
                errors.add(place, Problem::UnknownReferencedColumn { table: name.clone(), column });
            }
            (Some(own), Some(other)) if !comparable(&own.ty, &other.ty) => {
                let (column, referenced) = (column.clone(), (*referenced).to_owned());
                errors.add(place, Problem::ReferenceToOtherType { column, table: name.clone(), referenced });
            }
            (Some(_) | None, Some(_)) => {}
        }
    }
    if known && !is_key(target, &referenced) {
        errors.add(place, Problem::ReferenceToNoKey { table: name, columns: referenced.join(", ") });
    }
}

/// Whether a key of one type may refer to the other, lengths and digits aside; SQL text is compared by a dialect.
fn comparable(left: &ColumnType, right: &ColumnType) -> bool {
    match (left, right) {
        (ColumnType::Sql(_), _)
        | (_, ColumnType::Sql(_))
        | (ColumnType::Decimal { .. }, ColumnType::Decimal { .. })
        | (ColumnType::FixedBytes(_), ColumnType::FixedBytes(_)) => true,
        (ColumnType::Array(left), ColumnType::Array(right)) => comparable(left, right),
        (left, right) => left == right,
    }
}

/// Whether columns, in any order, are the primary key or unique in every row.
fn is_key(table: &TableOn<'_>, columns: &[&str]) -> bool {
    let same =
        |key: Vec<&str>| key.len() == columns.len() && key.iter().all(|column| columns.contains(column));
    let declared = table.declared;
    let primary_key = table.on(declared.primary_key.as_slice()).map(|(_, key)| &key.columns);
    let uniques = table.on(&declared.uniques).map(|(_, unique)| &unique.columns);
    if primary_key.chain(uniques).any(|key| same(key.iter().map(|column| column.name.as_str()).collect())) {
        return true;
    }
    table.on(&declared.indexes).filter(|(_, index)| index.unique && index.predicate.is_none()).any(
        |(_, index)| {
            let parts = index.parts.iter().map(|part| match &part.key {
                IndexKey::Column(column) => Some(column.as_str()),
                IndexKey::Expression(_) => None,
            });
            parts.collect::<Option<Vec<&str>>>().is_some_and(same)
        },
    )
}
