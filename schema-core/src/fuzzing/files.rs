//! Files of other programs that say how to connect.

/// Any option file of MySQL, service file and password file of PostgreSQL is read or refused.
pub fn files(text: &str) {
    crate::driver::mysql::fuzzing::option_file(text);
    crate::driver::postgres::fuzzing::service_file(text);
    crate::driver::postgres::fuzzing::password_file(text);
}
