//! Keys whose columns allow NULL where they may not, or do not where they must.

use schema_core::{Columns, Table};

#[derive(Columns)]
struct Owned {
    owner: i64,
    former_owner: Option<i64>,
    #[column(pk)]
    id: Option<i64>,
}

#[derive(Table)]
#[table(name = "key_allows_null")]
struct KeyAllowsNull {
    #[column(pk)]
    id: Option<i64>,
}

#[derive(Table)]
#[table(name = "part_allows_null", pk(id, part, former_owner, text))]
struct PartAllowsNull {
    id: i64,
    part: Option<i32>,
    #[column(type = "text")]
    text: Option<String>,
    #[column(flatten)]
    owned: Owned,
}

// In SQLite that is so.
#[derive(Table)]
#[table(name = "key_of_sqlite", only(sqlite))]
struct KeyOfSqlite {
    #[column(pk, auto)]
    id: Option<i64>,
}

#[derive(Table)]
#[table(name = "users")]
struct User {
    #[column(pk, auto)]
    id: i64,
}

#[derive(Table)]
#[table(name = "set_null")]
#[table(fk(columns(c, d), references = Pair, to(a, b), on_delete = set_null(d), on_update = set_null(c)))]
#[table(fk(columns(owner), references = User, to(id), on_delete = set_null))]
struct SetNull {
    #[column(pk, fk(User::id, on_delete = set_null))]
    a: i64,
    #[column(fk(User::id, on_delete = set_null, on_update = set_null))]
    b: Option<i64>,
    c: Option<i64>,
    d: i64,
    #[column(flatten)]
    owned: Owned,
}

#[derive(Table)]
#[table(name = "other_column", fk(columns(a), references = User, to(id), on_delete = set_null(b)))]
struct OtherColumn {
    #[column(pk)]
    a: i64,
    b: Option<i64>,
}

#[derive(Table)]
#[table(name = "pairs", pk(a, b))]
struct Pair {
    a: i64,
    b: i64,
}

fn main() {}
