//! How large a table is.

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use super::Value;

/// How large a table is, as the database estimates it without reading all of it; SQLite counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSize {
    /// Its rows; none where the database has not counted them yet.
    pub rows: Option<u64>,
    /// What it takes on disk without its indexes (on MySQL and MariaDB with them); none where the database does not tell.
    pub bytes: Option<u64>,
}

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
impl TableSize {
    /// Of a row with the two numbers; none where both are missing.
    pub(super) fn of(row: Option<&Vec<Value>>) -> Option<Self> {
        let [rows, bytes] = row?.as_slice() else { return None };
        let number = |value: &Value| value.as_integer().and_then(|number| u64::try_from(number).ok());
        let (rows, bytes) = (number(rows), number(bytes));
        (rows.is_some() || bytes.is_some()).then_some(TableSize { rows, bytes })
    }
}
