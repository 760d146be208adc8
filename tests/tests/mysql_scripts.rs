//! The scripts for MySQL, of every change that the suite tries: without a server, for none can be had everywhere.
//!
//! What a database of MySQL's would say of itself is what was resolved for it, with the character set that its tables get.

#![allow(clippy::panic, clippy::unwrap_used)]

use insta::Settings;
use schema_core::autogenerate::{Comparison, compare};
use schema_core::dialect::{Scope, resolve};
use schema_core::model::{Document, Engine, Schema};
use schema_tests::suite::{Capability, Case, Outcome, cases};

const CAPABILITIES: [Capability; 6] = [
    Capability::ExpressionIndexes,
    Capability::Comments,
    Capability::VirtualColumns,
    Capability::MysqlTables,
    Capability::OrderedValues,
    Capability::ImplicitValues,
];

/// The database after a script: nothing is left open.
fn held(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in &mut schema.tables {
        let options = &mut table.options;
        options.engine.get_or_insert_with(|| "InnoDB".to_owned());
        let charset = options.charset.get_or_insert_with(|| "utf8mb4".to_owned());
        let collation = if charset == "utf8mb4" {
            "utf8mb4_0900_ai_ci".to_owned()
        } else {
            format!("{charset}_general_ci")
        };
        options.collation.get_or_insert(collation);
    }
    schema
}

fn compared(current: Schema, document: &Document, case: &Case) -> Comparison {
    let desired = resolve(document, Engine::Mysql).unwrap_or_else(|problems| panic!("{problems:?}"));
    compare(Engine::Mysql, current, desired, Scope::Models, case.requests()).unwrap()
}

#[test]
fn every_change_has_its_scripts() {
    let mut settings = Settings::new();
    settings.set_snapshot_path("snapshots/mysql");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for case in cases::all() {
        if !case.needs().iter().all(|capability| CAPABILITIES.contains(capability)) {
            continue;
        }
        let first = compare(
            Engine::Mysql,
            Schema::default(),
            resolve(case.before(), Engine::Mysql).unwrap(),
            Scope::Models,
            &[],
        )
        .unwrap();
        let comparison = compared(held(first.desired()), case.after(), &case);
        if case.outcome() == Outcome::Nothing {
            assert!(comparison.is_empty(), "{}: {:#?}", case.name(), comparison.changes());
            continue;
        }
        let again = compare(
            Engine::Mysql,
            held(comparison.desired()),
            resolve(case.after(), Engine::Mysql).unwrap(),
            Scope::Models,
            &[],
        )
        .unwrap();
        assert!(again.is_empty(), "{} does not settle: {:#?}", case.name(), again.changes());
        let scripts = format!(
            "======== up\n{}\n======== down\n{}",
            comparison.up().unwrap().to_script(),
            comparison.down().unwrap().to_script()
        );
        settings.bind(|| insta::assert_snapshot!(case.name(), scripts));
    }
}
