//! What the service shows: the products on sale and the price history of one.

use crate::error::Error;
use crate::feed::Price;
use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params};

/// A product that is on sale, with today's price.
#[derive(Debug, PartialEq, Eq)]
pub struct Offer {
    /// Who delivers it.
    pub feed: String,
    /// The supplier's article number.
    pub sku: String,
    /// What the shop shows.
    pub title: String,
    /// The latest price.
    pub price: Price,
}

/// A price and the day from which it holds.
#[derive(Debug, PartialEq, Eq)]
pub struct PricePoint {
    /// Who delivers the product.
    pub feed: String,
    /// The first day.
    pub valid_from: Date,
    /// What it costs from then on.
    pub price: Price,
}

/// The products on sale, by feed and title.
///
/// # Errors
///
/// When the database refuses.
pub fn offers(connection: &Connection) -> Result<Vec<Offer>, Error> {
    let mut statement = connection.prepare(
        "SELECT feeds.name, sku, title, cents, currency
         FROM products
         JOIN feeds ON feeds.id = feed_id
         JOIN prices USING (feed_id, sku)
         WHERE deleted_at IS NULL
           AND valid_from = (SELECT max(valid_from) FROM prices AS latest
                             WHERE latest.feed_id = products.feed_id AND latest.sku = products.sku)
         ORDER BY feeds.name, title, sku",
    )?;
    let offers = statement.query_map([], |row| {
        Ok(Offer {
            feed: row.get("name")?,
            sku: row.get("sku")?,
            title: row.get("title")?,
            price: price(row)?,
        })
    })?;
    Ok(offers.collect::<Result<_, _>>()?)
}

/// The prices that an article number has had, oldest first.
///
/// # Errors
///
/// When the database refuses.
pub fn price_history(connection: &Connection, sku: &str) -> Result<Vec<PricePoint>, Error> {
    let mut statement = connection.prepare(
        "SELECT feeds.name, valid_from, cents, currency
         FROM prices JOIN feeds ON feeds.id = feed_id
         WHERE sku = :sku
         ORDER BY feeds.name, valid_from",
    )?;
    let points = statement.query_map(named_params! { ":sku": sku }, |row| {
        Ok(PricePoint { feed: row.get("name")?, valid_from: row.get("valid_from")?, price: price(row)? })
    })?;
    Ok(points.collect::<Result<_, _>>()?)
}

fn price(row: &Row<'_>) -> rusqlite::Result<Price> {
    Ok(Price { cents: row.get("cents")?, currency: row.get("currency")? })
}
