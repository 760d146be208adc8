//! What the derives declare, as the document has it.

use schema_core::model::{ColumnType, Default, Document, Engine};
use schema_core::{Columns, Schema, SqlEnum, SqlType, Table, View};

#[derive(SqlEnum)]
#[sql_enum(name = "import_status", rename_all = "snake_case")]
pub enum ImportStatus {
    Queued,
    Running,
    #[sql_enum(rename = "done", renamed_from = "finished")]
    Succeeded,
    Failed,
}

/// People who can sign in.
#[derive(Table)]
#[table(name = "users")]
#[table(index(name = "users_email_lower_key", expr = "lower(email)", unique, only(postgres, sqlite)))]
pub struct User {
    #[column(pk, auto)]
    pub id: i64,
    /// Login e-mail.
    #[column(type = "varchar(320)")]
    pub email: String,
    #[column(unique, renamed_from = "nick")]
    pub handle: Option<String>,
    #[column(default = now)]
    pub created_at: jiff::Timestamp,
    #[column(skip)]
    pub cache: Vec<u8>,
}

#[derive(Table)]
#[table(name = "feeds")]
pub struct Feed {
    #[column(pk)]
    pub id: uuid::Uuid,
}

#[derive(Table)]
#[table(name = "products", pk(feed_id, sku), renamed_from = "items")]
#[table(index(
    name = "products_live_idx",
    columns(feed_id, sku(desc)),
    where = "deleted_at IS NULL",
    only(postgres, sqlite)
))]
#[table(index(columns(title), using = gin, opclass = "gin_trgm_ops", only(postgres)))]
#[table(unique(columns(feed_id, gtin)))]
#[table(check(name = "products_sku_nonempty", expr = "sku <> ''"))]
#[table(mysql(engine = "InnoDB", charset = "utf8mb4"), sqlite(strict))]
pub struct Product {
    #[column(fk(Feed::id, on_delete = cascade))]
    pub feed_id: uuid::Uuid,
    pub sku: String,
    pub gtin: Option<String>,
    #[column(type = "varchar(500)", renamed_from = "name")]
    pub title: String,
    #[column(generated = "lower(title)", stored)]
    pub title_norm: String,
    #[column(precision = 12, scale = 2, check = "price >= 0", default = 0)]
    pub price: rust_decimal::Decimal,
    #[column(default = ImportStatus::Queued)]
    pub status: ImportStatus,
    pub deleted_at: Option<jiff::Timestamp>,
}

#[test]
fn the_contract_s_models_make_a_document_that_reads_back() {
    let document = Schema::of::<(User, Product, Feed)>().unwrap();
    let json = document.to_json().unwrap();
    assert_eq!(Document::from_json(&json).unwrap(), document);
}
