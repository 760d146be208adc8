//! What a change of a column is to the servers, and what it may do to the values in it.

use super::alter_algorithm::{self, Kind};
use crate::dialect::mysql::{Encoding, types};
use crate::model::{Column, ColumnType, Default, Generated, Index, IndexPart, Table};
use crate::sql::Hazard;

/// How a column becomes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// MODIFY.
    Modify,
    /// The column goes and comes again: the servers change a column neither to a virtual one nor from one.
    Replace,
    /// As `Replace`, but the values that were computed stay.
    ReplaceAndKeep,
}

/// How `before` becomes `after`.
pub(super) fn way(before: &Column, after: &Column) -> Way {
    let kind = |column: &Column| column.generated.as_ref().map(|Generated { stored, .. }| *stored);
    match (kind(before), kind(after)) {
        (Some(false), None) => Way::ReplaceAndKeep,
        (None | Some(true), Some(false)) | (Some(false), Some(true)) => Way::Replace,
        (None | Some(true), None | Some(true)) | (Some(false), Some(false)) => Way::Modify,
    }
}

/// Whether the values are of another kind afterwards, so that a foreign key is in the way.
pub(super) fn changes_values((before, old): (&Column, &Table), (after, new): (&Column, &Table)) -> bool {
    before.ty != after.ty || !same_encoding((before, old), (after, new)) || way(before, after) != Way::Modify
}

/// Whether the character set and collation stay.
pub(super) fn same_encoding((before, old): (&Column, &Table), (after, new): (&Column, &Table)) -> bool {
    match (Encoding::of(before, &old.options), Encoding::of(after, &new.options)) {
        (Some(known), Some(wanted)) => wanted.agrees_with(&known),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => before.ty == after.ty,
    }
}

/// All that differs and is not only how the character set is said.
pub(super) fn kinds((before, old): (&Column, &Table), (after, new): (&Column, &Table)) -> Vec<Kind> {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto,
        sequence: _,
        collation: _,
        charset: _,
        on_update,
        invisible,
        not_null_name: _,
        not_null_conflict: _,
        inherited: _,
        comment,
        renamed_from: _,
        renamed_values: _,
    } = after;
    let encoding = Encoding::of(before, &old.options);
    let charset = encoding.as_ref().and_then(|encoding| encoding.charset.as_deref());
    let indexed = old.indexes.iter().any(|index| super::keys::is_on(index, name));
    // The words of a text, or the letters that it begins with.
    let is_of_part = |index: &Index| {
        let of_part = |part: &IndexPart| part.prefix_length.is_some();
        alter_algorithm::of_index(index) == Kind::AddFulltextIndex || index.parts.iter().any(of_part)
    };
    let indexed_in_part =
        old.indexes.iter().any(|index| is_of_part(index) && super::keys::is_on(index, name));
    let clusters = |index: &Index| super::keys::is_on(index, name) && alter_algorithm::clusters(index, old);
    let clusters = old.indexes.iter().any(clusters);
    let in_key =
        clusters || old.primary_key.iter().flat_map(|key| &key.columns).any(|part| part.name == *name);
    let mut kinds = Vec::new();
    if before.ty != *ty {
        kinds.push(if appends_values(&before.ty, ty) {
            Kind::AppendValue
        } else if alter_algorithm::only_widens(&before.ty, ty, charset) {
            Kind::WidenText
        } else {
            Kind::ChangeColumn
        });
    }
    if !same_encoding((before, old), (after, new)) {
        let wanted = Encoding::of(after, &new.options).and_then(|encoding| encoding.charset);
        kinds.push(match (wanted.as_deref() == charset, indexed) {
            // Rows are in the order of the primary key, and the values of an enum have another type with another collation.
            (true, _) if in_key || has_values(ty) || indexed_in_part => Kind::ChangeColumn,
            (true, false) => Kind::ColumnCollation,
            (true, true) => Kind::IndexedCollation,
            (false, _) => Kind::ChangeColumn,
        });
    }
    if before.nullable != *nullable {
        // Without the key that rows are ordered by, all are copied.
        kinds.push(if clusters { Kind::ChangeColumn } else { Kind::ColumnNullability });
    }
    if before.default != *default {
        kinds.push(if is_computed(default.as_ref()) { Kind::ColumnExpression } else { Kind::ColumnDefault });
    }
    if before.generated != *generated {
        kinds.push(match (&before.generated, generated) {
            (Some(Generated { stored: false, .. }), Some(Generated { stored: false, .. }))
                if kinds.is_empty() && !indexed =>
            {
                Kind::VirtualExpression
            }
            (_, _) => Kind::ChangeColumn,
        });
    }
    if before.auto != *auto {
        kinds.push(if auto.is_none() { Kind::LoseNumbers } else { Kind::ChangeColumn });
    }
    if before.on_update != *on_update {
        kinds.push(Kind::ColumnOnUpdate);
    }
    if before.invisible != *invisible {
        kinds.push(Kind::ColumnVisibility);
    }
    if before.comment != *comment {
        kinds.push(Kind::ColumnComment);
    }
    let stored = |generated: &Option<Generated>| generated.as_ref().is_some_and(|it| it.stored);
    if stored(generated) && !kinds.is_empty() {
        // A stored column is never only written otherwise.
        kinds.push(Kind::ChangeColumn);
    }
    kinds
}

fn has_values(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Sql(sql) if types::values(sql).is_some())
}

/// Whether a default is computed for each row.
pub(super) fn is_computed(default: Option<&Default>) -> bool {
    matches!(default, Some(Default::Sql(sql)) if sql.starts_with('('))
}

/// The kind of change that a new column is.
pub(super) fn of_new(column: &Column) -> Kind {
    match &column.generated {
        Some(Generated { stored: true, .. }) => Kind::AddStoredColumn,
        // Whether MySQL takes it without a look at the rows, its manual does not say.
        Some(Generated { stored: false, .. }) if !column.nullable => Kind::AddStoredColumn,
        Some(Generated { stored: false, .. }) => Kind::AddVirtualColumn,
        None if column.auto.is_some() => Kind::AddNumberedColumn,
        None if is_computed(column.default.as_ref()) => Kind::AddComputedColumn,
        None => Kind::AddColumn,
    }
}

/// Whether all values keep their places, and need no more bytes.
fn appends_values(before: &ColumnType, after: &ColumnType) -> bool {
    let (ColumnType::Sql(before), ColumnType::Sql(after)) = (before, after) else { return false };
    let (Some(old), Some(new)) = (types::values(before), types::values(after)) else { return false };
    types::name_of(before) == types::name_of(after)
        && new.starts_with(&old)
        && bytes_of_value(before) == bytes_of_value(after)
}

/// How many bytes the servers take for a value of an ENUM or SET.
fn bytes_of_value(ty: &str) -> Option<usize> {
    let count = types::values(ty)?.len();
    Some(match types::name_of(ty) {
        "enum" if count < 256 => 1,
        "enum" => 2,
        _ => match count.div_ceil(8) {
            bytes @ 0..=4 => bytes,
            _ => 8,
        },
    })
}

/// Whether a key on the column would only have the first letters of the text that an ENUM or SET becomes: the servers keep the bytes of its values as the
/// length, where a letter takes no more.
pub(super) fn shortens_keys((before, old): (&Column, &Table), after: &Column) -> bool {
    let (ColumnType::Sql(ty), ColumnType::Sql(new)) = (&before.ty, &after.ty) else { return false };
    let charset = Encoding::of(before, &old.options).and_then(|encoding| encoding.charset);
    let letter = types::most_bytes(1, charset.as_deref());
    types::values(new).is_none()
        && bytes_of_value(ty).and_then(|bytes| u64::try_from(bytes).ok()).is_some_and(|bytes| letter <= bytes)
}

/// What the change may do to the values that are there.
pub(super) fn hazards(table: &Table, before: &Column, after: &Column) -> Vec<Hazard> {
    let place = format!("`{}`.`{}`", table.name, after.name);
    let mut hazards = Vec::new();
    if before.generated.is_none() && after.generated.is_some() {
        hazards.push(Hazard::DestroysData(format!("the values of {place} are computed from now on")));
        return hazards;
    }
    if way(before, after) == Way::Replace {
        return hazards;
    }
    hazards.extend(null_hazard(table, before, after));
    hazards.extend(value_hazard(table, before, after));
    hazards
}

/// What becomes of rows without a value.
pub(super) fn null_hazard(table: &Table, before: &Column, after: &Column) -> Option<Hazard> {
    let place = format!("`{}`.`{}`", table.name, after.name);
    (before.nullable && !after.nullable).then(|| match after.auto {
        Some(_) => Hazard::DestroysData(format!("rows whose {place} is NULL get a number")),
        None => Hazard::MayFail(format!("rows whose {place} is NULL are refused")),
    })
}

/// What another type or character set does to values.
pub(super) fn value_hazard(table: &Table, before: &Column, after: &Column) -> Option<Hazard> {
    let place = format!("`{}`.`{}`", table.name, after.name);
    let is_computed = after.generated.is_some();
    if let (ColumnType::Sql(old), ColumnType::Sql(new)) = (&before.ty, &after.ty)
        && old != new
    {
        return match conversion(old, new) {
            Conversion::Safe => None,
            Conversion::MayFail | Conversion::Lossy if is_computed => Some(Hazard::MayFail(format!(
                "rows for which {place} is more than `{new}` can hold are refused"
            ))),
            Conversion::MayFail => {
                Some(Hazard::MayFail(format!("values of {place} that `{new}` cannot hold are refused")))
            }
            Conversion::Lossy => Some(Hazard::DestroysData(format!(
                "values of {place} may change on the way from `{old}` to `{new}`"
            ))),
        };
    }
    (before.charset != after.charset && before.ty == after.ty && !is_computed).then(|| {
        Hazard::MayFail(format!(
            "values of {place} with letters that the new character set lacks are refused"
        ))
    })
}

/// What becomes of values, in a session with a strict `sql_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conversion {
    Safe,
    MayFail,
    Lossy,
}

fn conversion(old: &str, new: &str) -> Conversion {
    let (before, after) = (types::name_of(old), types::name_of(new));
    let when = |safe: bool| if safe { Conversion::Safe } else { Conversion::MayFail };
    if let (Some(old), Some(new)) = (bounds(old), bounds(new)) {
        return when(new.0 <= old.0 && old.1 <= new.1);
    }
    if types::values(old).is_some() && types::values(new).is_some() {
        // A value that goes is looked for before, in a statement of its own.
        return when(before == after);
    }
    let numbers = |ty: &str| (types::numbers_of(ty).first().copied(), types::numbers_of(ty).get(1).copied());
    match (before, after) {
        ("decimal", "decimal") => {
            let ((Some(digits), Some(scale)), (Some(new_digits), Some(new_scale))) =
                (numbers(old), numbers(new))
            else {
                return Conversion::MayFail;
            };
            if new_scale < scale {
                Conversion::Lossy
            } else {
                when(
                    new_digits.saturating_sub(new_scale) >= digits.saturating_sub(scale)
                        && (!new.contains("unsigned") || old.contains("unsigned")),
                )
            }
        }
        ("datetime" | "timestamp" | "time", _) if before == after => {
            if numbers(new).0.unwrap_or_default() < numbers(old).0.unwrap_or_default() {
                Conversion::Lossy
            } else {
                Conversion::Safe
            }
        }
        ("timestamp", "datetime") | ("float", "double") | ("json", "longtext") => Conversion::Safe,
        (_, "json") if room(old).is_some_and(|(_, text)| text) => Conversion::MayFail,
        ("datetime", "timestamp") => Conversion::MayFail,
        _ => match (room(old), room(new)) {
            (Some((old, texts)), Some((new, others))) if texts == others => when(new >= old),
            (_, Some((new, _))) if types::is_number(old) || types::values(old).is_some() => when(new >= 255),
            (_, _) => Conversion::Lossy,
        },
    }
}

/// The least and the greatest number of a type of whole numbers.
fn bounds(ty: &str) -> Option<(i128, i128)> {
    let bits = match types::name_of(ty) {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    let values = 1_i128 << bits;
    Some(if ty.contains("unsigned") { (0, values - 1) } else { (-values / 2, values / 2 - 1) })
}

/// How much a text or blob holds, and whether it is a text.
fn room(ty: &str) -> Option<(u64, bool)> {
    let length = || types::numbers_of(ty).first().copied().unwrap_or_default();
    Some(match types::name_of(ty) {
        "char" | "varchar" => (length(), true),
        "tinytext" => (63, true),
        "text" => (16_383, true),
        "mediumtext" => (4_194_303, true),
        "longtext" => (u64::from(u32::MAX), true),
        "varbinary" => (length(), false),
        "tinyblob" => (255, false),
        "blob" => (65_535, false),
        "mediumblob" => (16_777_215, false),
        "longblob" => (u64::from(u32::MAX), false),
        _ => return None,
    })
}

/// Whether a new column has no value for rows that are there. The servers would take what is empty in its type.
pub(super) fn needs_a_value(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && column.generated.is_none() && column.auto.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_safe_where_the_new_type_holds_them_all() {
        for (old, new, becomes) in [
            ("int", "bigint", Conversion::Safe),
            ("bigint", "int", Conversion::MayFail),
            ("int", "int unsigned", Conversion::MayFail),
            ("int unsigned", "bigint", Conversion::Safe),
            ("varchar(20)", "varchar(10)", Conversion::MayFail),
            ("varchar(20)", "text", Conversion::Safe),
            ("decimal(10,2)", "decimal(12,2)", Conversion::Safe),
            ("decimal(10,2)", "decimal(10,1)", Conversion::Lossy),
            ("decimal(10,2)", "decimal(10,3)", Conversion::MayFail),
            ("datetime(6)", "datetime", Conversion::Lossy),
            ("datetime", "datetime(6)", Conversion::Safe),
            ("enum('a','b')", "enum('b','a')", Conversion::Safe),
            ("enum('a','b')", "enum('a')", Conversion::Safe),
            ("set('a','b')", "enum('a','b')", Conversion::MayFail),
            ("int", "varchar(255)", Conversion::Safe),
            ("varchar(20)", "int", Conversion::Lossy),
            ("text", "blob", Conversion::Lossy),
        ] {
            assert_eq!(conversion(old, new), becomes, "{old} to {new}");
        }
    }

    #[test]
    fn values_at_the_end_need_no_copy_unless_they_need_a_byte_more() {
        let ty = |text: &str| ColumnType::Sql(text.to_owned());
        assert!(appends_values(&ty("enum('a')"), &ty("enum('a','b')")));
        assert!(!appends_values(&ty("enum('a','b')"), &ty("enum('b','a')")));
        let eight = "set('1','2','3','4','5','6','7','8')";
        let nine = "set('1','2','3','4','5','6','7','8','9')";
        assert!(!appends_values(&ty(eight), &ty(nine)));
    }
}
