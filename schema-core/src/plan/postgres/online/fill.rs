//! NOT NULL columns whose default differs from row to row: to add one plainly rewrites the table under a lock that keeps everybody out. Here it comes empty, new rows get
//! the default from then on, and the rows that are there get it in batches.

use super::super::column_action::ColumnAction;
use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::{Online, at_end, is_rewritten, named};
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{is_volatile, quote, quote_name};
use crate::model::{Column, Default, Object, ObjectKind, Table};
use crate::sql::{Batch, Statement};

impl Online<'_> {
    /// Whether the column comes without its values, and gets them in batches.
    pub(in super::super) fn fills(&self, table: &Staying<'_>, column: &Column) -> bool {
        self.filled.contains(&(&table.after.name, column.name.as_str()))
    }

    /// What comes behind the column, which is there and may be NULL.
    pub(in super::super) fn fill(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        column: &Column,
        script: &mut Script,
    ) {
        let Some(Default::Sql(default)) = &column.default else { return };
        let name = &table.after.name;
        script.push(
            Phase::AlterColumns,
            Statement::new(
                format!("new rows get the default of `{name}`.`{}` from here on", column.name),
                format!(
                    "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {default}",
                    quote_name(name),
                    quote(&column.name)
                ),
            ),
        );
        let end = at_end(work, Table { primary_key: table.after.primary_key.clone(), ..named(table.after) });
        let place = table.after.columns.iter().position(|other| other.name == column.name);
        let Some(filled) = place.and_then(|place| end.columns.get(place)) else { return };
        let key = end.primary_key.iter().flat_map(|key| &key.columns).map(|column| column.name.clone());
        let batch = Batch::new(end.name.clone(), key.collect());
        let value = quote(&filled.name);
        let update = Statement::new(
            format!(
                "fill `{}`.`{}` in the rows that are there, {} at a time",
                end.name, filled.name, batch.size
            ),
            format!(
                "UPDATE {} SET {value} = DEFAULT WHERE {} AND {value} IS NULL",
                quote_name(&end.name),
                batch.condition(quote)
            ),
        );
        let lock = format!(
            "ROW EXCLUSIVE on `{}`: reads go on; writes to the rows at hand wait for a moment",
            end.name
        );
        script.push(Phase::FillOnline, update.locking(lock).in_batches(batch));
        self.refuse_null_behind(work, table, column, Phase::CheckFilled, script);
    }
}

/// Whether a column that is new can get its values in batches.
pub(super) fn can_fill(work: &Work<'_>, table: &Staying<'_>, column: &Column) -> bool {
    let Column { name, default, not_null_name, .. } = column;
    let Some(Default::Sql(default)) = default else { return false };
    let is_new = table.column_actions.get(name.as_str()) == Some(&ColumnAction::Added);
    let is_checked = table.after.checks.iter().any(|check| mentions(&check.expression, name))
        || table.after.exclusions.iter().any(|exclusion| mentions(&exclusion.definition, name));
    is_new
        && is_volatile(default)
        && may_come_empty(column)
        && not_null_name.is_none()
        && !is_checked
        && !work.waits_for_function(default)
        && has_lasting_key(table)
        && !is_rewritten(table, may_come_empty)
        && !reacts(work, table)
}

/// Whether nothing but an UPDATE is needed to give the column its values.
fn may_come_empty(column: &Column) -> bool {
    !column.nullable && column.generated.is_none() && column.auto.is_none()
}

/// Whether rows are found by the same primary key before, meanwhile and after.
fn has_lasting_key(table: &Staying<'_>) -> bool {
    let key = table.after.primary_key.as_ref().filter(|key| table.before.primary_key.as_ref() == Some(key));
    key.is_some_and(|key| {
        key.columns.iter().all(|column| !table.column_actions.contains_key(column.name.as_str()))
    })
}

/// Whether an UPDATE does more here than to change the row, or does not see all rows.
fn reacts(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let names = [&table.before.name, &table.after.name];
    let reacts = |object: &&Object| {
        matches!(object.id.kind, ObjectKind::Trigger | ObjectKind::Rule)
            && names.iter().any(|name| object.depends_on.contains(name))
    };
    let hides_rows =
        |table: &Table| table.options.row_level_security && table.options.force_row_level_security;
    [work.path.before, work.path.after, work.path.finish]
        .iter()
        .any(|schema| schema.objects.iter().any(|it| reacts(&it)))
        || hides_rows(table.before)
        || hides_rows(table.after)
}
