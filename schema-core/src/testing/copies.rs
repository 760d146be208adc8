//! Databases of tests from their first moment to their last.

use super::server::Server;
use crate::driver::DriverError;
use crate::driver::create_database;
use crate::driver::scratch::{Registration, new_name};
use crate::error::Error;
use crate::url::{DatabaseUrl, SqliteLocation, SqliteUrl};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
                let name = new_name(PREFIX);
                create_database(&server.database(&name))?;
                Ok(Copy::on_server(server, name))
            }
        }
    }

    /// A SQLite file with these bytes, in a folder that only this user can read.
    pub(super) fn of_file(bytes: &[u8]) -> Result<Self, Error> {
        let folder = std::env::temp_dir().join(new_name(PREFIX));
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

#[cfg(unix)]
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir(path)
}
