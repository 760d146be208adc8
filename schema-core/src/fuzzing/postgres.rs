//! What PostgreSQL writes of its own objects.

use crate::comparison::compare;
use crate::dialect::Scope;
use crate::dialect::postgres::{as_meant, canonical_type, expression, recreate, spelt};
use crate::model::{DatabaseSchema, Engine, Object, ObjectId, ObjectKind, QualifiedName, Trigger, View};
use crate::sql::{Directive, Script};
use std::collections::BTreeMap;

/// What the server deparses (queries of views, functions, triggers, policies, rules, …) is read, whatever it is; a schema of it differs in nothing from
/// itself, and its scripts are read again.
pub fn postgres(text: &str) {
    let meant = as_meant(text.to_owned());
    assert_eq!(as_meant(meant.clone()), meant);
    drop((spelt::last_part(text), spelt::relation(text), canonical_type(text)));
    drop(expression::identifiers(text).collect::<Vec<_>>());
    for line in text.lines() {
        if let Some(Ok(Directive::Recreates(recreated))) = Directive::parse(line) {
            drop((recreate::take([&recreated], &[text]), recreate::is_expected(&recreated)));
        }
    }
    let name = |name: &str| QualifiedName::new(name.to_owned());
    let mut schema = DatabaseSchema::default();
    let (query, definition) = text.split_once("\n\n").unwrap_or((text, text));
    schema.views.push(View::new(name("shown"), query.to_owned()));
    schema.triggers.push(Trigger {
        name: "touch".to_owned(),
        table: name("shown"),
        definition: definition.to_owned(),
        settings: BTreeMap::new(),
    });
    for kind in [ObjectKind::Function, ObjectKind::Sequence, ObjectKind::Policy, ObjectKind::Domain] {
        let id = ObjectId::new(kind, name(kind.words()));
        schema.objects.push(Object::new(id, Some(definition.to_owned())));
    }
    let same = compare(Engine::Postgres, schema.clone(), schema.clone(), Scope::Database, &[]);
    assert!(same.is_ok_and(|same| same.is_empty()), "{text:?} differs from itself");
    let Ok(comparison) = compare(Engine::Postgres, DatabaseSchema::default(), schema, Scope::Database, &[])
    else {
        return;
    };
    for plan in [comparison.up(), comparison.down()].into_iter().flatten() {
        // Bodies may hold what no script may: it is refused, with a reason.
        if let Err(error) = Script::parse(&plan.to_script(), Engine::Postgres) {
            assert!(!error.to_string().is_empty());
        }
    }
}
