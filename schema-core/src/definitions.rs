//! Objects that differ, each as the statements that make it on either side: what a person reads to see a change, and no script.

use crate::comparison::{Comparison, compare};
use crate::dialect::Scope;
use crate::diff::{Change, ObjectChange};
use crate::model::{Column, DatabaseSchema, Engine, Object, Table};

/// An object that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is, and its name: ``table `users` ``.
    pub object: String,
    /// The statements that make it as it is; none where it is not there.
    pub before: Option<String>,
    /// The statements that make it as it shall be; none where it goes.
    pub after: Option<String>,
}

/// The objects that differ, in the order in which a plan would change them. Renames are made already: `before` has the new names.
#[must_use]
pub fn definitions(comparison: &Comparison) -> Vec<Definition> {
    let engine = comparison.engine();
    let all = comparison.changes().objects.iter().filter_map(|change| of_change(engine, change));
    all.filter(|it| it.before != it.after).collect()
}

/// None for rights, which have no definition: the changes tell them.
fn of_change(engine: Engine, change: &Change) -> Option<Definition> {
    let alone = DatabaseSchema::default;
    let made = |schema: DatabaseSchema| statements(engine, schema);
    let of_table = |table: &Table| made(DatabaseSchema { tables: vec![table.clone()], ..alone() });
    let definition = match change {
        Change::CreateTable { table } => {
            of_sides(format!("table `{}`", table.name), None, Some(table), of_table)
        }
        Change::DropTable { table } => {
            of_sides(format!("table `{}`", table.name), Some(table), None, of_table)
        }
        Change::AlterTable { before, after, changes: _ } => {
            let after = in_order_of(before, after);
            let plain = |table: &Table| of_table(&Table { definition: None, ..table.clone() });
            // As somebody has written them, they differ in what is no difference.
            let (mut old, mut new) = (plain(before), plain(&after));
            if old == new {
                (old, new) = (of_table(before), of_table(&after));
            }
            Definition { object: format!("table `{}`", after.name), before: Some(old), after: Some(new) }
        }
        Change::Namespace { before, after } => {
            let name = before.as_ref().or(after.as_ref()).map(|it| &it.name)?;
            of_sides(format!("schema `{name}`"), before.as_ref(), after.as_ref(), |it| {
                made(DatabaseSchema { namespaces: vec![it.clone()], ..alone() })
            })
        }
        Change::Enum { before, after } => {
            let name = before.as_ref().or(after.as_ref()).map(|it| &it.name)?;
            of_sides(format!("enum type `{name}`"), before.as_ref(), after.as_ref(), |it| {
                made(DatabaseSchema { enums: vec![it.clone()], ..alone() })
            })
        }
        Change::View { before, after } => {
            let name = before.as_ref().or(after.as_ref()).map(|it| &it.name)?;
            of_sides(format!("view `{name}`"), before.as_ref(), after.as_ref(), |it| {
                made(DatabaseSchema { views: vec![it.clone()], ..alone() })
            })
        }
        Change::Trigger { before, after } => {
            let trigger = before.as_ref().or(after.as_ref())?;
            let object = format!("trigger `{}` on `{}`", trigger.name, trigger.table);
            of_sides(object, before.as_ref(), after.as_ref(), |it| {
                made(DatabaseSchema { triggers: vec![it.clone()], ..alone() })
            })
        }
        Change::Object(change) => of_object(engine, change)?,
        Change::Right(_) => return None,
    };
    Some(definition)
}

fn of_sides<T>(
    object: String,
    before: Option<&T>,
    after: Option<&T>,
    text: impl Fn(&T) -> String,
) -> Definition {
    Definition { object, before: before.map(&text), after: after.map(&text) }
}

/// An object that is known by its statement. Where that cannot be planned, it is shown as it was read.
fn of_object(engine: Engine, change: &ObjectChange) -> Option<Definition> {
    let text = |object: &Object| {
        let made =
            statements(engine, DatabaseSchema { objects: vec![object.clone()], ..DatabaseSchema::default() });
        if !made.is_empty() {
            return made;
        }
        let read = object.definition.iter().chain(&object.restore).map(|sql| format!("{}\n", sql.trim_end()));
        read.collect()
    };
    let label = change.object()?.label();
    let object = label.strip_prefix("the ").unwrap_or(&label).to_owned();
    Some(of_sides(object, change.before.as_ref(), change.after.as_ref(), text))
}

/// The statements that make a schema of one object; nothing where they cannot be planned.
fn statements(engine: Engine, schema: DatabaseSchema) -> String {
    let made = compare(engine, DatabaseSchema::default(), schema, Scope::Database, &[]);
    let Some(plan) = made.ok().and_then(|made| made.up().ok()) else { return String::new() };
    // What they set for the session and back is no part of the object.
    let is_of_object = |sql: &&str| match engine {
        Engine::Mysql | Engine::Mariadb => !sql.starts_with("SET "),
        Engine::Sqlite | Engine::Postgres => true,
    };
    let all = plan.statements.iter().map(|statement| statement.sql.trim_end()).filter(is_of_object);
    all.map(|sql| format!("{};\n", sql.trim_end_matches(';'))).collect()
}

/// The table with its columns in the order of another one, which is no difference; new ones come behind those that they follow.
fn in_order_of(before: &Table, after: &Table) -> Table {
    let place = |column: &Column| before.columns.iter().position(|it| it.name == column.name);
    let mut last = None;
    let mut keyed: Vec<(Option<usize>, usize, &Column)> = Vec::new();
    for (own, column) in after.columns.iter().enumerate() {
        let known = place(column);
        last = known.or(last);
        keyed.push((last, if known.is_some() { 0 } else { own + 1 }, column));
    }
    keyed.sort_by_key(|(behind, own, _)| (*behind, *own));
    Table { columns: keyed.into_iter().map(|(_, _, column)| column.clone()).collect(), ..after.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ColumnType, View};

    fn table(columns: &[&str]) -> Table {
        let column = |name: &&str| Column::new(*name, ColumnType::Sql("text".to_owned()));
        Table { columns: columns.iter().map(column).collect(), ..Table::new("t") }
    }

    #[test]
    fn the_order_of_columns_is_no_difference() {
        let names = |table: Table| table.columns.into_iter().map(|it| it.name).collect::<Vec<_>>().join(" ");
        assert_eq!(
            names(in_order_of(&table(&["a", "b", "c"]), &table(&["c", "x", "a", "y", "b"]))),
            "a y b c x"
        );
        assert_eq!(names(in_order_of(&table(&["a"]), &table(&["x", "y", "a"]))), "x y a");
    }

    #[test]
    fn what_differs_is_shown_by_the_statements_that_make_it() {
        let before = DatabaseSchema { tables: vec![table(&["a", "b"])], ..DatabaseSchema::default() };
        let views = vec![View::new("v", "SELECT 1")];
        let after =
            DatabaseSchema { tables: vec![table(&["b", "a", "c"])], views, ..DatabaseSchema::default() };
        let comparison = compare(Engine::Sqlite, before, after, Scope::Database, &[]).unwrap();
        let found: Vec<(String, Option<String>, Option<String>)> =
            definitions(&comparison).into_iter().map(|it| (it.object, it.before, it.after)).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                (
                    "table `t`".to_owned(),
                    text("CREATE TABLE t (\n    a text NOT NULL,\n    b text NOT NULL\n);\n"),
                    text(
                        "CREATE TABLE t (\n    a text NOT NULL,\n    c text NOT NULL,\n    b text NOT NULL\n);\n"
                    )
                ),
                ("view `v`".to_owned(), None, text("CREATE VIEW v AS SELECT 1;\n")),
            ]
        );
    }
}
