//! Columns that the database cannot number.

use schema_core::Table;

#[derive(Table)]
#[table(name = "text")]
struct Text {
    #[column(pk, auto)]
    id: String,
}

#[derive(Table)]
#[table(name = "allows_null")]
struct AllowsNull {
    #[column(identity = always)]
    id: Option<i64>,
}

#[derive(Table)]
#[table(name = "two")]
struct Two {
    #[column(pk, auto)]
    a: i64,
    #[column(auto)]
    b: i64,
    #[column(only(sqlite), postgres(auto))]
    c: i64,
}

fn main() {}
