//! Where the files of a migrations folder come from: a disk, or the program itself.

use super::{DirectoryError, EmbeddedFile};
use crate::parallel;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(super) enum Source {
    Folder(PathBuf),
    /// Texts by their paths.
    Embedded(BTreeMap<&'static str, &'static str>),
}

/// The names that are there, without the hidden ones.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: BTreeSet<String>,
    pub(super) folders: BTreeMap<String, BTreeSet<String>>,
}

impl Source {
    pub(super) fn embedded(files: &'static [EmbeddedFile]) -> Self {
        Source::Embedded(files.iter().map(|file| (file.path, file.contents)).collect())
    }

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
                Ok(files.get(path.as_str()).map(|contents| (*contents).to_owned()))
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
    let mut folders = Vec::new();
    for Entry { name, path, is_folder } in entries(root)? {
        if is_folder {
            folders.push((name, path));
        } else {
            listing.files.insert(name);
        }
    }
    let files =
        parallel::try_map(&folders, |(name, path)| files_of(path).map(|files| (name.clone(), files)))?;
    listing.folders.extend(files);
    Ok(listing)
}

fn files_of(folder: &Path) -> Result<BTreeSet<String>, DirectoryError> {
    let mut files = BTreeSet::new();
    for Entry { name, path, is_folder } in entries(folder)? {
        if is_folder {
            let expected = "a revision folder holds files only".to_owned();
            return Err(DirectoryError::UnexpectedEntry { path, expected });
        }
        files.insert(name);
    }
    Ok(files)
}

fn list_embedded(files: &BTreeMap<&'static str, &'static str>) -> Listing {
    let mut listing = Listing::default();
    for path in files.keys() {
        match path.split_once('/') {
            Some((folder, name)) => {
                listing.folders.entry(folder.to_owned()).or_default().insert(name.to_owned());
            }
            None => {
                listing.files.insert((*path).to_owned());
            }
        }
    }
    listing
}

struct Entry {
    name: String,
    path: PathBuf,
    is_folder: bool,
}

/// The entries that are not hidden; hidden are the tools' own files (`.gitkeep`, `.DS_Store`) and what is still being written.
fn entries(folder: &Path) -> Result<Vec<Entry>, DirectoryError> {
    let read = fs::read_dir(folder).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => DirectoryError::NotFound { path: folder.to_owned() },
        _ => failed("read", folder)(source),
    })?;
    let mut entries = Vec::new();
    for entry in read {
        let entry = entry.map_err(failed("read", folder))?;
        let path = entry.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if name.starts_with('.') => {}
            Some(name) => {
                let name = name.to_owned();
                // Most systems tell the type with the name, without another look at the disk.
                let kind = entry.file_type().map_err(failed("read", &path))?;
                check_kind(&path, kind)?;
                entries.push(Entry { name, path, is_folder: kind.is_dir() });
            }
            None => {
                let expected = "file names are UTF-8".to_owned();
                return Err(DirectoryError::UnexpectedEntry { path, expected });
            }
        }
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// Accepts plain files and folders; a link could lead anywhere, and reading a pipe would wait for ever.
fn check_kind(path: &Path, kind: fs::FileType) -> Result<(), DirectoryError> {
    if kind.is_symlink() {
        Err(DirectoryError::SymbolicLink { path: path.to_owned() })
    } else if kind.is_file() || kind.is_dir() {
        Ok(())
    } else {
        let expected = "only plain files and folders belong there".to_owned();
        Err(DirectoryError::UnexpectedEntry { path: path.to_owned(), expected })
    }
}

fn read_file(path: &Path) -> Result<Option<String>, DirectoryError> {
    match fs::symlink_metadata(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("read", path)(source)),
        Ok(metadata) => check_kind(path, metadata.file_type())?,
    }
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
