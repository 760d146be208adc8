//! What the migration lock is called on servers: each history is migrated by itself.

use super::HistoryTable;

/// The key of PostgreSQL's advisory lock, which counts in one database.
pub(crate) fn postgres_key(history_table: &HistoryTable) -> i64 {
    let digits = crate::hash::short(&format!("schema migrations {history_table}"));
    // `schema` in ASCII, so that somebody who looks into pg_locks finds the same upper half everywhere.
    let upper = i64::from_be_bytes([0, b's', b'c', b'h', 0, 0, 0, 0]);
    upper | i64::from_str_radix(&digits, 16).unwrap_or_default()
}
