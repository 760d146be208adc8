//! Writes a delivery into the database: products, their price history, and what became of the import.

use crate::error::Error;
use crate::feed::{Delivery, FeedProduct, Price, RowError};
use crate::models::ImportStatus;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, named_params};
use schema_core::Database;
use serde_json::json;

/// What an import did.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// The row of `import_jobs`.
    pub job: i64,
    /// How it ended.
    pub status: ImportStatus,
    /// Products written.
    pub imported: usize,
    /// Products that the supplier no longer delivers.
    pub withdrawn: usize,
}

/// Imports a delivery; doing it twice changes nothing.
///
/// # Errors
///
/// When the database refuses; the job is then noted as failed, and no row of the delivery is kept.
pub fn import(database: &Database, file: &str, delivery: &Delivery) -> Result<Summary, Error> {
    // On its own, so that an import that dies half-way is seen as running and not as nothing.
    let (feed, job) = database.transaction(|tx| -> Result<_, Error> {
        let feed = ensure_feed(tx, &delivery.feed)?;
        Ok((feed, start_job(tx, feed, file)?))
    })?;
    let result = database.transaction(|tx| write(tx, feed, job, delivery));
    if let Err(error) = &result {
        let message = error.to_string();
        database.transaction(|tx| -> Result<_, Error> {
            Ok(finish_job(tx, job, ImportStatus::Failed, 0, &[RowError { row: 0, message }])?)
        })?;
    }
    result
}

fn write(tx: &Connection, feed: i64, job: i64, delivery: &Delivery) -> Result<Summary, Error> {
    let mut products = Vec::new();
    let mut errors = Vec::new();
    for row in &delivery.rows {
        match row {
            Ok(product) => products.push(product),
            Err(error) => errors.push(error.clone()),
        }
    }
    for product in &products {
        write_product(tx, feed, product)?;
        write_price(tx, feed, &product.sku, delivery.date, &product.price)?;
    }
    let status = match (products.is_empty(), errors.is_empty()) {
        (_, true) => ImportStatus::Succeeded,
        (false, false) => ImportStatus::PartlyFailed,
        (true, false) => ImportStatus::Failed,
    };
    // Any product may hide behind a bad row: only a clean delivery tells what is gone.
    let withdrawn = if errors.is_empty() { withdraw_others(tx, feed, &products)? } else { 0 };
    finish_job(tx, job, status, products.len(), &errors)?;
    Ok(Summary { job, status, imported: products.len(), withdrawn })
}

fn ensure_feed(tx: &Connection, name: &str) -> rusqlite::Result<i64> {
    tx.query_row(
        "INSERT INTO feeds (name) VALUES (:name) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id",
        named_params! { ":name": name },
        |row| row.get(0),
    )
}

fn start_job(tx: &Connection, feed: i64, file: &str) -> rusqlite::Result<i64> {
    tx.query_row(
        "INSERT INTO import_jobs (feed_id, file, status, started_at) VALUES (:feed, :file, :status, :now) RETURNING id",
        named_params! {
            ":feed": feed,
            ":file": file,
            ":status": ImportStatus::Running.as_str(),
            ":now": Timestamp::now(),
        },
        |row| row.get(0),
    )
}

fn finish_job(
    tx: &Connection,
    job: i64,
    status: ImportStatus,
    imported: usize,
    errors: &[RowError],
) -> rusqlite::Result<()> {
    let errors = errors.iter().map(|RowError { row, message }| json!({ "row": row, "message": message }));
    tx.execute(
        "UPDATE import_jobs SET status = :status, imported = :imported, errors = :errors, finished_at = :now WHERE id = :job",
        named_params! {
            ":job": job,
            ":status": status.as_str(),
            ":imported": i64::try_from(imported).unwrap_or(i64::MAX),
            ":errors": json!(errors.collect::<Vec<_>>()),
            ":now": Timestamp::now(),
        },
    )?;
    Ok(())
}

fn write_product(tx: &Connection, feed: i64, product: &FeedProduct) -> rusqlite::Result<()> {
    let FeedProduct { sku, gtin, title, brand, price: _ } = product;
    let mut statement = tx.prepare_cached(
        "INSERT INTO products (feed_id, sku, gtin, title, brand) VALUES (:feed, :sku, :gtin, :title, :brand)
         ON CONFLICT (feed_id, sku) DO UPDATE
         SET gtin = excluded.gtin, title = excluded.title, brand = excluded.brand, deleted_at = NULL",
    )?;
    statement.execute(
        named_params! { ":feed": feed, ":sku": sku, ":gtin": gtin, ":title": title, ":brand": brand },
    )?;
    Ok(())
}

/// A row of the history says from when on a price holds; a price that is still the same adds none.
fn write_price(tx: &Connection, feed: i64, sku: &str, date: Date, price: &Price) -> rusqlite::Result<()> {
    let Price { cents, currency } = price;
    let mut same_day =
        tx.prepare_cached("DELETE FROM prices WHERE feed_id = :feed AND sku = :sku AND valid_from = :date")?;
    same_day.execute(named_params! { ":feed": feed, ":sku": sku, ":date": date })?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO prices (feed_id, sku, valid_from, cents, currency)
         SELECT :feed, :sku, :date, :cents, :currency
         WHERE (:cents, :currency) IS NOT (
             SELECT cents, currency FROM prices
             WHERE feed_id = :feed AND sku = :sku AND valid_from < :date
             ORDER BY valid_from DESC LIMIT 1)",
    )?;
    statement.execute(named_params! {
        ":feed": feed, ":sku": sku, ":date": date, ":cents": cents, ":currency": currency,
    })?;
    Ok(())
}

fn withdraw_others(tx: &Connection, feed: i64, products: &[&FeedProduct]) -> rusqlite::Result<usize> {
    let delivered: Vec<&str> = products.iter().map(|product| product.sku.as_str()).collect();
    tx.execute(
        "UPDATE products SET deleted_at = :now
         WHERE feed_id = :feed AND deleted_at IS NULL AND sku NOT IN (SELECT value FROM json_each(:delivered))",
        named_params! { ":feed": feed, ":now": Timestamp::now(), ":delivered": json!(delivered) },
    )
}
