//! What stands in the way of an import.

use super::Tool;
use crate::revision::InvalidRevisionId;
use crate::sql::ScriptError;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The folder cannot be read.
    #[error("`{}`: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no migration in it.
    #[error("`{}` holds no migration of {tool}", folder.display())]
    Empty {
        /// The tool.
        tool: Tool,
        /// The folder.
        folder: PathBuf,
    },
    /// It holds what revisions cannot say.
    #[error("revisions cannot say this:{}", lines(problems))]
    Problems {
        /// The tool.
        tool: Tool,
        /// All that was found, sorted by file and line.
        problems: Vec<Problem>,
    },
}

impl ImportError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ImportError::Folder { .. } => None,
            ImportError::Empty { tool, .. } => Some(format!("its files are called {}", tool.naming())),
            ImportError::Problems { problems, .. } => {
                let mut hints: Vec<(String, String)> = Vec::new();
                for Problem { path, what, .. } in problems {
                    if let Some(hint) = what.hint().filter(|hint| hints.iter().all(|(_, it)| it != hint)) {
                        let file = path.file_name().map(|name| one_line(Path::new(name))).unwrap_or_default();
                        hints.push((file, hint));
                    }
                }
                if let ([_], [(_, hint)]) = (problems.as_slice(), hints.as_slice()) {
                    return Some(hint.clone());
                }
                let hints: Vec<String> =
                    hints.into_iter().map(|(file, hint)| format!("{file}: {hint}")).collect();
                (!hints.is_empty()).then(|| hints.join("; "))
            }
        }
    }
}

/// Something that revisions cannot say, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// The line, where it is about one.
    pub line: Option<usize>,
    /// What it is.
    pub what: Trouble,
}

/// What cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// A file cannot be read.
    #[error("{reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The version is none.
    #[error("the version `{}` is {expected}", given.escape_debug())]
    Version {
        /// What is there.
        given: String,
        /// Why it is none.
        expected: &'static str,
    },
    /// The version can be no revision id.
    #[error("{reason}")]
    Id {
        /// Why not.
        reason: InvalidRevisionId,
    },
    /// Two migrations have the same version.
    #[error("it has the version {version}, as `{}` has", other.display())]
    Duplicate {
        /// The version.
        version: String,
        /// The other file.
        other: PathBuf,
    },
    /// Nothing applies the migration.
    #[error("a migration that nothing applies: there is no {missing}")]
    NoUp {
        /// What is missing.
        missing: &'static str,
    },
    /// A migration that a program carries out.
    #[error("a migration in {language}, not in SQL")]
    Code {
        /// The language.
        language: &'static str,
    },
    /// Something of the tool that revisions do not have.
    #[error("{what}")]
    Unknown {
        /// What it is.
        what: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The script is none that the runner takes.
    #[error("{source}")]
    Script {
        /// Why; its line is the problem's.
        source: ScriptError,
    },
}

impl Trouble {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Trouble::Unreadable { .. } | Trouble::Version { .. } | Trouble::Id { .. } => None,
            Trouble::Duplicate { .. } => Some("give one of the two another version".to_owned()),
            Trouble::NoUp { .. } => None,
            Trouble::Code { .. } => Some("write the SQL that it runs into a file in its place".to_owned()),
            Trouble::Unknown { hint, .. } => Some((*hint).to_owned()),
            Trouble::Script { source } => source.hint(),
        }
    }
}

/// A path, with control characters written out.
fn one_line(path: &Path) -> String {
    let path = path.display().to_string();
    path.chars().fold(String::with_capacity(path.len()), |mut text, it| {
        if it.is_control() {
            text.extend(it.escape_default())
        } else {
            text.push(it)
        }
        text
    })
}

/// How many lines an error shows.
const MOST: usize = 200;

fn lines(problems: &[Problem]) -> String {
    let mut text = String::new();
    for Problem { path, line, what } in problems.iter().take(MOST) {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let what = what.to_string();
        // Errors of scripts begin with the line in the script, which is another in the file.
        let what = match (what.strip_prefix("line ").and_then(|it| it.split_once(": ")), line.is_empty()) {
            (Some((_, what)), false) => what,
            _ => &what,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n- {}{line}: {what}", one_line(path));
    }
    if problems.len() > MOST {
        let _ = write!(text, "\n- and {} more", problems.len() - MOST);
    }
    text
}
