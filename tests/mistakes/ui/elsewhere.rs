//! Keys that are known, and stand in the wrong place.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", on_delete = cascade, columns(id), default = 0, where = "id > 0")]
struct User {
    #[column(pk, on_delete = cascade)]
    id: i64,
    #[column(fk(User::id), on_update = cascade, deferrable = initially_deferred)]
    parent: i64,
    #[column(index, using = gin, where = "a > 0", nulls_not_distinct)]
    a: i64,
}

fn main() {}
