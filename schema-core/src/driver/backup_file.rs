//! The file of a backup: readable by its owner alone, never over another, and under its name only when it is whole.

use super::{BackupDestination, DriverError};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// A backup that is being written, under a name that says so. A run that is killed leaves that, and nothing that looks like a backup.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: PathBuf,
    names: Names,
}

/// The names that it may get.
#[derive(Debug)]
enum Names {
    /// This one.
    Given(PathBuf),
    /// The first of these that is free: with nothing, `-2`, `-3`, … between the two.
    Numbered { folder: PathBuf, stem: String, extension: String },
}

/// Creates the file; one whose name is not given gets the time into it, and goes into the folder beside the database.
pub(super) fn create(
    destination: &BackupDestination,
    beside: &Path,
    stem: &str,
    extension: &str,
) -> Result<Unfinished, DriverError> {
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let numbered = |folder: &Path| Names::Numbered {
        folder: folder.to_owned(),
        stem: format!("{stem}.backup-{time}"),
        extension: extension.to_owned(),
    };
    let names = match destination {
        BackupDestination::At(path) if path.is_dir() => numbered(path),
        BackupDestination::At(path) if path.symlink_metadata().is_ok() => {
            return Err(DriverError::BackupExists { path: path.clone() });
        }
        BackupDestination::At(path) => Names::Given(path.clone()),
        BackupDestination::Beside => numbered(beside),
    };
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let mut file = names.name(1).into_os_string();
    file.push(format!(".unfinished-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let file = PathBuf::from(file);
    // Of a process that had the same number, and is gone.
    let _ = fs::remove_file(&file);
    create_exclusively(&file)?;
    Ok(Unfinished { file, names })
}

impl Names {
    fn name(&self, number: usize) -> PathBuf {
        match self {
            Names::Given(path) => path.clone(),
            Names::Numbered { folder, stem, extension } => {
                let number = if number == 1 { String::new() } else { format!("-{number}") };
                folder.join(format!("{stem}{number}.{extension}"))
            }
        }
    }
}

impl Unfinished {
    /// Where it is written to.
    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    /// Writes it down for good, and gives it its name.
    pub(super) fn finish(self) -> Result<PathBuf, DriverError> {
        let failed = |source| DriverError::BackupFile { path: self.names.name(1), source };
        File::open(&self.file).and_then(|file| file.sync_all()).map_err(failed)?;
        for number in 1.. {
            let name = self.names.name(number);
            match rename_exclusively(&self.file, &name) {
                Ok(()) => {
                    sync_folder(&name).map_err(failed)?;
                    return Ok(name);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match self.names {
                    Names::Given(_) => return Err(DriverError::BackupExists { path: name }),
                    Names::Numbered { .. } => {}
                },
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }
}

/// What is not finished is of no use to anyone.
impl Drop for Unfinished {
    fn drop(&mut self) {
        // There is none where it has its name.
        let _ = fs::remove_file(&self.file);
    }
}

fn create_exclusively(path: &Path) -> Result<(), DriverError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let created = options.open(path).map(drop);
    created.map_err(|source| DriverError::BackupFile { path: path.to_owned(), source })
}

/// Gives a file another name, unless something has it.
fn rename_exclusively(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        // There are file systems without links; whoever takes the name in this moment loses.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && to.symlink_metadata().is_err() => {
            fs::rename(from, to)
        }
        linked => linked,
    }
}

/// Makes a name last through a power cut; only Unix lets a folder be opened for that.
fn sync_folder(file: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<std::ffi::OsString> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_backup_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let begin = || create(&BackupDestination::Beside, folder.path(), "app", "db").unwrap();
        let (first, second) = (begin(), begin());
        assert!(names(folder.path()).iter().all(|name| name.to_string_lossy().contains(".unfinished-")));
        let path = first.finish().unwrap();
        assert!(path.to_string_lossy().ends_with(".db"));
        let other = second.finish().unwrap();
        assert_ne!(path, other);
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[test]
    fn a_backup_is_never_over_another_file_and_a_part_of_one_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("before");
        let at = BackupDestination::At(path.clone());
        let begun = create(&at, Path::new(""), "app", "db").unwrap();
        fs::write(&path, "somebody's").unwrap();
        assert!(matches!(begun.finish(), Err(DriverError::BackupExists { .. })));
        assert!(matches!(create(&at, Path::new(""), "app", "db"), Err(DriverError::BackupExists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's");
        assert_eq!(names(folder.path()), ["before"]);
    }
}
