//! Files that a command writes and nobody has yet: all of them or none, and never over what is there.

use crate::error::CliError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files to write.
#[derive(Default)]
pub(crate) struct NewFiles(Vec<(PathBuf, String)>);

impl NewFiles {
    pub(crate) fn add(&mut self, path: PathBuf, text: impl Into<String>) {
        self.0.push((path, text.into()));
    }

    /// The paths, in their order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|(path, _)| path.as_path())
    }

    /// Those that are not there yet. What an interrupted run has written is as it would be written again.
    fn missing(&self) -> Result<Vec<&(PathBuf, String)>, CliError> {
        let mut missing = Vec::new();
        for file in &self.0 {
            let (path, text) = file;
            match fs::read(path) {
                Ok(there) if there == text.as_bytes() => {}
                Ok(_) => return Err(CliError::FileIsThere { path: path.clone() }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(file),
                Err(source) => return Err(CliError::File { path: path.clone(), source }),
            }
        }
        Ok(missing)
    }

    /// Writes them; where one cannot be written, those before it go again.
    pub(crate) fn write(&self) -> Result<Undo, CliError> {
        let mut undo = Undo::default();
        for (path, text) in self.missing()? {
            undo.needs_folders_of(path);
            if let Err(source) = write_whole(path, text) {
                undo.run();
                return Err(CliError::File { path: path.clone(), source });
            }
            undo.created(path.clone());
        }
        Ok(undo)
    }
}

/// What was done, to be taken back.
#[derive(Default)]
pub(crate) struct Undo {
    created: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    /// The files that were edited, with what they were before.
    edited: Vec<(PathBuf, String)>,
}

impl Undo {
    /// A file is about to be created, and folders for it; or to be replaced.
    pub(crate) fn creates(&mut self, path: &Path) {
        if self.created.iter().any(|created| created == path) {
            return;
        }
        self.needs_folders_of(path);
        match fs::read_to_string(path) {
            Ok(before) => self.edited.push((path.to_owned(), before)),
            Err(_) => self.created.push(path.to_owned()),
        }
    }

    /// A file or folder has been created.
    pub(crate) fn created(&mut self, path: PathBuf) {
        self.created.push(path);
    }

    /// The folders that are about to be created for a file.
    fn needs_folders_of(&mut self, path: &Path) {
        for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
            if !folder.exists() && !self.folders.iter().any(|known| known == folder) {
                self.folders.push(folder.to_owned());
            }
        }
    }

    /// Gives a file another text.
    pub(crate) fn edit(&mut self, path: &Path, before: String, text: &str) -> Result<(), CliError> {
        self.edited.push((path.to_owned(), before));
        replace(path, text).map_err(|source| CliError::File { path: path.to_owned(), source })
    }

    /// Takes everything back, the last first, and the folders that are empty then.
    pub(crate) fn run(mut self) {
        for (path, before) in self.edited.iter().rev() {
            // What cannot be taken back is told by the next run.
            let _ = replace(path, before);
        }
        for path in self.created.iter().rev() {
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        self.folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Gives a file another text, so that it has the whole of one of the two at any time. Who may read and write it stays.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Where it is a link, the file that it names changes.
    let path = &fs::canonicalize(path)?;
    let new = beside(path);
    let permissions = fs::metadata(path)?.permissions();
    let written = write_to(&new, text)
        .and_then(|()| fs::set_permissions(&new, permissions))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// A name beside a file that nobody else takes.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

fn write_to(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Writes a file that is not there, so that it is there whole or not at all.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let new = beside(path);
    // A link, unlike a rename, takes the place of nothing.
    let written = write_to(&new, text).and_then(|()| fs::hard_link(&new, path).or_else(|_| copy(&new, path)));
    let removed = fs::remove_file(&new);
    written.and(removed)
}

/// Where the file system knows no links.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let text = fs::read(from)?;
    File::create_new(to)?.write_all(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_written_or_none() {
        let folder = std::env::temp_dir().join(format!("schema-new-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name);
        let mut files = NewFiles::default();
        files.add(path("a/one.sql"), "1");
        files.add(path("two.sql"), "2");
        let mut undo = files.write().unwrap();
        assert_eq!(fs::read_to_string(path("a/one.sql")).unwrap(), "1");
        // What is there with the same text is no obstacle, and stays.
        files.write().unwrap().run();
        fs::write(path("old"), "before").unwrap();
        undo.edit(&path("old"), "before".to_owned(), "after").unwrap();
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "after");
        undo.run();
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "before");
        assert!(!path("a").exists() && !path("two.sql").exists());
        fs::write(path("two.sql"), "mine").unwrap();
        assert!(matches!(files.write(), Err(CliError::FileIsThere { .. })));
        assert!(!path("a").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
