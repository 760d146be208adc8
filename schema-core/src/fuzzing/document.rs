//! JSON documents, and what becomes of them.

use crate::comparison::compare;
use crate::dialect::{Scope, resolve};
use crate::model::{DatabaseSchema, Document, Engine};
use crate::sql::Script;
use crate::validate::validate;

/// Any JSON document is read or refused; what was read is written so that it is read again, differs in nothing from what it becomes, and leads to scripts that
/// can be read. Where there are two with an empty line between them, one becomes the other.
pub fn document(text: &str) {
    let (first, second) = text.split_once("\n\n").unwrap_or(("", text));
    let read = |text: &str| match Document::from_json(text) {
        Ok(document) => {
            let written = document.to_json().unwrap_or_default();
            assert_eq!(Document::from_json(&written).ok().as_ref(), Some(&document), "{written}");
            Some(document)
        }
        Err(error) => {
            drop(error.to_string());
            None
        }
    };
    let Some(after) = read(second) else { return };
    let before = read(first).unwrap_or_else(Document::empty);
    if [&before, &after].into_iter().any(|document| validate(document).is_err()) {
        return;
    }
    for engine in Engine::ALL {
        let (Ok(current), Ok(desired)) = (resolve(&before, engine), resolve(&after, engine)) else {
            continue;
        };
        // PostgreSQL names whatever it holds.
        let is_named = |document: &Document, schema: &DatabaseSchema| {
            document.engine != Some(Engine::Postgres) || has_names(schema)
        };
        if is_named(&before, &current) && is_named(&after, &desired) {
            becomes(engine, current, desired);
        }
    }
}

fn becomes(engine: Engine, current: DatabaseSchema, desired: DatabaseSchema) {
    if let Ok(first) = compare(engine, desired.clone(), desired.clone(), Scope::Models, &[]) {
        // What no database holds, as a trigger on nothing or a key without its index, is as a database would hold it after this.
        let settled = first.desired().clone();
        if let Ok(second) = compare(engine, settled, desired.clone(), Scope::Models, &[]) {
            assert!(second.is_empty(), "it does not settle on {engine}: {:#?}", second.changes());
        }
    }
    let Ok(comparison) = compare(engine, current, desired, Scope::Models, &[]) else { return };
    for plan in [comparison.up(), comparison.down()] {
        match plan {
            Ok(plan) => {
                let script = plan.to_script();
                let read = Script::parse(&script, engine);
                assert!(read.is_ok(), "{engine}: {read:?} of {script}");
            }
            Err(unplanned) => drop((unplanned.to_string(), unplanned.hint())),
        }
    }
}

fn has_names(schema: &DatabaseSchema) -> bool {
    schema.tables.iter().all(|table| {
        table.primary_key.iter().all(|key| key.name.is_some())
            && table.uniques.iter().all(|unique| unique.name.is_some())
            && table.checks.iter().all(|check| check.name.is_some())
            && table.foreign_keys.iter().all(|key| key.name.is_some())
            && table.exclusions.iter().all(|exclusion| exclusion.name.is_some())
            && table.indexes.iter().all(|index| index.name.is_some())
    })
}
