//! New columns whose default MySQL refuses to compute for the rows that are there.
//!
//! Its binary log holds an ALTER TABLE as text, and a replica would compute other values: <https://dev.mysql.com/doc/refman/9.7/en/data-type-defaults.html>. An
//! UPDATE is logged by rows.

use super::Alter;
use crate::dialect::mysql::{Variant, expression, quote, quote_name, render};
use crate::model::{Column, Default};
use crate::plan::mysql::alter_algorithm::Kind;
use crate::plan::mysql::column::is_computed;
use crate::plan::mysql::values;
use crate::sql::{Hazard, Statement};

/// Functions with another value each time or on each server.
///
/// <https://dev.mysql.com/doc/refman/9.7/en/replication-rbr-safe-unsafe.html>
const UNSAFE: [&str; 11] = [
    "current_user",
    "rand",
    "random_bytes",
    "session_user",
    "statement_digest",
    "sysdate",
    "system_user",
    "user",
    "uuid",
    "uuid_short",
    "version",
];

impl<'a> Alter<'a> {
    /// Whether the column gets its values in a statement of their own.
    pub(super) fn must_be_filled(&self, column: &Column) -> bool {
        let Some(Default::Sql(sql)) = &column.default else { return false };
        self.variant == Variant::Mysql
            && !self.key_with_columns
            && is_computed(column.default.as_ref())
            && expression::identifiers(sql)
                .any(|word| UNSAFE.binary_search(&word.to_lowercase().as_str()).is_ok())
    }

    /// Adds the column without its default, sets that for new rows, computes the values of the others, and then refuses NULL.
    pub(super) fn add_and_fill(&mut self, column: &'a Column) {
        let Some(Default::Sql(sql)) = &column.default else { return };
        let place = self.place(&column.name);
        let (table, name) = (&self.before.name, quote(&column.name));
        let empty = Column { nullable: true, default: None, on_update: None, ..column.clone() };
        let encoding = self.own_encoding(column).filter(|_| self.encoding_is_old && self.columns_come_first);
        let definition = |column: &Column| render::column(column, &[], encoding.as_ref(), self.variant);
        let (add, finish) = (definition(&empty), definition(column));
        let mut step = |kind, clause, comment| {
            self.part(kind, clause, comment, Vec::new());
            self.flush();
        };
        step(
            Kind::AddColumn,
            format!("ADD COLUMN {add}"),
            format!("add the column {place}, without values yet"),
        );
        step(
            Kind::ColumnDefault,
            format!("ALTER COLUMN {name} SET DEFAULT {sql}"),
            format!("set the default of {place}"),
        );
        let kept = values::kept_as_they_are(self.before, &column.name);
        let fill = format!("UPDATE {} SET {name} = {sql}{kept} WHERE {name} IS NULL", quote_name(table));
        let hazard = Hazard::BlocksWrites(format!("rows of `{table}` are locked until all have a value"));
        self.statements.push(Statement::new(format!("compute {place}"), fill).with_hazards([hazard]));
        if !column.nullable || column.on_update.is_some() {
            let kind = if column.nullable { Kind::ColumnOnUpdate } else { Kind::ColumnNullability };
            self.part(kind, format!("MODIFY COLUMN {finish}"), format!("change {place}"), Vec::new());
            self.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UNSAFE;

    #[test]
    fn functions_are_sorted() {
        assert!(UNSAFE.is_sorted());
    }
}
