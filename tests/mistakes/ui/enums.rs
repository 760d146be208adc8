//! Enums that no database can hold.

use schema_core::SqlEnum;

#[derive(SqlEnum)]
#[sql_enum(name = "empty")]
enum Empty {}

#[derive(SqlEnum)]
#[sql_enum(name = "data")]
enum Data {
    Unit,
    Tuple(i64),
    Struct { a: i64 },
}

#[derive(SqlEnum)]
#[sql_enum(name = "generic")]
enum Generic<T> {
    A,
    B(T),
}

#[derive(SqlEnum)]
#[sql_enum(name = "rule", rename_all = "snakecase")]
enum Rule {
    A,
}

#[derive(SqlEnum)]
#[sql_enum(name = "former")]
enum Former {
    #[sql_enum(rename = "a", renamed_from = "a")]
    A,
}

#[derive(SqlEnum)]
#[sql_enum(name = "none")]
struct None;

fn main() {}
