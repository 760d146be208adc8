//! A foreign key to a struct that is no table, or that does not exist.

use schema_core::Table;

struct Feed {
    id: i64,
}

#[derive(Table)]
#[table(name = "products")]
struct Product {
    #[column(fk(Feed::id))]
    feed_id: i64,
}

#[derive(Table)]
#[table(name = "prices")]
struct Price {
    #[column(fk(Prodct::feed_id))]
    product_id: i64,
}

fn main() {}
