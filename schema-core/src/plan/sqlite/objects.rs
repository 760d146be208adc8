//! Virtual tables. What they hold goes with them: no module says how its rows could be kept.

use crate::dialect::sqlite::quote_name;
use crate::diff::ObjectChange;
use crate::model::{Object, ObjectKind};
use crate::sql::{Hazard, Statement};

/// Whether the change can be planned.
pub(in crate::plan) fn can_plan(change: &ObjectChange) -> bool {
    let is_virtual =
        |object: &Object| object.id.kind == ObjectKind::VirtualTable && object.definition.is_some();
    let ObjectChange { before, after } = change;
    before.iter().chain(after).all(is_virtual)
}

/// The statements that drop what goes or changes.
pub(super) fn drops(changes: &[&ObjectChange]) -> Vec<Statement> {
    let changes = changes.iter().filter_map(|change| Some((change.before.as_ref()?, change.after.is_some())));
    changes.map(|(object, comes_back)| drop(object, comes_back)).collect()
}

fn drop(object: &Object, comes_back: bool) -> Statement {
    let name = &object.id.name;
    let again = if comes_back { ", which comes back below" } else { "" };
    Statement::new(
        format!("drop the virtual table `{name}`{again}"),
        format!("DROP TABLE {}", quote_name(name)),
    )
    .with_hazards([Hazard::DestroysData(match comes_back {
        true => format!("`{name}` comes back empty: fill it again behind this"),
        false => format!("all rows of `{name}` are gone"),
    })])
}

/// The statements that create what is new or changes.
pub(super) fn creates(changes: &[&ObjectChange]) -> Vec<Statement> {
    let objects = changes.iter().filter_map(|change| change.after.as_ref());
    objects
        .filter_map(|object| {
            let comment = format!("create the virtual table `{}`", object.id.name);
            Some(Statement::new(comment, object.definition.clone()?))
        })
        .collect()
}
