//! Scratch databases that are created, and dropped with their driver. What a killed program has left behind is dropped by the next that creates one.

use super::{Connection, PostgresDriver, Settings, message};
use crate::dialect::postgres::{quote, quote_text};
use crate::driver::DriverError;
use crate::driver::scratch::{Registration, new_name};
use crate::model::Engine;
use crate::url::PostgresUrl;
use postgres::error::SqlState;

/// What the names of scratch databases begin with.
const PREFIX: &str = "schema_scratch_";

/// The first half of the keys of the advisory locks that say that a scratch database is being made; the second is a hash of its name. `scra` in ASCII.
const LOCK_CLASS: i32 = 0x7363_7261;

/// The scratch databases that nobody uses and nobody is making: no session is in them, and none has the lock for their name.
const ABANDONED: &str = "SELECT d.datname::text FROM pg_catalog.pg_database d \
     WHERE d.datname ~ ('^' || $1 || '[0-9]+_[0-9]+_[0-9]+$') AND pg_catalog.pg_has_role(d.datdba, 'USAGE') \
       AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 \
         AND l.classid::bigint = $2 AND l.objid::bigint = (pg_catalog.hashtext(d.datname::text)::bigint & 4294967295)) \
       AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";

/// A database that is dropped with this.
#[derive(Debug)]
pub(in super::super) struct CreatedDatabase {
    name: String,
    /// The database beside which it was created.
    url: PostgresUrl,
    /// It is known from before it is there until it is gone.
    _registration: Registration,
}

impl CreatedDatabase {
    /// Creates a database like that of `target` on the server of a connection, which the URL leads to. The connection's session keeps a lock for it until
    /// [`is_in_use`](Self::is_in_use).
    pub(super) fn create(
        target: &PostgresDriver,
        server: &Connection,
        url: &PostgresUrl,
    ) -> Result<Self, DriverError> {
        let name = new_name(PREFIX);
        drop_abandoned(server);
        let (known, dropped) = (url.clone(), name.clone());
        let scratch = CreatedDatabase {
            name: name.clone(),
            url: url.clone(),
            _registration: Registration::new(move || drop_database(&known, &dropped)),
        };
        let [encoding, collate, ctype] = target.connection.call(|client| {
            let query = "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = current_database()";
            let row = client.query_one(query, &[])?;
            let text = |column: usize| Ok::<_, DriverError>(quote_text(&row.try_get::<_, String>(column)?));
            Ok([text(0)?, text(1)?, text(2)?])
        })?;
        server.call(move |client| {
            client.execute("SELECT pg_advisory_lock($1, hashtext($2))", &[&LOCK_CLASS, &name])?;
            let created = client.batch_execute(&format!(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING {encoding} LC_COLLATE {collate} LC_CTYPE {ctype}",
                quote(&name),
            ));
            match created {
                Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    let role = client.query_one("SELECT quote_ident(current_user)", &[])?;
                    let grant = format!("ALTER ROLE {} CREATEDB", role.try_get::<_, String>(0)?);
                    let message = message(&error);
                    Err(DriverError::ScratchNotAllowed { message, grant, engine: Engine::Postgres })
                }
                created => Ok(created?),
            }
        })?;
        Ok(scratch)
    }

    /// A session is in the database now, which says so itself.
    pub(super) fn is_in_use(&self, server: &Connection) -> Result<(), DriverError> {
        let name = self.name.clone();
        server.call(move |client| {
            client.execute("SELECT pg_advisory_unlock($1, hashtext($2))", &[&LOCK_CLASS, &name])?;
            Ok(())
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn url(&self) -> PostgresUrl {
        self.url.with_database(&self.name)
    }
}

impl Drop for CreatedDatabase {
    fn drop(&mut self) {
        drop_database(&self.url, &self.name);
    }
}

/// Drops a scratch database, whoever uses it. Nobody is there to tell where that fails, and the next to make one finds it.
fn drop_database(url: &PostgresUrl, name: &str) {
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name));
    if let Ok(connection) = Settings::new(url).and_then(|settings| Connection::open(&settings)) {
        let _ = connection.call(move |client| Ok(client.batch_execute(&statement)?));
    }
}

/// Drops what programs have left behind that were killed. Without FORCE: where somebody comes in between, it stays.
fn drop_abandoned(server: &Connection) {
    let _ = server.call(|client| {
        for row in client.query(ABANDONED, &[&PREFIX, &i64::from(LOCK_CLASS)])? {
            let name: String = row.try_get(0)?;
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", quote(&name)));
        }
        Ok(())
    });
}
