//! What the server says, in its words.

use crate::dialect::postgres::extension;
use crate::driver::{DriverError, Lack};
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

/// What the role lacks that was refused the statement, where the server's messages are in English.
fn lack(message: &str) -> Option<Lack> {
    const MEMBERSHIP: [&str; 3] =
        ["must be member of role \"", "must be able to SET ROLE \"", "permission denied to set role \""];
    // The statement, where a block of ours ran it.
    let message = message.split_once(", in `").map_or(message, |(message, _)| message);
    if let Some(schema) = message.strip_prefix("permission denied for schema ") {
        return Some(Lack::SchemaUsage { schema: schema.to_owned() });
    }
    let role = MEMBERSHIP.iter().find_map(|start| message.strip_prefix(start))?.strip_suffix('"')?;
    Some(Lack::Membership { role: role.to_owned() })
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
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                let message = message(&error);
                match lack(&message) {
                    Some(lacks) => DriverError::NotAllowed { message, lacks },
                    None => DriverError::Refused { message },
                }
            }
            Some(_) | None => DriverError::Refused { message: message(&error) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lack, lack};

    #[test]
    fn what_a_role_lacks_is_read_from_the_message() {
        let member = |role: &str| Some(Lack::Membership { role: role.to_owned() });
        assert_eq!(lack("must be member of role \"boss\""), member("boss"));
        assert_eq!(
            lack("must be able to SET ROLE \"The Boss\", in `ALTER TABLE t OWNER TO \"The Boss\"`"),
            member("The Boss")
        );
        assert_eq!(lack("permission denied to set role \"boss\""), member("boss"));
        let schema = Lack::SchemaUsage { schema: "app".to_owned() };
        assert_eq!(lack("permission denied for schema app"), Some(schema));
        assert_eq!(lack("permission denied for table t"), None);
    }
}
