//! The settings of a session that views, triggers, routines and events remember.

use super::text;
use crate::dialect::mysql::session::{CLIENT, COLLATION};
use crate::driver::DriverError;
use mysql::Row;
use std::collections::BTreeMap;

/// What every session of the driver sends its statements in.
const OWN_CHARSET: &str = "utf8mb4";

/// What the session was set to in which a trigger, routine or event was created, and under which it runs.
#[derive(Debug)]
pub(super) struct Session {
    sql_mode: String,
    texts: Texts,
}

/// How a session understood its texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) character_set_client: String,
    pub(super) collation_connection: String,
}

impl Session {
    /// Reads SQL_MODE, CHARACTER_SET_CLIENT and COLLATION_CONNECTION from this column on.
    pub(super) fn read(row: &Row, column: usize) -> Result<Self, DriverError> {
        Ok(Session { sql_mode: text(row, column)?, texts: Texts::read(row, column + 1)? })
    }

    /// All of it, but for the usual character set.
    pub(super) fn settings(self) -> BTreeMap<String, String> {
        let Session { sql_mode, texts } = self;
        let mut settings = texts.settings();
        settings.insert("sql_mode".to_owned(), sql_mode);
        settings
    }
}

impl Texts {
    /// Reads CHARACTER_SET_CLIENT and COLLATION_CONNECTION from this column on.
    pub(super) fn read(row: &Row, column: usize) -> Result<Self, DriverError> {
        Ok(Texts { character_set_client: text(row, column)?, collation_connection: text(row, column + 1)? })
    }

    /// What is another than in the sessions of the driver, whose collation is this one.
    pub(super) fn unusual(self, usual_collation: &str) -> BTreeMap<String, String> {
        let mut settings = self.settings();
        settings.retain(|name, value| name != COLLATION || value != usual_collation);
        settings
    }

    fn settings(self) -> BTreeMap<String, String> {
        let Texts { character_set_client, collation_connection } = self;
        let mut settings = BTreeMap::from([(COLLATION.to_owned(), collation_connection)]);
        if character_set_client != OWN_CHARSET {
            settings.insert(CLIENT.to_owned(), character_set_client);
        }
        settings
    }
}
