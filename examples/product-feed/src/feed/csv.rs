//! CSV feeds: a header line, a product a line.

use super::product::RawProduct;
use super::{FeedProduct, RowError};
use serde::Deserialize;
use std::io::Read;

#[derive(Deserialize)]
struct CsvRow {
    sku: String,
    gtin: Option<String>,
    title: String,
    brand: Option<String>,
    price: String,
    currency: String,
}

/// A column that is missing, or bytes that aren't text, spoil the file; a line that is too short spoils itself.
pub(super) fn read(file: impl Read) -> Result<Vec<Result<FeedProduct, RowError>>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let product = record
            .deserialize::<CsvRow>(Some(&headers))
            .map_err(|error| error.to_string())
            .and_then(|row| RawProduct::from(row).check());
        let row = rows.len() + 1;
        rows.push(product.map_err(|message| RowError { row, message }));
    }
    Ok(rows)
}

impl From<CsvRow> for RawProduct {
    fn from(row: CsvRow) -> Self {
        let CsvRow { sku, gtin, title, brand, price, currency } = row;
        Self { sku, gtin, title, brand, amount: price, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "sku,gtin,title,brand,category,price,currency\n";

    #[test]
    fn a_bad_line_does_not_spoil_the_others() {
        let text =
            format!("{HEADER}A1,,Tent,Kestrel,Tents,129.00,EUR\nA2,\nA3,,\"Tent, duo\",,Tents,free,EUR\n");
        let rows = read(text.as_bytes()).unwrap();
        assert_eq!(rows[0].as_ref().unwrap().price.cents, 12_900);
        assert_eq!(rows[1].as_ref().unwrap_err().row, 2);
        assert_eq!(rows[2], Err(RowError { row: 3, message: "`free` is not a price".to_owned() }));
    }

    #[test]
    fn bytes_that_are_no_text_spoil_the_file() {
        let text = [HEADER.as_bytes(), b"A1,,\xff,,,1.00,EUR\n"].concat();
        assert!(read(text.as_slice()).is_err());
    }
}
