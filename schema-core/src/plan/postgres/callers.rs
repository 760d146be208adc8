//! Defaults and CHECKs of tables that stay, and that call a function which is dropped and created again: they are taken off before, and put back behind it.

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
fn calls(text: &str, functions: &BTreeSet<&str>) -> bool {
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

pub(super) fn plan(work: &Work<'_>, functions: &BTreeSet<&str>, script: &mut Script) {
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
}

fn defaults(table: &Staying<'_>, finish: &Table, functions: &BTreeSet<&str>, script: &mut Script) {
    let calling = table.before.columns.iter().filter_map(|column| Some((column, default(column)?)));
    for (column, text) in calling.filter(|(_, text)| calls(text, functions)) {
        let set = |table: &Table, name: &str, action: String| {
            format!("ALTER TABLE ONLY {} ALTER COLUMN {} {action}", quote_name(&table.name), quote(name))
        };
        let label = format!("`{}`.`{}`", table.before.name, column.name);
        script.push(
            Phase::LetGo,
            Statement::new(
                format!("drop the default of {label}, which comes back below"),
                set(table.before, &column.name, "DROP DEFAULT".to_owned()),
            ),
        );
        let same = table.after.columns.iter().position(|it| it.name == column.name);
        let stays =
            same.and_then(|place| Some((table.after.columns.get(place)?, finish.columns.get(place)?)));
        if let Some((_, finish_column)) = stays.filter(|(after, _)| default(after) == Some(text)) {
            let text = default(finish_column).unwrap_or(text);
            script.push(
                Phase::PutBack,
                Statement::new(
                    format!("set the default of {label}"),
                    set(finish, &finish_column.name, format!("SET DEFAULT {text}")),
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
        script.push(Phase::LetGo, drop);
        if let Some(name) = &check.name {
            script.recreates(recreated::part(work, RecreatedKind::Constraint, name, &table.before.name));
        }
        let blocks = Hazard::BlocksReads(format!("all rows of `{}` are checked again", finish.name));
        let may_fail = Hazard::MayFail(format!("rows of `{}` may violate it", finish.name));
        let statement = constraints::add(&finish.name, back, false);
        script.push(Phase::PutBack, statement.with_hazards([blocks, may_fail]));
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
    super::opaque::stored(table.before).filter(|text| !put_back.contains(text)).collect()
}
