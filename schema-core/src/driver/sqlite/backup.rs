//! A copy of the whole database, by SQLite's backup API: consistent while others read and write.

use super::{Retry, message};
use crate::driver::backup_file::{self, Unfinished};
use crate::driver::{BackupDestination, DriverError};
use crate::model::Engine;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) fn backup(
    source: &Connection,
    file: Option<&Path>,
    destination: &BackupDestination,
    timeout: Duration,
) -> Result<PathBuf, DriverError> {
    let unfinished = create(file, destination)?;
    // A connection that has the lock for writing copies nothing, but lets others read what was there before.
    let reader = match file {
        Some(file) if !source.is_autocommit() => Some(open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?),
        Some(_) | None => None,
    };
    copy(reader.as_ref().unwrap_or(source), unfinished.path(), timeout)?;
    check(unfinished.path())?;
    unfinished.finish()
}

/// Creates the file before SQLite opens it.
fn create(file: Option<&Path>, destination: &BackupDestination) -> Result<Unfinished, DriverError> {
    let beside = file.map(|file| file.parent().unwrap_or(Path::new("")));
    if beside.is_none() && *destination == BackupDestination::Beside {
        return Err(DriverError::Unsupported {
            engine: Engine::Sqlite,
            what: "file next to which a backup of a database in memory could be put",
        });
    }
    let stem = file.and_then(Path::file_stem).unwrap_or("memory".as_ref()).to_string_lossy().into_owned();
    let extension = file.and_then(Path::extension).unwrap_or("db".as_ref()).to_string_lossy().into_owned();
    backup_file::create(destination, beside.unwrap_or(Path::new("")), &stem, &extension)
}

fn copy(source: &Connection, path: &Path, timeout: Duration) -> Result<(), DriverError> {
    let mut target = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let backup = Backup::new(source, &mut target)?;
    // All pages in one step: in several, each write of another connection would begin the copy anew.
    Retry::for_at_most(timeout).run(|| match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
    })?;
    Ok(())
}

fn check(path: &Path) -> Result<(), DriverError> {
    let copy = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let damaged = |finding| DriverError::BackupDamaged { path: path.to_owned(), finding };
    let finding: String = copy
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(message(&error)))?;
    if finding == "ok" { Ok(()) } else { Err(damaged(finding)) }
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, DriverError> {
    Connection::open_with_flags(super::connection::plain(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen) => {
                DriverError::BackupFile { path: path.to_owned(), source: io::Error::other(message(&error)) }
            }
            _ => error.into(),
        })
}
