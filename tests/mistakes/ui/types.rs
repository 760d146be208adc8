//! Types that no column can have.

use schema_core::{Columns, Table};

struct Money(i64);

enum Status {
    New,
}

#[derive(Columns)]
struct Stamps {
    nested: std::time::Instant,
}

#[derive(Table)]
#[table(name = "products")]
struct Product {
    price: Money,
    status: Option<Status>,
    map: std::collections::HashMap<String, String>,
    #[column(flatten)]
    money: Money,
    // `type` lets any type stand.
    #[column(type = "text")]
    any: Money,
}

fn main() {}
