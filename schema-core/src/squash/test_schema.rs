//! Schemas for the tests of this folder.

use crate::model::{Column, ColumnType, DatabaseSchema, Table};

/// Tables with columns of one type.
pub(super) fn schema(tables: &[(&str, &[&str])]) -> DatabaseSchema {
    let table = |(name, columns): &(&str, &[&str])| {
        let mut table = Table::new(*name);
        let column = |column: &&str| Column::new(*column, ColumnType::Sql("int".to_owned()));
        table.columns = columns.iter().map(column).collect();
        table
    };
    DatabaseSchema { tables: tables.iter().map(table).collect(), ..DatabaseSchema::default() }
}
