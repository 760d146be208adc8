//! What only the compiler can check of a model: constants that panic with the mistake.

use super::message::Message;
use super::{Default, Enum, Member, Table, find};
use crate::meta::{Body, ColumnType, Index, IndexKey, KeyColumn, column_type};

/// Refuses digits on anything but a decimal.
#[track_caller]
pub const fn check_digits(ty: ColumnType) {
    if !matches!(ty, ColumnType::Decimal { .. }) {
        Message::new("`precision` and `scale` are for decimals; this column is ").push(ty.describe()).panic();
    }
}

/// Refuses a default that the column's type cannot hold.
#[track_caller]
pub const fn check_default(ty: ColumnType, default: Default) {
    let (fits, kind) = match default {
        Default::Now => (ty.is_time(), "the current instant"),
        Default::Bool(_) => (matches!(ty.below(), ColumnType::Bool | ColumnType::Sql(_)), "a bool"),
        Default::Number(_) => (ty.is_number(), "a number"),
        Default::Text(_) => (ty.is_written_as_text(), "a text"),
        Default::EnumValue(_) | Default::Sql(_) => (true, ""),
    };
    let message = Message::new("the default is ").push(kind).push(", but the column is ");
    if let ColumnType::Enum(declared) = ty.below()
        && !fits
    {
        let text = if let Default::Text(text) = default { text } else { "" };
        message.push("the enum `").push(declared.name).push("`").push_enum_value(declared, text).panic();
    }
    if !fits {
        message.push(ty.describe()).panic();
    }
    match default {
        Default::Number(number) => check_number(ty, number),
        Default::Text(text) => check_text(ty, text),
        Default::Now | Default::Bool(_) | Default::EnumValue(_) | Default::Sql(_) => {}
    }
}

/// Refuses a number that an integer type does not have.
#[track_caller]
const fn check_number(ty: ColumnType, number: &str) {
    let Some((least, greatest)) = ty.integers() else { return };
    match parse(number) {
        Some(value) if least <= value && value <= greatest => {}
        Some(_) => Message::new("the default `")
            .push(number)
            .push("` is out of the range of ")
            .push(ty.describe())
            .panic(),
        None => Message::new("the default `")
            .push(number)
            .push("` is no whole number, but the column is ")
            .push(ty.describe())
            .panic(),
    }
}

#[track_caller]
const fn check_text(ty: ColumnType, text: &str) {
    if !matches!(ty.below(), ColumnType::Char) {
        return;
    }
    let (bytes, mut index, mut characters) = (text.as_bytes(), 0, 0);
    while index < bytes.len() {
        // Bytes that go on with a character begin with the bits 10.
        if bytes[index] & 0xC0 != 0x80 {
            characters += 1;
        }
        index += 1;
    }
    if characters != 1 {
        Message::new("the default is a text of several characters or none, but the column is `char`").panic();
    }
}

/// A whole number; none for a number with a fraction, an exponent or more than 38 digits.
const fn parse(number: &str) -> Option<i128> {
    let bytes = number.as_bytes();
    let negative = !bytes.is_empty() && bytes[0] == b'-';
    let mut index = if negative { 1 } else { 0 };
    if bytes.len() - index > 38 {
        return None;
    }
    let mut value: i128 = 0;
    while index < bytes.len() {
        if !bytes[index].is_ascii_digit() {
            return None;
        }
        value = value * 10 + (bytes[index] - b'0') as i128;
        index += 1;
    }
    Some(if negative { -value } else { value })
}

/// Refuses the value of another enum as a default.
#[track_caller]
pub const fn check_enum_default(ty: ColumnType, declared: &'static Enum) {
    match ty.below() {
        ColumnType::Sql(_) => {}
        ColumnType::Enum(of_column) if column_type::equal(of_column.name, declared.name) => {}
        other => Message::new("the default is a value of the enum `")
            .push(declared.name)
            .push("`, but the column is ")
            .push(other.describe())
            .panic(),
    }
}

/// Refuses to have a column numbered that is no integer.
#[track_caller]
pub const fn check_auto(ty: ColumnType) {
    if ty.integers().is_none() && !matches!(ty.below(), ColumnType::Sql(_)) {
        Message::new("the database numbers integers alone; this column is ").push(ty.describe()).panic();
    }
}

/// Refuses to have a column numbered that allows NULL.
#[track_caller]
pub const fn check_auto_not_null(nullable: bool) {
    if nullable {
        Message::new("the database numbers this column: it never is NULL, so its type is no `Option`")
            .panic();
    }
}

/// Refuses a column that allows NULL in a primary key.
#[track_caller]
pub const fn check_key(nullable: bool, column: &str) {
    if nullable {
        Message::new("`")
            .push(column)
            .push("` is in the primary key, which is never NULL: its type is no `Option`")
            .panic();
    }
}

/// Refuses `set_null` for a column that does not allow NULL.
#[track_caller]
pub const fn check_set_null(nullable: bool, column: &str) {
    if !nullable {
        Message::new("`set_null` sets `")
            .push(column)
            .push("` to NULL, which its type does not allow: make it an `Option`, or choose another action")
            .panic();
    }
}

/// Refuses a field that neither the struct nor a flattened one has.
#[track_caller]
pub const fn check_field(columns: &'static [Member], field: &str) {
    if find(columns, field).is_none() {
        Message::new("no field `").push(field).push("`; there are ").push_fields(columns).panic();
    }
}

/// Refuses columns of one name, where structs are flattened.
#[track_caller]
pub const fn check_columns(columns: &'static [Member]) {
    let mut index = 0;
    while index < columns.len() {
        check_names(&columns[index], columns, index + 1);
        index += 1;
    }
}

/// Refuses a name of this member that a member behind it has too.
#[track_caller]
const fn check_names(member: &Member, columns: &[Member], from: usize) {
    match member {
        Member::Plain(name, _) => check_name(name, columns, from),
        Member::Column(column) => check_name(column.base.name, columns, from),
        Member::Flatten(_, inner) => {
            let mut index = 0;
            while index < inner.len() {
                check_names(&inner[index], columns, from);
                index += 1;
            }
        }
    }
}

#[track_caller]
const fn check_name(name: &str, columns: &[Member], mut index: usize) {
    while index < columns.len() {
        if has_column(&columns[index], name) {
            Message::new("there are two columns `").push(name).push("`").panic();
        }
        index += 1;
    }
}

const fn has_column(member: &Member, name: &str) -> bool {
    match member {
        Member::Plain(other, _) => column_type::equal(other, name),
        Member::Column(column) => column_type::equal(column.base.name, name),
        Member::Flatten(_, columns) => {
            let mut index = 0;
            while index < columns.len() {
                if has_column(&columns[index], name) {
                    return true;
                }
                index += 1;
            }
            false
        }
    }
}

/// Refuses a second primary key, where structs are flattened.
#[track_caller]
pub const fn check_one_key(body: &Body) {
    if count_keys(body) > 1 {
        Message::new("there are two primary keys, one of them in a flattened struct").panic();
    }
}

const fn count_keys(body: &Body) -> usize {
    let mut count = if body.primary_key.is_some() { 1 } else { 0 };
    let mut index = 0;
    while index < body.flattened.len() {
        count += count_keys(body.flattened[index].1);
        index += 1;
    }
    count
}

/// Refuses a foreign key to a column that does not exist or is of another type.
#[track_caller]
pub const fn check_reference(
    columns: &'static [Member],
    field: &str,
    ty: ColumnType,
    owner: &str,
    target: &str,
) {
    let Some((_, referenced, _)) = find(columns, field) else {
        Message::new("`")
            .push(owner)
            .push("` refers to `")
            .push(target)
            .push("::")
            .push(field)
            .push("`, but `")
            .push(target)
            .push("` has no such column; it has ")
            .push_fields(columns)
            .panic();
    };
    if !ty.refers_to(referenced) {
        Message::new("`")
            .push(owner)
            .push("` is ")
            .push(ty.describe())
            .push(", but `")
            .push(target)
            .push("::")
            .push(field)
            .push("`, which it refers to, is ")
            .push(referenced.describe())
            .panic();
    }
}

/// Refuses a foreign key to columns that are neither the primary key nor unique on any engine.
///
/// What the target itself is wrong in, its own derive tells: a table without an origin is the stub of one with mistakes.
#[track_caller]
pub const fn check_referenced_key(table: &'static Table, fields: &[&str], owner: &str, target: &str) {
    if table.origin.is_empty() || has_key(&table.body, table.body.columns, fields) {
        return;
    }
    let mut index = 0;
    let mut message = Message::new("`").push(owner).push("` refers to ");
    while index < fields.len() {
        if find(table.body.columns, fields[index]).is_none() {
            // `check_reference` tells of it.
            return;
        }
        if index > 0 {
            message = message.push(" and ");
        }
        message = message.push("`").push(target).push("::").push(fields[index]).push("`");
        index += 1;
    }
    let verb = if fields.len() == 1 { ", which is" } else { ", which are" };
    message.push(verb).push(" neither the primary key nor unique").panic();
}

const fn has_key(body: &Body, columns: &'static [Member], fields: &[&str]) -> bool {
    if let Some(key) = &body.primary_key {
        let mut index = 0;
        while index < key.overrides.len() {
            if is_of(key.overrides[index].1.columns, columns, fields) {
                return true;
            }
            index += 1;
        }
        if is_of(key.base.columns, columns, fields) {
            return true;
        }
    }
    let mut index = 0;
    while index < body.uniques.len() {
        let unique = &body.uniques[index];
        let mut engine = 0;
        while engine < unique.overrides.len() {
            if is_of(unique.overrides[engine].1.columns, columns, fields) {
                return true;
            }
            engine += 1;
        }
        if is_of(unique.base.columns, columns, fields) {
            return true;
        }
        index += 1;
    }
    let mut index = 0;
    while index < body.indexes.len() {
        let object = &body.indexes[index];
        let mut engine = 0;
        while engine < object.overrides.len() {
            if is_unique_of(&object.overrides[engine].1, columns, fields) {
                return true;
            }
            engine += 1;
        }
        if is_unique_of(&object.base, columns, fields) {
            return true;
        }
        index += 1;
    }
    let mut index = 0;
    while index < body.flattened.len() {
        if has_key(body.flattened[index].1, columns, fields) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether a key is of these fields, in any order.
const fn is_of(key: &[KeyColumn], columns: &'static [Member], fields: &[&str]) -> bool {
    let mut index = 0;
    while index < key.len() {
        if !is_among(key[index].name, columns, fields) {
            return false;
        }
        index += 1;
    }
    key.len() == fields.len()
}

const fn is_unique_of(index: &Index, columns: &'static [Member], fields: &[&str]) -> bool {
    let mut part = 0;
    while part < index.parts.len() {
        match index.parts[part].key {
            IndexKey::Column(name) if is_among(name, columns, fields) => {}
            IndexKey::Column(_) | IndexKey::Expression(_) => return false,
        }
        part += 1;
    }
    index.unique && index.predicate.is_none() && index.parts.len() == fields.len()
}

/// Whether a column is that of one of these fields.
const fn is_among(name: &str, columns: &'static [Member], fields: &[&str]) -> bool {
    let mut index = 0;
    while index < fields.len() {
        if let Some((column, _, _)) = find(columns, fields[index])
            && column_type::equal(column, name)
        {
            return true;
        }
        index += 1;
    }
    false
}
