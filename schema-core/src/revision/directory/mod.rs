//! The migrations folder: the revisions, their scripts, and the file `heads`.
//!
//! The folder is read once; scripts are read when they are asked for. Revisions that are compiled into a program are the same
//! files, held in memory.

mod amend;
mod error;
mod exchange;
mod hidden;
mod layout;
mod rebase;
mod remove;
mod source;
mod squash;
#[cfg(test)]
mod tests;
mod whole;
mod write;

pub use error::DirectoryError;
pub use squash::{NewSquash, PreparedSquash};
pub use whole::Prepared;
pub use write::{Created, NewRevision, Scripts};

use super::{Checksum, Graph, Revision, RevisionId};
use crate::model::Engine;
use crate::parallel;
use layout::{HEADS, REVISION_FILE};
use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

/// A migrations folder.
#[derive(Clone, Debug)]
pub struct Directory {
    source: Source,
    graph: Graph,
    folders: BTreeMap<RevisionId, Folder>,
}

#[derive(Clone, Debug)]
struct Folder {
    name: String,
    files: BTreeSet<String>,
}

/// Which way a script goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It applies the revision.
    Up,
    /// It undoes the revision.
    Down,
}

impl Direction {
    /// The word for it in file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }

    /// What a revision is after its script has run: `applied` or `undone`.
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Direction::Up => "applied",
            Direction::Down => "undone",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A file that is compiled into the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedFile {
    /// Its path within the migrations folder, with `/` between the parts.
    pub path: &'static str,
    /// Its text.
    pub contents: &'static str,
}

/// A script as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptText {
    /// The file.
    pub path: PathBuf,
    /// The text, without a byte order mark.
    pub text: String,
    /// Its checksum.
    pub checksum: Checksum,
}

impl Directory {
    /// Reads a migrations folder.
    ///
    /// # Errors
    ///
    /// Anything in the folder that does not belong there or cannot be read, revisions that make no graph, and a file `heads` that
    /// disagrees with them.
    pub fn open(path: impl Into<PathBuf>) -> Result<Directory, DirectoryError> {
        Directory::read(Source::Folder(path.into()), HeadsFile::Checked)
    }

    /// The revisions that are compiled into the program.
    ///
    /// # Errors
    ///
    /// As [`Directory::open`].
    pub fn from_embedded(files: &'static [EmbeddedFile]) -> Result<Directory, DirectoryError> {
        Directory::read(Source::embedded(files), HeadsFile::Checked)
    }

    fn read(source: Source, heads_file: HeadsFile) -> Result<Directory, DirectoryError> {
        let listing = source.list()?;
        if let Some(name) = listing.files.iter().find(|name| !belongs_into_root(name)) {
            let expected =
                "a migrations folder holds the file `heads` and a folder for each revision".to_owned();
            return Err(DirectoryError::UnexpectedEntry { path: source.path(&[name]), expected });
        }
        let mut folders: BTreeMap<RevisionId, Folder> = BTreeMap::new();
        let mut revisions = Vec::new();
        let listed: Vec<(String, BTreeSet<String>)> = listing.folders.into_iter().collect();
        let read = parallel::try_map(&listed, |(name, files)| read_revision(&source, name, files))?;
        for ((name, files), revision) in listed.into_iter().zip(read) {
            let id = revision.id.clone();
            if let Some(other) = folders.get(&id) {
                let first = other.name.clone();
                return Err(DirectoryError::DuplicateRevision { revision: id, first, second: name });
            }
            folders.insert(id, Folder { name, files });
            revisions.push(revision);
        }
        let directory = Directory { source, graph: Graph::new(revisions)?, folders };
        match heads_file {
            HeadsFile::Checked => directory.check_heads()?,
            HeadsFile::Ignored => {}
        }
        Ok(directory)
    }

    /// The revisions.
    #[must_use]
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The folder on disk; none for revisions that are compiled into the program.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.source {
            Source::Folder(root) => Some(root),
            Source::Embedded(_) => None,
        }
    }

    /// The path of a revision's folder.
    ///
    /// # Errors
    ///
    /// There is no such revision.
    pub fn folder(&self, id: &RevisionId) -> Result<PathBuf, DirectoryError> {
        Ok(self.source.path(&[&self.held(id)?.1.name]))
    }

    /// The path of the script that this engine runs.
    ///
    /// # Errors
    ///
    /// There is no such revision, or it has no such script.
    pub fn script_path(
        &self,
        id: &RevisionId,
        engine: Engine,
        direction: Direction,
    ) -> Result<PathBuf, DirectoryError> {
        let (folder, file) = self.script_file(id, engine, direction)?;
        Ok(self.source.path(&[folder, &file]))
    }

    /// Reads the script that this engine runs.
    ///
    /// # Errors
    ///
    /// There is no such revision, it has no such script, or the file cannot be read.
    pub fn script(
        &self,
        id: &RevisionId,
        engine: Engine,
        direction: Direction,
    ) -> Result<ScriptText, DirectoryError> {
        let (folder, file) = self.script_file(id, engine, direction)?;
        let Some(mut text) = self.source.read(&[folder, &file])? else {
            return Err(DirectoryError::NoScript { revision: id.clone(), engine, direction });
        };
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(ScriptText { path: self.source.path(&[folder, &file]), checksum: Checksum::of(&text), text })
    }

    fn script_file(
        &self,
        id: &RevisionId,
        engine: Engine,
        direction: Direction,
    ) -> Result<(&str, String), DirectoryError> {
        let (revision, folder) = self.held(id)?;
        match layout::script_file(&folder.files, revision, engine, direction) {
            Some(file) => Ok((&folder.name, file)),
            None => Err(DirectoryError::NoScript { revision: id.clone(), engine, direction }),
        }
    }

    fn held(&self, id: &RevisionId) -> Result<(&Revision, &Folder), DirectoryError> {
        self.graph
            .get(id)
            .zip(self.folders.get(id))
            .ok_or_else(|| DirectoryError::UnknownRevision { revision: id.clone() })
    }

    fn check_heads(&self) -> Result<(), DirectoryError> {
        let path = self.source.path(&[HEADS]);
        let text = self.source.read(&[HEADS])?.unwrap_or_default();
        let mut written = BTreeSet::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line_number = index + 1;
            let given = line.trim();
            if is_conflict_mark(given) {
                return Err(DirectoryError::HeadsConflict { path, line: line_number });
            }
            if !given.is_empty() {
                let id = given.parse().map_err(|_| DirectoryError::InvalidHead {
                    path: path.clone(),
                    line: line_number,
                    given: given.to_owned(),
                })?;
                written.insert(id);
            }
        }
        let actual = self.graph.heads();
        if written == actual { Ok(()) } else { Err(DirectoryError::HeadsDisagree { path, written, actual }) }
    }
}

/// What to make of the file `heads`.
#[derive(Clone, Copy)]
enum HeadsFile {
    Checked,
    Ignored,
}

fn belongs_into_root(file: &str) -> bool {
    file == HEADS || file.ends_with(".md")
}

fn is_conflict_mark(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

fn read_revision(
    source: &Source,
    folder: &str,
    files: &BTreeSet<String>,
) -> Result<Revision, DirectoryError> {
    let path = source.path(&[folder, REVISION_FILE]);
    let Some(text) = source.read(&[folder, REVISION_FILE])? else {
        let path = source.path(&[folder]);
        return Err(if layout::is_revision_folder(folder) {
            DirectoryError::NoRevisionFile { folder: path }
        } else {
            let expected =
                "a revision's folder is named `<time>_<id>_<words>` and holds `revision.toml`".to_owned();
            DirectoryError::UnexpectedEntry { path, expected }
        });
    };
    let text = text.trim_start_matches('\u{feff}');
    let revision = Revision::from_toml(text).map_err(|source| DirectoryError::File { path, source })?;
    if !layout::folder_holds(folder, &revision) {
        return Err(DirectoryError::FolderName { folder: source.path(&[folder]), revision: revision.id });
    }
    layout::check_files(source, folder, files, &revision)?;
    Ok(revision)
}
