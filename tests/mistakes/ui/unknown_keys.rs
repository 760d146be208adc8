//! Keys that nothing knows, in several structs of one build.

use schema_core::{SqlEnum, Table, View};

#[derive(Table)]
#[table(name = "users", idnex(columns(id)), strict)]
#[table(index(columns(id), methd = gin), unique(column(id)), check(expression = "id > 0"))]
struct User {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(uniqe, nullable)]
    email: String,
    #[column(postgres(collate = "C"), postgre(type = "text"))]
    name: String,
    #[column("text")]
    note: String,
    #[column(check(expr = "a > 0", nam = "positive"))]
    a: i64,
    #[column(Foo::bar)]
    b: i64,
}

#[derive(Table)]
#[table(nam = "feeds")]
struct Feed {
    #[column(defualt = 0)]
    id: i64,
    #[column(fk(User::id, on_delte = cascade))]
    user: i64,
}

#[derive(SqlEnum)]
#[sql_enum(name = "status", rename_al = "snake_case")]
enum Status {
    #[sql_enum(name = "new")]
    New,
}

#[derive(View)]
#[view(name = "v", query = "SELECT 1", materialised)]
struct Live {
    #[column(pk)]
    id: i64,
}

fn main() {}
