//! Rows for random schemas, and what must be left of them.

use super::script::{name_of, quote, value};
use super::sketch::{Column, Number, Sketch, Table, Type};
use postgres::Client;
use std::collections::BTreeMap;

/// Fills the tables with what they take: values by the numbers, each row for itself.
pub fn fill(client: &mut Client, sketch: &Sketch, numbers: &[u8]) {
    let mut numbers = numbers.iter().copied();
    while let Some(number) = numbers.next() {
        if sketch.tables.is_empty() {
            return;
        }
        let table = &sketch.tables[usize::from(number) % sketch.tables.len()];
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for column in table.columns.iter().filter(|column| is_written(column)) {
            let Some(number) = numbers.next() else { return };
            columns.push(quote(column.name));
            values.push(match column.ty {
                _ if number % 5 == 4 && !column.not_null => "NULL".to_owned(),
                Type::Enum(name) => sketch
                    .enums
                    .iter()
                    .find(|object| object.name == name)
                    .map(|object| {
                        format!(
                            "'{}'",
                            object.values[usize::from(number) % object.values.len()].replace('\'', "''")
                        )
                    })
                    .unwrap(),
                Type::Known(_) => value(column.ty, number),
            });
        }
        let what = if columns.is_empty() {
            "DEFAULT VALUES".to_owned()
        } else {
            format!("({}) VALUES ({})", columns.join(", "), values.join(", "))
        };
        // What the table does not take is no row.
        let _ = client.batch_execute(&format!("INSERT INTO {} {what}", name_of(table)));
    }
}

fn is_written(column: &Column) -> bool {
    column.generated.is_none() && !matches!(column.number, Some(Number::Always(_)))
}

/// Takes all rows out of all tables.
pub fn clear(client: &mut Client) {
    let sql = "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables
               WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'";
    let tables: Option<String> = client.query_one(sql, &[]).unwrap().get(0);
    if let Some(tables) = tables {
        client.batch_execute(&format!("TRUNCATE {tables} CASCADE")).unwrap();
    }
}

/// The rows of the tables that both schemas have, as far as their columns are of one type and computed in neither; `name` says what a table or
/// column is called at present.
pub fn kept_rows(
    client: &mut Client,
    before: &Sketch,
    after: &Sketch,
    name: &dyn Fn(&Table, Option<&str>) -> String,
) -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for table in &before.tables {
        let Some(other) =
            after.tables.iter().find(|other| other.name == table.name && other.schema == table.schema)
        else {
            continue;
        };
        let mut columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .filter(|column| {
                other
                    .column(column.name)
                    .is_some_and(|other| other.generated.is_none() && other.ty == column.ty)
            })
            .map(|column| format!("{}::text", name(table, Some(column.name))))
            .collect();
        columns.push("'row'".to_owned());
        let sql =
            format!("SELECT concat_ws('|', {}) FROM {} ORDER BY 1", columns.join(", "), name(table, None));
        let found = client.query(&sql, &[]).unwrap().iter().map(|row| row.get(0)).collect();
        rows.insert(name_of(table), found);
    }
    rows
}
