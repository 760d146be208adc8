//! One revision in the place of several: the folder appears with all of the change or none of it.

use super::exchange::exchange;
use super::hidden::{Hidden, WITHIN};
use super::layout::{self, HEADS, REVISION_FILE};
use super::source::failed;
use super::whole::write_folders;
use super::write::{NewRevision, contents_of, split, sync_folder, write_files, write_heads};
use super::{Direction, Directory, DirectoryError, Source};
use crate::revision::{Graph, Replaced, Revision, RevisionId};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A revision that is to take the place of a line of others.
#[derive(Clone, Debug)]
pub struct NewSquash {
    /// The revision.
    pub new: NewRevision,
    /// Those that it replaces, in their order.
    pub replaced: Vec<RevisionId>,
}

/// A migrations folder with squashed revisions, beside the one that it is to take the place of. Where it never does, nothing is left of it.
#[derive(Debug)]
pub struct PreparedSquash {
    hidden: Hidden,
    directory: Directory,
    /// The folder whose place it takes.
    place: PathBuf,
    path: PathBuf,
    /// What that folder held.
    before: BTreeMap<PathBuf, Vec<u8>>,
}

/// Files that are being written, or were when a process was killed.
const UNFINISHED: [&str; 3] = [".new-", ".removed-", ".heads-"];

impl Directory {
    /// Writes the folder as it is after these squashes beside its place, where [`PreparedSquash::publish`] puts it.
    ///
    /// # Errors
    ///
    /// The revisions make no graph, or something cannot be read or written.
    pub fn prepare_squash(&self, squashes: Vec<NewSquash>) -> Result<PreparedSquash, DirectoryError> {
        let Source::Folder(root) = &self.source else {
            return Err(DirectoryError::Embedded);
        };
        self.check_heads()?;
        let path = root.clone();
        let place = fs::canonicalize(root).map_err(failed("read", root))?;
        let before = contents(&place)?;

        let mut taken: BTreeMap<RevisionId, RevisionId> = BTreeMap::new();
        let mut folders = Vec::new();
        let mut all: Vec<Revision> = Vec::new();
        for NewSquash { new, replaced } in squashes {
            let (mut revision, scripts) = split(new)?;
            (revision.makes, revision.drops) = self.labels(&replaced);
            for id in &replaced {
                revision.replaces.extend(self.replaced(id)?);
                taken.insert(id.clone(), revision.id.clone());
            }
            folders.push((layout::folder_name(&revision), contents_of(&revision, scripts)));
            all.push(revision);
        }
        let moved = |ids: &[RevisionId]| -> Vec<RevisionId> {
            let mut moved: Vec<RevisionId> = Vec::new();
            for id in ids.iter().map(|id| taken.get(id).unwrap_or(id)) {
                if !moved.contains(id) {
                    moved.push(id.clone());
                }
            }
            moved
        };
        let mut changed: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut gone: Vec<PathBuf> = Vec::new();
        for old in self.graph.revisions() {
            let folder = PathBuf::from(&self.held(&old.id)?.1.name);
            if taken.contains_key(&old.id) {
                gone.push(folder);
                continue;
            }
            let mut revision = old.clone();
            revision.revises = moved(&old.revises);
            revision.depends_on = moved(&old.depends_on);
            if revision != *old {
                let file = folder.join(REVISION_FILE);
                let text = before.get(&file).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                changed.insert(file, revision.to_toml_like(&text.unwrap_or_default()));
            }
            all.push(revision);
        }
        let heads = Graph::new(all)?.heads();

        let near = place.parent().unwrap_or(Path::new("."));
        let (hidden, new) = Hidden::near(near)?;
        for file in before.keys() {
            let is_gone = gone.iter().any(|folder| file.starts_with(folder));
            if is_gone || changed.contains_key(file) || *file == Path::new(HEADS) {
                continue;
            }
            take_over(&place.join(file), &new.join(file))?;
        }
        for (file, text) in &changed {
            let (folder, name) = (file.parent().unwrap_or(Path::new("")), REVISION_FILE.to_owned());
            let folder = new.join(folder);
            fs::create_dir_all(&folder).map_err(failed("make", &folder))?;
            write_files(&folder, &BTreeMap::from([(name, text.clone())]))?;
        }
        write_folders(&new, &folders)?;
        write_heads(&new, &heads)?;
        let permissions = fs::metadata(&place).map_err(failed("read", &place))?.permissions();
        fs::set_permissions(&new, permissions).map_err(failed("write", &new))?;
        Ok(PreparedSquash { directory: Directory::open(new)?, hidden, place, path, before })
    }

    /// What a revision will be known by when it is gone, behind all that it has replaced itself.
    fn replaced(&self, id: &RevisionId) -> Result<Vec<Replaced>, DirectoryError> {
        let (revision, _) = self.held(id)?;
        let mut up = BTreeMap::new();
        for engine in &revision.engines {
            up.insert(*engine, self.script(id, *engine, Direction::Up)?.checksum.as_str().to_owned());
        }
        let replaces = revision.replaced_line().iter().map(|it| it.revision.clone()).collect();
        let own = Replaced { revision: id.clone(), created: revision.created, up, replaces };
        Ok(revision.replaces.iter().cloned().chain([own]).collect())
    }

    /// What SQL of models makes and no longer says, of all of these revisions together.
    fn labels(&self, ids: &[RevisionId]) -> (Vec<String>, Vec<String>) {
        let (mut makes, mut drops): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for revision in ids.iter().filter_map(|id| self.graph.get(id)) {
            makes.retain(|label| !revision.drops.contains(label));
            drops.extend(
                revision.drops.iter().filter(|label| !drops.contains(label)).cloned().collect::<Vec<_>>(),
            );
            drops.retain(|label| !revision.makes.contains(label));
            makes.extend(
                revision.makes.iter().filter(|label| !makes.contains(label)).cloned().collect::<Vec<_>>(),
            );
        }
        makes.sort();
        drops.sort();
        (makes, drops)
    }
}

impl PreparedSquash {
    /// The revisions, in the folder where they are until they are published.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Lets the folder take the place of the old one, which goes. Where a process is killed meanwhile, the old folder is there or the new one; only where the file system
    /// cannot exchange two folders at once (Windows, some network file systems) neither may be, and both are beside the place.
    ///
    /// # Errors
    ///
    /// Somebody has changed the old folder meanwhile, or it cannot be written; then nothing has changed.
    pub fn publish(self) -> Result<Directory, DirectoryError> {
        let PreparedSquash { hidden, directory: _, place, path, before } = self;
        let new = hidden.path().join(WITHIN);
        if contents(&place)? != before {
            return Err(DirectoryError::ChangedMeanwhile { folder: path });
        }
        exchange(&new, &place, hidden.path()).map_err(failed("write", &place))?;
        // What has come between the look and the exchange is not lost.
        if contents(&new)? != before {
            exchange(&new, &place, hidden.path()).map_err(failed("write", &place))?;
            return Err(DirectoryError::ChangedMeanwhile { folder: path });
        }
        sync_folder(place.parent().unwrap_or(Path::new(".")))?;
        hidden.close().map_err(failed("remove", &new))?;
        Directory::open(path)
    }
}

/// All files below a folder with what is in them, by their paths in it.
fn contents(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, DirectoryError> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(folder) = waiting.pop() {
        let full = root.join(&folder);
        for entry in fs::read_dir(&full).map_err(failed("read", &full))? {
            let entry = entry.map_err(failed("read", &full))?;
            let name = entry.file_name();
            if UNFINISHED.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                continue;
            }
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed("read", &entry.path()))?);
            if kind.is_dir() {
                waiting.push(folder.join(name));
            } else if kind.is_file() {
                files.insert(folder.join(name), fs::read(&path).map_err(failed("read", &path))?);
            } else {
                return Err(DirectoryError::SymbolicLink { path });
            }
        }
    }
    Ok(files)
}

/// Puts a file that stays into the new folder: the same file, where the file system can name it twice.
fn take_over(from: &Path, to: &Path) -> Result<(), DirectoryError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed("make", folder))?;
    }
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(failed("write", to))
}
