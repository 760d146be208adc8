//! What the process tells its caller by its exit code.

use schema_core::ErrorClass;
use std::process::ExitCode;

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// All was done.
    Done,
    /// The two sides differ, or something is pending.
    Differs,
    /// The command line, the configuration, the models or the files are at fault.
    Usage,
    /// The database refused, or cannot be reached.
    Database,
    /// The lock was not got in time.
    Locked,
    /// The history in the database and the files disagree.
    History,
    /// A step is in doubt.
    InDoubt,
    /// What a command that was run for somebody gave.
    OfCommand(u8),
}

impl ExitStatus {
    /// The code, which scripts rely on.
    #[must_use]
    pub(crate) const fn code(self) -> u8 {
        match self {
            ExitStatus::Done => 0,
            ExitStatus::Differs => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Database => 3,
            ExitStatus::Locked => 4,
            ExitStatus::History => 5,
            ExitStatus::InDoubt => 6,
            ExitStatus::OfCommand(code) => code,
        }
    }
}

impl ExitStatus {
    /// What the code means.
    #[must_use]
    pub(crate) const fn words(self) -> &'static str {
        match self {
            ExitStatus::Done => "done",
            ExitStatus::Differs => "differences or pending",
            ExitStatus::Usage => "usage or configuration",
            ExitStatus::Database => "the database refused",
            ExitStatus::Locked => "lock not got in time",
            ExitStatus::History => "history and files disagree",
            ExitStatus::InDoubt => "a step is in doubt",
            ExitStatus::OfCommand(_) => "that of the command",
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

impl From<ErrorClass> for ExitStatus {
    fn from(class: ErrorClass) -> Self {
        match class {
            ErrorClass::Differences => ExitStatus::Differs,
            ErrorClass::Usage => ExitStatus::Usage,
            ErrorClass::Refused => ExitStatus::Database,
            ErrorClass::Lock => ExitStatus::Locked,
            ErrorClass::History => ExitStatus::History,
            ErrorClass::InDoubt => ExitStatus::InDoubt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ExitStatus;

    #[test]
    fn codes_are_those_that_scripts_rely_on() {
        let codes = [
            ExitStatus::Done,
            ExitStatus::Differs,
            ExitStatus::Usage,
            ExitStatus::Database,
            ExitStatus::Locked,
            ExitStatus::History,
            ExitStatus::InDoubt,
        ]
        .map(ExitStatus::code);
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6]);
    }
}
