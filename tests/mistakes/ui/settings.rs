//! How the values of columns are kept.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", storage = main)]
struct User {
    #[column(storage = extern, compression = zstd, statistics = -1)]
    id: i64,
    #[column(postgres(storage = "main", statistic = 5))]
    email: String,
}

fn main() {}
