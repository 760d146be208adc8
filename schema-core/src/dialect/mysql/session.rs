//! What a session that applies revisions is set to, whatever the server, the account or a pool says.

use crate::model::{Object, Trigger, View};
use std::collections::BTreeMap;
use std::time::Duration;

/// In what a session sends and gets its texts; their collation is the server's usual one for it.
pub const NAMES: &str = "SET NAMES utf8mb4";

/// The setting that says in what the client sends its texts.
pub const CLIENT: &str = "character_set_client";

/// The setting that says how the literals of a statement compare.
pub const COLLATION: &str = "collation_connection";

/// Takes the client's character set out of the trigger's settings where its statement is another text in it.
pub fn keep_client_of_trigger(trigger: &mut Trigger) {
    keep_client(&mut trigger.settings, trigger.definition.is_ascii());
}

/// Takes the client's character set out of the settings of a routine or event where its statement is another text in it.
pub fn keep_client_of_object(object: &mut Object) {
    let is_ascii = object.definition.as_ref().is_none_or(|definition| definition.is_ascii());
    keep_client(&mut object.settings, is_ascii);
}

/// Takes the client's character set out of the view's options where its statement is another text in it.
pub fn keep_client_of_view(view: &mut View) {
    let View {
        name,
        columns,
        query,
        materialized: _,
        indexes: _,
        with,
        comment: _,
        depends_on: _,
        restore: _,
    } = view;
    let is_ascii =
        columns.iter().chain([&name.name, &*query]).chain(with.values()).all(|text| text.is_ascii());
    keep_client(with, is_ascii);
}

/// In which character set a statement was sent says nothing about what it does: it is kept where the statement is the same bytes in it and in `utf8mb4`.
fn keep_client(settings: &mut BTreeMap<String, String>, is_ascii: bool) {
    let is_unicode =
        settings.get(CLIENT).is_some_and(|client| ["utf8", "utf8mb3"].contains(&client.as_str()));
    if !is_ascii && !is_unicode {
        settings.remove(CLIENT);
    }
}

/// How long a statement waits for a table's lock, behind which all wait who come after it.
pub const STATEMENT_LOCK_TIMEOUT: Duration = Duration::from_secs(3);

/// Strict about values, whatever the server is set to; a row numbered 0 keeps its number when its table is copied; quotes and operators mean what
/// they usually do.
const SQL_MODE: &str =
    "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

/// No row gets a date that is none, where the server's own mode says so too (MySQL's usual one does, MariaDB's does not, which gives columns such dates as
/// defaults by itself).
const WITHOUT_ZERO_DATES: &str = "NO_ZERO_DATE,NO_ZERO_IN_DATE";

/// Whether the server takes dates with a month or day of zero, as SQL.
pub const TAKES_ZERO_DATES: &str = "NOT FIND_IN_SET('NO_ZERO_DATE', @@GLOBAL.sql_mode)";

/// Has a session take dates of zero, as a table needs that has one as a default: the servers look at all defaults of a table that is created or altered. The
/// mode is written out, because the same text is run by shells, whose session may have any.
#[must_use]
pub fn take_zero_dates() -> String {
    set_sql_mode(SQL_MODE)
}

/// Sets another mode, and keeps the session's own for [`RESTORE_SQL_MODE`].
#[must_use]
pub(crate) fn set_sql_mode(mode: &str) -> String {
    format!("SET @schema_sql_mode = @@sql_mode, sql_mode = '{mode}'")
}

/// Undoes it.
pub const RESTORE_SQL_MODE: &str = "SET sql_mode = @schema_sql_mode";

/// Whether a session takes dates of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZeroDates {
    /// It does not.
    Refused,
    /// It does.
    Taken,
    /// The server finds out when the session is set up.
    AsFound,
}

fn sql_mode(zero_dates: ZeroDates) -> String {
    let strict = format!("'{SQL_MODE},{WITHOUT_ZERO_DATES}'");
    match zero_dates {
        ZeroDates::Refused => strict,
        ZeroDates::Taken => format!("'{SQL_MODE}'"),
        ZeroDates::AsFound => format!("IF({TAKES_ZERO_DATES}, '{SQL_MODE}', {strict})"),
    }
}

/// The settings that every server has, as statements.
#[must_use]
pub fn settings(zero_dates: ZeroDates) -> [String; 2] {
    let sql_mode = sql_mode(zero_dates);
    let timeout = STATEMENT_LOCK_TIMEOUT.as_secs();
    [
        NAMES.to_owned(),
        format!(
            "SET SESSION sql_mode = {sql_mode}, lock_wait_timeout = {timeout}, innodb_lock_wait_timeout = {timeout}, foreign_key_checks = 1, unique_checks = 1, \
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
