//! Where the files of a migrations folder come from: a disk, or the program itself.

use super::{DirectoryError, EmbeddedFile};
use crate::{parallel, text_file};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
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
            Source::Folder(root) => root,
            Source::Embedded(_) => Path::new("migrations"),
        };
        // A history has thousands of paths, so that each is put together in one piece of memory.
        let length = parts.iter().map(|part| part.len() + 1).sum::<usize>() + root.as_os_str().len();
        let mut path = PathBuf::with_capacity(length);
        path.push(root);
        path.extend(parts);
        path
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
    for Entry { name, is_folder } in entries(root)? {
        if is_folder {
            folders.push(name);
        } else {
            listing.files.insert(name);
        }
    }
    let files = parallel::try_map(&folders, |name| files_of(&root.join(name)))?;
    listing.folders.extend(folders.into_iter().zip(files));
    Ok(listing)
}

fn files_of(folder: &Path) -> Result<BTreeSet<String>, DirectoryError> {
    let mut files = BTreeSet::new();
    for Entry { name, is_folder } in entries(folder)? {
        if is_folder {
            let expected = "a revision folder holds files only".to_owned();
            return Err(DirectoryError::UnexpectedEntry { path: folder.join(name), expected });
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
        let Ok(name) = entry.file_name().into_string() else {
            let expected = "file names are UTF-8".to_owned();
            return Err(DirectoryError::UnexpectedEntry { path: entry.path(), expected });
        };
        if name.starts_with('.') {
            continue;
        }
        // Most systems tell the type with the name, without another look at the disk.
        let kind = entry.file_type().map_err(|source| failed("read", &entry.path())(source))?;
        check_kind(kind, || entry.path())?;
        entries.push(Entry { name, is_folder: kind.is_dir() });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// Accepts plain files and folders; a link could lead anywhere, and reading a pipe would wait for ever.
fn check_kind(kind: fs::FileType, path: impl FnOnce() -> PathBuf) -> Result<(), DirectoryError> {
    if kind.is_symlink() {
        Err(DirectoryError::SymbolicLink { path: path() })
    } else if kind.is_file() || kind.is_dir() {
        Ok(())
    } else {
        let expected = "only plain files and folders belong there".to_owned();
        Err(DirectoryError::UnexpectedEntry { path: path(), expected })
    }
}

pub(super) fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sql")
}

/// How much a file of this name holds at most.
fn most(path: &Path) -> u64 {
    if is_script(path) { text_file::MOST_OF_SCRIPT } else { text_file::MOST_OF_SETTINGS }
}

fn read_file(path: &Path) -> Result<Option<String>, DirectoryError> {
    let metadata = match fs::symlink_metadata(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("read", path)(source)),
        Ok(metadata) => metadata,
    };
    check_kind(metadata.file_type(), || path.to_owned())?;
    text_file::check_plain(&metadata).map_err(failed("read", path))?;
    text_file::check_length(metadata.len(), most(path)).map_err(failed("read", path))?;
    let bytes = read_whole(path, metadata.len()).map_err(failed("read", path))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count();
            Err(DirectoryError::NotUtf8 { path: path.to_owned(), line })
        }
    }
}

/// The bytes of a file that had this length a moment ago. [`fs::read`] asks the system for the length and for the end as well: half as many
/// calls again, of which a history has thousands.
fn read_whole(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = usize::try_from(length).unwrap_or_default();
    // There is room for one byte more, so that only the end makes it as many.
    let mut bytes = vec![0; length.saturating_add(1)];
    let count = file.read(&mut bytes)?;
    bytes.truncate(count);
    if count != length {
        // Another file has taken its place meanwhile.
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_whatever_length_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("up.sql");
        for text in ["", "SELECT 1;"] {
            fs::write(&path, text).unwrap();
            for length in [0, 3, 9, 20] {
                assert_eq!(read_whole(&path, length).unwrap(), text.as_bytes());
            }
        }
    }
}
