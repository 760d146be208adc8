//! Where names without a schema lead: to the same schema on a scratch database as on the database at hand.

use crate::dialect::postgres::quote;
use crate::driver::DriverError;
use crate::driver::postgres::connection::Connection;

/// The path that sessions have where nobody says another one.
const USUAL: &str = "\"$user\", public";

/// How names are looked up in the database at hand.
#[derive(Debug)]
pub(super) struct SearchPath {
    /// The setting, as the server writes it.
    setting: String,
    /// The schema of new objects; none where there is none.
    first: Option<String>,
}

impl SearchPath {
    pub(super) fn of(connection: &Connection) -> Result<Self, DriverError> {
        connection.call(|client| {
            let query = "SELECT current_setting('search_path'), current_schema()::text";
            let row = client.query_one(query, &[])?;
            Ok(SearchPath { setting: row.try_get(0)?, first: row.try_get(1)? })
        })
    }

    /// Gives the path to all sessions of a database that nobody uses yet.
    pub(super) fn set_for(&self, database: &str, server: &Connection) -> Result<(), DriverError> {
        if self.setting == USUAL {
            return Ok(());
        }
        let (setting, database) = (self.setting.clone(), quote(database));
        server.call(move |client| {
            // The server takes its own setting over: what a name holds is not SQL.
            let mut transaction = client.transaction()?;
            transaction.execute("SELECT set_config('search_path', $1, true)", &[&setting])?;
            transaction.batch_execute(&format!("ALTER DATABASE {database} SET search_path FROM CURRENT"))?;
            Ok(transaction.commit()?)
        })
    }

    /// Makes the schema of new objects.
    pub(super) fn make_schema(&self, scratch: &Connection) -> Result<(), DriverError> {
        let Some(first) = self.first.as_ref().filter(|first| *first != "public") else { return Ok(()) };
        let statement = format!("CREATE SCHEMA IF NOT EXISTS {}", quote(first));
        scratch.call(move |client| Ok(client.batch_execute(&statement)?))
    }
}
