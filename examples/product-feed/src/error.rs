//! What can go wrong in the service.

use crate::feed::FeedError;

/// What can go wrong in the service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A feed file can't be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The database can't be opened or migrated.
    #[error(transparent)]
    Schema(#[from] schema_core::Error),
    /// A query failed on SQLite.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A query failed on PostgreSQL.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Postgres(#[from] postgres::Error),
    /// A query failed on MySQL or MariaDB.
    #[cfg(feature = "mysql")]
    #[error(transparent)]
    Mysql(#[from] mysql::Error),
    /// A query found something else than the service expects.
    #[error("column {column} of the result is not {expected}")]
    Column {
        /// Counted from 0.
        column: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// The password can't be hashed.
    #[error("cannot hash the password: {0}")]
    Password(#[from] argon2::password_hash::Error),
}
