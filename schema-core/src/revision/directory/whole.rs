//! A migrations folder that appears at once, with all of its revisions.

use super::hidden::{Hidden, WITHIN};
use super::layout::{self, HEADS};
use super::source::failed;
use super::write::{NewRevision, contents_of, split, sync_folder, write_files, write_heads};
use super::{Directory, DirectoryError};
use crate::parallel;
use crate::revision::{Graph, Revision};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A migrations folder that is not there yet: written whole beside its place, to be tried out before it appears. Where it never does, nothing is left of it.
#[derive(Debug)]
pub struct Prepared {
    hidden: Hidden,
    directory: Directory,
    path: PathBuf,
}

impl Directory {
    /// Writes a migrations folder with these revisions beside its place, where [`Prepared::publish`] puts it.
    ///
    /// # Errors
    ///
    /// There is a folder already that holds anything but an empty `heads`, the revisions make no graph, or something cannot be written.
    pub fn prepare(
        path: impl Into<PathBuf>,
        revisions: Vec<NewRevision>,
    ) -> Result<Prepared, DirectoryError> {
        let path = path.into();
        let place = place_of(&path);
        nothing_in(&place)?;
        let mut folders = Vec::new();
        let mut all: Vec<Revision> = Vec::new();
        for revision in revisions {
            let (revision, scripts) = split(revision)?;
            folders.push((layout::folder_name(&revision), contents_of(&revision, scripts)));
            all.push(revision);
        }
        let heads = Graph::new(all)?.heads();
        // A folder that is there already has the same file system as the place.
        let near = place.ancestors().skip(1).find(|it| it.is_dir()).unwrap_or(Path::new("."));
        let (hidden, new) = Hidden::near(near)?;
        write_folders(&new, &folders)?;
        write_heads(&new, &heads)?;
        Ok(Prepared { directory: Directory::open(new)?, hidden, path })
    }
}

/// Writes the folders of new revisions.
pub(super) fn write_folders(
    root: &Path,
    folders: &[(String, BTreeMap<String, String>)],
) -> Result<(), DirectoryError> {
    parallel::try_map(folders, |(name, files): &(String, BTreeMap<String, String>)| {
        let folder = root.join(name);
        fs::create_dir(&folder).map_err(failed("make", &folder))?;
        write_files(&folder, files)?;
        sync_folder(&folder)
    })?;
    Ok(())
}

impl Prepared {
    /// The revisions, in the folder where they are until they are published.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Puts the folder in its place. It appears with all of its revisions or not at all, even where the process is killed.
    ///
    /// # Errors
    ///
    /// Somebody has written into the place meanwhile, or it cannot be written; then nothing has changed.
    pub fn publish(self) -> Result<Directory, DirectoryError> {
        let Prepared { hidden, directory: _, path } = self;
        let place = place_of(&path);
        if let Some(nothing) = nothing_in(&place)? {
            for empty in nothing {
                fs::remove_file(&empty).map_err(failed("replace", &empty))?;
            }
            fs::remove_dir(&place).map_err(failed("replace", &place))?;
        }
        let parent = place.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed("make", parent))?;
        fs::rename(hidden.path().join(WITHIN), &place).map_err(failed("write", &place))?;
        sync_folder(parent)?;
        Directory::open(path)
    }
}

/// Where a folder goes: what a link names is replaced, not the link.
fn place_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The empty files in a folder that holds nothing else; none where there is no folder.
fn nothing_in(place: &Path) -> Result<Option<Vec<PathBuf>>, DirectoryError> {
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", place)(error)),
    };
    let mut empty = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed("read", place))?;
        let metadata = entry.metadata().map_err(failed("read", &entry.path()))?;
        let name = entry.file_name();
        let is_usual = name == HEADS || name.to_string_lossy().starts_with('.');
        if !(is_usual && metadata.is_file() && metadata.len() == 0) {
            return Err(DirectoryError::NotEmpty { folder: place.to_owned(), holds: entry.path() });
        }
        empty.push(entry.path());
    }
    Ok(Some(empty))
}
