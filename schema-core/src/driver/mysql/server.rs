//! What the server is, and what a session on it is set to.

use super::connection::{Connection, get};
use super::error::STATEMENT_LOCK_TIMEOUT;
use crate::driver::DriverError;
use crate::model::Engine;

/// A server, and the database that is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// What it is, whatever the URL's scheme takes it for.
    pub(super) engine: Engine,
    /// Major, minor, patch.
    pub(super) version: (u32, u32, u32),
    /// The database; none where none is selected.
    pub(super) database: Option<String>,
    /// The database's character set.
    pub(super) charset: String,
    /// The database's collation.
    pub(super) collation: String,
    /// The number of this connection.
    pub(super) connection: u64,
}

/// Strict about values, whatever the server is set to; a row numbered 0 keeps its number when its table is copied; quotes and operators mean what
/// they usually do.
const SQL_MODE: &str =
    "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

impl Server {
    pub(super) fn ask(connection: &mut Connection) -> Result<Self, DriverError> {
        let row = connection.row(
            "SELECT VERSION(), DATABASE(), @@character_set_database, @@collation_database, CONNECTION_ID()",
            (),
        )?;
        let row = row.ok_or_else(|| DriverError::Refused {
            message: "the server says nothing of itself".to_owned(),
        })?;
        let version: String = get(&row, 0)?;
        Ok(Server {
            engine: engine(&version),
            version: numbers(&version),
            database: get(&row, 1)?,
            charset: get(&row, 2)?,
            collation: get(&row, 3)?,
            connection: get(&row, 4)?,
        })
    }

    /// Sets a session up, whatever the server, the account or a pool says.
    pub(super) fn prepare(&self, connection: &mut Connection) -> Result<(), DriverError> {
        let timeout = STATEMENT_LOCK_TIMEOUT.as_secs();
        connection.run("SET NAMES utf8mb4")?;
        connection.run(&format!(
            "SET SESSION sql_mode = '{SQL_MODE}', lock_wait_timeout = {timeout}, foreign_key_checks = 1, unique_checks = 1, \
             autocommit = 1, time_zone = '+00:00', wait_timeout = 28800, sql_safe_updates = 0, sql_quote_show_create = 1"
        ))?;
        for more in self.more_settings() {
            // Not every version, and not every account, has them.
            let _ = connection.run(more);
        }
        Ok(())
    }

    fn more_settings(&self) -> &'static [&'static str] {
        if self.engine == Engine::Mariadb {
            &[
                "SET SESSION max_statement_time = 0",
                "SET SESSION explicit_defaults_for_timestamp = 1",
                "SET SESSION check_constraint_checks = 1",
            ]
        } else {
            &[
                "SET SESSION max_execution_time = 0",
                "SET SESSION explicit_defaults_for_timestamp = 1",
                // AUTO_INCREMENT as it is, not as it was a day ago.
                "SET SESSION information_schema_stats_expiry = 0",
                // A key that the server made up is none of the schema's.
                "SET SESSION show_gipk_in_create_table_and_information_schema = 0",
            ]
        }
    }
}

/// What `VERSION()` tells of the engine.
fn engine(version: &str) -> Engine {
    if version.to_ascii_lowercase().contains("mariadb") { Engine::Mariadb } else { Engine::Mysql }
}

/// `8.0.36-28.1` and `5.5.5-10.11.6-MariaDB` as numbers; the prefix is there for old replicas.
fn numbers(version: &str) -> (u32, u32, u32) {
    let version = match engine(version) {
        Engine::Mariadb => version.strip_prefix("5.5.5-").unwrap_or(version),
        Engine::Sqlite | Engine::Postgres | Engine::Mysql => version,
    };
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    let mut parts = version.split('.').map_while(number);
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_says_what_it_is() {
        for (version, wanted, numbers_wanted) in [
            ("8.0.36", Engine::Mysql, (8, 0, 36)),
            ("8.4.0-1.el9", Engine::Mysql, (8, 4, 0)),
            ("8.0.35-27 (Percona)", Engine::Mysql, (8, 0, 35)),
            ("10.11.6-MariaDB-0+deb12u1", Engine::Mariadb, (10, 11, 6)),
            ("5.5.5-10.4.12-MariaDB-log", Engine::Mariadb, (10, 4, 12)),
            ("8.0.11-TiDB-v7.5.0", Engine::Mysql, (8, 0, 11)),
            ("unknown", Engine::Mysql, (0, 0, 0)),
        ] {
            assert_eq!((engine(version), numbers(version)), (wanted, numbers_wanted), "{version}");
        }
    }
}
