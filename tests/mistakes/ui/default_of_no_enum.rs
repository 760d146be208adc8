//! Default values that no enum has.

use schema_core::{SqlEnum, Table};

#[derive(SqlEnum)]
#[sql_enum(name = "status")]
enum Status {
    New,
}

enum Kind {
    Big,
}

#[derive(Table)]
#[table(name = "products")]
struct Product {
    #[column(default = Status::Nwe)]
    status: Status,
    #[column(type = "text", default = Kind::Big)]
    kind: Kind,
}

fn main() {}
