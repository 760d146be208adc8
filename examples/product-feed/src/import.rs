//! Writes a delivery into the database: products, their price history, and what became of the import.

use crate::error::Error;
use crate::feed::{Delivery, FeedProduct, Price, RowError};
use crate::models::ImportStatus;
use crate::store::{Connection, Store, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use schema_core::model::Engine;
use serde_json::json;
use std::collections::HashSet;

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
pub fn import(store: &Store, file: &str, delivery: &Delivery) -> Result<Summary, Error> {
    // On its own, so that an import that dies half-way is seen as running and not as nothing.
    let (feed, job) = store.transaction(|tx| {
        let feed = ensure_feed(tx, &delivery.feed)?;
        Ok((feed, start_job(tx, feed, file)?))
    })?;
    let result = store.transaction(|tx| write(tx, feed, job, delivery));
    if let Err(error) = &result {
        let message = error.to_string();
        store.transaction(|tx| {
            finish_job(tx, job, ImportStatus::Failed, 0, &[RowError { row: 0, message }])
        })?;
    }
    result
}

fn write(tx: &mut dyn Connection, feed: i64, job: i64, delivery: &Delivery) -> Result<Summary, Error> {
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

fn ensure_feed(tx: &mut dyn Connection, name: &str) -> Result<i64, Error> {
    let add = match tx.engine() {
        Engine::Sqlite | Engine::Postgres => {
            "INSERT INTO feeds (name) VALUES (?) ON CONFLICT (name) DO NOTHING"
        }
        Engine::Mysql | Engine::Mariadb => {
            "INSERT INTO feeds (name) VALUES (?) ON DUPLICATE KEY UPDATE name = VALUES(name)"
        }
    };
    tx.execute(add, &[name.into()])?;
    let found = tx.query("SELECT id FROM feeds WHERE name = ?", &[name.into()])?;
    found.first().ok_or(Error::Column { column: 0, expected: "the number of the feed" })?.integer(0)
}

fn start_job(tx: &mut dyn Connection, feed: i64, file: &str) -> Result<i64, Error> {
    tx.insert(
        "INSERT INTO import_jobs (feed_id, file, status, started_at) VALUES (?, ?, ?, ?)",
        &[feed.into(), file.into(), ImportStatus::Running.into(), Timestamp::now().into()],
    )
}

fn finish_job(
    tx: &mut dyn Connection,
    job: i64,
    status: ImportStatus,
    imported: usize,
    errors: &[RowError],
) -> Result<(), Error> {
    let errors = errors.iter().map(|RowError { row, message }| json!({ "row": row, "message": message }));
    tx.execute(
        "UPDATE import_jobs SET status = ?, imported = ?, errors = ?, finished_at = ? WHERE id = ?",
        &[
            status.into(),
            i64::try_from(imported).unwrap_or(i64::MAX).into(),
            json!(errors.collect::<Vec<_>>()).into(),
            Timestamp::now().into(),
            job.into(),
        ],
    )?;
    Ok(())
}

fn write_product(tx: &mut dyn Connection, feed: i64, product: &FeedProduct) -> Result<(), Error> {
    let FeedProduct { sku, gtin, title, brand, price: _ } = product;
    let write = match tx.engine() {
        Engine::Sqlite | Engine::Postgres => {
            "INSERT INTO products (feed_id, sku, gtin, title, brand) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (feed_id, sku) DO UPDATE
             SET gtin = excluded.gtin, title = excluded.title, brand = excluded.brand, deleted_at = NULL"
        }
        Engine::Mysql | Engine::Mariadb => {
            "INSERT INTO products (feed_id, sku, gtin, title, brand) VALUES (?, ?, ?, ?, ?)
             ON DUPLICATE KEY UPDATE
             gtin = VALUES(gtin), title = VALUES(title), brand = VALUES(brand), deleted_at = NULL"
        }
    };
    let (gtin, brand) = (gtin.as_ref().into(), brand.as_ref().into());
    tx.execute(write, &[feed.into(), sku.into(), gtin, title.into(), brand])?;
    Ok(())
}

/// A row of the history says from when on a price holds; a price that is still the same adds none.
fn write_price(
    tx: &mut dyn Connection,
    feed: i64,
    sku: &str,
    date: Date,
    price: &Price,
) -> Result<(), Error> {
    let day = [feed.into(), sku.into(), date.into()];
    tx.execute("DELETE FROM prices WHERE feed_id = ? AND sku = ? AND valid_from = ?", &day)?;
    let latest = tx.query(
        "SELECT cents, currency FROM prices
         WHERE feed_id = ? AND sku = ? AND valid_from < ?
         ORDER BY valid_from DESC LIMIT 1",
        &day,
    )?;
    let Price { cents, currency } = price;
    if let Some(latest) = latest.first()
        && (latest.integer(0)?, &latest.text(1)?) == (*cents, currency)
    {
        return Ok(());
    }
    let [feed, sku, date] = day;
    tx.execute(
        "INSERT INTO prices (feed_id, sku, valid_from, cents, currency) VALUES (?, ?, ?, ?, ?)",
        &[feed, sku, date, (*cents).into(), currency.into()],
    )?;
    Ok(())
}

fn withdraw_others(tx: &mut dyn Connection, feed: i64, products: &[&FeedProduct]) -> Result<usize, Error> {
    let delivered: HashSet<&str> = products.iter().map(|product| product.sku.as_str()).collect();
    let on_sale =
        tx.query("SELECT sku FROM products WHERE feed_id = ? AND deleted_at IS NULL", &[feed.into()])?;
    let now = Value::from(Timestamp::now());
    let mut withdrawn = 0;
    for row in on_sale {
        let sku = row.text(0)?;
        if !delivered.contains(sku.as_str()) {
            let product = [now.clone(), feed.into(), (&sku).into()];
            tx.execute("UPDATE products SET deleted_at = ? WHERE feed_id = ? AND sku = ?", &product)?;
            withdrawn += 1;
        }
    }
    Ok(withdrawn)
}
