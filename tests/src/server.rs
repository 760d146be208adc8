//! The database servers that tests run against, and databases of a test's own on them.
//!
//! `cargo xtask test` starts the servers and says where they are. A test that finds none says so on the terminal and ends there; in CI it fails.

use schema_core::driver::{self, ConnectOptions, Driver, DriverError};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A server that may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
}

impl Server {
    /// The variable of the environment that holds its URL.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Server::Postgres => "SCHEMA_TEST_POSTGRES_URL",
            Server::Mysql => "SCHEMA_TEST_MYSQL_URL",
        }
    }

    /// Its URL; without one the caller's test is over.
    ///
    /// # Panics
    ///
    /// There is none, and this is CI.
    #[must_use]
    pub fn url(self) -> Option<String> {
        let variable = self.variable();
        let url = env::var(variable).ok().filter(|url| !url.is_empty());
        if url.is_none() {
            assert!(!in_ci(), "`{variable}` is not set: CI needs all servers");
            say_once(self);
        }
        url
    }

    /// The folder with the certificates that it was started with: its authority's, a client's, and those of an authority that it knows nothing of.
    /// Without one the caller's test is over.
    ///
    /// # Panics
    ///
    /// There is none, and this is CI.
    #[must_use]
    pub fn certificates(self) -> Option<PathBuf> {
        let variable = match self {
            Server::Postgres => "SCHEMA_TEST_POSTGRES_CERTIFICATES",
            Server::Mysql => "SCHEMA_TEST_MYSQL_CERTIFICATES",
        };
        let folder = env::var_os(variable).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        if folder.is_none() {
            assert!(!in_ci(), "`{variable}` is not set: CI needs the certificates of all servers");
            let _ = writeln!(io::stderr(), "skipped: a test of encryption, as `{variable}` is not set");
        }
        folder
    }

    /// An empty database on it, which is dropped with the value; without a server the caller's test is over.
    ///
    /// # Panics
    ///
    /// The server refuses, or there is none and this is CI.
    #[must_use]
    pub fn database(self) -> Option<TestDatabase> {
        self.url().map(|url| TestDatabase::create(&url))
    }
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
    engine: Engine,
}

impl TestDatabase {
    /// Creates one under a name that no other test has.
    ///
    /// # Panics
    ///
    /// The server refuses.
    #[must_use]
    pub fn create(server: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{}_{count}", now.subsec_nanos(), std::process::id());
        let mut driver = connect(server);
        driver.execute(&format!("CREATE DATABASE {name}")).unwrap();
        TestDatabase { server: server.to_owned(), name, engine: driver.engine() }
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The engine: MySQL and MariaDB are told apart.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> String {
        // The server's URL may name a database and have parameters.
        let (address, parameters) = match self.server.split_once('?') {
            Some((address, parameters)) => (address, format!("?{parameters}")),
            None => (self.server.as_str(), String::new()),
        };
        let (scheme, rest) = address.split_once("://").unwrap();
        let host = rest.split('/').next().unwrap();
        format!("{scheme}://{host}/{}{parameters}", self.name)
    }

    /// Makes the database empty again.
    ///
    /// # Panics
    ///
    /// The server refuses.
    pub fn clear(&self) {
        let mut driver = self.connect();
        let (drop, create) = match self.engine {
            // All schemas that are not the server's own.
            Engine::Postgres => (
                "DO $$ DECLARE s text; BEGIN \
                 FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
                 LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$"
                    .to_owned(),
                "CREATE SCHEMA public".to_owned(),
            ),
            Engine::Mysql | Engine::Mariadb | Engine::Sqlite => {
                (format!("DROP DATABASE {}", self.name), format!("CREATE DATABASE {}", self.name))
            }
        };
        driver.execute(&drop).unwrap();
        driver.execute(&create).unwrap();
    }

    /// A connection to the database.
    ///
    /// # Panics
    ///
    /// The server refuses.
    #[must_use]
    pub fn connect(&self) -> Box<dyn Driver> {
        connect(&self.url())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A test that has failed may have left connections open.
        let force = if self.engine == Engine::Postgres { " WITH (FORCE)" } else { "" };
        let drop = format!("DROP DATABASE IF EXISTS {}{force}", self.name);
        // The server may be gone, which the test is about to say: a second panic would end the process.
        let dropped = try_connect(&self.server).and_then(|mut driver| driver.execute(&drop));
        if let Err(error) = dropped {
            let _ = writeln!(io::stderr(), "the database `{}` is left behind: {error}", self.name);
        }
    }
}

fn connect(url: &str) -> Box<dyn Driver> {
    try_connect(url).unwrap()
}

fn try_connect(url: &str) -> Result<Box<dyn Driver>, DriverError> {
    driver::connect(&DatabaseUrl::parse(url).unwrap(), &ConnectOptions::default())
}

/// Whether what is missing is a failure.
#[must_use]
pub fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// A port that nobody listens on.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Past the harness, which keeps the output of tests that pass to itself; once a program, not once a test.
fn say_once(server: Server) {
    static SAID: Mutex<BTreeSet<Server>> = Mutex::new(BTreeSet::new());
    if SAID.lock().unwrap().insert(server) {
        let _ = writeln!(
            io::stderr(),
            "skipped: tests that need {server:?}, as `{}` is not set",
            server.variable()
        );
    }
}
