//! Triggers that structs say, as MySQL and MariaDB create them.

use super::{quote, quote_name};
use crate::dialect::attached::Said;
use crate::model::{ObjectKind, TableTrigger, TriggerAction, TriggerEvent, TriggerTiming};

/// Adds the objects that a struct says.
pub(in crate::dialect) fn attach(said: &mut Said<'_>) {
    said.refuse_objects_of_postgres();
    for trigger in said.triggers() {
        let TableTrigger { name, timing, when, action, renamed_from, .. } = trigger;
        let event = match said.only_event(trigger) {
            Some(TriggerEvent::Insert) => "INSERT",
            Some(TriggerEvent::Delete) => "DELETE",
            Some(TriggerEvent::Update(columns)) => {
                if !columns.is_empty() {
                    said.problem(
                        name,
                        "a trigger on some columns",
                        "write `mysql(update, body = \"..\")` whose body compares them: `IF NOT (OLD.a <=> NEW.a) THEN .. END IF`",
                    );
                }
                "UPDATE"
            }
            Some(TriggerEvent::Truncate) | None => continue,
        };
        if when.is_some() {
            said.problem(
                name,
                "the condition of a trigger",
                "write `when` inside `postgres(..)` or `sqlite(..)`, and here into the body: `IF .. THEN .. END IF`",
            );
        }
        let Some(TriggerAction::Body(body)) = action else {
            said.problem(
                name,
                "a trigger without a `body`",
                "write its statements: `mysql(body = \"..\")`; or leave the trigger to other engines with `except(mysql)`",
            );
            continue;
        };
        let timing = match timing {
            TriggerTiming::Before => "BEFORE",
            TriggerTiming::After => "AFTER",
            TriggerTiming::InsteadOf => {
                said.problem(name, "a trigger on a view", "limit it with `only(postgres, sqlite)`");
                continue;
            }
        };
        let (name_in_sql, table) = (quote(name), quote_name(&said.table.name));
        let body = body.trim().trim_end_matches(';');
        let sql = format!("CREATE TRIGGER {name_in_sql} {timing} {event} ON {table} FOR EACH ROW {body}");
        said.add_named(ObjectKind::Trigger, (name, renamed_from.as_ref()), vec![sql]);
    }
}
