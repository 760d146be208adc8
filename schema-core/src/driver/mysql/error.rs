//! What the server says, in its words.

use crate::dialect::mysql::guard::{self, OUT_OF_RANGE};
use crate::dialect::mysql::session::STATEMENT_LOCK_TIMEOUT;
use crate::driver::DriverError;

/// `ER_LOCK_WAIT_TIMEOUT`: a lock of a table or a row was not got in time, and the statement has done nothing.
const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// `ER_LOCK_DEADLOCK`: the transaction was rolled back in favour of another one.
const DEADLOCK: u16 = 1213;

/// `ER_ALTER_OPERATION_NOT_SUPPORTED`, without a reason and with one: the ALGORITHM or LOCK of an ALTER TABLE does not do for it.
const ALGORITHM_NOT_SUPPORTED: [u16; 2] = [1845, 1846];

/// `ER_REORG_OUTSIDE_RANGE`: partitions cannot be reorganized into some that take fewer values.
const RANGE_WOULD_SHRINK: u16 = 1520;

/// `ER_TRUNCATED_WRONG_VALUE` and MariaDB's `ER_TRUNCATED_WRONG_VALUE_FOR_DEFAULT`: a value is none of the column's type.
const WRONG_VALUE: [u16; 2] = [1292, 1978];

/// `ER_INVALID_DEFAULT`: the same of a default, which it does not show.
const INVALID_DEFAULT: u16 = 1067;

/// The dictionary of columns could not be updated: MySQL keeps a column that INSTANT has dropped under a longer name, which it cuts in the middle of a
/// character where the name is long and not ASCII. Nothing was changed; another algorithm does it.
const COLUMN_NOT_HIDDEN: u16 = 3507;

/// `ER_BINLOG_UNSAFE_ROUTINE`, `ER_BINLOG_CREATE_ROUTINE_NEED_SUPER`: the server writes a binary log, and does not know what a function does.
const NOT_TRUSTED: [u16; 2] = [1418, 1419];

/// The server's message, or what went wrong on the way to it.
pub(super) fn message(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(error) => error.message.clone(),
        mysql::Error::IoError(error) => error.to_string(),
        mysql::Error::CodecError(error) => error.to_string(),
        mysql::Error::DriverError(error) => error.to_string(),
        mysql::Error::UrlError(error) => error.to_string(),
        mysql::Error::TlsError(error) => error.to_string(),
        mysql::Error::FromValueError(_) | mysql::Error::FromRowError(_) => {
            "the server answers with a value of another type".to_owned()
        }
    }
}

/// Whether another session's lock was in the way.
pub(super) fn is_lock_wait(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(error) if error.code == LOCK_WAIT_TIMEOUT)
}

/// Whether the account, or a server that is only read, does not allow it: access to a database, a table, a column or an operation is denied, or an option
/// stands against it.
pub(super) fn is_not_allowed(error: &mysql::Error) -> bool {
    const CODES: [u16; 7] = [1044, 1045, 1142, 1143, 1227, 1290, 1836];
    matches!(error, mysql::Error::MySqlError(error) if CODES.contains(&error.code))
}

/// What the server says of a statement; where that is a guard, for which reason it has stopped the script.
pub(super) fn of_statement(error: mysql::Error, statement: &str) -> DriverError {
    let is_out_of_range = matches!(&error, mysql::Error::MySqlError(error) if error.code == OUT_OF_RANGE);
    match guard::reason(statement).filter(|_| is_out_of_range) {
        Some(message) => DriverError::Refused { message },
        None => error.into(),
    }
}

fn is_about_zero_date(error: &mysql::error::MySqlError) -> bool {
    error.code == INVALID_DEFAULT || WRONG_VALUE.contains(&error.code) && error.message.contains("-00")
}

impl From<mysql::Error> for DriverError {
    fn from(error: mysql::Error) -> Self {
        if is_lock_wait(&error) {
            return DriverError::LockNotGot { waited: STATEMENT_LOCK_TIMEOUT, holder: None };
        }
        match &error {
            mysql::Error::MySqlError(server) if server.code == DEADLOCK => {
                DriverError::Contention { message: message(&error) }
            }
            mysql::Error::MySqlError(server)
                if ALGORITHM_NOT_SUPPORTED.contains(&server.code)
                    || (server.code == COLUMN_NOT_HIDDEN
                        && server.message.contains("columns dictionary")) =>
            {
                DriverError::AlgorithmNotSupported { message: message(&error) }
            }
            mysql::Error::MySqlError(server) if server.code == RANGE_WOULD_SHRINK => {
                DriverError::RangeWouldShrink { message: message(&error) }
            }
            mysql::Error::MySqlError(server) if NOT_TRUSTED.contains(&server.code) => {
                DriverError::FunctionNotTrusted { message: message(&error) }
            }
            mysql::Error::MySqlError(server) if is_about_zero_date(server) => {
                DriverError::ZeroDate { message: message(&error) }
            }
            _ => DriverError::Refused { message: message(&error) },
        }
    }
}
