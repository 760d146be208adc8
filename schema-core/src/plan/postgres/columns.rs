//! Columns of tables that stay.

use super::column_action::{ColumnAction, InTheWay, type_text};
use super::column_order::{Moment, come, gone, in_order_of_drops, is_in_the_way, moment};
use super::detached_partitions::moves;
use super::online::Online;
use super::recreated;
use super::script::{Phase, Script};
use super::sequences;
use super::steps::{Action, Steps};
use super::type_conversion;
use super::work::{Staying, Work};
use super::{Unplanned, hazard, unplanned};
use crate::dialect::postgres::conversion::conversion;
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{Column, Default, Table};
use crate::sql::{Hazard, RecreatedKind, Statement};

/// Whether a table can have rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    None,
    Maybe,
}

pub(super) fn plan(work: &Work<'_>, online: &Online<'_>, script: &mut Script) -> Result<(), Unplanned> {
    for table in &work.staying {
        let Staying { before, after, parts: _, is_unchanged, column_actions } = table;
        keeps_partition_key(table)?;
        if *is_unchanged && work.type_recreates.is_empty() {
            continue;
        }
        stop_computing(work, table, script);
        let (early, late): (Vec<&Column>, Vec<&Column>) = gone(table).partition(|column| {
            column_actions.get(column.name.as_str()) == Some(&ColumnAction::Replaced)
                || is_in_the_way(work, table, column)
        });
        for column in in_order_of_drops(early) {
            drop(work, table, column, script);
        }
        let (mut steps, mut computed) = (Steps::default(), Steps::default());
        for column in come(table) {
            if online.fills(table, column) {
                let empty = Column { default: None, nullable: true, ..column.clone() };
                let statements = add(work, table, &empty, script).into_statements(&after.name);
                script.extend(Phase::AlterColumns, statements);
                online.fill(work, table, column, script);
                continue;
            }
            match moment(table, column) {
                Moment::First => {
                    let statements = add(work, table, column, script).into_statements(&after.name);
                    script.extend(Phase::AlterColumns, statements);
                }
                Moment::WithTypes => steps.extend(add(work, table, column, script)),
                Moment::Last => computed.extend(add(work, table, column, script)),
            }
        }
        for column in &after.columns {
            let Some(old) = before.columns.iter().find(|old| old.name == column.name) else { continue };
            steps.extend(change(work, online, table, (old, column), script));
        }
        script.extend(Phase::AlterColumns, steps.into_statements(&after.name));
        script.extend(Phase::AlterColumns, computed.into_statements(&after.name));
        for column in in_order_of_drops(late) {
            drop(work, table, column, script);
        }
    }
    Ok(())
}

/// First of all, for what these columns were computed from may be dropped, or get another type.
fn stop_computing(work: &Work<'_>, table: &Staying<'_>, script: &mut Script) {
    let Staying { before, after, parts: _, is_unchanged: _, column_actions } = table;
    for column in &after.columns {
        let Some(old) = before.columns.iter().find(|old| old.name == column.name) else { continue };
        let is_replaced = column_actions.get(column.name.as_str()) == Some(&ColumnAction::Replaced);
        let follows = left_to_do(work, table, old, column).is_some_and(|it| it.generated.is_none());
        if old.generated.is_some() && column.generated.is_none() && !is_replaced && !follows {
            script.push(Phase::AlterColumns, drop_expression(after, column));
        }
    }
}

/// What makes a column that stays another.
fn change(
    work: &Work<'_>,
    online: &Online<'_>,
    table: &Staying<'_>,
    (old, column): (&Column, &Column),
    script: &mut Script,
) -> Steps {
    let after = table.after;
    let in_the_way = InTheWay::of(&table.column_actions, &work.type_recreates);
    let column_action = table.column_actions.get(column.name.as_str()).copied();
    if let Some(kind) = forgets_settings(work, column, column_action) {
        script.recreates(recreated::column(work, kind, &after.name, &column.name));
    }
    match column_action {
        Some(ColumnAction::Added | ColumnAction::Dropped | ColumnAction::Replaced) => {
            return Steps::default();
        }
        Some(ColumnAction::Retyped | ColumnAction::TypeRecreated) | None => {}
    }
    let inherited = left_to_do(work, table, old, column);
    let mut old = inherited.as_ref().unwrap_or(old).clone();
    if column.generated.is_none() {
        old.generated = None;
    }
    if old.nullable
        && !column.nullable
        && inherited.is_none()
        && online.refuse_null(work, table, (&old, column), script)
    {
        old.nullable = false;
    }
    if !old.nullable
        && column.nullable
        && inherited.is_none()
        && online.allow_null(work, table, column, script)
    {
        old.nullable = true;
    }
    let column_action = column_action.filter(|_| inherited.is_none() || old.ty != column.ty);
    let recreated_default = in_the_way.is_in_default(column) || in_the_way.is_in_default(&old);
    if !recreated_default || column_action.is_some() {
        return alter(work, after, (&old, column), column_action, Rows::Maybe, script);
    }
    let (off, on) = around_swap(work, after, &old, column);
    script.extend(Phase::DropOldTypes, on);
    let rest = Column { default: column.default.clone(), ..old };
    let mut steps = Steps { before: off.into_iter().collect(), ..Steps::default() };
    steps.extend(alter(work, after, (&rest, column), column_action, Rows::Maybe, script));
    steps
}

/// Whether the server forgets how a column is set, and who may do what with it.
fn forgets_settings(
    work: &Work<'_>,
    column: &Column,
    column_action: Option<ColumnAction>,
) -> Option<RecreatedKind> {
    match column_action {
        Some(ColumnAction::Replaced) => Some(RecreatedKind::Column),
        Some(ColumnAction::Retyped | ColumnAction::TypeRecreated) => {
            recreated::has_storage(work, column).then_some(RecreatedKind::Values)
        }
        Some(ColumnAction::Added | ColumnAction::Dropped) | None => None,
    }
}

/// The server changes no column that says into which partition a row goes.
fn keeps_partition_key(table: &Staying<'_>) -> Result<(), Unplanned> {
    let Some(key) = &table.before.partition_by else { return Ok(()) };
    for (column, column_action) in &table.column_actions {
        match column_action {
            ColumnAction::Dropped
            | ColumnAction::Retyped
            | ColumnAction::TypeRecreated
            | ColumnAction::Replaced
                if mentions(key, column) =>
            {
                return Err(unplanned(format!(
                    "the change of `{}`.`{column}`, by which the table is partitioned,",
                    table.before.name
                )));
            }
            ColumnAction::Added
            | ColumnAction::Dropped
            | ColumnAction::Retyped
            | ColumnAction::TypeRecreated
            | ColumnAction::Replaced => {}
        }
    }
    Ok(())
}

/// Whether the statement for a parent does the same to this table's column.
pub(super) fn follows_parent(work: &Work<'_>, table: &Staying<'_>, column: &Column) -> bool {
    if is_detached(table) {
        return false;
    }
    let column_action = table.column_actions.get(column.name.as_str());
    work.inheritance_before.inherited(table.before, &column.name).is_some_and(|(parent, _)| {
        work.inheritance_after.parents(table.after).iter().any(|other| other.name == parent.name)
            && work.column_action(&parent.name, &column.name).as_ref() == column_action
    })
}

/// Whether a partition is no partition while columns change: the statements for its table do not reach it, and it is attached with the same columns.
fn is_detached(table: &Staying<'_>) -> bool {
    moves(table.before.partition_of.as_ref(), table.after.partition_of.as_ref())
}

/// The column as it is once the statements for its parent are done; none where they do nothing to it.
fn left_to_do(work: &Work<'_>, table: &Staying<'_>, old: &Column, new: &Column) -> Option<Column> {
    if is_detached(table) {
        return None;
    }
    let (parent, before) = work.inheritance_before.inherited(table.before, &old.name)?;
    if !work.inheritance_after.parents(table.after).iter().any(|other| other.name == parent.name) {
        return None;
    }
    let (_, after) = work.inheritance_after.inherited(table.after, &new.name)?;
    let mut reached = old.clone();
    let recreated = work.column_action(&parent.name, &new.name) == Some(ColumnAction::TypeRecreated);
    if before.ty != after.ty || before.collation != after.collation || recreated {
        reached.ty = after.ty.clone();
        reached.collation.clone_from(&after.collation);
    }
    if before.nullable != after.nullable {
        reached.nullable = after.nullable;
    }
    if before.generated.is_some() && after.generated.is_none() {
        reached.generated = None;
    }
    (reached != *old || recreated).then_some(reached)
}

fn drop(work: &Work<'_>, table: &Staying<'_>, column: &Column, script: &mut Script) {
    let before = table.before;
    let comes_back = table.column_actions.get(column.name.as_str()) == Some(&ColumnAction::Replaced);
    let statement = if !follows_parent(work, table, column) {
        if !comes_back && a_child_keeps(work, table, column) {
            drop_for_itself(before, column)
        } else {
            drop_column(before, column, comes_back)
        }
    } else if !comes_back && table.after.partition_of.is_none() && stays_behind(work, before, column) {
        drop_column(before, column, false)
    } else {
        return;
    };
    script.push(Phase::AlterColumns, statement);
}

fn drop_column(table: &Table, column: &Column, comes_back: bool) -> Statement {
    let again = if comes_back { ", which comes back below" } else { "" };
    let statement = Statement::new(
        format!("drop the column `{}`.`{}`{again}", table.name, column.name),
        format!("ALTER TABLE {} DROP COLUMN {}", quote_name(&table.name), quote(&column.name)),
    );
    if column.generated.is_some() {
        return statement;
    }
    let place = format!("`{}`.`{}`", table.name, column.name);
    statement.with_hazards([Hazard::DestroysData(format!("the values of {place} are gone"))])
}

/// Whether a table that inherits the column has it when it is gone here.
fn a_child_keeps(work: &Work<'_>, table: &Staying<'_>, column: &Column) -> bool {
    work.inheritance_before.heirs(&table.before.name).into_iter().any(|child| {
        work.staying(&child.name)
            .is_some_and(|child| child.after.columns.iter().any(|other| other.name == column.name))
    })
}

/// Whether a column is still there when it has gone in the table that it is inherited from.
fn stays_behind(work: &Work<'_>, table: &Table, column: &Column) -> bool {
    let parent = work.inheritance_before.inherited(table, &column.name).map(|(parent, _)| parent);
    let left_to_children = || {
        parent
            .and_then(|parent| work.staying(&parent.name))
            .is_some_and(|parent| a_child_keeps(work, parent, column))
    };
    !column.inherited || left_to_children()
}

/// Children keep the column, as one of their own.
fn drop_for_itself(table: &Table, column: &Column) -> Statement {
    let place = format!("`{}`.`{}`", table.name, column.name);
    Statement::new(
        format!("drop the column {place}, which children keep"),
        format!("ALTER TABLE ONLY {} DROP COLUMN {}", quote_name(&table.name), quote(&column.name)),
    )
    .with_hazards([Hazard::DestroysData(format!("the values of {place} are gone"))])
}

fn drop_expression(table: &Table, column: &Column) -> Statement {
    let (name, column) = (&table.name, &column.name);
    Statement::new(
        format!("stop computing `{name}`.`{column}`, and keep its values"),
        format!("ALTER TABLE {} ALTER COLUMN {} DROP EXPRESSION", quote_name(name), quote(column)),
    )
}

/// A column that is new, or comes back computed otherwise.
fn add(work: &Work<'_>, table: &Staying<'_>, column: &Column, script: &mut Script) -> Steps {
    let name = &table.after.name;
    if !is_detached(table)
        && let Some((parent, reached)) = work.inheritance_after.as_inherited(table.after, column)
        && table.column_actions.get(column.name.as_str())
            == work.column_action(&parent.name, &column.name).as_ref()
    {
        // It has come with the parent's.
        return alter(work, table.after, (&reached, column), None, Rows::Maybe, script);
    }
    let mut steps = Steps::default();
    let own_sequence = sequences::comes_before_column(work, name, column);
    let with_sequence = own_sequence.then(|| sequences::with_sequence(column));
    if own_sequence {
        steps.before.extend(sequences::create_before_column(work, table.after, column));
    }
    steps.actions.push(Action {
        comment: format!("add the column `{name}`.`{}`", column.name),
        clauses: vec![format!(
            "ADD COLUMN {}",
            render::column(name, with_sequence.as_ref().unwrap_or(column))
        )],
        hazards: hazard::of_new_column(name, column),
    });
    if own_sequence {
        steps.after.extend(sequences::give_to_column_of_owner(name, column));
    }
    steps.after.extend(sequences::comment_of_new_column(name, column));
    if let Some(text) = &column.comment {
        script.push(Phase::Finish, super::comments::on_column(name, &column.name, Some(text)));
    }
    steps
}

/// What makes one column another; `column_action` says whether its values get another type.
pub(super) fn alter(
    work: &Work<'_>,
    table: &Table,
    (before, after): (&Column, &Column),
    column_action: Option<ColumnAction>,
    rows: Rows,
    script: &mut Script,
) -> Steps {
    let name = &table.name;
    let mut steps = Steps::default();
    let phase = if rows == Rows::None { work.creation(table) } else { Phase::AlterColumns };
    // A default of a parent is handed down to children that may have one of their own.
    let only = if work.inheritance_after.has_children(name) { "ONLY " } else { "" };
    let column = quote(&after.name);
    let place = format!("`{name}`.`{}`", after.name);
    let of_table = |action: String| format!("ALTER TABLE {} {action}", quote_name(name));
    let of_table_alone = |action: String| format!("ALTER TABLE {only}{} {action}", quote_name(name));

    sequences::before_type(work, table, (before, after), &mut steps.before);
    let default_goes_first = column_action.is_some() && before.default.is_some();
    if let Some(column_action) = column_action {
        let mut clauses = Vec::new();
        if default_goes_first {
            clauses.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
        }
        let (from, to) = (type_text(before), type_text(after));
        let using = match column_action {
            ColumnAction::TypeRecreated => type_conversion::conversion(work, &column, from, to).using,
            ColumnAction::Added | ColumnAction::Dropped | ColumnAction::Retyped | ColumnAction::Replaced => {
                conversion(&after.name, from, to).using
            }
        };
        let using = using.map(|using| format!(" USING {using}")).unwrap_or_default();
        clauses.push(format!("ALTER COLUMN {column} TYPE {}{using}", render::column_type(after)));
        if let Some(Default::Sql(default)) = &after.default
            && after.generated.is_none()
            && !(rows == Rows::Maybe && work.waits_for_function(default))
        {
            clauses.push(format!("ALTER COLUMN {column} SET DEFAULT {default}"));
        }
        let comment = if before.ty == after.ty && before.collation != after.collation {
            format!("change the collation of {place}")
        } else if column_action == ColumnAction::TypeRecreated && before.ty == after.ty {
            format!("convert {place} to the new type")
        } else {
            format!("change the type of {place} from `{from}` to `{to}`")
        };
        let hazards = hazard::of_type(work, name, before, after, column_action, rows);
        steps.actions.push(Action { comment, clauses, hazards });
    }
    if before.default != after.default && column_action.is_none() {
        let statement = match &after.default {
            Some(Default::Sql(default)) if rows == Rows::Maybe && work.waits_for_function(default) => None,
            Some(Default::Sql(default)) => Some(Statement::new(
                format!("change the default of {place}"),
                of_table_alone(format!("ALTER COLUMN {column} SET DEFAULT {default}")),
            )),
            Some(
                Default::Now
                | Default::Bool(_)
                | Default::Number(_)
                | Default::Text(_)
                | Default::EnumValue(_),
            )
            | None => Some(Statement::new(
                format!("drop the default of {place}"),
                of_table_alone(format!("ALTER COLUMN {column} DROP DEFAULT")),
            )),
        };
        steps.after.extend(statement);
    }
    match (before.nullable, after.nullable) {
        (true, false) => steps.after.push(
            Statement::new(
                format!("refuse NULL in {place}"),
                of_table(match &after.not_null_name {
                    None => format!("ALTER COLUMN {column} SET NOT NULL"),
                    Some(constraint) => format!("ADD CONSTRAINT {} NOT NULL {column}", quote(constraint)),
                }),
            )
            .with_hazards(hazard::of_not_null(name, after, rows)),
        ),
        (false, true) => steps.after.push(Statement::new(
            format!("allow NULL in {place}"),
            of_table(format!("ALTER COLUMN {column} DROP NOT NULL")),
        )),
        (true, true) | (false, false) => {}
    }
    sequences::after_type(work, table, (before, after), &mut steps.after);
    if let Some((old, new)) = sequences::made_anew(name, before, after) {
        script.recreates(recreated::sequence(&old, &new));
    }
    if before.comment != after.comment {
        let phase = if rows == Rows::None { phase } else { Phase::Finish };
        script.push(phase, super::comments::on_column(name, &after.name, after.comment.as_deref()));
    }
    steps
}

/// The default of a column of another type that has a value of a type that is recreated: gone meanwhile.
fn around_swap(
    work: &Work<'_>,
    table: &Table,
    old: &Column,
    new: &Column,
) -> (Option<Statement>, Option<Statement>) {
    let (name, column) = (quote_name(&table.name), quote(&new.name));
    let place = format!("`{}`.`{}`", table.name, new.name);
    let off = old.default.is_some().then(|| {
        Statement::new(
            format!("drop the default of {place}"),
            format!("ALTER TABLE {name} ALTER COLUMN {column} DROP DEFAULT"),
        )
    });
    let on = match &new.default {
        Some(Default::Sql(default)) if work.waits_for_function(default) => None,
        Some(Default::Sql(default)) => Some(Statement::new(
            format!("set the default of {place}"),
            format!("ALTER TABLE {name} ALTER COLUMN {column} SET DEFAULT {default}"),
        )),
        Some(
            Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_),
        )
        | None => None,
    };
    (off, on)
}
