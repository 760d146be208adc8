//! What a session that applies revisions is set to, whatever the server, the account or a pool says.

use std::time::Duration;

/// How long a statement waits for a table's lock, behind which all wait who come after it.
pub const STATEMENT_LOCK_TIMEOUT: Duration = Duration::from_secs(3);

/// Strict about values, whatever the server is set to; a row numbered 0 keeps its number when its table is copied; quotes and operators mean what
/// they usually do.
const SQL_MODE: &str =
    "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

/// The settings that every server has, as statements.
#[must_use]
pub fn settings() -> [String; 2] {
    let timeout = STATEMENT_LOCK_TIMEOUT.as_secs();
    [
        "SET NAMES utf8mb4".to_owned(),
        format!(
            "SET SESSION sql_mode = '{SQL_MODE}', lock_wait_timeout = {timeout}, foreign_key_checks = 1, unique_checks = 1, \
             autocommit = 1, time_zone = '+00:00', wait_timeout = 28800, sql_safe_updates = 0, sql_quote_show_create = 1, \
             group_concat_max_len = 1073741824"
        ),
    ]
}

/// Settings that a script's meaning depends on and only some servers have: what the others take for a comment.
pub const SETTINGS_OF_MARIADB: [&str; 2] = [
    "/*M!100201 SET SESSION max_statement_time = 0, check_constraint_checks = 1 */",
    "/*M!100802 SET SESSION explicit_defaults_for_timestamp = 1 */",
];
