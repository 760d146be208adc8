//! Columns whose values cannot become their new type, or not back.

use super::sketch::{Column, Sketch, Table, Type};

/// Whether no value of one of these types can be one of the other. Texts and enum types can be read as anything.
fn is_impossible(one: Type, other: Type) -> bool {
    let group = |ty: Type| match ty {
        Type::Enum(_)
        | Type::Known("text" | "text[]" | "varchar" | "varchar(20)" | "varchar(50)" | "char(3)") => None,
        // What is JSON may be a number or a truth value.
        Type::Known(
            "smallint" | "integer" | "bigint" | "numeric" | "numeric(10,2)" | "numeric(12,2)"
            | "double precision" | "boolean" | "jsonb",
        ) => Some("number"),
        Type::Known("date" | "timestamp" | "timestamptz") => Some("date"),
        Type::Known(name) => Some(name),
    };
    // `1.00` is no truth value.
    let has_scale = |ty: Type| matches!(ty, Type::Known("numeric(10,2)" | "numeric(12,2)"));
    let is_truth = |ty: Type| ty == Type::Known("boolean");
    if has_scale(one) && is_truth(other) || is_truth(one) && has_scale(other) {
        return true;
    }
    match (group(one), group(other)) {
        (Some(one), Some(other)) => one != other,
        (None, _) | (_, None) => false,
    }
}

/// The columns that both schemas have and that cannot get from the type in the first to that in the second, with their tables. Those that become
/// computed are dropped and added instead.
pub fn impossible_types<'a>(before: &Sketch, after: &'a Sketch) -> Vec<(&'a Table, &'static str)> {
    let mut found = Vec::new();
    for table in &after.tables {
        let Some(old) = counterpart(before, table) else { continue };
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            if cannot_come_from(old, column).is_some() {
                found.push((table, column.name));
            }
        }
    }
    found
}

/// Leaves the columns of the second schema, which is not pruned yet, the types of the first where they could not get the new ones.
pub(super) fn keep_types(before: &Sketch, after: &mut Sketch) {
    for table in &mut after.tables {
        let Some(old) = counterpart(before, table) else { continue };
        for column in &mut table.columns {
            if let Some(ty) = cannot_come_from(old, column) {
                column.ty = ty;
            }
        }
    }
}

fn counterpart<'a>(before: &'a Sketch, table: &Table) -> Option<&'a Table> {
    before.tables.iter().find(|old| old.name == table.name && old.schema == table.schema)
}

/// The type of the column in the other table, if its values cannot become those of the column.
fn cannot_come_from(old: &Table, column: &Column) -> Option<Type> {
    old.column(column.name).map(|old| old.ty).filter(|ty| is_impossible(*ty, column.ty))
}
