//! The settings of a session that triggers, routines and events remember, and run under.

use super::text;
use crate::driver::DriverError;
use mysql::Row;
use std::collections::BTreeMap;

/// What every session of the driver sends its statements in.
const OWN_CHARSET: &str = "utf8mb4";

/// What the session was set to in which an object was created.
#[derive(Debug)]
pub(super) struct Session {
    sql_mode: String,
    character_set_client: String,
    collation_connection: String,
}

impl Session {
    /// Reads SQL_MODE, CHARACTER_SET_CLIENT and COLLATION_CONNECTION from this column on.
    pub(super) fn read(row: &Row, column: usize) -> Result<Self, DriverError> {
        Ok(Session {
            sql_mode: text(row, column)?,
            character_set_client: text(row, column + 1)?,
            collation_connection: text(row, column + 2)?,
        })
    }

    /// All of it, but for the usual character set.
    pub(super) fn all(self) -> BTreeMap<String, String> {
        let Session { sql_mode, character_set_client, collation_connection } = self;
        let mut settings = BTreeMap::from([
            ("sql_mode".to_owned(), sql_mode),
            ("collation_connection".to_owned(), collation_connection),
        ]);
        if character_set_client != OWN_CHARSET {
            settings.insert("character_set_client".to_owned(), character_set_client);
        }
        settings
    }

    /// What this statement can be run under again. In which character set it was sent says nothing about what it does: where it is written otherwise in that one, it is sent
    /// in the usual one.
    pub(super) fn settings(self, statement: &str) -> BTreeMap<String, String> {
        let is_unicode = ["utf8", "utf8mb3"].contains(&self.character_set_client.as_str());
        let mut settings = self.all();
        if !statement.is_ascii() && !is_unicode {
            settings.remove("character_set_client");
        }
        settings
    }
}
