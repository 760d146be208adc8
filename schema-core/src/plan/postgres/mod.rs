//! The order in which PostgreSQL takes changes.

use super::{Path, Unplanned};
use crate::diff::Changes;
use crate::model::Engine;
use crate::sql::Plan;

pub(super) fn plan(changes: &Changes, path: Path<'_>) -> Result<Plan, Unplanned> {
    let _ = (changes, path);
    Err(Unplanned { engine: Engine::Postgres, what: "anything".to_owned() })
}
