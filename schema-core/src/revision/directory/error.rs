//! Why a migrations folder cannot be used.

use super::source::is_script;
use crate::model::Engine;
use crate::revision::directory::Direction;
use crate::revision::{FileError, GraphError, RevisionId};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

/// Why a migrations folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The folder is not there.
    #[error("there is no migrations folder `{}`", path.display())]
    NotFound {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A symbolic link, which could lead out of the folder.
    #[error("`{}` is a symbolic link", path.display())]
    SymbolicLink {
        /// The link.
        path: PathBuf,
    },
    /// Something that does not belong there.
    #[error("`{}` does not belong there", path.display())]
    UnexpectedEntry {
        /// The file or folder.
        path: PathBuf,
        /// What belongs there.
        expected: String,
    },
    /// A file is not UTF-8.
    #[error("`{}` is not UTF-8, from line {line} on", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first line with other bytes.
        line: usize,
    },
    /// Somebody else has written into the folder meanwhile.
    #[error("somebody else has changed `{}` meanwhile", folder.display())]
    ChangedMeanwhile {
        /// The folder.
        folder: PathBuf,
    },
    /// A `revision.toml` cannot be used.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FileError,
    },
    /// A revision folder has no `revision.toml`.
    #[error("`{}` has no `revision.toml`", folder.display())]
    NoRevisionFile {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder's name and its `revision.toml` name different revisions.
    #[error("`{}` holds revision `{revision}`, which its name does not say", folder.display())]
    FolderName {
        /// The folder.
        folder: PathBuf,
        /// The revision.
        revision: RevisionId,
    },
    /// Two folders hold the same revision.
    #[error("`{first}` and `{second}` both hold revision `{revision}`")]
    DuplicateRevision {
        /// The revision.
        revision: RevisionId,
        /// The folder whose name sorts first.
        first: String,
        /// The other folder.
        second: String,
    },
    /// `up.sql` or `down.sql` does not say which of several engines it is for.
    #[error("`{}` does not say which engine it is for", path.display())]
    ScriptWithoutEngine {
        /// The script.
        path: PathBuf,
        /// The engines of the revision.
        engines: Vec<Engine>,
    },
    /// A script is for an engine that the revision does not list.
    #[error("`{}` is for {engine}, which `engines` does not list", path.display())]
    UnlistedEngine {
        /// The script.
        path: PathBuf,
        /// The engine.
        engine: Engine,
    },
    /// Two scripts are for the same engine and direction.
    #[error("`{}` and `{second}` are for the same engine", first.display())]
    AmbiguousScript {
        /// The one whose name says no engine.
        first: PathBuf,
        /// The name of the other one.
        second: String,
    },
    /// A revision has no script for this engine.
    #[error("revision `{revision}` has no {direction} script for {engine}")]
    NoScript {
        /// The revision.
        revision: RevisionId,
        /// The engine.
        engine: Engine,
        /// The direction.
        direction: Direction,
    },
    /// There is no such revision.
    #[error("there is no revision `{revision}`")]
    UnknownRevision {
        /// The revision.
        revision: RevisionId,
    },
    /// A revision cannot be removed while others build or depend on it.
    #[error("{} {} `{revision}`", quoted(needed_by), if needed_by.len() == 1 { "needs" } else { "need" })]
    StillNeeded {
        /// The revision.
        revision: RevisionId,
        /// Those that need it, in graph order.
        needed_by: Vec<RevisionId>,
    },
    /// The revisions make no graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// `heads` holds a line that is no revision id.
    #[error("`{}`, line {line}: `{}` is no revision id", path.display(), given.escape_debug())]
    InvalidHead {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What it holds.
        given: String,
    },
    /// `heads` holds the marks of a merge conflict: somebody else added a revision too.
    #[error("`{}` has a merge conflict in line {line}", path.display())]
    HeadsConflict {
        /// The file.
        path: PathBuf,
        /// The line of the first mark.
        line: usize,
    },
    /// `heads` and the revision folders disagree.
    #[error("`{}` says {}, but the revision folders make {}", path.display(), listed(written), listed(actual))]
    HeadsDisagree {
        /// The file.
        path: PathBuf,
        /// What the file holds.
        written: BTreeSet<RevisionId>,
        /// What it should hold.
        actual: BTreeSet<RevisionId>,
    },
    /// Revisions that are compiled into a program cannot be changed.
    #[error("the revisions are part of this program and cannot be changed")]
    Embedded,
    /// A revision without a script.
    #[error("revision `{revision}` has no scripts")]
    NoScripts {
        /// The revision.
        revision: RevisionId,
    },
    /// A folder that is to be written whole holds something already.
    #[error("`{}` is not empty: it holds `{}`", folder.display(), holds.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// What is there.
        holds: PathBuf,
    },
    /// A revision has the scripts already that it shall be given.
    #[error("revision `{revision}` has scripts for {engine} already")]
    EngineThere {
        /// The revision.
        revision: RevisionId,
        /// The engine.
        engine: Engine,
    },
}

const REWRITE: &str = "schema-cli heads --rewrite";

impl DirectoryError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            DirectoryError::NotFound { .. } => Some(
                "`schema-cli init` makes one; `dir` under `[migrations]` in `schema.toml` says where it is"
                    .to_owned(),
            ),
            DirectoryError::Io { path, source, .. }
                if source.kind() == io::ErrorKind::FileTooLarge && is_script(path) =>
            {
                Some(
                    "split it into several revisions, or load the data with the server's own program"
                        .to_owned(),
                )
            }
            DirectoryError::Io { .. }
            | DirectoryError::Embedded
            | DirectoryError::NoScripts { .. }
            | DirectoryError::EngineThere { .. } => None,
            DirectoryError::NotEmpty { .. } => {
                Some("move away what is there, or name another folder".to_owned())
            }
            DirectoryError::SymbolicLink { .. } => {
                Some("put the file or folder itself in its place".to_owned())
            }
            DirectoryError::UnexpectedEntry { expected, .. } => Some(expected.clone()),
            DirectoryError::NotUtf8 { .. } => Some("save the file as UTF-8".to_owned()),
            DirectoryError::File { source, .. } => source.hint(),
            DirectoryError::NoRevisionFile { folder } => {
                Some(format!("restore it from version control, or remove `{}`", folder.display()))
            }
            DirectoryError::FolderName { revision, .. } => {
                Some(format!("name the folder `<time>_{revision}_<words>`, with the time as 14 digits"))
            }
            DirectoryError::DuplicateRevision { .. } => {
                Some("remove one of the two folders, or give it another id".to_owned())
            }
            DirectoryError::ScriptWithoutEngine { path, engines } => {
                let direction = Direction::of_file(path).map_or("up", Direction::name);
                let names: Vec<String> =
                    engines.iter().map(|engine| format!("`{direction}.{engine}.sql`")).collect();
                Some(format!("name it {}", names.join(" or ")))
            }
            DirectoryError::UnlistedEngine { engine, .. } => {
                Some(format!("add \"{engine}\" to `engines` in `revision.toml`, or remove the script"))
            }
            DirectoryError::AmbiguousScript { .. } => Some("remove one of the two".to_owned()),
            DirectoryError::NoScript { engine, direction, .. } => match direction {
                Direction::Up => Some(format!(
                    "`schema-cli autogenerate --amend` adds it to a head, `--add-engine {engine}` the whole history's"
                )),
                Direction::Down => Some(format!("write `down.{engine}.sql`")),
            },
            DirectoryError::UnknownRevision { .. } => {
                Some("`schema-cli history` lists the revisions".to_owned())
            }
            DirectoryError::StillNeeded { needed_by, .. } => {
                needed_by.last().map(|last| format!("remove the last one first: `schema-cli remove {last}`"))
            }
            DirectoryError::Graph(error) => error.hint(),
            DirectoryError::InvalidHead { .. } => Some(format!("`{REWRITE}` writes the file anew")),
            DirectoryError::HeadsConflict { .. } => Some(format!(
                "run `{REWRITE}`; if that leaves two heads, `schema-cli merge heads` joins them"
            )),
            DirectoryError::ChangedMeanwhile { .. } => Some("run the command again".to_owned()),
            DirectoryError::HeadsDisagree { .. } => {
                Some(format!("if no revision folder is missing, run `{REWRITE}`"))
            }
        }
    }
}

fn listed(ids: &BTreeSet<RevisionId>) -> String {
    if ids.is_empty() { "no head".to_owned() } else { quoted(ids) }
}

fn quoted<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}
