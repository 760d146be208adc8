//! Batches: a statement that runs in ranges of a key, each in a transaction of its own.
//!
//! Owns the directive and the places where a statement names the range. Must not know where the ranges of a table end: the server is asked that.

mod ranges;

pub use ranges::Ranges;
pub(crate) use ranges::compared;

use crate::model::{Engine, QualifiedName};
use std::fmt;
use std::time::Duration;

/// In which ranges a statement runs.
///
/// ```
/// use schema_core::sql::{Batch, Directive};
///
/// let directive = Directive::parse("-- schema: batch products by id size 5000 pause 50ms").transpose()?;
/// let Some(Directive::Batch(batch)) = directive else { unreachable!() };
/// assert_eq!((batch.key, batch.size), (vec!["id".to_owned()], 5000));
/// # Ok::<(), schema_core::sql::DirectiveError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The table whose rows are counted.
    pub table: QualifiedName,
    /// The columns of a key of the table, in the key's order.
    pub key: Vec<String>,
    /// How many rows a range has.
    pub size: u32,
    /// How long to leave the table alone between two ranges.
    pub pause: Duration,
    /// How far replicas may be behind before the next range (PostgreSQL).
    pub max_lag: Option<Duration>,
}

impl Batch {
    /// How many rows a range has where the script does not say so: the locks of one are held for a fraction of a second.
    pub const USUAL_SIZE: u32 = 1000;
    /// More rows than these are a long transaction again.
    pub const LARGEST_SIZE: u32 = 1_000_000;

    /// Ranges of the usual size, without a pause.
    #[must_use]
    pub fn new(table: QualifiedName, key: Vec<String>) -> Self {
        Batch { table, key, size: Batch::USUAL_SIZE, pause: Duration::ZERO, max_lag: None }
    }

    /// How a statement names the range, with the columns spelt in this way.
    pub(crate) fn condition(&self, spell: impl Fn(&str) -> String) -> String {
        let columns: Vec<String> = self.key.iter().map(|column| spell(column)).collect();
        match columns.as_slice() {
            [column] => format!("{column} >= :from AND {column} <= :to"),
            columns => {
                let columns = columns.join(", ");
                format!("({columns}) >= (:from) AND ({columns}) <= (:to)")
            }
        }
    }

    fn example(&self) -> String {
        self.condition(str::to_owned)
    }
}

/// A statement's ranges, and where it names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptBatch {
    /// The ranges.
    pub batch: Batch,
    /// Where the statement names the range.
    pub ranges: Ranges,
}

/// Why a statement cannot run in batches.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// It changes no rows.
    #[error("`{keyword}` does not run in batches")]
    NotForStatement {
        /// The statement's first word.
        keyword: String,
    },
    /// The statement does not name where a range begins, or where it ends.
    #[error("a batch, and its statement says nothing of `{missing}`")]
    Missing {
        /// The placeholder.
        missing: Placeholder,
        /// How it is written.
        example: String,
    },
    /// The range is named in a way that leaves rows out, or does not compare the key.
    #[error("`{placeholder}` stands where it does not bound the range")]
    Misplaced {
        /// The placeholder.
        placeholder: Placeholder,
        /// How it is written.
        example: String,
    },
    /// Rows whose key changes are done twice, or never.
    #[error("a batch by `{column}`, and its statement changes `{column}`")]
    ChangesKey {
        /// The column.
        column: String,
    },
    /// Two directives above one statement.
    #[error("a second `batch` for the same statement")]
    Twice,
    /// Ranges have transactions of their own in any case.
    #[error("`autocommit` has no effect on a batch, whose ranges are transactions of their own")]
    Autocommit,
    /// Without foreign keys, each range would have to be followed by a look at all references.
    #[error("a batch in a script with `foreign_keys=off`")]
    ForeignKeysOff,
    /// A seed is put in as a whole.
    #[error("a batch in a seed, which is put in as a whole")]
    InSeed,
    /// The engine does not tell how far its replicas are behind.
    #[error("{engine} does not tell how far its replicas are behind, so that `max_lag` cannot be kept")]
    LagUnknown {
        /// The engine.
        engine: Engine,
    },
}

impl BatchError {
    /// What to type.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            BatchError::NotForStatement { .. } => {
                "put it above an `UPDATE`, a `DELETE` or an `INSERT … SELECT`".to_owned()
            }
            BatchError::Missing { example, .. } => format!("write `{example}` into its WHERE"),
            BatchError::Misplaced { example, .. } => {
                format!("both ends belong to the range: write `{example}` into its WHERE")
            }
            BatchError::ChangesKey { .. } => "name another key of the table behind `by`".to_owned(),
            BatchError::Twice => "remove one of them".to_owned(),
            BatchError::Autocommit => "remove `-- schema: autocommit`".to_owned(),
            BatchError::ForeignKeysOff | BatchError::InSeed => {
                "put the batch into a revision of its own".to_owned()
            }
            BatchError::LagUnknown { .. } => {
                "remove it; a `pause` gives the replicas time between two ranges".to_owned()
            }
        }
    }
}

/// A place of a statement that takes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The first key of the range.
    From,
    /// The last key of the range.
    To,
}

impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Placeholder::From => ":from",
            Placeholder::To => ":to",
        })
    }
}
