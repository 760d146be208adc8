//! One product of a feed, and the rules that every feed's rows must meet.

use std::fmt;

/// A row that met all rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedProduct {
    /// The supplier's own article number.
    pub sku: String,
    /// The article number that is the same everywhere, if the supplier knows it.
    pub gtin: Option<String>,
    /// What the shop shows.
    pub title: String,
    /// Who makes it.
    pub brand: Option<String>,
    /// What it costs.
    pub price: Price,
}

/// An amount in the currency's smallest unit: no rounding anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Hundredths.
    pub cents: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A row that can't be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Counted from 1, the header line left out.
    pub row: usize,
    /// What is wrong with it.
    pub message: String,
}

/// A row as delivered, every field still text.
#[derive(Debug, Default)]
pub(super) struct RawProduct {
    pub(super) sku: String,
    pub(super) gtin: Option<String>,
    pub(super) title: String,
    pub(super) brand: Option<String>,
    pub(super) amount: String,
    pub(super) currency: String,
}

impl RawProduct {
    /// Applies the rules; the message says which one is broken.
    pub(super) fn check(self) -> Result<FeedProduct, String> {
        let Self { sku, gtin, title, brand, amount, currency } = self;
        let sku = text(&sku).ok_or("the SKU is empty")?;
        let title = text(&title).ok_or("the title is empty")?;
        let gtin = gtin.as_deref().and_then(text);
        if let Some(gtin) = &gtin
            && !is_gtin(gtin)
        {
            return Err(format!("`{gtin}` is not a GTIN"));
        }
        let cents = parse_cents(&amount).ok_or_else(|| format!("`{amount}` is not a price"))?;
        if cents <= 0 {
            return Err(format!("the price `{amount}` is not above zero"));
        }
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(format!("`{currency}` is not a currency"));
        }
        let brand = brand.as_deref().and_then(text);
        Ok(FeedProduct { sku, gtin, title, brand, price: Price { cents, currency } })
    }
}

impl fmt::Display for Price {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:02} {}", self.cents / 100, self.cents % 100, self.currency)
    }
}

/// The trimmed text, or none where nothing is left.
fn text(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// GTIN-8, -12, -13 and -14: digits, the last one a checksum over the others.
fn is_gtin(value: &str) -> bool {
    if !matches!(value.len(), 8 | 12 | 13 | 14) || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = value
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
}

/// `12`, `12.3` and `12.30`; never through a float.
fn parse_cents(amount: &str) -> Option<i64> {
    let amount = amount.trim();
    let (units, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let fraction = match fraction.len() {
        0 if !amount.contains('.') => 0,
        1 => fraction.parse::<u8>().ok()? * 10,
        2 if fraction.bytes().all(|byte| byte.is_ascii_digit()) => fraction.parse().ok()?,
        _ => return None,
    };
    let (sign, digits) = units.strip_prefix('-').map_or((1, units), |digits| (-1, digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let cents = digits.parse::<i64>().ok()?.checked_mul(100)?.checked_add(i64::from(fraction))?;
    Some(sign * cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> RawProduct {
        RawProduct {
            sku: " K501 ".to_owned(),
            gtin: Some("7610000055141".to_owned()),
            title: "Saucepan, 16 cm".to_owned(),
            brand: Some(String::new()),
            amount: "74.90".to_owned(),
            currency: "CHF".to_owned(),
        }
    }

    #[test]
    fn text_is_trimmed_and_nothing_is_none() {
        let product = row().check().unwrap();
        assert_eq!((product.sku.as_str(), product.brand.as_deref()), ("K501", None));
        assert_eq!(product.price.to_string(), "74.90 CHF");
    }

    #[test]
    fn a_broken_rule_is_told_in_words() {
        let message = |change: fn(&mut RawProduct)| {
            let mut row = row();
            change(&mut row);
            row.check().unwrap_err()
        };
        assert_eq!(message(|row| row.sku.clear()), "the SKU is empty");
        assert_eq!(message(|row| row.title.clear()), "the title is empty");
        assert_eq!(message(|row| row.gtin = Some("7610000055142".into())), "`7610000055142` is not a GTIN");
        assert_eq!(message(|row| row.amount = "on request".into()), "`on request` is not a price");
        assert_eq!(message(|row| row.amount = "-5.00".into()), "the price `-5.00` is not above zero");
        assert_eq!(message(|row| row.currency = "€".into()), "`€` is not a currency");
    }

    #[test]
    fn prices_are_read_without_a_float() {
        let cases = [("12", 1200), ("12.3", 1230), ("12.30", 1230), ("0.07", 7), ("-1.50", -150)];
        for (text, cents) in cases {
            assert_eq!(parse_cents(text), Some(cents), "{text}");
        }
        for text in ["", ".", "12.", "12.345", "1e3", "12,30", "+1", "1.+5", "92233720368547758.08"] {
            assert_eq!(parse_cents(text), None, "{text}");
        }
    }
}
