//! A copy of the whole database, by SQLite's backup API: consistent while others read and write.

use super::{Retry, message};
use crate::driver::{BackupDestination, DriverError};
use crate::model::Engine;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) fn backup(
    source: &Connection,
    file: Option<&Path>,
    destination: &BackupDestination,
    timeout: Duration,
) -> Result<PathBuf, DriverError> {
    let path = create(file, destination)?;
    let copied = copy(source, &path, timeout).and_then(|()| check(&path)).and_then(|()| {
        let failed = |source| DriverError::BackupFile { path: path.clone(), source };
        File::open(&path).and_then(|file| file.sync_all()).map_err(failed)
    });
    match copied {
        Ok(()) => Ok(path),
        Err(error) => {
            // It was created above, and is of no use to anyone; why it failed matters more than whether it can be removed.
            let _ = std::fs::remove_file(&path);
            Err(error)
        }
    }
}

/// Creates the file before SQLite opens it: exclusively, and readable by its owner alone.
fn create(file: Option<&Path>, destination: &BackupDestination) -> Result<PathBuf, DriverError> {
    let folder = match destination {
        BackupDestination::At(path) if path.is_dir() => path.clone(),
        BackupDestination::At(path) => return create_exclusively(path).map(|()| path.clone()),
        BackupDestination::Beside => match file {
            Some(file) => file.parent().unwrap_or(Path::new("")).to_owned(),
            None => {
                return Err(DriverError::Unsupported {
                    engine: Engine::Sqlite,
                    what: "file next to which a backup of a database in memory could be put",
                });
            }
        },
    };
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let stem = file.and_then(Path::file_stem).unwrap_or("memory".as_ref()).to_string_lossy().into_owned();
    let extension = file.and_then(Path::extension).unwrap_or("db".as_ref()).to_string_lossy().into_owned();
    let mut count = 1;
    loop {
        let number = if count == 1 { String::new() } else { format!("-{count}") };
        let path = folder.join(format!("{stem}.backup-{time}{number}.{extension}"));
        match create_exclusively(&path) {
            Ok(()) => return Ok(path),
            Err(DriverError::BackupExists { .. }) => count += 1,
            Err(error) => return Err(error),
        }
    }
}

fn create_exclusively(path: &Path) -> Result<(), DriverError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => DriverError::BackupExists { path: path.to_owned() },
        _ => DriverError::BackupFile { path: path.to_owned(), source },
    })
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
