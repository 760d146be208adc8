//! Triggers that structs say, as SQLite creates them.

use super::{quote, quote_name};
use crate::dialect::attached::Said;
use crate::model::{ObjectKind, TableTrigger, TriggerAction, TriggerEvent, TriggerTiming};
use crate::sql::Words;

/// Adds the objects that a struct says.
pub(in crate::dialect) fn attach(said: &mut Said<'_>) {
    said.refuse_objects_of_postgres();
    for trigger in said.triggers() {
        let TableTrigger { name, timing, when, action, renamed_from, .. } = trigger;
        let event = match said.only_event(trigger) {
            Some(TriggerEvent::Insert) => "INSERT".to_owned(),
            Some(TriggerEvent::Delete) => "DELETE".to_owned(),
            Some(TriggerEvent::Update(columns)) if columns.is_empty() => "UPDATE".to_owned(),
            Some(TriggerEvent::Update(columns)) => {
                let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
                format!("UPDATE OF {}", columns.join(", "))
            }
            Some(TriggerEvent::Truncate) | None => continue,
        };
        let body = match action {
            Some(TriggerAction::Body(body)) => in_block(body),
            Some(TriggerAction::Execute(_)) | None => {
                said.problem(
                    name,
                    "a trigger without a `body`",
                    "write its statements: `sqlite(body = \"..\")`; or leave the trigger to other engines with `except(sqlite)`",
                );
                continue;
            }
        };
        let timing = match timing {
            TriggerTiming::Before => "BEFORE",
            TriggerTiming::After => "AFTER",
            TriggerTiming::InsteadOf => "INSTEAD OF",
        };
        let table = quote_name(&said.table.name);
        let when = when.as_ref().map(|when| format!(" WHEN {when}")).unwrap_or_default();
        let sql = format!("CREATE TRIGGER {} {timing} {event} ON {table}{when} {body}", quote(name));
        said.add_named(ObjectKind::Trigger, (name, renamed_from.as_ref()), vec![sql]);
    }
}

/// The statements between BEGIN and END, which may be left out.
fn in_block(body: &str) -> String {
    let body = body.trim();
    if Words::new(body, crate::model::Engine::Sqlite).skip("BEGIN") {
        return body.trim_end_matches(';').to_owned();
    }
    let end = if body.ends_with(';') { "" } else { ";" };
    format!("BEGIN\n    {body}{end}\nEND")
}
