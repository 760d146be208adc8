//! Names, columns and keys that are there twice, and former names that are the present ones.

use schema_core::{Columns, SqlEnum, Table};

#[derive(Columns)]
struct Stamps {
    #[column(pk)]
    at: i64,
    #[column(name = "changed")]
    by: i64,
}

#[derive(Table)]
#[table(name = "flattened")]
struct Flattened {
    #[column(pk)]
    id: i64,
    #[column(flatten)]
    stamps: Stamps,
    changed: i64,
}

#[derive(Table)]
#[table(name = "users", renamed_from = "users")]
#[table(unique(name = "u", columns(a)), check(name = "u", expr = "a > 0"), check(name = "c", expr = "a > 1", only(mysql)))]
#[table(check(name = "c", expr = "a > 2", only(postgres)), check(name = "d", expr = "a > 3", renamed_from = "d"))]
#[table(index(name = "i", columns(a, b, a), include(b)), index(name = "i", columns(b)))]
struct User {
    #[column(renamed_from = "x")]
    a: i64,
    #[column(renamed_from = "x")]
    b: i64,
    #[column(renamed_from = "c")]
    c: i64,
}

#[derive(SqlEnum)]
#[sql_enum(name = "status", renamed_from = "status")]
enum Status {
    #[sql_enum(renamed_from = "old")]
    New,
    #[sql_enum(renamed_from = "old")]
    Newer,
}

fn main() {}
