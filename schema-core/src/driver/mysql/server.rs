//! What the server is, and what a session on it is set to.

use super::connection::{Connection, get};
use crate::dialect::mysql::session::{self, TAKES_ZERO_DATES, ZeroDates};
use crate::dialect::mysql::{self, LowerCaseTableNames, Variant, Version};
use crate::driver::DriverError;

/// A server, and the database that is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// What it is, whatever the URL's scheme takes it for.
    pub(super) variant: Variant,
    /// Its version.
    pub(super) version: Version,
    /// The database; none where none is selected.
    pub(super) database: Option<String>,
    /// The database's character set.
    pub(super) charset: String,
    /// The database's collation.
    pub(super) collation: String,
    /// The account of this session: `user@host`.
    pub(super) user: String,
    /// What it does with the names of tables.
    pub(super) table_names: LowerCaseTableNames,
    /// Whether sessions take dates of zero.
    pub(super) zero_dates: ZeroDates,
    /// The collation of the texts that a session like ours sends.
    pub(super) usual_collation: String,
}

impl Server {
    /// # Errors
    ///
    /// The server is too old.
    pub(super) fn ask(connection: &mut Connection) -> Result<Self, DriverError> {
        connection.run(session::NAMES)?;
        let row = connection.row(
            &format!(
                "SELECT VERSION(), DATABASE(), @@character_set_database, @@collation_database, CURRENT_USER(), \
                 @@lower_case_table_names, {TAKES_ZERO_DATES}, @@collation_connection"
            ),
            (),
        )?;
        let refused = |message: String| DriverError::Refused { message };
        let row = row.ok_or_else(|| refused("the server says nothing of itself".to_owned()))?;
        let text: String = get(&row, 0)?;
        let server = mysql::Server::parse(&text)
            .ok_or_else(|| refused(format!("the server calls its version `{text}`")))?;
        connection.is_to(server.variant);
        if !server.is_supported() {
            let (name, oldest) = (server.variant.engine(), server.variant.facts().oldest);
            let message = format!(
                "the server is {name} {}, and {oldest} is the oldest that is supported",
                server.version
            );
            return Err(refused(message));
        }
        Ok(Server {
            variant: server.variant,
            version: server.version,
            database: get(&row, 1)?,
            charset: get(&row, 2)?,
            collation: get(&row, 3)?,
            user: get(&row, 4)?,
            table_names: match get(&row, 5)? {
                0 => LowerCaseTableNames::Never,
                1 => LowerCaseTableNames::Stored,
                _ => LowerCaseTableNames::Compared,
            },
            zero_dates: if get(&row, 6)? { ZeroDates::Taken } else { ZeroDates::Refused },
            usual_collation: get(&row, 7)?,
        })
    }

    /// Sets a session up, whatever the server, the account or a pool says.
    pub(super) fn prepare(&self, connection: &mut Connection) -> Result<(), DriverError> {
        for statement in session::settings(self.zero_dates) {
            connection.run(&statement)?;
        }
        for more in self.more_settings() {
            // Not every version, and not every account, has them.
            let _ = connection.run(more);
        }
        Ok(())
    }

    fn more_settings(&self) -> &'static [&'static str] {
        match self.variant {
            Variant::Mariadb => &[
                "SET SESSION max_statement_time = 0",
                "SET SESSION explicit_defaults_for_timestamp = 1",
                "SET SESSION check_constraint_checks = 1",
            ],
            Variant::Mysql => &[
                "SET SESSION max_execution_time = 0",
                "SET SESSION explicit_defaults_for_timestamp = 1",
                // AUTO_INCREMENT as it is, not as it was a day ago.
                "SET SESSION information_schema_stats_expiry = 0",
                // A table has the key that its model says, where the account may say so; a key that the server made up is none of the schema's.
                "SET SESSION sql_generate_invisible_primary_key = 0",
                "SET SESSION show_gipk_in_create_table_and_information_schema = 0",
            ],
        }
    }
}
