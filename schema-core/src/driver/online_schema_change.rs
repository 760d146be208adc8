//! Changes of large tables by a program that copies them beside reads and writes (MySQL, MariaDB), as `pt-online-schema-change`, `gh-ost` and `spirit` do.

use std::collections::BTreeSet;

/// The program that changes large tables (MySQL, MariaDB), how it is called, and which tables it changes.
///
/// The words are the program and its arguments; no shell reads them. In each, these stand for what is at hand: `{database}`, `{table}`, `{alter}` (what
/// stands behind `ALTER TABLE name`), `{host}`, `{port}`, `{user}`, and `{defaults_file}`, an options file with all that it takes to connect, the password
/// too, which nobody else can read.
///
/// ```
/// use schema_core::driver::OnlineSchemaChange;
///
/// let program = OnlineSchemaChange::new([
///     "pt-online-schema-change",
///     "--execute",
///     "--alter",
///     "{alter}",
///     "F={defaults_file},D={database},t={table}",
/// ])?;
/// let program = program.from_bytes(10 << 30).except(["sessions"]);
/// # Ok::<(), schema_core::driver::InvalidOnlineSchemaChange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlineSchemaChange {
    words: Vec<String>,
    from_bytes: u64,
    except: BTreeSet<String>,
}

/// What may stand in braces.
const PLACEHOLDERS: [&str; 7] = ["database", "table", "alter", "host", "port", "user", "defaults_file"];

/// What has to: without them the program cannot know what to do.
const NEEDED: [&str; 2] = ["table", "alter"];

impl OnlineSchemaChange {
    /// From how many bytes on a table is large, its indexes counted, unless it is said otherwise: 1 GiB.
    pub const DEFAULT_FROM_BYTES: u64 = 1 << 30;

    /// The program and its arguments.
    ///
    /// # Errors
    ///
    /// There is no word, `{table}` or `{alter}` is missing, or something else stands in braces.
    pub fn new<Word: Into<String>>(
        words: impl IntoIterator<Item = Word>,
    ) -> Result<Self, InvalidOnlineSchemaChange> {
        let words: Vec<String> = words.into_iter().map(Into::into).collect();
        if words.first().is_none_or(|program| program.is_empty()) {
            return Err(InvalidOnlineSchemaChange::NoProgram);
        }
        let mut found = BTreeSet::new();
        for name in words.iter().flat_map(|word| placeholders(word)) {
            if !PLACEHOLDERS.contains(&name) {
                return Err(InvalidOnlineSchemaChange::Unknown { placeholder: name.to_owned() });
            }
            found.insert(name);
        }
        if let Some(missing) = NEEDED.into_iter().find(|name| !found.contains(name)) {
            return Err(InvalidOnlineSchemaChange::Missing { placeholder: missing });
        }
        Ok(OnlineSchemaChange { words, from_bytes: Self::DEFAULT_FROM_BYTES, except: BTreeSet::new() })
    }

    /// Leaves tables alone that are smaller, their indexes counted, instead of those below [1 GiB](Self::DEFAULT_FROM_BYTES): the server changes them itself.
    #[must_use]
    pub fn from_bytes(mut self, bytes: u64) -> Self {
        self.from_bytes = bytes;
        self
    }

    /// Leaves these tables alone too, whatever their size: the server changes them itself.
    #[must_use]
    pub fn except<Name: Into<String>>(mut self, tables: impl IntoIterator<Item = Name>) -> Self {
        self.except = tables.into_iter().map(Into::into).collect();
        self
    }
}

#[cfg(feature = "mysql")]
impl OnlineSchemaChange {
    /// The program's name.
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether a table of this name and size is the program's.
    pub(super) fn is_for(&self, table: &str, bytes: u64) -> bool {
        bytes >= self.from_bytes && !self.except.contains(table)
    }

    /// The words, each placeholder replaced by what stands for it.
    pub(super) fn words(&self, value: impl Fn(&str) -> Option<String>) -> Vec<String> {
        self.words.iter().map(|word| replaced(word, &value)).collect()
    }
}

/// What stands in braces.
fn placeholders(word: &str) -> impl Iterator<Item = &str> {
    word.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// In one go, for a value may hold braces of its own.
#[cfg(feature = "mysql")]
fn replaced(word: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut pieces = word.split('{');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}').and_then(|(name, rest)| Some((value(name)?, rest))) {
            Some((value, rest)) => {
                text.push_str(&value);
                text.push_str(rest);
            }
            None => {
                text.push('{');
                text.push_str(piece);
            }
        }
    }
    text
}

/// Why a program for large tables cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidOnlineSchemaChange {
    /// There is no word, or the first is empty.
    #[error("the command is empty: write a program and its arguments")]
    NoProgram,
    /// What the program has to know is not there.
    #[error("the command has no `{{{placeholder}}}`: the program would not know what to change")]
    Missing {
        /// What is missing, without its braces.
        placeholder: &'static str,
    },
    /// Something stands in braces that nothing is known for.
    #[error("`{{{placeholder}}}` stands for nothing: known are {}", known())]
    Unknown {
        /// What stands there, without its braces.
        placeholder: String,
    },
}

fn known() -> String {
    PLACEHOLDERS.map(|name| format!("`{{{name}}}`")).join(", ")
}

/// Why a program did not change a table, which is as it was (MySQL, MariaDB).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnlineSchemaChangeError {
    /// The program's arguments cannot tell names like this one from what surrounds them.
    #[error("its name has characters other than letters, digits, `_`, `-` and `$`")]
    Name,
    /// Rows cannot be told from each other while they are copied.
    #[error("it has neither a primary key nor a unique one without NULL")]
    NoKey,
    /// A copy has constraints of other names.
    #[error("it has constraints whose names the copy cannot have: {}", names.join(", "))]
    Constraints {
        /// Their names.
        names: Vec<String>,
    },
    /// Others would refer to the table that is dropped.
    #[error("foreign keys refer to it: {}", names.join(", "))]
    ReferredTo {
        /// Tables and their foreign keys.
        names: Vec<String>,
    },
    /// The copy would lack them.
    #[error("it has triggers: {}", names.join(", "))]
    Triggers {
        /// Their names.
        names: Vec<String>,
    },
    /// Rows could be left out of the copy in silence.
    #[error("it is partitioned, or shall be")]
    Partitioned,
    /// A copy takes the new name for a new column.
    #[error("the statement renames: `{clause}`")]
    Renames {
        /// The words of the statement.
        clause: String,
    },
    /// The program leaves rows out, or cuts values, where the server would refuse the statement.
    #[error("rows that do not fit would be left out or cut in silence: {reason}")]
    RowsMayNotFit {
        /// What they may not fit.
        reason: String,
    },
    /// It cannot be started.
    #[error("it cannot be started: {source}")]
    NotStarted {
        /// What the system says.
        source: std::io::Error,
    },
    /// It ended with an error, or a signal ended it.
    #[error("it ended with {status}: {said}")]
    Failed {
        /// Its exit status.
        status: String,
        /// The last lines that it wrote.
        said: String,
    },
    /// It says that all is well, and the table is not what the statement asks for.
    #[error("it ended well, and the table is not what the statement makes of it: {difference}")]
    OtherTable {
        /// The first line of the definition that differs.
        difference: String,
    },
    /// The program is watched by a shell, which this system does not have.
    #[error("it can be watched on Unix alone")]
    NotHere,
}

impl OnlineSchemaChangeError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self, table: &str) -> String {
        let except = format!(
            "or have the server itself change the table, which blocks writes meanwhile: `online_schema_change_except = [\"{table}\"]` below `[mysql]` in schema.toml"
        );
        match self {
            OnlineSchemaChangeError::Name
            | OnlineSchemaChangeError::Constraints { .. }
            | OnlineSchemaChangeError::ReferredTo { .. }
            | OnlineSchemaChangeError::Partitioned
            | OnlineSchemaChangeError::NotHere => {
                format!("nothing was changed; change the table by hand, {except}")
            }
            OnlineSchemaChangeError::Triggers { .. } => {
                format!("nothing was changed; drop them in a revision before this one, {except}")
            }
            OnlineSchemaChangeError::NoKey => {
                format!(
                    "nothing was changed; give the table a primary key in a revision before this one, {except}"
                )
            }
            OnlineSchemaChangeError::Renames { .. } => {
                format!(
                    "nothing was changed; write the rename as a statement of its own, which copies nothing, {except}"
                )
            }
            OnlineSchemaChangeError::RowsMayNotFit { .. } => {
                format!(
                    "nothing was changed; change to a type that holds all values of the old one, {except}"
                )
            }
            OnlineSchemaChangeError::NotStarted { .. } => {
                format!(
                    "nothing was changed; install the program (`pt-online-schema-change` is in Debian's percona-toolkit), {except}"
                )
            }
            OnlineSchemaChangeError::Failed { .. } => format!(
                "the table is as it was; mend what the program names and run the same again, {except}"
            ),
            OnlineSchemaChangeError::OtherTable { .. } => {
                "compare `SHOW CREATE TABLE` with the statement; `schema-cli repair` says how to go on"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(words: &[&str]) -> String {
        OnlineSchemaChange::new(words.iter().copied()).unwrap_err().to_string()
    }

    #[test]
    fn what_the_program_has_to_know_must_be_there() {
        assert_eq!(error(&[]), "the command is empty: write a program and its arguments");
        assert_eq!(error(&[""]), "the command is empty: write a program and its arguments");
        assert_eq!(
            error(&["tool", "{table}"]),
            "the command has no `{alter}`: the program would not know what to change"
        );
        assert_eq!(
            error(&["tool", "{table}", "{alter}", "{pasword}"]),
            "`{pasword}` stands for nothing: known are `{database}`, `{table}`, `{alter}`, `{host}`, `{port}`, `{user}`, `{defaults_file}`"
        );
    }

    #[test]
    #[cfg(feature = "mysql")]
    fn values_may_hold_braces() {
        let program = OnlineSchemaChange::new(["tool", "--alter={alter};", "{", "t={table}"]).unwrap();
        let words = program.words(|name| {
            Some(match name {
                "alter" => "ADD a json DEFAULT ('{table}')".to_owned(),
                _ => "t".to_owned(),
            })
        });
        assert_eq!(words, ["tool", "--alter=ADD a json DEFAULT ('{table}');", "{", "t=t"]);
    }

    #[test]
    #[cfg(feature = "mysql")]
    fn small_tables_and_those_that_are_named_stay_the_servers() {
        let program = OnlineSchemaChange::new(["tool", "{table}", "{alter}"]).unwrap();
        assert!(program.is_for("t", 1 << 30));
        assert!(!program.is_for("t", (1 << 30) - 1));
        let program = program.from_bytes(0).except(["t"]);
        assert!(program.is_for("u", 0) && !program.is_for("t", 0));
    }
}
