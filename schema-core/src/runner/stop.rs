//! Why a run stops in the middle of a revision.

use super::{Failure, RunnerError};
use crate::driver::DriverError;
use crate::revision::RevisionId;
use crate::revision::directory::Direction;
use crate::steps::StepFailure;
use std::time::Duration;

/// Why a revision was not done: something about the revision, or about the history as a whole.
pub(super) enum Stop {
    Failure {
        failure: Box<Failure>,
        can_be_repeated: bool,
    },
    Runner(Box<RunnerError>),
    /// There is no backup, so nothing was begun.
    NoBackup(Box<DriverError>),
}

impl Stop {
    /// A failure after which the same must not simply be done again.
    pub(super) fn finally(failure: Failure) -> Self {
        Stop::Failure { failure: Box::new(failure), can_be_repeated: false }
    }

    /// What the database said, where the same may work a moment later.
    pub(super) fn transient(&self) -> Option<String> {
        let error = match self {
            Stop::Failure { failure, can_be_repeated: true } => failure.driver_error()?,
            Stop::Failure { .. } | Stop::NoBackup(_) => return None,
            Stop::Runner(error) => error.driver_error()?,
        };
        error.is_transient().then(|| error.to_string())
    }

    /// The same, where it is a lock that was waited for all this time.
    pub(super) fn after(mut self, total: Duration) -> Self {
        if let Stop::Failure { failure, can_be_repeated: _ } = &mut self
            && let Failure::Statement { source, .. }
            | Failure::Step { source: StepFailure::Refused { source, .. }, .. }
            | Failure::Range { source, .. }
            | Failure::Transaction(source) = failure.as_mut()
            && let DriverError::LockNotGot { waited, holder: _ } = source
        {
            *waited = total;
        }
        self
    }

    pub(super) fn at(
        self,
        revision: &RevisionId,
        direction: Direction,
        done: Vec<RevisionId>,
    ) -> RunnerError {
        let failure = match self {
            Stop::Failure { failure, can_be_repeated: _ } => failure,
            Stop::Runner(error) => match *error {
                RunnerError::Driver(error) => Box::new(Failure::Transaction(error)),
                error => return error,
            },
            Stop::NoBackup(error) => return RunnerError::Driver(*error),
        };
        RunnerError::Stopped { revision: revision.clone(), direction, failure, done }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failure { failure: Box::new(failure), can_be_repeated: true }
    }
}

impl From<RunnerError> for Stop {
    fn from(error: RunnerError) -> Self {
        Stop::Runner(Box::new(error))
    }
}
