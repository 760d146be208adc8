//! Items that are no table.

use schema_core::{Columns, SqlType, Table};

#[derive(Table)]
#[table(name = "generic")]
struct Generic<T> {
    a: T,
}

#[derive(Table)]
#[table(name = "lifetime")]
struct Lifetime<'a> {
    a: std::borrow::Cow<'a, str>,
}

#[derive(Table)]
#[table(name = "tuple")]
struct Tuple(i64);

#[derive(Table)]
#[table(name = "enum")]
enum Enum {
    A,
}

#[derive(Table)]
#[table(name = "empty")]
struct Empty {}

#[derive(Columns)]
struct Unit;

#[derive(Columns)]
#[table(name = "columns", sqlite(strict))]
struct Named {
    a: i64,
}

#[derive(SqlType)]
struct Two(i64, i64);

#[derive(SqlType)]
enum Choice {
    A,
}

#[derive(Table)]
#[table(name = "to_generic")]
struct ToGeneric {
    #[column(fk(Generic<i64>::a))]
    a: i64,
}

fn main() {}
