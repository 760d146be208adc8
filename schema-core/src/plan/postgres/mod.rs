//! The order in which PostgreSQL takes changes.
//!
//! Each file plans one kind of object and adds its statements to the phases of [`script`], which alone knows their order. What is in the way of a
//! change (a view on a column, a key that another refers to, a CHECK that names a type) is dropped and recreated; what cannot is an error that
//! names it.

mod callers;
mod column_action;
mod column_order;
mod columns;
mod comments;
mod composite;
mod constraints;
mod conversions;
mod dependents;
mod detached_partitions;
mod enums;
mod foreign_keys;
mod hazard;
mod indexes;
mod inheritance;
mod keep;
mod namespaces;
mod needs;
mod object_creation;
mod objects;
mod online;
mod options;
mod owned_sequences;
mod partition_indexes;
mod parts;
mod policies;
mod recreated;
mod renames;
mod rights;
mod script;
mod sequence_options;
mod sequences;
mod settings;
mod steps;
mod table_recreate;
mod tables;
mod type_conversion;
mod type_recreate;
mod undo;
mod views;
mod with_tables;
mod work;

use super::{Path, Unplanned};
use crate::diff::{Changes, ObjectChange};
use crate::model::Engine;
use crate::sql::Plan;
use online::Online;
use script::Script;
use work::Work;

/// Whether a change of an object that is known by its statement can be planned, in this direction.
pub(super) fn can_plan(change: &ObjectChange) -> bool {
    objects::can_plan(change)
}

pub(super) fn plan(changes: &Changes, path: Path<'_>) -> Result<Plan, Unplanned> {
    let detached = detached_partitions::tables(changes, path);
    let mut work = Work::new(changes, path, &detached)?;
    let aside = dependents::aside(&work);
    work.recreated_functions = dependents::recreated_functions(&work, &aside);
    conversions::check(&work)?;
    let mut script = Script::default();
    renames::plan(&work, &mut script);
    namespaces::plan(&work, &mut script);
    enums::plan(&work, &mut script);
    type_recreate::plan(&work, &mut script)?;
    sequences::release_moved(&work, &mut script);
    owned_sequences::let_go(&work, &mut script);
    owned_sequences::plan(&work, &aside, &mut script)?;
    tables::plan(&work, &aside, &mut script)?;
    table_recreate::plan(&work, &mut script);
    let online = Online::of(&work);
    columns::plan(&work, &online, &mut script)?;
    options::plan(&work, &online, &mut script);
    constraints::plan(&work, &online, &mut script);
    indexes::plan(&work, &online, &mut script);
    foreign_keys::plan(&work, &online, &mut script);
    comments::plan(&work, &mut script);
    dependents::plan(&work, &aside, &mut script)?;
    rights::plan(&work, &mut script);
    online.analyze(&work, &mut script);
    Ok(script.into_plan())
}

fn unplanned(what: String) -> Unplanned {
    Unplanned::Unknown { engine: Engine::Postgres, what }
}
