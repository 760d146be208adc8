//! SQLite's own definitions.

use crate::comparison::compare;
use crate::dialect::Scope;
use crate::dialect::sqlite::{fingerprint, fold, parse, spell_as_defined};
use crate::model::{DatabaseSchema, Engine, QualifiedName};
use crate::sql::Script;
use std::collections::BTreeSet;

/// Any definition is read or refused; what was read differs in nothing from itself, keeps all but its name under another one, and leads to a script that is
/// read and whose table is read again.
pub fn sqlite(text: &str) {
    let mut schema = DatabaseSchema::default();
    for statement in text.split(";\n") {
        if let Ok(table) = parse::table(statement) {
            drop(parse::column_holds_check(statement, "a"));
            let renamed = parse::create_table_as(statement, "\"other\"");
            let renamed = renamed.and_then(|statement| parse::table(&statement));
            assert_eq!(renamed.map(|renamed| renamed.columns), Ok(table.columns.clone()));
            schema.tables.push(table);
        }
        if let Some(table) = schema.tables.last_mut()
            && let Ok(index) = parse::index(statement, table)
        {
            table.indexes.push(index);
        }
        schema.views.extend(parse::view(statement));
        schema.triggers.extend(parse::trigger(statement).map(|(trigger, _)| trigger));
    }
    only_what_can_be(&mut schema);
    spell_as_defined(&mut schema);
    for table in &schema.tables {
        let name: &QualifiedName = &table.name;
        drop(fingerprint(&schema, name));
    }
    for scope in [Scope::Database, Scope::Models] {
        if let Ok(same) = compare(Engine::Sqlite, schema.clone(), schema.clone(), scope, &[]) {
            assert!(same.is_empty(), "{text:?} differs from itself: {:#?}", same.changes());
        }
    }
    let Ok(comparison) = compare(Engine::Sqlite, DatabaseSchema::default(), schema, Scope::Database, &[])
    else {
        return;
    };
    for plan in [comparison.up(), comparison.down()].into_iter().flatten() {
        let script = plan.to_script();
        let read = Script::parse(&script, Engine::Sqlite);
        assert!(read.is_ok(), "{read:?} of {script:?}");
    }
}

/// No name is there twice, and triggers are on what there is: the text is not SQLite's, which sees to that.
fn only_what_can_be(schema: &mut DatabaseSchema) {
    let mut names = BTreeSet::new();
    schema.tables.retain(|table| names.insert(fold(&table.name.name)));
    schema.views.retain(|view| names.insert(fold(&view.name.name)));
    let mut indexes = BTreeSet::new();
    for table in &mut schema.tables {
        let mut columns = BTreeSet::new();
        table.columns.retain(|column| columns.insert(fold(&column.name)));
        table.indexes.retain(|index| index.name.as_ref().is_none_or(|name| indexes.insert(fold(name))));
    }
    let mut triggers = BTreeSet::new();
    schema
        .triggers
        .retain(|trigger| names.contains(&fold(&trigger.table.name)) && triggers.insert(fold(&trigger.name)));
}
