//! What is said twice.

use schema_core::{SqlEnum, Table};

#[derive(Table)]
#[table(name = "users", name = "people", pk(id, id))]
#[table(only(sqlite), only(postgres))]
#[table(unique(columns(email, email)), index(columns(email), unique, unique))]
struct User {
    id: i64,
    #[column(type = "text", type = "varchar(10)")]
    email: String,
    #[column(check = "a > 0", check = "a < 9")]
    a: i64,
    #[column(name = "a")]
    b: i64,
    #[column(mysql(type = "int", type = "bigint"))]
    c: i64,
}

#[derive(SqlEnum)]
#[sql_enum(name = "status", name = "state")]
enum Status {
    New,
    #[sql_enum(rename = "New")]
    Fresh,
}

fn main() {}
