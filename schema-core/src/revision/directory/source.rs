//! Where the files of a migrations folder come from: a disk, or the program itself.

use super::{DirectoryError, EmbeddedFile};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(super) enum Source {
    Folder(PathBuf),
    Embedded(&'static [EmbeddedFile]),
}

/// The names that are there, without the hidden ones.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: BTreeSet<String>,
    pub(super) folders: BTreeMap<String, BTreeSet<String>>,
}

impl Source {
    /// The path to show for a file, or to open it by.
    pub(super) fn path(&self, parts: &[&str]) -> PathBuf {
        let root = match self {
            Source::Folder(root) => root.clone(),
            Source::Embedded(_) => PathBuf::from("migrations"),
        };
        parts.iter().fold(root, |path, part| path.join(part))
    }

    /// # Errors
    ///
    /// Folders that cannot be read, and anything in them that is neither a file nor a folder.
    pub(super) fn list(&self) -> Result<Listing, DirectoryError> {
        match self {
            Source::Folder(root) => list_folder(root),
            Source::Embedded(files) => Ok(list_embedded(files)),
        }
    }

    /// The text of a file; none where there is no such file.
    ///
    /// # Errors
    ///
    /// Files that are no plain files of UTF-8.
    pub(super) fn read(&self, parts: &[&str]) -> Result<Option<String>, DirectoryError> {
        match self {
            Source::Folder(_) => read_file(&self.path(parts)),
            Source::Embedded(files) => {
                let path = parts.join("/");
                Ok(files.iter().find(|file| file.path == path).map(|file| file.contents.to_owned()))
            }
        }
    }
}

pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DirectoryError {
    let path = path.to_owned();
    move |source| DirectoryError::Io { action, path, source }
}

fn list_folder(root: &Path) -> Result<Listing, DirectoryError> {
    let mut listing = Listing::default();
    for (name, path) in entries(root)? {
        if kind(&path)?.is_dir() {
            let mut files = BTreeSet::new();
            for (name, path) in entries(&path)? {
                if kind(&path)?.is_dir() {
                    let expected = "a revision folder holds files only".to_owned();
                    return Err(DirectoryError::UnexpectedEntry { path, expected });
                }
                files.insert(name);
            }
            listing.folders.insert(name, files);
        } else {
            listing.files.insert(name);
        }
    }
    Ok(listing)
}

fn list_embedded(files: &[EmbeddedFile]) -> Listing {
    let mut listing = Listing::default();
    for file in files {
        match file.path.split_once('/') {
            Some((folder, name)) => {
                listing.folders.entry(folder.to_owned()).or_default().insert(name.to_owned());
            }
            None => {
                listing.files.insert(file.path.to_owned());
            }
        }
    }
    listing
}

/// The entries that are not hidden; hidden are the tools' own files (`.gitkeep`, `.DS_Store`) and what is still being written.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, DirectoryError> {
    let read = fs::read_dir(folder).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => DirectoryError::NotFound { path: folder.to_owned() },
        _ => failed("read", folder)(source),
    })?;
    let mut entries = Vec::new();
    for entry in read {
        let path = entry.map_err(failed("read", folder))?.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if name.starts_with('.') => {}
            Some(name) => entries.push((name.to_owned(), path)),
            None => {
                let expected = "file names are UTF-8".to_owned();
                return Err(DirectoryError::UnexpectedEntry { path, expected });
            }
        }
    }
    entries.sort();
    Ok(entries)
}

/// The file type of a plain file or folder; a link could lead anywhere, and reading a pipe would wait for ever.
fn kind(path: &Path) -> Result<fs::FileType, DirectoryError> {
    let kind = fs::symlink_metadata(path).map_err(failed("read", path))?.file_type();
    if kind.is_symlink() {
        Err(DirectoryError::SymbolicLink { path: path.to_owned() })
    } else if kind.is_file() || kind.is_dir() {
        Ok(kind)
    } else {
        let expected = "only plain files and folders belong there".to_owned();
        Err(DirectoryError::UnexpectedEntry { path: path.to_owned(), expected })
    }
}

fn read_file(path: &Path) -> Result<Option<String>, DirectoryError> {
    match fs::symlink_metadata(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("read", path)(source)),
        Ok(_) => kind(path)?,
    };
    let bytes = fs::read(path).map_err(failed("read", path))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count();
            Err(DirectoryError::NotUtf8 { path: path.to_owned(), line })
        }
    }
}
