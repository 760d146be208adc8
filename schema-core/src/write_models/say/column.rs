//! Columns.

use super::types::Types;
use super::{BLANK, Losses, default, is_blank};
use crate::dialect::sqlite::rowid_alias;
use crate::model::{AutoIncrement, Column, ColumnType, Engine, Table};

/// What a column needs to know of its surroundings.
pub(super) struct Context<'a> {
    pub(super) engine: Engine,
    pub(super) table: &'a Table,
    pub(super) types: &'a Types,
}

/// The column as a field says it.
pub(super) fn say(context: &Context<'_>, column: &Column, losses: &mut Losses) -> Option<Column> {
    let Column {
        name,
        ty,
        nullable,
        default: _,
        generated,
        auto,
        sequence,
        collation,
        charset,
        on_update,
        invisible,
        not_null_name,
        not_null_conflict,
        inherited: _,
        comment,
        renamed_from: _,
        renamed_values: _,
    } = column;
    let Context { engine, table, types } = context;
    if !losses.unless(is_blank(name), || format!("the column `{}`.`{name}`", table.name), BLANK) {
        return None;
    }
    let is_alias = *engine == Engine::Sqlite && rowid_alias(table).as_ref() == Some(name);
    let (ty, auto) = match (ty, auto) {
        (ColumnType::Sql(text), _) if is_blank(text) => {
            let label = format!("the missing type of the column `{}`.`{name}`", table.name);
            losses.add(label, "a field has a type: it is said as BLOB");
            (ColumnType::Bytes, *auto)
        }
        // A serial is a type, in the grammar as in the server's.
        (ColumnType::Sql(text), Some(AutoIncrement::Serial)) => {
            let auto = sequence.is_some().then_some(AutoIncrement::Usual);
            (ColumnType::Sql(serial(text).to_owned()), auto)
        }
        (ColumnType::Sql(text), auto) => (types.of(text, table.options.strict), *auto),
        (other, auto) => (other.clone(), *auto),
    };
    let auto = if is_alias { Some(auto.unwrap_or(AutoIncrement::Usual)) } else { auto };
    let default = default::default(*engine, types, column, &ty, table.options.strict);
    Some(Column {
        // A rowid is never NULL, whatever its column says.
        nullable: *nullable && !is_alias,
        default,
        generated: generated.clone(),
        auto,
        sequence: sequence.clone(),
        collation: collation.clone(),
        charset: charset.clone(),
        on_update: on_update.clone(),
        invisible: *invisible,
        not_null_name: not_null_name.clone().filter(|name| !is_blank(name)),
        not_null_conflict: *not_null_conflict,
        comment: comment.clone(),
        ..Column::new(name.clone(), ty)
    })
}

/// The type that makes a column of an integer type a serial.
fn serial(integer: &str) -> &'static str {
    match integer {
        "smallint" => "smallserial",
        "bigint" => "bigserial",
        _ => "serial",
    }
}
