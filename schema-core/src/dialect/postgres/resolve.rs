//! What a document declares for PostgreSQL, in its own types.

use crate::dialect::Unsupported;
use crate::model::{Document, Engine, Schema};

/// The schema that a document declares for PostgreSQL.
///
/// # Errors
///
/// Everything that PostgreSQL cannot hold.
pub fn resolve(document: &Document) -> Result<Schema, Vec<Unsupported>> {
    let _ = document;
    Err(vec![Unsupported {
        engine: Engine::Postgres,
        what: "any schema yet".to_owned(),
        place: "this release".to_owned(),
        hint: "use a `sqlite://` database".to_owned(),
    }])
}
