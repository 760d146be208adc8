//! Domains and composite types.

use schema_core::{SqlType, Table};

#[derive(SqlType)]
#[sql_type(domain = "a", composite = "b")]
struct Both(String);

#[derive(SqlType)]
#[sql_type(check = "VALUE > 0")]
struct Nameless(i64);

#[derive(SqlType)]
#[sql_type(domian = "a")]
struct Misspelt(i64);

#[derive(SqlType)]
#[sql_type(domain = "a", base = "text", chekc = "VALUE > 0", check(name = "b"), default = "x", renamed_from = "a")]
struct Keys(i64);

#[derive(SqlType)]
#[sql_type(domain = "a", type = "varchar(3)", precision = 3, check(name = "b", expr = "true", no_inherit))]
struct Types(#[column(type = "text")] String);

#[derive(SqlType)]
#[sql_type(domain = "a", precision = 3)]
struct Digits(String);

#[derive(SqlType)]
#[sql_type(domain = "a")]
struct Generic<T>(T);

#[derive(SqlType)]
#[sql_type(composite = "a", check = "true")]
struct Attributes {
    #[column(pk, renamed_from = "a")]
    a: i64,
    #[column(name = "a")]
    b: std::time::Instant,
    #[column(flatten)]
    c: i64,
}

#[derive(SqlType)]
#[sql_type(composite = "a")]
struct Tuple(i64, i64);

#[derive(SqlType)]
#[sql_type(composite = "a")]
struct Empty {}

#[derive(SqlType)]
#[sql_type(domain = "positive", check = "VALUE > 0")]
struct Positive(i32);

#[derive(Table)]
#[table(name = "users")]
struct User {
    #[column(pk, auto)]
    id: Positive,
    #[column(default = "none")]
    number: Positive,
}

fn main() {}
