//! What a supplier delivers: one file, read into checked rows.
//!
//! Knows files and what a product must look like; knows nothing of the database.

mod csv;
mod json;
mod product;

pub use product::{FeedProduct, Price, RowError};

use jiff::civil::Date;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// One file of one feed, as it was on one day.
#[derive(Debug)]
pub struct Delivery {
    /// The feed's name, from the file's name.
    pub feed: String,
    /// The day from which the prices hold.
    pub date: Date,
    /// The rows in file order; a bad row doesn't spoil the others.
    pub rows: Vec<Result<FeedProduct, RowError>>,
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The name holds no feed and date.
    #[error("`{}` is not named like `FEED-2026-03-02.csv` or `.json`", .0.display())]
    FileName(PathBuf),
    /// The file can't be opened or read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no CSV with the columns of a feed.
    #[error("`{}` is not a CSV feed: {source}", .path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ::csv::Error,
    },
    /// The file is no JSON document of a feed.
    #[error("`{}` is not a JSON feed: {source}", .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
}

impl Delivery {
    /// Reads `FEED-YYYY-MM-DD.csv` or `FEED-YYYY-MM-DD.json`.
    ///
    /// # Errors
    ///
    /// When the file can't be read as a whole; a row that is wrong is in [`Delivery::rows`] instead.
    pub fn read(path: &Path) -> Result<Self, FeedError> {
        let FileName { feed, date, format } =
            FileName::parse(path).ok_or_else(|| FeedError::FileName(path.to_owned()))?;
        let file = File::open(path).map_err(|source| FeedError::Io { path: path.to_owned(), source })?;
        let rows = match format {
            Format::Csv => {
                csv::read(file).map_err(|source| FeedError::Csv { path: path.to_owned(), source })?
            }
            Format::Json => {
                json::read(file).map_err(|source| FeedError::Json { path: path.to_owned(), source })?
            }
        };
        Ok(Self { feed, date, rows })
    }
}

enum Format {
    Csv,
    Json,
}

struct FileName {
    feed: String,
    date: Date,
    format: Format,
}

impl FileName {
    fn parse(path: &Path) -> Option<Self> {
        let format = match path.extension()?.to_str()? {
            "csv" => Format::Csv,
            "json" => Format::Json,
            _ => return None,
        };
        let stem = path.file_stem()?.to_str()?;
        let (feed, date) = stem.split_at_checked(stem.len().checked_sub("-2026-03-02".len())?)?;
        let date = date.strip_prefix('-')?.parse().ok()?;
        (!feed.is_empty()).then(|| Self { feed: feed.to_owned(), date, format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_file_name_gives_feed_and_date() {
        let name = FileName::parse(Path::new("feeds/outdoor-2026-03-02.csv")).unwrap();
        assert_eq!((name.feed.as_str(), name.date), ("outdoor", date(2026, 3, 2)));
    }

    #[test]
    fn a_file_that_is_not_named_like_a_delivery_is_refused() {
        for name in
            ["outdoor.csv", "-2026-03-02.csv", "outdoor-2026-13-02.csv", "outdoor-2026-03-02.xml", "é.csv"]
        {
            let error = Delivery::read(Path::new(name)).unwrap_err();
            assert!(matches!(error, FeedError::FileName(_)), "{name}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Delivery::read(Path::new("nowhere/outdoor-2026-03-02.csv")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read `nowhere/outdoor-2026-03-02.csv`"), "{error}");
    }
}
