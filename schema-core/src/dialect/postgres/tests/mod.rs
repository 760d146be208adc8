//! What models become on PostgreSQL, and what counts as a difference there.

mod normalize;
mod rename;
mod resolve;

use crate::model::{Column, ColumnType, DatabaseSchema, Declared, DeclaredTable, Document, Engine, Table};

/// A document that declares these tables, as models do.
fn declaring(tables: Vec<Table>) -> Document {
    let schema = DatabaseSchema { tables, ..DatabaseSchema::default() };
    Document { engine: None, ..Document::from_schema(schema, Engine::Postgres) }
}

fn column(name: &str, ty: ColumnType) -> Column {
    Column::new(name, ty)
}

fn sql(text: &str) -> ColumnType {
    ColumnType::Sql(text.to_owned())
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    Table { columns, ..Table::new(name) }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// The first table of a document.
fn first(document: &mut Document) -> &mut DeclaredTable {
    document.tables.first_mut().expect("the document has a table")
}

fn declared<T>(object: T) -> Declared<T> {
    Declared::new(object)
}
