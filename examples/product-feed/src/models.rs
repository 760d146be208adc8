//! The schema: a struct is a table. `schema-cli autogenerate` writes the migrations from it, for each engine its own.
//!
//! MySQL and MariaDB are told the character set: a server's default may hold no more than western Europe's letters.

#![allow(clippy::duplicated_attributes, reason = "an index has a twin for other engines")]

use jiff::Timestamp;
use jiff::civil::Date;
use schema_core::{SqlEnum, Table, sql_file};

/// What became of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SqlEnum)]
#[sql_enum(name = "import_status", rename_all = "snake_case")]
pub enum ImportStatus {
    /// Not finished, or died on the way.
    Running,
    /// Every row was good.
    Succeeded,
    /// Some rows were bad; the others were imported.
    PartlyFailed,
    /// Nothing was imported.
    Failed,
}

/// People who can sign in.
#[derive(Table)]
#[table(mysql(charset = "utf8mb4"))]
#[table(name = "users")]
#[table(index(name = "users_email_key", expr = "lower(email)", unique, only(postgres, sqlite)))]
// There the collation itself takes upper and lower case for the same.
#[table(unique(columns(email), only(mysql)))]
pub struct User {
    /// Key.
    #[column(pk, auto)]
    pub id: i64,
    /// Login e-mail; upper and lower case are the same person.
    #[column(type = "varchar(320)")]
    pub email: String,
    /// Argon2, in the PHC string format.
    pub password_hash: String,
    /// May change everything.
    #[column(default = false)]
    pub is_admin: bool,
    /// What others see instead of the e-mail.
    pub display_name: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Where products come from: a supplier's stream of files.
#[derive(Table)]
#[table(mysql(charset = "utf8mb4"))]
#[table(name = "feeds")]
pub struct Feed {
    /// Key.
    #[column(pk, auto)]
    pub id: i64,
    /// The part of the file names before the date.
    #[column(unique)]
    pub name: String,
}

/// What a supplier sells.
#[derive(Table)]
#[table(mysql(charset = "utf8mb4"))]
#[table(name = "products", pk(feed_id, sku))]
#[table(index(
    name = "products_on_sale_idx",
    columns(feed_id, title),
    where = "deleted_at IS NULL",
    only(postgres, sqlite)
))]
// There an index holds all rows: what is on sale stands together in it.
#[table(index(name = "products_on_sale_idx", columns(feed_id, deleted_at, title), only(mysql)))]
#[table(check(name = "products_sku_check", expr = "sku <> '' AND sku = trim(sku)"))]
pub struct Product {
    /// Who delivers it.
    #[column(fk(Feed::id, on_delete = cascade))]
    pub feed_id: i64,
    /// The supplier's article number.
    pub sku: String,
    /// The article number that is the same everywhere.
    #[column(type = "varchar(14)")]
    pub gtin: Option<String>,
    /// What the shop shows.
    #[column(type = "varchar(500)", renamed_from = "name")]
    pub title: String,
    /// Who makes it.
    pub brand: Option<String>,
    /// When the supplier stopped delivering it.
    pub deleted_at: Option<Timestamp>,
}

/// What a product costs from a day on: the latest row is today's price.
#[derive(Table)]
#[table(mysql(charset = "utf8mb4"))]
#[table(name = "prices", pk(feed_id, sku, valid_from))]
#[table(fk(columns(feed_id, sku), references = Product, to(feed_id, sku), on_delete = cascade))]
pub struct Price {
    /// With `sku`: the product.
    pub feed_id: i64,
    /// With `feed_id`: the product.
    pub sku: String,
    /// The first day.
    pub valid_from: Date,
    /// In the currency's smallest unit.
    #[column(check = "cents > 0")]
    pub cents: i64,
    /// ISO 4217.
    #[column(type = "char(3)")]
    pub currency: String,
}

sql_file!("sql/search.sqlite.sql", only(sqlite));
sql_file!("sql/best_prices.postgres.sql", only(postgres));
sql_file!("sql/old_imports.mysql.sql", only(mysql));

/// One run of an import, and what went wrong in it.
#[derive(Table)]
#[table(mysql(charset = "utf8mb4"))]
#[table(name = "import_jobs")]
pub struct ImportJob {
    /// Key.
    #[column(pk, auto)]
    pub id: i64,
    /// The feed that the file belongs to.
    #[column(fk(Feed::id, on_delete = cascade))]
    pub feed_id: i64,
    /// The file's name.
    pub file: String,
    /// How it ended.
    #[column(default = ImportStatus::Running)]
    pub status: ImportStatus,
    /// Rows that were written.
    #[column(default = 0)]
    pub imported: i64,
    /// Rows that were not, as `[{"row": 1, "message": ".."}]`.
    #[column(default = "[]")]
    pub errors: serde_json::Value,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl ImportStatus {
    /// The value as the database holds it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::PartlyFailed => "partly_failed",
            Self::Failed => "failed",
        }
    }
}
