//! Changes in plain words, a line each.

use super::enum_type::{self, EnumDifference};
use super::{Change, Changes, Rename, TableChange, TypeKind};
use crate::model::{
    AutoIncrement, Column, ColumnType, Default, EnumType, Generated, Index, KeyColumn, Table,
};
use std::fmt::Debug;

/// What the changes do, in their order.
#[must_use]
pub fn describe(changes: &Changes) -> Vec<String> {
    let renames = changes.renames.iter().map(rename);
    renames.chain(changes.objects.iter().flat_map(|it| change(it, changes))).collect()
}

fn rename(rename: &Rename) -> String {
    match rename {
        Rename::Table { from, to } => format!("rename table `{from}` to `{to}`"),
        Rename::Column { table, from, to } => format!("rename column `{table}`.`{from}` to `{to}`"),
        Rename::Value { table, column, from, to } => {
            format!("rename value `{from}` of `{table}`.`{column}` to `{to}`")
        }
        Rename::Type { kind: TypeKind::Enum, from, to } => format!("rename enum `{from}` to `{to}`"),
        Rename::Type { kind: kind @ (TypeKind::Domain | TypeKind::Composite), from, to } => {
            format!("rename {} `{from}` to `{to}`", kind.words())
        }
        Rename::Attribute { name, from, to } => format!("rename attribute `{from}` of `{name}` to `{to}`"),
        Rename::OnTable { kind, table, from, to } => {
            format!("rename {} `{from}` on `{table}` to `{to}`", kind.words())
        }
        Rename::EnumValue { name, from, to } => format!("rename value `{from}` of `{name}` to `{to}`"),
        Rename::Index { table, from, to } => format!("rename index `{from}` on `{table}` to `{to}`"),
        Rename::Constraint { table, from, to } => {
            format!("rename constraint `{from}` of `{table}` to `{to}`")
        }
    }
}

fn change(change: &Change, all: &Changes) -> Vec<String> {
    match change {
        Change::CreateTable { table } => vec![format!("create table `{}`", table.name)],
        Change::DropTable { table } => vec![format!("drop table `{}`", table.name)],
        Change::AlterTable { before: _, after, changes } => {
            changes.iter().map(|change| table_change(after, change)).collect()
        }
        Change::Namespace { before, after } => {
            vec![object("schema", before.as_ref().map(|it| &it.name), after.as_ref().map(|it| &it.name))]
        }
        Change::Enum { before: Some(before), after: Some(after) } => {
            let differences = enum_differences(before, after, all);
            vec![format!("change enum `{}`: {}", after.name, differences.join(", "))]
        }
        Change::Enum { before, after } => {
            vec![object("enum", before.as_ref().map(|it| &it.name), after.as_ref().map(|it| &it.name))]
        }
        Change::View { before, after } => {
            vec![object("view", before.as_ref().map(|it| &it.name), after.as_ref().map(|it| &it.name))]
        }
        Change::Trigger { before: Some(before), after: Some(after) } if before == after => {
            vec![format!("change trigger `{}`: another place in the firing order", after.name)]
        }
        Change::Trigger { before, after } => {
            vec![object("trigger", before.as_ref().map(|it| &it.name), after.as_ref().map(|it| &it.name))]
        }
        Change::Object(change) => vec![change.to_string()],
        Change::Right(change) => vec![change.to_string()],
    }
}

fn enum_differences(before: &EnumType, after: &EnumType, all: &Changes) -> Vec<String> {
    let EnumDifference { added, dropped, moved } =
        enum_type::difference(before, after, (&all.renames, all.rename_time));
    let mut differences: Vec<String> = added.iter().map(|name| format!("add `{name}`")).collect();
    differences.extend(dropped.iter().map(|name| format!("drop `{name}`")));
    if moved {
        differences.push("another order".to_owned());
    }
    if before.comment != after.comment {
        differences.push("comment".to_owned());
    }
    differences
}

fn object<N: std::fmt::Display>(kind: &str, before: Option<N>, after: Option<N>) -> String {
    match (before, after) {
        (None, Some(name)) => format!("create {kind} `{name}`"),
        (Some(name), None) => format!("drop {kind} `{name}`"),
        (Some(_), Some(name)) => format!("change {kind} `{name}`"),
        (None, None) => format!("leave the {kind}"),
    }
}

fn table_change(table: &Table, change: &TableChange) -> String {
    let table = &table.name;
    match change {
        TableChange::AddColumn(column) => format!("add column `{table}`.`{}`", column.name),
        TableChange::DropColumn(column) => format!("drop column `{table}`.`{}`", column.name),
        TableChange::AlterColumn { before, after } => {
            format!(
                "change column `{table}`.`{}`: {}",
                after.name,
                column_differences(before, after).join(", ")
            )
        }
        TableChange::PrimaryKey { before: None, after: Some(key) } => {
            format!("add primary key ({}) to `{table}`", key_columns(&key.columns))
        }
        TableChange::PrimaryKey { before: Some(_), after: None } => {
            format!("drop the primary key of `{table}`")
        }
        TableChange::PrimaryKey { before: Some(before), after: Some(after) } => format!(
            "change the primary key of `{table}` from ({}) to ({})",
            key_columns(&before.columns),
            key_columns(&after.columns)
        ),
        TableChange::PrimaryKey { before: None, after: None } => {
            format!("leave the primary key of `{table}`")
        }
        TableChange::AddUnique(unique) => {
            format!(
                "add unique {}({}) to `{table}`",
                named(unique.name.as_ref()),
                key_columns(&unique.columns)
            )
        }
        TableChange::DropUnique(unique) => {
            format!(
                "drop unique {}({}) of `{table}`",
                named(unique.name.as_ref()),
                key_columns(&unique.columns)
            )
        }
        TableChange::AddCheck(check) => {
            format!("add check {}({}) to `{table}`", named(check.name.as_ref()), check.expression)
        }
        TableChange::DropCheck(check) => {
            format!("drop check {}({}) of `{table}`", named(check.name.as_ref()), check.expression)
        }
        TableChange::AddForeignKey(key) => format!(
            "add foreign key {}({}) from `{table}` to `{}`",
            named(key.name.as_ref()),
            key.columns.join(", "),
            key.references
        ),
        TableChange::DropForeignKey(key) => format!(
            "drop foreign key {}({}) from `{table}` to `{}`",
            named(key.name.as_ref()),
            key.columns.join(", "),
            key.references
        ),
        TableChange::AddIndex(index) => format!("add index {}on `{table}`", index_name(index)),
        TableChange::DropIndex(index) => format!("drop index {}on `{table}`", index_name(index)),
        TableChange::AddExclusion(exclusion) => {
            format!("add {}{} to `{table}`", named(exclusion.name.as_ref()), exclusion.definition)
        }
        TableChange::DropExclusion(exclusion) => {
            format!("drop {}{} of `{table}`", named(exclusion.name.as_ref()), exclusion.definition)
        }
        TableChange::PartitionBy { before: _, after: _ } => {
            format!("change how `{table}` is partitioned")
        }
        TableChange::PartitionOf { before: Some(before), after: Some(after) }
            if before.parent == after.parent && before.bound == after.bound =>
        {
            format!("change what `{table}` has of the indexes and CHECKs of `{}`", after.parent)
        }
        TableChange::PartitionOf { before: _, after: _ } => {
            format!("change what `{table}` is a partition of")
        }
        TableChange::Inherits { before: _, after: _ } => format!("change what `{table}` inherits from"),
        TableChange::Options { before: _, after: _ } => format!("change the options of `{table}`"),
        TableChange::Comment { before: _, after: _ } => format!("change the comment of `{table}`"),
    }
}

fn named(name: Option<&String>) -> String {
    name.map(|name| format!("`{name}` ")).unwrap_or_default()
}

fn index_name(index: &Index) -> String {
    format!("{}{}", if index.unique { "(unique) " } else { "" }, named(index.name.as_ref()))
}

fn key_columns(columns: &[KeyColumn]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Each property that differs, with both values.
fn column_differences(before: &Column, after: &Column) -> Vec<String> {
    let Column {
        name: _,
        ty,
        nullable,
        default,
        generated,
        auto,
        sequence,
        collation,
        charset,
        on_update,
        invisible,
        not_null_name,
        not_null_conflict,
        inherited,
        comment,
        renamed_from: _,
        renamed_values: _,
    } = after;
    let mut differences = Vec::new();
    let mut add = |differs: bool, text: String| {
        if differs {
            differences.push(text);
        }
    };
    add(before.ty != *ty, format!("type {} → {}", type_text(&before.ty), type_text(ty)));
    add(before.nullable != *nullable, (if *nullable { "NULL allowed" } else { "NULL refused" }).to_owned());
    add(
        before.default != *default,
        format!("default {} → {}", default_text(before.default.as_ref()), default_text(default.as_ref())),
    );
    add(
        before.generated != *generated,
        format!(
            "generated {} → {}",
            generated_text(before.generated.as_ref()),
            generated_text(generated.as_ref())
        ),
    );
    add(before.auto != *auto, format!("numbered {} → {}", auto_text(before.auto), auto_text(*auto)));
    add(before.sequence != *sequence, "options of its sequence".to_owned());
    add(before.collation != *collation, changed("collation", before.collation.as_ref(), collation.as_ref()));
    add(before.charset != *charset, changed("character set", before.charset.as_ref(), charset.as_ref()));
    add(before.on_update != *on_update, changed("on update", before.on_update.as_ref(), on_update.as_ref()));
    add(before.invisible != *invisible, (if *invisible { "invisible" } else { "visible" }).to_owned());
    add(
        before.not_null_name != *not_null_name,
        changed("name of NOT NULL", before.not_null_name.as_ref(), not_null_name.as_ref()),
    );
    add(
        before.not_null_conflict != *not_null_conflict,
        changed("conflict clause", before.not_null_conflict.as_ref(), not_null_conflict.as_ref()),
    );
    add(
        before.inherited != *inherited,
        (if *inherited { "inherited" } else { "the table's own" }).to_owned(),
    );
    add(before.comment != *comment, "comment".to_owned());
    differences
}

fn changed<T: Debug>(what: &str, before: Option<&T>, after: Option<&T>) -> String {
    let text = |value: Option<&T>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
    format!("{what} {} → {}", text(before), text(after))
}

fn type_text(ty: &ColumnType) -> String {
    match ty {
        ColumnType::Sql(text) if text.is_empty() => "none".to_owned(),
        ColumnType::Sql(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn default_text(default: Option<&Default>) -> String {
    match default {
        None => "none".to_owned(),
        Some(Default::Sql(text)) => text.clone(),
        Some(other) => format!("{other:?}"),
    }
}

fn generated_text(generated: Option<&Generated>) -> String {
    match generated {
        None => "no".to_owned(),
        Some(Generated { expression, stored }) => {
            format!("({expression}) {}", if *stored { "stored" } else { "virtual" })
        }
    }
}

fn auto_text(auto: Option<AutoIncrement>) -> &'static str {
    match auto {
        None => "by nobody",
        Some(AutoIncrement::Usual) => "by the engine",
        Some(AutoIncrement::Autoincrement) => "by AUTOINCREMENT",
        Some(AutoIncrement::IdentityAlways) => "by the engine always",
        Some(AutoIncrement::Serial) => "by a serial",
    }
}
