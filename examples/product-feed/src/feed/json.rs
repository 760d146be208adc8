//! JSON feeds: a document with a list of products, prices nested.

use super::product::RawProduct;
use super::{FeedProduct, RowError};
use serde::Deserialize;
use serde_json::Value;
use std::io::{BufReader, Read};

#[derive(Deserialize)]
struct Document {
    /// Read one by one, so that a bad product doesn't spoil the others.
    products: Vec<Value>,
}

#[derive(Deserialize)]
struct JsonProduct {
    sku: String,
    gtin: Option<String>,
    title: String,
    brand: Option<String>,
    price: JsonPrice,
}

#[derive(Deserialize)]
struct JsonPrice {
    amount: String,
    currency: String,
}

pub(super) fn read(file: impl Read) -> Result<Vec<Result<FeedProduct, RowError>>, serde_json::Error> {
    let document: Document = serde_json::from_reader(BufReader::new(file))?;
    let rows = document.products.into_iter().enumerate().map(|(index, value)| {
        serde_json::from_value::<JsonProduct>(value)
            .map_err(|error| error.to_string())
            .and_then(|product| RawProduct::from(product).check())
            .map_err(|message| RowError { row: index + 1, message })
    });
    Ok(rows.collect())
}

impl From<JsonProduct> for RawProduct {
    fn from(product: JsonProduct) -> Self {
        let JsonProduct { sku, gtin, title, brand, price } = product;
        let JsonPrice { amount, currency } = price;
        Self { sku, gtin, title, brand, amount, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_product_does_not_spoil_the_others() {
        let text = r#"{"supplier": "x", "products": [
            {"sku": "K1", "price": {"amount": "1.00", "currency": "CHF"}},
            {"sku": "K2", "title": "Whisk", "brand": null, "price": {"amount": "4.50", "currency": "CHF"}}]}"#;
        let rows = read(text.as_bytes()).unwrap();
        assert_eq!(rows[0], Err(RowError { row: 1, message: "missing field `title`".to_owned() }));
        assert_eq!(rows[1].as_ref().unwrap().sku, "K2");
    }

    #[test]
    fn text_that_is_no_document_spoils_the_file() {
        assert!(read("[]".as_bytes()).is_err());
        assert!(read("{\"products\": [".as_bytes()).is_err());
    }
}
