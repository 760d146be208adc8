//! A database to try things on, emptied and used again because making one takes longer than most tries.

use super::dump::{self, Dump};
use super::version;
use crate::server::TestDatabase;
use postgres::error::SqlState;
use postgres::{Client, NoTls, Statement};
use schema_core::driver::ConnectOptions;
use schema_core::driver::postgres::PostgresDriver;
use schema_core::driver::{Introspect as _, Transact as _};
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::sql;
use schema_core::url::DatabaseUrl;
use std::sync::{Mutex, PoisonError};

/// How often a database is emptied before a new one takes its place, because the catalogue grows with what was in it.
const USES: u32 = 100;

/// Drops everything that can be told by its schema, its extension or its database.
const EMPTY: &str = "
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
        UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
        UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
                  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        UNION ALL SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    LOOP
        EXECUTE statement;
    END LOOP;
    CREATE SCHEMA public;
    COMMENT ON SCHEMA public IS 'standard public schema';
    IF current_setting('server_version_num')::int >= 150000 THEN
        ALTER SCHEMA public OWNER TO pg_database_owner;
        GRANT USAGE ON SCHEMA public TO PUBLIC;
    ELSE
        GRANT ALL ON SCHEMA public TO PUBLIC;
    END IF;
END $$";

/// What is left after that, and why the next test gets a new database.
const LEFTOVERS: &str = include_str!("leftovers.sql");

/// Roles are the server's, so that two scripts that make them must not meet.
static ROLES: Mutex<()> = Mutex::new(());

/// A database that is gone when this is dropped.
pub struct Scratch {
    server: String,
    // Closed before the database goes.
    connections: Connections,
    database: TestDatabase,
    /// What it held when it was made and emptied.
    pristine: String,
    uses: u32,
}

struct Connections {
    client: Client,
    dump: Statement,
    leftovers: Statement,
    driver: PostgresDriver,
}

impl Connections {
    fn open(url: &str) -> Self {
        let mut client = Client::connect(url, NoTls).unwrap();
        client.batch_execute("SET client_min_messages = error").unwrap();
        let dump = dump::prepare(&mut client);
        let leftovers = client.prepare(LEFTOVERS).unwrap();
        let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(url).unwrap() else { panic!("not PostgreSQL") };
        let driver = PostgresDriver::connect(&url, &ConnectOptions::default()).unwrap();
        Connections { client, dump, leftovers, driver }
    }

    fn leftovers(&mut self) -> String {
        self.client.query_one(&self.leftovers, &[]).unwrap().get(0)
    }
}

/// Why the server does not take a script.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Its code for it.
    pub code: Option<SqlState>,
    /// Its words for it.
    pub message: String,
}

impl Scratch {
    /// The server's major version.
    pub fn version(&mut self) -> i32 {
        version(&mut self.connections.client)
    }

    /// An empty database on a server.
    pub fn create(server: &str) -> Scratch {
        let database = TestDatabase::create(server);
        let mut connections = Connections::open(&database.url());
        // What is left is the same each time; that a new database has never been emptied shows, too.
        connections.client.batch_execute(EMPTY).unwrap();
        let pristine = connections.leftovers();
        Scratch { server: server.to_owned(), connections, database, pristine, uses: 0 }
    }

    /// The URL of the database.
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// The tests' own connection.
    pub fn client(&mut self) -> &mut Client {
        &mut self.connections.client
    }

    /// The connection of the project's driver.
    pub fn driver(&mut self) -> &mut PostgresDriver {
        &mut self.connections.driver
    }

    /// Runs a script that somebody wrote for `psql`.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn load(&mut self, script: &str) -> Result<(), Refusal> {
        let _guard = (script.to_ascii_lowercase().contains("create role"))
            .then(|| ROLES.lock().unwrap_or_else(PoisonError::into_inner));
        let client = self.client();
        let mut outcome = client.batch_execute(script);
        if outcome.as_ref().is_err_and(|error| {
            [Some(&SqlState::ACTIVE_SQL_TRANSACTION), Some(&SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE)]
                .contains(&error.code())
        }) {
            // All in one go is a transaction.
            let split = sql::split(script, Engine::Postgres).unwrap();
            outcome =
                split.statements.iter().try_for_each(|statement| self.client().batch_execute(statement.sql));
        }
        self.client().batch_execute("RESET ALL; SET client_min_messages = error").unwrap();
        outcome.map_err(|error| Refusal {
            code: error.code().cloned(),
            message: error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string),
        })
    }

    /// The database's own account of what it holds.
    pub fn dump(&mut self) -> Dump {
        let Connections { client, dump, leftovers: _, driver: _ } = &mut self.connections;
        dump::dump(client, dump)
    }

    /// What the project reads.
    pub fn introspect(&mut self) -> DatabaseSchema {
        self.driver().introspect().unwrap()
    }

    /// Makes the database as it was made.
    pub fn reset(&mut self) {
        self.uses += 1;
        let _ = self.driver().rollback();
        if self.uses > USES
            || self.client().batch_execute(EMPTY).is_err()
            || self.connections.leftovers() != self.pristine
        {
            *self = Scratch::create(&self.server);
        }
    }
}
