//! Databases of tests from their first moment to their last.

use super::server::Server;
use crate::driver::DriverError;
use crate::driver::create_database;
use crate::driver::scratch::Registration;
use crate::error::Error;
use crate::url::{DatabaseUrl, SqliteLocation, SqliteUrl};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the names of tests' databases, and of the folders of SQLite's files, begin with.
pub(super) const PREFIX: &str = "schema_test_";

/// A database that is dropped with this, unless it is kept or its thread panics; and where a signal ends the program in order.
#[derive(Debug)]
pub(super) struct Copy {
    url: DatabaseUrl,
    home: Home,
    is_kept: Arc<AtomicBool>,
    _registration: Registration,
}

/// What is removed at the end.
#[derive(Clone, Debug)]
enum Home {
    /// The folder of a SQLite file.
    Folder(PathBuf),
    /// The database itself.
    Database(Server, String),
}

impl Copy {
    /// An empty database.
    pub(super) fn empty(server: &DatabaseUrl) -> Result<Self, Error> {
        match server {
            DatabaseUrl::Sqlite(_) => Copy::of_file(&[]),
            DatabaseUrl::Postgres(_) | DatabaseUrl::Mysql(_) => {
                let server = Server::new(server);
                let name = new_name();
                create_database(&server.database(&name))?;
                Ok(Copy::on_server(server, name))
            }
        }
    }

    /// A SQLite file with these bytes, in a folder that only this user can read.
    pub(super) fn of_file(bytes: &[u8]) -> Result<Self, Error> {
        let folder = std::env::temp_dir().join(new_name());
        let failed = |path: &Path, error: &std::io::Error| DriverError::Open {
            database: path.display().to_string(),
            message: error.to_string(),
        };
        private_folder(&folder).map_err(|error| failed(&folder, &error))?;
        let path = folder.join("test.db");
        let url = DatabaseUrl::Sqlite(SqliteUrl::usual(SqliteLocation::File(path.clone())));
        let copy = Copy::new(url, Home::Folder(folder));
        fs::write(&path, bytes).map_err(|error| failed(&path, &error))?;
        Ok(copy)
    }

    pub(super) fn on_server(server: Server, name: String) -> Self {
        Copy::new(server.database(&name), Home::Database(server, name))
    }

    fn new(url: DatabaseUrl, home: Home) -> Self {
        let is_kept = Arc::new(AtomicBool::new(false));
        let (known, kept) = (home.clone(), Arc::clone(&is_kept));
        let registration = Registration::new(move || {
            if !kept.load(Ordering::Relaxed) {
                known.remove();
            }
        });
        Copy { url, home, is_kept, _registration: registration }
    }

    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub(super) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if self.is_kept.load(Ordering::Relaxed) || std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the test harness shows it beside the failure")]
            {
                eprintln!("the database of this test is kept: {}", self.url);
            }
            return;
        }
        self.home.remove();
    }
}

impl Home {
    /// Nobody is there to tell where it fails: what stays on a server is dropped by a later run.
    fn remove(&self) {
        match self {
            Home::Folder(folder) => drop(fs::remove_dir_all(folder)),
            Home::Database(server, name) => drop(server.drop_database(name)),
        }
    }
}

/// A name that no other test has, and that tells its age.
pub(super) fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{}_{count}", seconds_now(), std::process::id())
}

/// When a database of a test was made, in seconds since 1970; none where the name is not one that [`new_name`] gives.
pub(super) fn made_at(name: &str) -> Option<u64> {
    let mut parts = name.strip_prefix(PREFIX)?.split('_').map(str::parse::<u64>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(made)), Some(Ok(_)), Some(Ok(_)), None) => Some(made),
        _ => None,
    }
}

pub(super) fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(unix)]
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir(path)
}
