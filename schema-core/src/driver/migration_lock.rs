//! What the migration lock is called on servers: each history is migrated by itself.

use super::HistoryTable;

/// The key of PostgreSQL's advisory lock, which counts in one database.
pub(crate) fn postgres_key(history_table: &HistoryTable) -> i64 {
    let digits = crate::hash::short(&format!("schema migrations {history_table}"));
    // `schema` in ASCII, so that somebody who looks into pg_locks finds the same upper half everywhere.
    let upper = i64::from_be_bytes([0, b's', b'c', b'h', 0, 0, 0, 0]);
    upper | i64::from_str_radix(&digits, 16).unwrap_or_default()
}

/// The name of MySQL's named lock. Such locks are the whole server's, and their names have 64 characters at most.
#[cfg(feature = "mysql")]
pub(crate) fn mysql_name(database: &str, history_table: &HistoryTable) -> String {
    let digits = crate::hash::sha256(&format!("{database}\n{history_table}"));
    format!("schema migrations {}", digits.get(..40).unwrap_or(&digits))
}

/// The same name as an expression, for the database that is selected.
pub(crate) fn mysql_name_sql(history_table: &HistoryTable) -> String {
    let table = crate::dialect::mysql::quote_text(&history_table.to_string());
    format!(
        "CONCAT('schema migrations ', LEFT(SHA2(CONCAT(DATABASE(), CHAR(10 USING utf8mb4), {table}), 256), 40))"
    )
}
