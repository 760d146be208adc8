//! The file of a backup: there before anything is written to it, never over another, and readable by its owner alone.

use super::{BackupDestination, DriverError};
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

/// Creates the file; one whose name is not given gets the time into it, and goes into the folder beside the database.
pub(super) fn create(
    destination: &BackupDestination,
    beside: &Path,
    stem: &str,
    extension: &str,
) -> Result<PathBuf, DriverError> {
    let folder = match destination {
        BackupDestination::At(path) if path.is_dir() => path.clone(),
        BackupDestination::At(path) => return create_exclusively(path).map(|()| path.clone()),
        BackupDestination::Beside => beside.to_owned(),
    };
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
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

/// A database's name as part of a file's.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn stem(database: &str) -> String {
    let safe = |character: char| {
        if character.is_alphanumeric() || "-_.".contains(character) { character } else { '_' }
    };
    let stem: String = database.chars().map(safe).collect();
    stem.trim_start_matches('.').to_owned()
}
