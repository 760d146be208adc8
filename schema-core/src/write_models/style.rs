//! Which crates the types of structs come from, and what they derive beside what this crate needs.

use std::fmt;
use std::str::FromStr;

/// How structs are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What structs derive too, those of tables and those of views.
    pub derives: Vec<DerivePath>,
    /// What enums derive too.
    pub enum_derives: Vec<DerivePath>,
    /// Where the types of dates and times come from.
    pub dates: Dates,
    /// Where the type of exact decimals comes from.
    pub decimals: Decimals,
}

/// A crate with types for dates and times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// `jiff`
    #[default]
    Jiff,
    /// `chrono`
    Chrono,
    /// `time`
    Time,
}

/// A crate with a type for exact decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimals {
    /// `rust_decimal`
    #[default]
    RustDecimal,
    /// `bigdecimal`
    BigDecimal,
}

/// A kind of value that Rust has no type of its own for.
#[derive(Clone, Copy)]
pub(super) enum DateKind {
    Date,
    Time,
    DateTime,
    Instant,
}

impl Dates {
    /// The crate, and its type for a kind of value.
    pub(super) fn type_of(self, kind: DateKind) -> (&'static str, &'static str) {
        match (self, kind) {
            (Dates::Jiff, DateKind::Date) => ("jiff", "jiff::civil::Date"),
            (Dates::Jiff, DateKind::Time) => ("jiff", "jiff::civil::Time"),
            (Dates::Jiff, DateKind::DateTime) => ("jiff", "jiff::civil::DateTime"),
            (Dates::Jiff, DateKind::Instant) => ("jiff", "jiff::Timestamp"),
            (Dates::Chrono, DateKind::Date) => ("chrono", "chrono::NaiveDate"),
            (Dates::Chrono, DateKind::Time) => ("chrono", "chrono::NaiveTime"),
            (Dates::Chrono, DateKind::DateTime) => ("chrono", "chrono::NaiveDateTime"),
            (Dates::Chrono, DateKind::Instant) => ("chrono", "chrono::DateTime<chrono::Utc>"),
            (Dates::Time, DateKind::Date) => ("time", "time::Date"),
            (Dates::Time, DateKind::Time) => ("time", "time::Time"),
            (Dates::Time, DateKind::DateTime) => ("time", "time::PrimitiveDateTime"),
            (Dates::Time, DateKind::Instant) => ("time", "time::OffsetDateTime"),
        }
    }
}

impl Decimals {
    /// The crate, and its type.
    pub(super) fn type_of(self) -> (&'static str, &'static str) {
        match self {
            Decimals::RustDecimal => ("rust_decimal", "rust_decimal::Decimal"),
            Decimals::BigDecimal => ("bigdecimal", "bigdecimal::BigDecimal"),
        }
    }
}

/// The path of a derive, as `sqlx::FromRow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivePath(String);

impl DerivePath {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the derive, without where it is.
    pub(super) fn name(&self) -> &str {
        self.0.rsplit("::").next().unwrap_or_default()
    }
}

impl fmt::Display for DerivePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is no path of a derive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no path of a derive, as `sqlx::FromRow`")]
pub struct NoDerivePath(String);

impl FromStr for DerivePath {
    type Err = NoDerivePath;

    fn from_str(text: &str) -> Result<Self, NoDerivePath> {
        let is_word = |word: &str| {
            let word = word.strip_prefix("r#").unwrap_or(word);
            word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        if text.strip_prefix("::").unwrap_or(text).split("::").all(is_word) {
            Ok(DerivePath(text.to_owned()))
        } else {
            Err(NoDerivePath(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_derived() {
        for path in ["Debug", "sqlx::FromRow", "::serde::Serialize", "r#gen::Row"] {
            assert_eq!(path.parse::<DerivePath>().as_ref().map(DerivePath::as_str), Ok(path));
        }
        for text in ["", "::", "a::", "a b", "Debug)] struct X; #[derive(Clone", "1a", "sqlx::FromRow,Debug"]
        {
            assert_eq!(text.parse::<DerivePath>(), Err(NoDerivePath(text.to_owned())));
        }
    }
}
