//! SET NOT NULL, which reads no row where a CHECK proves that no value is NULL.

use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{constraints, hazard};
use super::{Online, at_end, brief, is_alone, is_whole, named, place, refusals, scanning, short};
use crate::dialect::postgres::{quote, quote_name};
use crate::model::{Check, Column, PrimaryKey, Table};
use crate::sql::Statement;

impl Online<'_> {
    /// NOT NULL of a column of a table that has rows; no where its plain form fits better.
    pub(in super::super) fn refuse_null(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        (before, after): (&Column, &Column),
        script: &mut Script,
    ) -> bool {
        let can = self.can_refuse_null(work, table, (before, after));
        if can {
            self.refuse_null_behind(work, table, after, Phase::AddConstraints, script);
        }
        can
    }

    /// NOT NULL of a column, by a CHECK that comes in this phase.
    pub(super) fn refuse_null_behind(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        after: &Column,
        phase: Phase,
        script: &mut Script,
    ) {
        let name = &table.after.name;
        let label = self.temporary(table.after, &format!("{}_{}", name.name, after.name), "not_null_check");
        let mut alone = named(table.after);
        alone.columns.retain(|column| column.name == after.name);
        let end = at_end(work, alone);
        let column = end.columns.first().map_or(after.name.as_str(), |column| column.name.as_str());
        let table_at_end = quote_name(&end.name);
        // Behind the fill the table has its last name.
        let (checked, value) =
            if phase == Phase::CheckFilled { (&end.name, column) } else { (name, after.name.as_str()) };
        let check = Check {
            name: Some(label),
            not_valid: true,
            ..Check::new(format!("{} IS NOT NULL", quote(value)))
        };
        let add = constraints::add(checked, &check, false);
        let checked = Table { name: checked.clone(), ..named(table.after) };
        script.push(phase, add.locking(short("ACCESS EXCLUSIVE", &place(&checked))));
        let hazards = refusals(hazard::of_not_null(&end.name, after, super::super::columns::Rows::Maybe));
        let validate = constraints::validate(&end.name, check.name.as_ref()).locking(scanning(&place(&end)));
        script.push(Phase::ValidateOnline, validate.with_hazards(hazards).outside_transaction());
        let set = Statement::new(
            format!("refuse NULL in `{}`.`{column}`, as the CHECK has proven", end.name),
            format!("ALTER TABLE {table_at_end} ALTER COLUMN {} SET NOT NULL", quote(column)),
        );
        script.push(Phase::RefuseNull, set.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
        let drop = constraints::drop(&end.name, "CHECK", check.name.as_ref());
        script.push(Phase::RefuseNull, drop.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
    }

    /// NULL in a column of a key that goes when the one that replaces it is there: it is allowed behind that.
    pub(in super::super) fn allow_null(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        column: &Column,
        script: &mut Script,
    ) -> bool {
        let in_key = |key: &PrimaryKey| key.columns.iter().any(|it| it.name == column.name);
        let key = table.before.primary_key.as_ref().filter(|key| in_key(key));
        if !key.is_some_and(|key| self.key_waits(table, key)) {
            return false;
        }
        let mut alone = named(table.after);
        alone.columns.retain(|other| other.name == column.name);
        let end = at_end(work, alone);
        let column = end.columns.first().map_or(column.name.as_str(), |column| column.name.as_str());
        let allow = Statement::new(
            format!("allow NULL in `{}`.`{column}`", end.name),
            format!("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL", quote_name(&end.name), quote(column)),
        );
        script.push(Phase::RefuseNull, allow.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
        true
    }

    fn can_refuse_null(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        (before, after): (&Column, &Column),
    ) -> bool {
        let in_key = |key: &PrimaryKey| key.columns.iter().any(|column| column.name == after.name);
        let key = table.after.primary_key.as_ref().filter(|key| in_key(key));
        // A key that comes plainly reads all rows for it anyway.
        let comes_plainly = key.is_some_and(|key| {
            let is_new = table.parts.primary_key.added.contains(&key)
                || table.before.primary_key.as_ref() != Some(key);
            is_new && !self.key_comes(table, key)
        });
        self.is_for(table)
            && (is_alone(work, table) || is_whole(work, table) || self.attached.contains(&table.after.name))
            && !self.is_rewritten(table)
            && !table.column_actions.contains_key(after.name.as_str())
            && after.not_null_name.is_none()
            && before.auto == after.auto
            && !comes_plainly
    }
}
