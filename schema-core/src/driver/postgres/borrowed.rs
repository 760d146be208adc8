//! A driver on an application's own client, whose session afterwards is set as it was.

use super::connection::Connection;
use super::{PostgresDriver, set_session};
use crate::dialect::postgres::quote;
use crate::driver::{ConnectOptions, Driver, DriverError, Lock as _, Transact as _};
use postgres::Client;
use postgres::error::SqlState;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};

/// What a session may set: its value, and whether it was set in the session. Those of a transaction end with it.
const SETTINGS: &str = "SELECT name, setting, source = 'session' FROM pg_catalog.pg_settings \
     WHERE context IN ('user', 'superuser') AND name NOT LIKE 'transaction\\_%'";

/// Whom the session is, and whom it acts for.
const ROLES: &str = "SELECT session_user::text, pg_catalog.current_setting('role')";

/// What the server calls the transaction that this is in, read-only ones too.
const TRANSACTION: &str = "SELECT l.virtualtransaction FROM pg_catalog.pg_locks l \
     WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'virtualxid'";

const CHANNELS: &str = "SELECT pg_catalog.pg_listening_channels()";

const HAS_TEMPORARY: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relnamespace = pg_catalog.pg_my_temp_schema()) \
     OR EXISTS (SELECT 1 FROM pg_catalog.pg_proc p WHERE p.pronamespace = pg_catalog.pg_my_temp_schema())";

const HAS_CURSORS: &str =
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_cursors WHERE is_holdable AND name <> '')";

/// Runs work with a driver on a client, whose session is set as before when this returns.
///
/// # Errors
///
/// Those of the work; [`DriverError::ConnectionInUse`]; and the server refuses a setting.
pub(crate) fn with_borrowed<T, E: From<DriverError>>(
    client: &mut Client,
    options: &ConnectOptions,
    work: impl FnOnce(&mut dyn Driver) -> Result<T, E>,
) -> Result<T, E> {
    Connection::lent(client, |connection| {
        refuse_in_use(connection)?;
        let before = Session::read(connection)?;
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            let mut driver = PostgresDriver::over(connection.again()?, None, options)?;
            driver.borrowed = Some(before.clone());
            let result = panic::catch_unwind(AssertUnwindSafe(|| work(&mut driver)));
            // After an error or a panic, these may be left.
            let ended = driver.rollback().and_then(|()| driver.unlock());
            Ok((result.unwrap_or_else(|panic| panic::resume_unwind(panic)), ended))
        }));
        let restored = before.restore(connection);
        // What the work says says more.
        let (value, ended) = result.unwrap_or_else(|panic| panic::resume_unwind(panic))?;
        let value = value?;
        ended?;
        restored?;
        Ok(value)
    })
}

/// Refuses a session with state that a run would take part in, or take away.
fn refuse_in_use(connection: &Connection) -> Result<(), DriverError> {
    let in_use = |finding| Err(DriverError::ConnectionInUse { finding });
    if connection.call(|client| Ok(is_in_transaction(client)?))? {
        return in_use("is inside a transaction");
    }
    let is_so = |query: &'static str| {
        connection.call(move |client| Ok(client.query_one(query, &[])?.try_get::<_, bool>(0)?))
    };
    if is_so(HAS_TEMPORARY)? {
        return in_use("has temporary tables, views or functions");
    }
    if is_so(HAS_CURSORS)? {
        return in_use("has cursors that are open");
    }
    Ok(())
}

/// Outside of a transaction each statement is one of its own.
fn is_in_transaction(client: &mut Client) -> Result<bool, postgres::Error> {
    let mut transaction = || client.query_one(TRANSACTION, &[])?.try_get::<_, String>(0);
    match transaction() {
        Ok(first) => Ok(first == transaction()?),
        Err(error) if error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => Ok(true),
        Err(error) => Err(error),
    }
}

/// How a session is set. The server does not tell settings of one's own (`app.tenant`): nothing here touches them.
#[derive(Clone, Debug)]
pub(super) struct Session {
    settings: BTreeMap<String, Setting>,
    session_user: String,
    role: String,
    channels: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    value: String,
    is_of_session: bool,
}

impl Session {
    fn read(connection: &Connection) -> Result<Self, DriverError> {
        connection.call(|client| {
            let roles = client.query_one(ROLES, &[])?;
            let channels = client.query(CHANNELS, &[])?;
            Ok(Session {
                settings: settings(client)?,
                session_user: roles.try_get(0)?,
                role: roles.try_get(1)?,
                channels: channels.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?,
            })
        })
    }

    /// Sets what differs, and takes away what was not there.
    fn restore(&self, connection: &Connection) -> Result<(), DriverError> {
        let before = self.clone();
        connection.call(move |client| {
            before.restore_roles(client)?;
            client.batch_execute("CLOSE ALL; UNLISTEN *; DISCARD TEMP")?;
            for channel in &before.channels {
                client.batch_execute(&format!("LISTEN {}", quote(channel)))?;
            }
            let now = settings(client)?;
            for (name, setting) in &before.settings {
                if now.get(name) == Some(setting) {
                    continue;
                }
                if setting.is_of_session {
                    let set = "SELECT pg_catalog.set_config($1, $2, false)";
                    client.query_one(set, &[name, &setting.value])?;
                } else {
                    let parts: Vec<String> = name.split('.').map(quote).collect();
                    client.batch_execute(&format!("RESET {}", parts.join(".")))?;
                }
            }
            Ok(())
        })
    }

    fn restore_roles(&self, client: &mut Client) -> Result<(), postgres::Error> {
        let mut roles = || -> Result<(String, String), postgres::Error> {
            let row = client.query_one(ROLES, &[])?;
            Ok((row.try_get(0)?, row.try_get(1)?))
        };
        let (session_user, role) = roles()?;
        if session_user != self.session_user {
            client.batch_execute("RESET SESSION AUTHORIZATION")?;
            let authorization = format!("SET SESSION AUTHORIZATION {}", quote(&self.session_user));
            client.batch_execute(&authorization)?;
        }
        if role != self.role || session_user != self.session_user {
            client.query_one("SELECT pg_catalog.set_config('role', $1, false)", &[&self.role])?;
        }
        Ok(())
    }

    /// Sets the session as it is for a script: what the last one has set goes.
    pub(super) fn for_script(&self, connection: &Connection) -> Result<(), DriverError> {
        self.restore(connection)?;
        connection.call(set_session)
    }
}

fn settings(client: &mut Client) -> Result<BTreeMap<String, Setting>, postgres::Error> {
    let rows = client.query(SETTINGS, &[])?;
    let setting = |row: &postgres::Row| -> Result<(String, Setting), postgres::Error> {
        let value: Option<String> = row.try_get(1)?;
        Ok((row.try_get(0)?, Setting { value: value.unwrap_or_default(), is_of_session: row.try_get(2)? }))
    };
    rows.iter().map(setting).collect()
}
