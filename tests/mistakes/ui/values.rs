//! Values of the wrong kind.

use schema_core::Table;

#[derive(Table)]
#[table(name = users, pk)]
#[table(index(columns = "id"), unique(columns()), fk(columns(a), references = "users", to(id)))]
struct User {
    id: i64,
    #[column(type = text, unique = true)]
    a: String,
    #[column(fk(User::id, on_delete = cascad))]
    b: i64,
    #[column(fk(User::id, on_delete = "cascade", deferrable))]
    c: i64,
    #[column(fk("users.id"))]
    d: i64,
    #[column(fk(User))]
    e: i64,
    #[column(default = Now)]
    f: i64,
    #[column(default)]
    g: i64,
    #[column(check = "")]
    h: i64,
    #[column(precision = "12")]
    i: i64,
    #[column(pk = true, identity = sometimes)]
    j: i64,
    #[column(fk(User::id, on_delete = cascade(id)))]
    k: i64,
    #[column(flatten = true)]
    l: i64,
    #[column]
    m: i64,
    #[column(type = )]
    n: i64,
}

fn main() {}
