//! Views that say too little or too much.

use schema_core::View;

#[derive(View)]
#[view(name = "a")]
struct WithoutQuery {
    id: i64,
}

#[derive(View)]
#[view(query = "SELECT 1")]
struct WithoutName {
    id: i64,
}

#[derive(View)]
#[view(name = "b", query = "SELECT 1", postgres(name = "c"))]
struct Renamed {
    #[column(unique)]
    id: i64,
    #[column(name = "id")]
    other: i64,
    #[column(flatten)]
    more: i64,
}

#[derive(View)]
#[view(name = "c", query = "SELECT 1")]
struct Tuple(i64);

#[derive(View)]
#[view(name = "d", query = "SELECT 1", materialized, index(columns(idd)))]
struct Stored {
    id: i64,
}

#[derive(View)]
#[view(name = "e", query = "SELECT 1", postgres(index(name = "i", columns(id))))]
struct StoredThere {
    id: i64,
}

#[derive(View)]
#[view(name = "f", query = "SELECT 1", trigger(name = "a", before, insert, body = "SELECT 1"))]
#[view(trigger(name = "b", insert), trigger(name = "b", instead_off, delete), sqlite(trigger(instead_of)))]
struct Written {
    id: i64,
}

fn main() {}
