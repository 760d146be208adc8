//! Enum types.

use super::column_action::{ColumnAction, type_text};
use super::script::{Phase, Script};
use super::type_recreate;
use super::work::Work;
use crate::dialect::postgres::{quote_name, quote_text, render};
use crate::diff::{Rename, RenameTime};
use crate::model::{Default, EnumType, QualifiedName, Table};
use crate::sql::Statement;

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    for (before, after) in &work.enums {
        match (before, after) {
            (None, Some(after)) => {
                script.push(
                    Phase::CreateTypes,
                    Statement::new(
                        format!("create the enum type `{}`", after.name),
                        render::create_enum(after, &after.name),
                    ),
                );
                if after.comment.is_some() {
                    script.push(Phase::CreateTypes, comment_on(after));
                }
            }
            (Some(before), None) => script.push(
                Phase::DropTypes,
                Statement::new(
                    format!("drop the enum type `{}`", before.name),
                    format!("DROP TYPE {}", quote_name(&before.name)),
                ),
            ),
            (Some(before), Some(after)) => {
                let added = type_recreate::added(before, after);
                if let Some(added) = &added {
                    add_values(work, before, after, added, script);
                }
                if before.comment != after.comment && added.is_some() {
                    script.push(Phase::Finish, comment_on(after));
                }
            }
            (None, None) => {}
        }
    }
}

fn comment_on(object: &EnumType) -> Statement {
    let name = &object.name;
    Statement::new(
        format!("comment on the enum type `{name}`"),
        render::comment(&format!("TYPE {}", quote_name(name)), object.comment.as_deref()),
    )
}

fn add_values(
    work: &Work<'_>,
    before: &EnumType,
    after: &EnumType,
    added: &[(usize, &str)],
    script: &mut Script,
) {
    // A new value must be committed before anything can have it.
    let used = is_converted_to(work, after) || added.iter().any(|(_, value)| is_used(work, after, value));
    let last_known = after.values.iter().rposition(|value| before.values.contains(value));
    for (place, value) in added {
        let neighbour = |place: Option<usize>| place.and_then(|place| after.values.get(place));
        let position = match (neighbour(place.checked_sub(1)), neighbour(Some(place + 1))) {
            // At the end there is no need to say where.
            (_, _) if last_known.is_none_or(|last| *place > last) => None,
            (Some(previous), _) => Some(("AFTER", previous)),
            (None, _) => before.values.first().map(|first| ("BEFORE", first)),
        };
        let (name, position) = if used {
            let position = position.map(|(word, value)| (word, value_at_start(work, after, &value.name)));
            (type_at_start(work, &after.name), position)
        } else {
            (after.name.clone(), position.map(|(word, value)| (word, value.name.clone())))
        };
        let position =
            position.map(|(word, value)| format!(" {word} {}", quote_text(&value))).unwrap_or_default();
        let again = if used { "IF NOT EXISTS " } else { "" };
        let statement = Statement::new(
            format!("add the value `{value}` to the enum type `{name}`"),
            format!("ALTER TYPE {} ADD VALUE {again}{}{position}", quote_name(&name), quote_text(value)),
        );
        if used {
            script.push(Phase::CommitValues, statement.outside_transaction());
        } else {
            script.push(Phase::CreateTypes, statement);
        }
    }
}

/// Whether something that this script makes has the value in it.
fn is_used(work: &Work<'_>, object: &EnumType, value: &str) -> bool {
    let literal = quote_text(value);
    let says = |text: &str| {
        text.contains(&literal) || text.contains(value) && type_recreate::is_type_in(&object.name, text)
    };
    let in_table = |table: &Table| {
        let Table { columns, checks, exclusions, indexes, .. } = table;
        columns.iter().any(|column| {
            let default = if let Some(Default::Sql(text)) = &column.default { says(text) } else { false };
            default || column.generated.as_ref().is_some_and(|it| says(&it.expression))
        }) || checks.iter().any(|check| says(&check.expression))
            || exclusions.iter().any(|exclusion| says(&exclusion.definition))
            || indexes.iter().any(|index| format!("{index:?}").contains(value))
    };
    work.created.values().any(|table| in_table(table))
        || work.staying.iter().any(|table| !table.is_unchanged && in_table(table.after))
        || work.views.values().any(|(_, after)| after.is_some_and(|view| says(&view.query)))
}

/// Whether rows that hold texts or values of other types get values of this one.
fn is_converted_to(work: &Work<'_>, object: &EnumType) -> bool {
    let name = quote_name(&object.name);
    work.staying.iter().any(|table| {
        table.column_actions.iter().any(|(column, column_action)| {
            *column_action == ColumnAction::Retyped
                && table.after.columns.iter().any(|other| {
                    let ty = type_text(other);
                    other.name == *column && ty.strip_suffix("[]").unwrap_or(ty) == name
                })
        })
    })
}

/// What the type is called before the script.
fn type_at_start(work: &Work<'_>, name: &QualifiedName) -> QualifiedName {
    match work.changes.rename_time {
        RenameTime::Last => name.clone(),
        RenameTime::First => work
            .changes
            .renames
            .iter()
            .find_map(|rename| match rename {
                Rename::Type { kind: _, from, to } if to == name => Some(from.clone()),
                Rename::Type { .. }
                | Rename::Table { .. }
                | Rename::Column { .. }
                | Rename::Value { .. }
                | Rename::EnumValue { .. }
                | Rename::Attribute { .. }
                | Rename::OnTable { .. }
                | Rename::Index { .. }
                | Rename::Constraint { .. } => None,
            })
            .unwrap_or_else(|| name.clone()),
    }
}

/// What a value of the type is called before the script.
fn value_at_start(work: &Work<'_>, object: &EnumType, value: &str) -> String {
    let mut values = work.changes.renames.iter().filter_map(Rename::as_enum_value);
    let renamed = values.find(|(name, _, to)| **name == object.name && *to == value);
    match work.changes.rename_time {
        RenameTime::Last => value.to_owned(),
        RenameTime::First => renamed.map_or(value, |(_, from, _)| from).to_owned(),
    }
}

/// CREATE TYPE beside the old one.
pub(super) fn create_again(before: &EnumType, after: &EnumType, script: &mut Script) {
    script.push(
        Phase::CreateTypes,
        Statement::new(
            format!("create the new enum type `{}`", after.name),
            render::create_enum(after, &after.name),
        ),
    );
    if after.comment.is_some() || before.comment.is_some() {
        script.push(Phase::CreateTypes, comment_on(after));
    }
}
