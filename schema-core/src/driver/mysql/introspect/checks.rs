//! CHECKs, and what of MariaDB's columns only their CHECK tells: that they are JSON.

use super::tables::Tables;
use super::{ByTable, Catalogue, flag, text};
use crate::dialect::mysql::expression::{as_json_valid, identifiers};
use crate::dialect::mysql::{Variant, catalogue as spelling, fold_case};
use crate::driver::DriverError;
use crate::model::{Check, Column, ColumnType, Table};

/// What MariaDB makes of a column that somebody calls JSON.
const JSON_TYPE: &str = "longtext";
const JSON_COLLATION: &str = "utf8mb4_bin";

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    let variant = catalogue.variant();
    let query = match variant {
        Variant::Mysql => include_str!("../queries/checks_mysql.sql"),
        Variant::Mariadb => include_str!("../queries/checks_mariadb.sql"),
    };
    let rows = catalogue.rows(query, &[], |row| {
        let (table, name, expression) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
        let (is_columns, not_enforced) = (flag(row, 3)?, flag(row, 4)?);
        // A column's CHECK is listed under the column's name.
        let (name, column) = if is_columns { (None, Some(name)) } else { (Some(name), None) };
        let expression = spelling::expression(variant, &expression);
        Ok((table, Check { name, column, not_enforced, ..Check::new(expression) }))
    })?;
    let mut checks: ByTable<Check> = ByTable::new();
    for (table, check) in rows {
        checks.entry(table).or_default().push(check);
    }
    for table in tables.iter_mut() {
        if let Some(checks) = checks.remove(&table.name.name) {
            add(table, checks);
        }
    }
    Ok(())
}

/// Adds CHECKs to their table, except those that are part of a column's type.
pub(super) fn add(table: &mut Table, checks: Vec<Check>) {
    for mut check in checks {
        check.column = check.column.map(|name| owner(table, &name, &check.expression));
        let of_column = check.column.as_ref();
        let json = of_column.filter(|column| as_json_valid(&check.expression).as_ref() == Some(*column));
        let column = json.and_then(|name| table.columns.iter_mut().find(|column| column.name == *name));
        let collation = table.options.collation.as_deref();
        match column.filter(|column| is_json(column, collation)) {
            Some(column) => {
                column.ty = ColumnType::Sql("json".to_owned());
                (column.charset, column.collation) = (None, None);
            }
            None => table.checks.push(check),
        }
    }
}

/// The column whose own CHECK this is. The server goes on to list it under the name that the column once had, so what it speaks of counts for more.
fn owner(table: &Table, listed: &str, expression: &str) -> String {
    let spoken: Vec<String> = identifiers(expression)
        .filter_map(|word| {
            let column = table.columns.iter().find(|column| fold_case(&column.name) == fold_case(&word))?;
            Some(column.name.clone())
        })
        .collect();
    if spoken.is_empty() || spoken.iter().any(|name| fold_case(name) == fold_case(listed)) {
        return listed.to_owned();
    }
    spoken.into_iter().next().unwrap_or_default()
}

fn is_json(column: &Column, collation: Option<&str>) -> bool {
    let is_text = matches!(&column.ty, ColumnType::Sql(ty) if ty == JSON_TYPE);
    is_text && column.collation.as_deref().or(collation) == Some(JSON_COLLATION)
}
