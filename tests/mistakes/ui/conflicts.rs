//! Keys that exclude each other.

use schema_core::{Columns, Table};

#[derive(Columns)]
struct Stamps {
    at: i64,
}

#[derive(Table)]
#[table(name = "users", pk(id, a))]
#[table(index(columns(a), expr = "lower(b)"), index(columns(a), nulls_not_distinct))]
struct User {
    #[column(pk, auto, default = 1)]
    id: i64,
    #[column(default = 0, default_sql = "0")]
    a: i64,
    #[column(generated = "a + 1", stored, virtual)]
    b: i64,
    #[column(generated = "a + 1", stored, default = 0)]
    c: i64,
    #[column(generated = "a + 1")]
    d: i64,
    #[column(stored)]
    e: i64,
    #[column(autoincrement, identity = always)]
    f: i64,
    #[column(type = "numeric", precision = 10)]
    g: i64,
    #[column(skip, flatten)]
    h: Stamps,
    #[column(skip, unique)]
    i: i64,
    #[column(flatten, name = "stamps")]
    j: Stamps,
    #[column(index(asc, desc))]
    k: i64,
    #[column(pk)]
    l: i64,
    #[column(postgres(precision = 3), scale = 2)]
    m: i64,
}

fn main() {}
