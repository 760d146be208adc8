//! What the service shows: the products on sale and the price history of one.

use crate::error::Error;
use crate::feed::Price;
use crate::store::Connection;
use jiff::civil::Date;

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
pub fn offers(connection: &mut dyn Connection) -> Result<Vec<Offer>, Error> {
    let rows = connection.query(
        "SELECT feeds.name, sku, title, cents, currency
         FROM products
         JOIN feeds ON feeds.id = feed_id
         JOIN prices USING (feed_id, sku)
         WHERE deleted_at IS NULL
           AND valid_from = (SELECT max(valid_from) FROM prices AS latest
                             WHERE latest.feed_id = products.feed_id AND latest.sku = products.sku)
         ORDER BY feeds.name, title, sku",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Offer {
                feed: row.text(0)?,
                sku: row.text(1)?,
                title: row.text(2)?,
                price: Price { cents: row.integer(3)?, currency: row.text(4)? },
            })
        })
        .collect()
}

/// The prices that an article number has had, oldest first.
///
/// # Errors
///
/// When the database refuses.
pub fn price_history(connection: &mut dyn Connection, sku: &str) -> Result<Vec<PricePoint>, Error> {
    let rows = connection.query(
        "SELECT feeds.name, valid_from, cents, currency
         FROM prices JOIN feeds ON feeds.id = feed_id
         WHERE sku = ?
         ORDER BY feeds.name, valid_from",
        &[sku.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(PricePoint {
                feed: row.text(0)?,
                valid_from: row.date(1)?,
                price: Price { cents: row.integer(2)?, currency: row.text(3)? },
            })
        })
        .collect()
}
