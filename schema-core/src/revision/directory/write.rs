//! Writing into the migrations folder: every file whole or not at all.

use super::layout::{self, HEADS, REVISION_FILE};
use super::source::failed;
use super::{Direction, Directory, DirectoryError, Folder, HeadsFile, Source};
use crate::model::Engine;
use crate::revision::{Graph, Label, Revision, RevisionId};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A revision that is to be written.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// The id.
    pub id: RevisionId,
    /// What it builds on.
    pub revises: Vec<RevisionId>,
    /// Revisions of other branches that have to be applied before it.
    pub depends_on: Vec<RevisionId>,
    /// The names of the branch that begins here.
    pub labels: Vec<Label>,
    /// What it does.
    pub message: String,
    /// When it was made; fractions of a second are dropped.
    pub created: Timestamp,
    /// The scripts for each engine.
    pub scripts: BTreeMap<Engine, Scripts>,
}

impl NewRevision {
    /// A revision with a new id, made now, that builds on these and has no scripts yet.
    #[must_use]
    pub fn new(message: impl Into<String>, revises: impl IntoIterator<Item = RevisionId>) -> Self {
        NewRevision {
            id: RevisionId::random(),
            revises: revises.into_iter().collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            message: message.into(),
            created: Timestamp::now(),
            scripts: BTreeMap::new(),
        }
    }
}

/// The scripts of a revision for one engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts {
    /// Applies the revision.
    pub up: String,
    /// Undoes the revision.
    pub down: String,
    /// What of it the SQL of models makes: see [`Revision::makes`].
    pub makes: Vec<String>,
    /// What no SQL of models says any more: see [`Revision::drops`].
    pub drops: Vec<String>,
}

impl Scripts {
    /// Two scripts in which no SQL of models makes anything.
    #[must_use]
    pub fn new(up: impl Into<String>, down: impl Into<String>) -> Self {
        Scripts { up: up.into(), down: down.into(), makes: Vec::new(), drops: Vec::new() }
    }

    /// What SQL of models makes and no longer says, with the engine in front.
    pub(super) fn labels_on(&self, engine: Engine) -> [Vec<String>; 2] {
        let with_engine = |label: &String| format!("{} {label}", engine.name());
        [&self.makes, &self.drops].map(|labels| labels.iter().map(with_engine).collect())
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The revision's id.
    pub id: RevisionId,
    /// Its folder.
    pub folder: PathBuf,
    /// The files in it.
    pub files: Vec<PathBuf>,
}

impl Directory {
    /// Makes an empty migrations folder, or opens the one that is there.
    ///
    /// # Errors
    ///
    /// The folder cannot be made, or what is there cannot be used.
    pub fn init(path: impl Into<PathBuf>) -> Result<Directory, DirectoryError> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(failed("make", &path))?;
        let directory = Directory::open(&path)?;
        if !path.join(HEADS).exists() {
            write_heads(&path, &directory.graph.heads())?;
        }
        Ok(directory)
    }

    /// Writes the file `heads` anew, from the revision folders, whatever it holds.
    ///
    /// # Errors
    ///
    /// Anything else in the folder that cannot be used, and a file that cannot be written.
    pub fn rewrite_heads(path: impl Into<PathBuf>) -> Result<Directory, DirectoryError> {
        let path = path.into();
        let directory = Directory::read(Source::Folder(path.clone()), HeadsFile::Ignored)?;
        write_heads(&path, &directory.graph.heads())?;
        Ok(directory)
    }

    /// Adds a revision: its folder appears with all its files or not at all, then `heads` is replaced.
    ///
    /// # Errors
    ///
    /// The revision does not fit the others, somebody else changed the folder meanwhile, or it cannot be written; then nothing
    /// has changed.
    pub fn create(&mut self, new: NewRevision) -> Result<Created, DirectoryError> {
        let Source::Folder(root) = &self.source else {
            return Err(DirectoryError::Embedded);
        };
        let (revision, scripts) = split(new)?;
        let graph = Graph::new(self.graph.revisions().cloned().chain([revision.clone()]))?;
        self.check_heads()?;

        let folder = layout::folder_name(&revision);
        let files = contents_of(&revision, scripts);
        let path = root.join(&folder);
        write_folder(root, &path, &files)?;
        if let Err(error) = write_heads(root, &graph.heads()) {
            // The folder without its line in `heads` would stop every other command.
            let _ = fs::remove_dir_all(&path);
            return Err(error);
        }

        let created = Created {
            id: revision.id.clone(),
            files: files.keys().map(|name| path.join(name)).collect(),
            folder: path,
        };
        self.folders.insert(revision.id, Folder { name: folder, files: files.into_keys().collect() });
        self.graph = graph;
        Ok(created)
    }
}

pub(super) fn split(new: NewRevision) -> Result<(Revision, BTreeMap<Engine, Scripts>), DirectoryError> {
    let NewRevision { id, revises, depends_on, labels, message, created, scripts } = new;
    if scripts.is_empty() {
        return Err(DirectoryError::NoScripts { revision: id });
    }
    let engines = scripts.keys().copied().collect();
    let created = Timestamp::from_second(created.as_second()).unwrap_or(created);
    let (mut makes, mut drops) = (Vec::new(), Vec::new());
    for (engine, scripts) in &scripts {
        let [made, dropped] = scripts.labels_on(*engine);
        makes = each_once(makes, made);
        drops = each_once(drops, dropped);
    }
    let replaces = Vec::new();
    Ok((
        Revision { id, revises, depends_on, labels, message, created, engines, makes, drops, replaces },
        scripts,
    ))
}

/// Both lists in one order, each text once.
pub(super) fn each_once(there: Vec<String>, more: Vec<String>) -> Vec<String> {
    there.into_iter().chain(more).collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn contents_of(
    revision: &Revision,
    scripts: BTreeMap<Engine, Scripts>,
) -> BTreeMap<String, String> {
    let several = scripts.len() > 1;
    let mut files = BTreeMap::from([(REVISION_FILE.to_owned(), revision.to_toml())]);
    for (engine, scripts) in scripts {
        files.extend(file_contents(engine, scripts, several));
    }
    files
}

/// The two files of an engine; its name is in theirs where there are several.
pub(super) fn file_contents(engine: Engine, scripts: Scripts, several: bool) -> BTreeMap<String, String> {
    let Scripts { up, down, makes: _, drops: _ } = scripts;
    let engine = several.then_some(engine);
    BTreeMap::from([
        (layout::script_name(Direction::Up, engine), up),
        (layout::script_name(Direction::Down, engine), down),
    ])
}

/// Builds the folder under a hidden name next to its place, which the reader skips, and then gives it its own.
fn write_folder(root: &Path, path: &Path, files: &BTreeMap<String, String>) -> Result<(), DirectoryError> {
    let hidden =
        tempfile::Builder::new().prefix(".new-").tempdir_in(root).map_err(failed("write into", root))?;
    write_files(hidden.path(), files)?;
    sync_folder(hidden.path())?;
    fs::rename(hidden.path(), path).map_err(failed("write", path))?;
    // Nothing of that name is left to be removed.
    let _ = hidden.keep();
    sync_folder(root)
}

/// Writes files that are not there yet.
pub(super) fn write_files(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), DirectoryError> {
    for (name, contents) in files {
        let path = folder.join(name);
        let write = || {
            let mut file = File::create_new(&path)?;
            file.write_all(contents.as_bytes())?;
            file.sync_all()
        };
        write().map_err(failed("write", &path))?;
    }
    Ok(())
}

pub(super) fn write_heads(root: &Path, heads: &BTreeSet<RevisionId>) -> Result<(), DirectoryError> {
    let path = root.join(HEADS);
    let text: String = heads.iter().map(|id| format!("{id}\n")).collect();
    let write = || {
        let mut file = temporary_file().tempfile_in(root)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(std::io::Error::from)
    };
    write().map_err(failed("write", &path))?;
    sync_folder(root)
}

/// Temporary files are private by default; this one is going to be part of the project.
fn temporary_file() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".heads-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Makes a rename last through a power cut; only Unix lets a folder be opened for that.
pub(super) fn sync_folder(path: &Path) -> Result<(), DirectoryError> {
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(failed("write", path))?;
    }
    Ok(())
}
