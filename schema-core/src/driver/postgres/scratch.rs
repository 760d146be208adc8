//! Scratch databases: beside the one at hand, and gone with their driver.

use super::PostgresDriver;
use super::connection::Connection;
use super::settings::Settings;
use crate::dialect::postgres::{quote, quote_text};
use crate::driver::DriverError;
use crate::url::PostgresUrl;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the names of scratch databases begin with.
const PREFIX: &str = "schema_scratch_";

/// A database that is dropped with this.
#[derive(Debug)]
pub(super) struct ScratchDatabase {
    name: String,
    /// The database beside which it was made.
    url: PostgresUrl,
}

impl ScratchDatabase {
    pub(super) fn create(driver: &PostgresDriver) -> Result<Self, DriverError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{}_{count}", now.as_secs(), std::process::id());
        let created = name.clone();
        driver.connection.call(move |client| {
            let row = client.query_one(
                "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = current_database()",
                &[],
            )?;
            let text = |column: usize| Ok::<_, DriverError>(quote_text(&row.try_get::<_, String>(column)?));
            client.batch_execute(&format!(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                quote(&created),
                text(0)?,
                text(1)?,
                text(2)?,
            ))?;
            Ok(())
        })?;
        Ok(ScratchDatabase { name, url: driver.url.clone() })
    }

    pub(super) fn url(&self) -> PostgresUrl {
        self.url.with_database(&self.name)
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(&self.name));
        // Nobody is there to tell; the name says what is left behind.
        if let Ok(connection) = Settings::new(&self.url).and_then(|settings| Connection::open(&settings)) {
            let _ = connection.call(move |client| Ok(client.batch_execute(&statement)?));
        }
    }
}
