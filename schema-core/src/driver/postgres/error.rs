//! What the server says, in its words.

use crate::dialect::postgres::extension;
use crate::driver::DriverError;
use postgres::error::SqlState;
use std::error::Error as _;
use std::time::Duration;

/// The server's message with its detail and hint, or what went wrong on the way to it.
pub(crate) fn message(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => {
            let mut message = error.message().to_owned();
            for more in [error.detail(), error.hint()].into_iter().flatten() {
                message.push_str("; ");
                message.push_str(more.trim_end_matches('.'));
            }
            message
        }
        None => {
            // The crate's own text is but the kind of error (`db error`, `error connecting to server`).
            let mut message = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                let text = cause.to_string();
                if !message.contains(&text) {
                    message.push_str(": ");
                    message.push_str(&text);
                }
                source = cause.source();
            }
            message
        }
    }
}

/// Memory may be missing for other things. The server's message may be in another language, its hint names the setting.
fn is_about_locks(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| {
        let hint = error.hint().unwrap_or_default();
        hint.contains("max_locks_per_transaction") || error.message() == "out of shared memory"
    })
}

/// The role that a statement names and the server does not have, where its messages are in English.
fn missing_role(message: &str) -> Option<&str> {
    message.strip_prefix("role \"")?.strip_suffix("\" does not exist")
}

/// How long a statement waits for a lock of another session; all who come after it wait behind it.
pub(super) const STATEMENT_LOCK_TIMEOUT: Duration = Duration::from_secs(3);

impl From<postgres::Error> for DriverError {
    fn from(error: postgres::Error) -> Self {
        match error.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                DriverError::LockNotGot { waited: STATEMENT_LOCK_TIMEOUT, holder: None }
            }
            Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE) => {
                DriverError::Contention { message: message(&error) }
            }
            Some(&SqlState::OUT_OF_MEMORY) if is_about_locks(&error) => {
                DriverError::OutOfLocks { message: message(&error) }
            }
            Some(&SqlState::UNDEFINED_OBJECT | &SqlState::UNDEFINED_FUNCTION) => {
                let message = message(&error);
                if let Some(role) = missing_role(&message) {
                    let role = role.to_owned();
                    return DriverError::MissingRole { message, role };
                }
                match extension::of_missing(&message) {
                    Some(extension) => {
                        DriverError::MissingExtension { message, extension: extension.to_owned() }
                    }
                    None => DriverError::Refused { message },
                }
            }
            Some(_) | None => DriverError::Refused { message: message(&error) },
        }
    }
}
