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

#[derive(Table)]
#[table(name = "labels", unique(columns(name, feed_id)), index(columns(code), unique, where = "code > 0"))]
struct Label {
    #[column(pk)]
    id: i64,
    #[column(fk(Feed::url))]
    name: String,
    feed_id: i64,
    #[column(index(unique))]
    rank: i64,
    code: i64,
}

#[derive(Table)]
#[table(name = "uses")]
#[table(fk(columns(feed_id, name), references = Label, to(feed_id, name)))]
#[table(fk(columns(feed_id, rank), references = Label, to(feed_id, rank)))]
struct Use {
    #[column(fk(Label::id))]
    label: i64,
    name: String,
    #[column(fk(Label::feed_id))]
    feed_id: i64,
    #[column(fk(Label::rank))]
    rank: i64,
    #[column(fk(Label::code))]
    code: i64,
}

fn main() {}
