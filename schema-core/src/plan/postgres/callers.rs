//! Defaults and CHECKs that call a function which is dropped and created again: they are taken off before, and put back behind it where their table stays.

use super::column_action::ColumnAction;
use super::constraints;
use super::needs::of_texts;
use super::recreated;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::{quote, quote_name};
use crate::model::{Check, Column, Default, Table};
use crate::sql::{Hazard, RecreatedKind, Statement};
use std::collections::{BTreeSet, HashMap};

/// Whether the text calls one of the functions.
pub(super) fn calls(text: &str, functions: &BTreeSet<&str>) -> bool {
    of_texts([text]).called.keys().any(|name| functions.contains(name.as_str()))
}

/// The text of a default that may call a function.
fn default(column: &Column) -> Option<&str> {
    if let Some(Default::Sql(text)) = &column.default { Some(text) } else { None }
}

/// Whether a CHECK is taken off and put back: the table's own, and the same on both sides.
fn is_put_back(before: &Table, after: &Table, check: &Check) -> bool {
    before.partition_of.is_none() && before.inherits.is_empty() && after.checks.contains(check)
}

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    let functions = &work.recreated_functions;
    if functions.is_empty() {
        return;
    }
    let tables = work.path.after.tables.iter().zip(&work.path.finish.tables);
    let at_end: HashMap<_, &Table> = tables.map(|(after, finish)| (&after.name, finish)).collect();
    for table in &work.staying {
        let Some(finish) = at_end.get(&table.after.name) else { continue };
        defaults(table, finish, functions, script);
        checks(work, table, finish, functions, script);
    }
    for table in work.dropped.values().filter(|table| !work.is_remade(&table.name)) {
        let calling = table.columns.iter().filter(|column| {
            column.generated.is_none() && default(column).is_some_and(|text| calls(text, functions))
        });
        script.extend(Phase::LetGo, calling.map(|column| drop_default(table, column, "")));
        let calling = table.checks.iter().filter(|check| calls(&check.expression, functions));
        let checks = calling.map(|check| constraints::drop(&table.name, "CHECK", check.name.as_ref()));
        script.extend(Phase::LetGo, checks);
    }
}

pub(super) fn drop_default(table: &Table, column: &Column, comes_back: &str) -> Statement {
    Statement::new(
        format!("drop the default of `{}`.`{}`{comes_back}", table.name, column.name),
        set(table, &column.name, "DROP DEFAULT"),
    )
}

fn set(table: &Table, column: &str, action: &str) -> String {
    format!("ALTER TABLE ONLY {} ALTER COLUMN {} {action}", quote_name(&table.name), quote(column))
}

fn defaults(table: &Staying<'_>, finish: &Table, functions: &BTreeSet<&str>, script: &mut Script) {
    let calling = table.before.columns.iter().filter_map(|column| Some((column, default(column)?)));
    for (column, _) in calling.filter(|(_, text)| calls(text, functions)) {
        script.push(Phase::LetGo, drop_default(table.before, column, ", which comes back below"));
    }
    for (after, finish_column) in table.after.columns.iter().zip(&finish.columns) {
        // What comes has its default, but for what comes with a parent's.
        let comes = matches!(
            table.column_actions.get(after.name.as_str()),
            Some(ColumnAction::Added | ColumnAction::Replaced)
        );
        let is_there = !comes || after.inherited;
        if let Some(text) = default(finish_column).filter(|_| is_there)
            && default(after).is_some_and(|text| calls(text, functions))
        {
            script.push(
                Phase::PutBack,
                Statement::new(
                    format!("set the default of `{}`.`{}`", finish.name, finish_column.name),
                    set(finish, &finish_column.name, &format!("SET DEFAULT {text}")),
                ),
            );
        }
    }
}

fn checks(
    work: &Work<'_>,
    table: &Staying<'_>,
    finish: &Table,
    functions: &BTreeSet<&str>,
    script: &mut Script,
) {
    for check in table.before.checks.iter().filter(|check| calls(&check.expression, functions)) {
        let drop = constraints::drop(&table.before.name, "CHECK", check.name.as_ref());
        let place = table.after.checks.iter().position(|other| other == check);
        let back = place.and_then(|place| finish.checks.get(place));
        let Some(back) = back.filter(|_| is_put_back(table.before, table.after, check)) else {
            // It goes, or becomes another.
            script.bring_forward(&drop.sql, Phase::LetGo);
            continue;
        };
        let blocks = Hazard::BlocksReads(format!("all rows of `{}` are checked again", finish.name));
        let may_fail = Hazard::MayFail(format!("rows of `{}` may violate it", finish.name));
        let add = constraints::add(&finish.name, back, false);
        // A column that changes may have taken it off, too.
        script.take(&drop.sql);
        script.take(&add.sql);
        script.push(Phase::LetGo, drop);
        if let Some(name) = &check.name {
            script.recreates(recreated::part(work, RecreatedKind::Constraint, name, &table.before.name));
        }
        script.push(Phase::PutBack, add.with_hazards([blocks, may_fail]));
    }
}

/// What of a table is not put back, so that a function which it calls cannot be dropped.
pub(super) fn fixed<'a>(table: &Staying<'a>) -> Vec<&'a str> {
    let (before, after) = (table.before, table.after);
    let put_back: BTreeSet<&str> = before
        .checks
        .iter()
        .filter(|check| is_put_back(before, after, check) || !after.checks.contains(check))
        .map(|check| check.expression.as_str())
        .collect();
    super::object_creation::stored(table.before).filter(|text| !put_back.contains(text)).collect()
}
