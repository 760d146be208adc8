//! Names that are missing, and fields that do not exist.

use schema_core::{SqlEnum, Table, View};

#[derive(Table)]
struct Nameless {
    id: i64,
}

#[derive(SqlEnum)]
enum Anonymous {
    A,
}

#[derive(View)]
struct Unseen {
    id: i64,
}

#[derive(Table)]
#[table(name = "users", pk(idd), unique(columns(cache)), index(columns(user_name)))]
#[table(fk(columns(id, missing), references = User, to(id, name)))]
#[table(fk(columns(id), references = User, to(id, name)))]
#[table(index(columns(id), include(nam)), index(unique), unique(name = "u"), check(name = "c"), fk(to(id)))]
struct User {
    id: i64,
    #[column(name = "user_name")]
    name: String,
    #[column(skip)]
    cache: u8,
    #[column(fk(User::id, on_delete = set_null(nothing)))]
    parent: Option<i64>,
}

fn main() {}
