//! The files of a folder, and what is found out while they are read.

use super::problem::{Problem, Trouble};
use super::tool::Tool;
use crate::model::Engine;
use crate::revision::InvalidRevisionId;
use crate::text_file::{self, MOST_OF_SCRIPT};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// What is found out while a folder is read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) tool: Tool,
    pub(super) engine: Engine,
    pub(super) problems: Vec<Problem>,
    pub(super) left_aside: Vec<PathBuf>,
}

impl Found {
    pub(super) fn new(tool: Tool, engine: Engine) -> Self {
        Found { tool, engine, problems: Vec::new(), left_aside: Vec::new() }
    }

    pub(super) fn problem(&mut self, path: &Path, line: Option<usize>, what: Trouble) {
        self.problems.push(Problem { path: path.to_owned(), line, what });
    }

    pub(super) fn unknown(
        &mut self,
        path: &Path,
        line: Option<usize>,
        what: impl Into<String>,
        hint: &'static str,
    ) {
        self.problem(path, line, Trouble::Unknown { what: what.into(), hint });
    }

    pub(super) fn leave_aside(&mut self, entry: &Entry) {
        self.left_aside.push(entry.path.clone());
    }

    /// The value, or a problem.
    pub(super) fn valid<T>(&mut self, path: &Path, value: Result<T, InvalidRevisionId>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(reason) => {
                self.problem(path, None, Trouble::Id { reason });
                None
            }
        }
    }

    /// The text of a file, as it is there.
    pub(super) fn text(&mut self, path: &Path) -> Option<String> {
        match text_file::read(path, MOST_OF_SCRIPT) {
            Ok(text) => Some(text),
            Err(error) => {
                self.problem(path, None, Trouble::Unreadable { reason: error.to_string() });
                None
            }
        }
    }
}

/// The files that a tool would look at, sorted by name. Hidden ones are none.
pub(super) fn list(folder: &Path, tool: Tool, found: &mut Found) -> io::Result<Vec<Entry>> {
    let is_deep = match tool {
        Tool::Refinery | Tool::SeaOrm | Tool::Alembic | Tool::Flyway => true,
        Tool::Sqlx | Tool::Diesel | Tool::Dbmate | Tool::Goose | Tool::GolangMigrate => false,
    };
    let mut entries = entries(folder, found)?;
    let mut files = Vec::new();
    while let Some(entry) = entries.pop() {
        if entry.is_folder && is_deep {
            // A link to a folder may lead round in a circle.
            if entry.path.is_symlink() {
                found.leave_aside(&entry);
            } else if entry.name != "target" {
                entries.extend(self::entries(&entry.path, found)?);
            }
        } else {
            files.push(entry);
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What is in a folder, sorted by name.
pub(super) fn entries(folder: &Path, found: &mut Found) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let Ok(name) = entry.file_name().into_string() else {
            found.problem(&path, None, Trouble::Unreadable { reason: "its name is not UTF-8".to_owned() });
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        // What a link leads to.
        match fs::metadata(&path) {
            Ok(metadata) => entries.push(Entry { is_folder: metadata.is_dir(), path, name }),
            Err(error) => found.problem(&path, None, Trouble::Unreadable { reason: error.to_string() }),
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}
