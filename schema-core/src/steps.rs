//! Steps: functions of an application that the scripts of its revisions name, for changes of rows that SQL cannot say.
//!
//! Owns their names, and what they can do to the database. Must not know revisions: the runner says when one runs.
//!
//! A line `-- schema: rust fill_slugs` of a script, between two statements, has the function run at that place, inside the transaction of the script:
//! what it changes and the line in the history, or in the journal, are committed together or not at all.

use crate::driver::{Answer, Driver, DriverError, SqlValue};
use crate::model::Engine;
use crate::sql::beyond_rows;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How a step ends: with any error, its transaction is rolled back.
pub type StepResult = Result<(), Box<dyn Error + Send + Sync>>;

type StepFunction = dyn Fn(&mut StepTransaction<'_>) -> StepResult + Send + Sync;

/// The functions of an application, by the names that scripts give them.
///
/// ```
/// use schema_core::{SqlValue, StepResult, StepTransaction, Steps};
///
/// fn fill_slugs(transaction: &mut StepTransaction<'_>) -> StepResult {
///     for row in transaction.query("SELECT id, title FROM products WHERE slug IS NULL", &[])? {
///         let [id, title] = row.as_slice() else { continue };
///         let slug = title.as_text().unwrap_or_default().to_lowercase().replace(' ', "-");
///         transaction.execute("UPDATE products SET slug = ? WHERE id = ?", &[slug.into(), id.clone()])?;
///     }
///     Ok(())
/// }
///
/// let steps = Steps::new().with_step("fill_slugs", fill_slugs);
/// assert_eq!(steps.names().collect::<Vec<_>>(), ["fill_slugs"]);
/// ```
#[derive(Clone, Default)]
pub struct Steps {
    functions: BTreeMap<String, Arc<StepFunction>>,
    duplicates: BTreeSet<String>,
}

impl Steps {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Steps::default()
    }

    /// Adds a function. A name that is given twice is an error of every run.
    #[must_use]
    pub fn with_step(
        mut self,
        name: impl Into<String>,
        function: impl Fn(&mut StepTransaction<'_>) -> StepResult + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        if self.functions.insert(name.clone(), Arc::new(function)).is_some() {
            self.duplicates.insert(name);
        }
        self
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Whether there is a function of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// A name that more than one function has.
    pub(crate) fn duplicate(&self) -> Option<&str> {
        self.duplicates.first().map(String::as_str)
    }

    /// Runs a function in the transaction at hand; none where there is no such function.
    pub(crate) fn run(&self, name: &str, driver: &mut dyn Driver) -> Option<Result<(), StepFailure>> {
        let function = self.functions.get(name)?;
        let mut transaction = StepTransaction { driver, failure: None, can_be_undone: HashSet::new() };
        let ended = catch_unwind(AssertUnwindSafe(|| function(&mut transaction)));
        Some(match (transaction.failure, ended) {
            // The database may have rolled back everything before it, so that what came after must not stay, whatever the function made of the error.
            (Some(failure), _) => Err(failure),
            (None, Ok(Ok(()))) => Ok(()),
            (None, Ok(Err(error))) => Err(StepFailure::Function { message: with_sources(error.as_ref()) }),
            (None, Err(panic)) => Err(StepFailure::Panic { message: panic_message(panic.as_ref()) }),
        })
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.functions.keys()).finish()
    }
}

/// Why a step has failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepFailure {
    /// The database refused a statement of it.
    #[error("{source}, in `{statement}`")]
    Refused {
        /// The statement.
        statement: String,
        /// What the database said.
        source: DriverError,
    },
    /// It must not run such a statement.
    #[error("{reason}, in `{statement}`")]
    NotAllowed {
        /// The statement.
        statement: String,
        /// Why not.
        reason: String,
    },
    /// It has returned an error.
    #[error("{message}")]
    Function {
        /// The error, with those below it.
        message: String,
    },
    /// It has panicked.
    #[error("it panicked: {message}")]
    Panic {
        /// What it said.
        message: String,
    },
}

/// Why a statement of a step was not run. The step fails with it, also where the function goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StepError {
    message: String,
}

/// The transaction of a script, in the hands of a step.
///
/// It can be neither committed nor rolled back from here: it ends with the script. Statements read and change rows; what changes the schema, the session or
/// its settings belongs into the script.
pub struct StepTransaction<'run> {
    driver: &'run mut dyn Driver,
    failure: Option<StepFailure>,
    /// Statements of which a rollback leaves nothing.
    can_be_undone: HashSet<String>,
}

impl StepTransaction<'_> {
    /// How many statements are remembered, each of which is asked about once.
    const MOST_STATEMENTS: usize = 1000;

    /// The engine of the database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.driver.engine()
    }

    /// Runs a statement, and returns how many rows it has changed, as the engine counts them. Parameters are `?` on every engine.
    ///
    /// # Errors
    ///
    /// The database refuses it, it does more than to read and change rows, or a statement before it has failed.
    pub fn execute(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<u64, StepError> {
        self.run(statement, parameters).map(|answer| answer.changed)
    }

    /// Runs a statement, and returns all of its rows. Parameters are `?` on every engine.
    ///
    /// PostgreSQL: columns that are neither numbers, texts, bytes, booleans, enums, UUIDs nor JSON are read as text by `::text` behind them.
    ///
    /// # Errors
    ///
    /// As [`StepTransaction::execute`].
    pub fn query(
        &mut self,
        statement: &str,
        parameters: &[SqlValue],
    ) -> Result<Vec<Vec<SqlValue>>, StepError> {
        self.run(statement, parameters).map(|answer| answer.rows)
    }

    fn run(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, StepError> {
        if let Some(failure) = &self.failure {
            return Err(StepError { message: format!("a statement before this has failed: {failure}") });
        }
        let answer = self.check(statement).and_then(|()| {
            self.driver
                .run_for_step(statement, parameters)
                .map_err(|source| StepFailure::Refused { statement: statement.to_owned(), source })
        });
        answer.map_err(|failure| {
            let error = StepError { message: failure.to_string() };
            self.failure = Some(failure);
            error
        })
    }

    fn check(&mut self, statement: &str) -> Result<(), StepFailure> {
        if self.can_be_undone.contains(statement) {
            return Ok(());
        }
        let not_allowed =
            |reason: String| StepFailure::NotAllowed { statement: statement.to_owned(), reason };
        if let Some(reason) = beyond_rows(statement, self.driver.engine()) {
            return Err(not_allowed(reason));
        }
        let survives = self
            .driver
            .survives_rollback(&[statement])
            .map_err(|source| StepFailure::Refused { statement: statement.to_owned(), source })?;
        if survives.contains(&true) {
            return Err(not_allowed("it writes to a table whose engine has no transactions".to_owned()));
        }
        if self.can_be_undone.len() >= Self::MOST_STATEMENTS {
            self.can_be_undone.clear();
        }
        self.can_be_undone.insert(statement.to_owned());
        Ok(())
    }
}

impl fmt::Debug for StepTransaction<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StepTransaction").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

fn with_sources(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut below = error.source();
    while let Some(source) = below {
        let text = source.to_string();
        // Some errors say themselves what is below them.
        if !message.ends_with(&text) {
            message = format!("{message}: {text}");
        }
        below = source.source();
    }
    message
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
