//! Foreign keys that lead nowhere, or to a column of another type.

use schema_core::{Columns, Table};

#[derive(Columns)]
struct Stamps {
    created_by: i32,
}

#[derive(Table)]
#[table(name = "feeds")]
struct Feed {
    #[column(pk)]
    id: i64,
    url: String,
    #[column(flatten)]
    stamps: Stamps,
    #[column(skip)]
    cache: Vec<u8>,
}

#[derive(Table)]
#[table(name = "products")]
#[table(fk(columns(feed_id, url), references = Feed, to(id, created_by)))]
#[table(fk(columns(flat), references = Feed, to(id)), index(columns(missing)))]
struct Product {
    #[column(fk(Feed::idd))]
    feed_id: i64,
    #[column(fk(Feed::id, on_delete = cascade))]
    url: String,
    #[column(fk(self::Feed::cache))]
    cache: i64,
    #[column(fk(Feed::created_by))]
    by: Option<i64>,
    #[column(flatten)]
    more: More,
}

#[derive(Columns)]
struct More {
    #[column(fk(Feed::url))]
    flat: i16,
}

fn main() {}
