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
    /// A query failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The password can't be hashed.
    #[error("cannot hash the password: {0}")]
    Password(#[from] argon2::password_hash::Error),
}
