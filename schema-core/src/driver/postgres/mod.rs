//! The PostgreSQL driver.
//!
//! Every session sets its own timeouts, whatever the role or a pool says: a statement may take as long as it takes, but waits for the locks of
//! others only for a moment, because all who come after it wait behind it.

mod backup;
mod borrowed;
mod canonicalize;
mod confine;
mod connection;
mod environment;
mod error;
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(crate) mod fuzzing;
mod introspect;
mod lock;
mod locks;
mod probe;
mod progress;
mod relations;
mod scratch;
mod service;
mod settings;
mod step;
mod tls;
mod value;

use super::wait::patiently;
use super::{
    Answer, Ask, Backup, BackupDestination, Canonical, Capabilities, ConnectOptions, Driver, DriverError,
    Evidence, Execute, Facts, HistoryTable, Integrity, Introspect, Lock, ProgressSource, Recreate,
    ScratchPlaces, ScratchSource, SqlValue, StepState, TableSize, Transact, Value, WaitListener,
    migration_lock,
};
use crate::dialect::postgres::session::{RESET, SETTINGS, WAIT, WAIT_NO_LONGER};
use crate::dialect::postgres::{StatementEffect, quote, quote_name, recreate};
use crate::model::{DatabaseSchema, Engine, QualifiedName};
use crate::sql::{self, Recreated};
use crate::url::PostgresUrl;
use borrowed::Session;
pub(crate) use borrowed::with_borrowed;
use connection::Connection;
use error::STATEMENT_LOCK_TIMEOUT;
pub(crate) use error::message;
use postgres::Client;
use scratch::{NewOwner, Scratch};
use settings::Settings;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Has the server notice that this program died, and give up its statement (PostgreSQL 14 and later, not on every system).
const NOTICE_DEATH: &str = "SET client_connection_check_interval = '2s'";

/// The session's process, and the schema that the history is in: that of the table if there is one, and otherwise where it would be created. A script
/// may set another search path, or create a schema that comes first in it.
const SESSION_FACTS: &str = "SELECT pg_catalog.pg_backend_pid(), coalesce((\
     SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.oid = to_regclass($1)), current_schema())";

/// What the runner's own transaction is known by.
const MARK: &str = "SET LOCAL schema.runner = 'on'";

/// How [`check`](PostgresDriver::check) says that the transaction is another one.
const LOST: &str = "schema-runner-transaction-lost";

/// How it says that it is in another session.
const SHARED: &str = "schema-runner-session-shared";

/// A connection to a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresDriver {
    connection: Connection,
    /// Where it leads; none of a connection of the application's own.
    url: Option<PostgresUrl>,
    history_table: HistoryTable,
    lock_timeout: Duration,
    on_wait: WaitListener,
    scratch_places: ScratchPlaces,
    /// The server's process that this session is.
    process: i32,
    /// The schema of names that have none.
    default_schema: Option<String>,
    in_transaction: bool,
    /// How long statements wait for the locks of others, and how long those do that follow, where a script says so.
    longest_wait: Duration,
    own_wait: Option<Duration>,
    is_locked: bool,
    /// Whether the lock was taken since the history was last asked for.
    is_freshly_locked: bool,
    /// Dropped after the connection to it is closed.
    scratch: Option<Scratch>,
    /// Whether statements are only tried here, and none may change what the server's databases share.
    is_confined: bool,
    /// How the application had set the session, where the connection is its own.
    borrowed: Option<Session>,
}

impl PostgresDriver {
    /// Connects to a database.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or lets nobody in.
    pub fn connect(url: &PostgresUrl, options: &ConnectOptions) -> Result<Self, DriverError> {
        let connection = Connection::open(&Settings::new(url)?)?;
        PostgresDriver::over(connection, Some(url.clone()), options)
    }

    /// On this connection, whose session it sets.
    fn over(
        connection: Connection,
        url: Option<PostgresUrl>,
        options: &ConnectOptions,
    ) -> Result<Self, DriverError> {
        let ConnectOptions {
            history_table,
            lock_timeout,
            on_wait,
            create: _,
            scratch,
            online_schema_change: _,
        } = options;
        connection.call(set_session)?;
        let table = quote_name(history_table.name());
        let (process, default_schema) = connection.call(move |client| {
            let row = client.query_one(SESSION_FACTS, &[&table])?;
            Ok((row.try_get(0)?, row.try_get(1)?))
        })?;
        Ok(PostgresDriver {
            connection,
            url,
            history_table: history_table.clone(),
            lock_timeout: *lock_timeout,
            on_wait: on_wait.clone(),
            scratch_places: scratch.clone(),
            process,
            default_schema,
            in_transaction: false,
            longest_wait: STATEMENT_LOCK_TIMEOUT,
            own_wait: None,
            is_locked: false,
            is_freshly_locked: false,
            scratch: None,
            is_confined: false,
            borrowed: None,
        })
    }

    /// Where it leads.
    fn url(&self, what: &'static str) -> Result<&PostgresUrl, DriverError> {
        self.url.as_ref().ok_or(DriverError::NoAddress { what })
    }

    /// Asks again where locks of others are in the way of a question that changes nothing.
    fn asked_patiently<T>(
        &mut self,
        mut ask: impl FnMut(&mut Self) -> Result<T, DriverError>,
    ) -> Result<T, DriverError> {
        if self.in_transaction {
            // An error has ended it.
            return ask(self);
        }
        let (budget, listener) = (self.lock_timeout, self.on_wait.clone());
        let mut is_limited = false;
        let result = patiently(budget, &listener, |left| {
            if left < STATEMENT_LOCK_TIMEOUT {
                is_limited = true;
                self.limit_waits(Some(left))?;
            }
            ask(self)
        });
        if is_limited {
            // What was asked says more.
            let restored = self.limit_waits(None);
            let value = result?;
            restored?;
            return Ok(value);
        }
        result
    }

    /// A statement that fails where the transaction has failed, is no longer the runner's own, or is in another session than the one that has the lock.
    fn check(&self) -> String {
        format!(
            "SELECT (CASE WHEN pg_catalog.pg_backend_pid() <> {} THEN '{SHARED}' \
             WHEN pg_catalog.current_setting('schema.runner', true) = 'on' THEN '1' ELSE '{LOST}' END)::int",
            self.process
        )
    }

    /// Commits what the statements of the runner's own change with all that the transaction has changed.
    fn commit_with(&mut self, statements: &str) -> Result<(), DriverError> {
        let batch = format!("{};\n{statements}COMMIT", self.check());
        self.connection.batch(&batch).map_err(|error| match error {
            DriverError::Refused { message } if message.contains(SHARED) => DriverError::SharedSession {
                finding: "a statement reached another session than those before it",
            },
            DriverError::Refused { message } if message.contains(LOST) => DriverError::TransactionLost,
            error => error,
        })?;
        self.in_transaction = false;
        Ok(())
    }
}

/// A plain connection, for an application. Must not be called inside a runtime, nor what it returns be dropped there.
pub(crate) fn open(url: &PostgresUrl) -> Result<Client, DriverError> {
    connection::connect(&Settings::new(url)?)
}

/// The database that is on every server, for those who want to create another.
const MAINTENANCE: &str = "postgres";

/// Creates the database that a URL names, where it is not there.
pub(super) fn create_database(url: &PostgresUrl) -> Result<bool, DriverError> {
    let settings = Settings::new(url)?;
    let Err(error) = Connection::open(&settings) else { return Ok(false) };
    // Only the server itself tells whether it is the database that is missing.
    let Ok(server) = Connection::open(&Settings::new(&url.with_database(MAINTENANCE))?) else {
        return Err(error);
    };
    let name = settings.database().to_owned();
    let statement = format!("CREATE DATABASE {}", quote(&name));
    let exists = move |client: &mut Client| {
        let query = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_database d WHERE d.datname = $1)";
        Ok(client.query_one(query, &[&name])?.try_get::<_, bool>(0)?)
    };
    if server.call(exists.clone())? {
        // Another process may have made it since it was not there.
        return Connection::open(&settings).map(|_| false);
    }
    match server.call(move |client| Ok(client.batch_execute(&statement)?)) {
        Ok(()) => Ok(true),
        // Another process was faster.
        Err(_) if server.call(exists)? => Ok(false),
        Err(error) => Err(error),
    }
}

/// <https://www.postgresql.org/docs/release/14.4/>
fn builds_corrupt_indexes(version: i32) -> bool {
    (14_00_00..14_00_04).contains(&version)
}

/// 0 would be to wait for ever.
fn waits(longest: Duration, set: &str) -> String {
    format!("{set} lock_timeout = {}", longest.as_millis().max(1))
}

fn set_session(client: &mut Client) -> Result<(), DriverError> {
    client.batch_execute(SETTINGS)?;
    // A server that does not know it does without.
    let _ = client.batch_execute(NOTICE_DEATH);
    Ok(())
}

impl Facts for PostgresDriver {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities::POSTGRES
    }

    fn history_table(&self) -> &HistoryTable {
        &self.history_table
    }

    fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    fn quote(&self, name: &QualifiedName) -> String {
        match (&name.schema, &self.default_schema) {
            (None, Some(schema)) => {
                quote_name(&QualifiedName { schema: Some(schema.clone()), name: name.name.clone() })
            }
            (Some(_), _) | (None, None) => quote_name(name),
        }
    }

    fn file(&self) -> Option<&Path> {
        None
    }
}

impl Ask for PostgresDriver {
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError> {
        let statement = value::with_numbers(statement);
        let parameters = parameters.to_vec();
        self.connection.call(move |client| {
            let typed: Vec<_> = parameters
                .iter()
                .map(|parameter| {
                    let dynamic: &(dyn postgres::types::ToSql + Sync) = parameter;
                    (dynamic, value::type_of(parameter))
                })
                .collect();
            client.query_typed(&statement, &typed)?.iter().map(value::values).collect()
        })
    }

    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError> {
        let QualifiedName { schema, name } = table.clone();
        let schema = schema.or_else(|| self.default_schema.clone());
        self.connection.call(move |client| {
            let statement = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c \
                 WHERE c.relname = $1 AND c.relkind IN ('r', 'p') \
                   AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = coalesce($2, current_schema())))";
            Ok(client.query_one(statement, &[&name, &schema])?.try_get(0)?)
        })
    }

    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError> {
        let schema = table.schema.clone().or_else(|| self.default_schema.clone());
        relations::column_types(self, schema, &table.name)
    }

    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError> {
        relations::relations(self)
    }

    fn table_size(&mut self, name: &str) -> Result<Option<TableSize>, DriverError> {
        relations::table_size(self, name)
    }

    fn replica_lag(&mut self) -> Result<Option<Duration>, DriverError> {
        self.connection.call(|client| {
            // Whoever may not see the state of another session's sender sees NULL there.
            let query = "SELECT coalesce(bool_and(state IS NOT NULL), true), \
                         coalesce(max(extract(epoch FROM replay_lag) * 1000), 0)::bigint FROM pg_catalog.pg_stat_replication";
            let row = client.query_one(query, &[])?;
            let (is_seen, milliseconds): (bool, i64) = (row.try_get(0)?, row.try_get(1)?);
            Ok(is_seen.then(|| Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())))
        })
    }
}

impl Introspect for PostgresDriver {
    fn introspect(&mut self) -> Result<DatabaseSchema, DriverError> {
        let history_table = self.history_table.clone();
        self.asked_patiently(|driver| {
            let history_table = history_table.clone();
            driver.connection.call(move |client| introspect::introspect(client, &history_table))
        })
    }

    fn canonicalize(
        &mut self,
        current: &DatabaseSchema,
        desired: &mut DatabaseSchema,
    ) -> Result<Canonical, DriverError> {
        canonicalize::canonicalize(current, desired, |work| {
            self.connection.call(|client| canonicalize::answer(client, work))
        })
    }
}

impl Execute for PostgresDriver {
    fn execute(&mut self, statement: &str) -> Result<(), DriverError> {
        // The simple protocol takes a list of statements, and makes a transaction of it.
        match sql::split(statement, Engine::Postgres) {
            Ok(split) if split.statements.len() > 1 => {
                return Err(DriverError::Refused { message: "there is more than one statement".to_owned() });
            }
            Ok(_) => {}
            Err(error) => return Err(DriverError::Refused { message: error.to_string() }),
        }
        if let Some(reason) = self.is_confined.then(|| confine::beyond(statement)).flatten() {
            return Err(DriverError::BeyondScratch { reason, engine: Engine::Postgres });
        }
        match self.scratch.as_ref().and_then(|_| NewOwner::of(statement)) {
            Some(owner) => owner.give(&self.connection, statement),
            None => self.connection.batch(statement),
        }
    }

    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError> {
        if let Some(reason) = self.is_confined.then(|| confine::beyond(statement)).flatten() {
            return Err(DriverError::BeyondScratch { reason, engine: Engine::Postgres });
        }
        step::run(&self.connection, statement, parameters)
    }

    fn execute_alone(&mut self, statement: &str) -> Result<(), DriverError> {
        match self.own_wait {
            Some(longest) => self.connection.batch(&waits(longest, "SET"))?,
            None => self.connection.batch(WAIT)?,
        }
        let result = self.execute(statement);
        let restored = self.connection.batch(WAIT_NO_LONGER);
        // What the statement said says more.
        result?;
        restored
    }

    fn limit_waits(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let longest = longest.unwrap_or(STATEMENT_LOCK_TIMEOUT).min(STATEMENT_LOCK_TIMEOUT);
        self.longest_wait = longest;
        self.connection.batch(&waits(longest, "SET"))
    }

    fn wait_for_locks(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        self.own_wait = longest;
        if !self.in_transaction {
            return Ok(());
        }
        self.connection.batch(&waits(longest.unwrap_or(self.longest_wait), "SET LOCAL"))
    }

    fn begin_progress(&mut self, statement: &str) -> Option<Box<dyn ProgressSource>> {
        progress::of(self, statement)
    }

    fn reset_session(&mut self, _: &[&str]) -> Result<(), DriverError> {
        if let Some(session) = &self.borrowed {
            return session.for_script(&self.connection);
        }
        self.connection.call(|client| {
            client.batch_execute(RESET)?;
            client.batch_execute("CLOSE ALL; UNLISTEN *; DISCARD TEMP")?;
            set_session(client)
        })
    }

    fn switch_foreign_keys(&mut self, _: bool) -> Result<(), DriverError> {
        Err(DriverError::Unsupported { engine: Engine::Postgres, what: "switch for foreign keys" })
    }
}

impl Transact for PostgresDriver {
    fn begin(&mut self) -> Result<(), DriverError> {
        self.in_transaction = true;
        self.own_wait = None;
        self.connection.defer(format!("BEGIN; {MARK}"));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), DriverError> {
        self.commit_with("")
    }

    fn query_and_commit(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.commit_with(&format!("{};\n", value::with_values(statement, parameters)))
    }

    fn rollback(&mut self) -> Result<(), DriverError> {
        if std::mem::take(&mut self.in_transaction) && !self.connection.forget_deferred() {
            self.connection.batch("ROLLBACK")?;
        }
        Ok(())
    }

    fn changed_elsewhere(&mut self) -> Result<bool, DriverError> {
        // Who else changes the history holds the lock; once it is ours, nobody does.
        Ok(std::mem::take(&mut self.is_freshly_locked) || !self.is_locked)
    }
}

impl Lock for PostgresDriver {
    fn try_lock(&mut self) -> Result<bool, DriverError> {
        if !self.is_locked {
            let key = migration_lock::postgres_key(&self.history_table);
            self.is_locked = lock::acquire(&self.connection, key)?;
            self.is_freshly_locked = self.is_locked;
            if let Some(url) = self.url.as_ref().filter(|_| self.is_locked) {
                lock::check_exclusive(&Settings::new(url)?, key, self.process)?;
            }
        }
        Ok(self.is_locked)
    }

    fn lock_holder(&mut self) -> Result<Option<String>, DriverError> {
        lock::holder(&self.connection, migration_lock::postgres_key(&self.history_table))
    }

    fn unlock(&mut self) -> Result<(), DriverError> {
        if self.is_locked {
            self.is_locked = false;
            lock::release(&self.connection, migration_lock::postgres_key(&self.history_table))?;
        }
        Ok(())
    }
}

impl ScratchSource for PostgresDriver {
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError> {
        Ok(Box::new(scratch::connect(self)?))
    }

    fn scratch_for_scripts(&self) -> Result<Box<dyn Driver>, DriverError> {
        let mut scratch = scratch::connect(self)?;
        // A server that somebody named for scratch databases may be changed.
        scratch.is_confined = self.scratch_places.url(Engine::Postgres)?.is_none();
        Ok(Box::new(scratch))
    }
}

impl Recreate for PostgresDriver {
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError> {
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        Err(DriverError::Unsupported {
            engine: Engine::Postgres,
            what: "table rebuilds to expect anything of",
        })
    }

    fn recreated_fingerprints(&mut self, objects: &[Recreated]) -> Result<Vec<Option<String>>, DriverError> {
        let mut found = vec![None; objects.len()];
        if objects.is_empty() {
            return Ok(found);
        }
        let query = recreate::fingerprints(objects);
        self.connection.call(move |client| {
            let none: &[(&(dyn postgres::types::ToSql + Sync), postgres::types::Type)] = &[];
            for row in client.query_typed(&query, none)? {
                let place: i32 = row.try_get(0)?;
                if let Some(found) = usize::try_from(place).ok().and_then(|place| found.get_mut(place)) {
                    *found = Some(row.try_get(1)?);
                }
            }
            Ok(found)
        })
    }

    fn take(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<(), DriverError> {
        self.connection.batch(&recreate::take(objects, statements))
    }

    fn give_back(&mut self, objects: &[Recreated]) -> Result<(), DriverError> {
        self.connection.batch(&recreate::give_back(objects))
    }
}

impl Evidence for PostgresDriver {
    fn check_supported(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        let builds = |statement: &&str| match StatementEffect::of(statement) {
            StatementEffect::CreateIndex { .. } => true,
            StatementEffect::Reindex { .. } => statement.to_ascii_uppercase().contains("CONCURRENTLY"),
            StatementEffect::DropIndex { .. }
            | StatementEffect::DetachPartition { .. }
            | StatementEffect::Repeatable
            | StatementEffect::Other => false,
        };
        if !statements.iter().any(builds) {
            return Ok(());
        }
        let version = self.connection.call(|client| {
            let query =
                "SELECT current_setting('server_version_num')::int, current_setting('server_version')";
            let row = client.query_one(query, &[])?;
            let version: i32 = row.try_get(0)?;
            Ok(builds_corrupt_indexes(version).then(|| row.try_get::<_, String>(1)).transpose()?)
        })?;
        version.map_or(Ok(()), |version| Err(DriverError::CorruptIndexes { version }))
    }

    fn evidence(&mut self, statement: &str) -> Result<Option<String>, DriverError> {
        probe::evidence(&self.connection, statement)
    }

    fn probe(&mut self, statement: &str, evidence: Option<&str>) -> Result<StepState, DriverError> {
        probe::probe(&self.connection, statement, evidence)
    }

    fn check_room(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        locks::check(&self.connection, statements)
    }

    fn integrity(&mut self) -> Result<Integrity, DriverError> {
        // Nothing breaks in silence here: references are checked by the server, and what depends on a thing keeps it from going.
        Ok(Integrity::default())
    }
}

impl Backup for PostgresDriver {
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError> {
        backup::backup(self, destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_versions_build_indexes_that_lack_rows() {
        let corrupt = [13_00_12, 14_00_00, 14_00_03, 14_00_04, 15_00_00].map(builds_corrupt_indexes);
        assert_eq!(corrupt, [false, true, true, false, false]);
    }
}
