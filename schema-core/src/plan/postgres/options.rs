//! Options of tables, and their places among partitions and heirs.

use super::hazard;
use super::indexes;
use super::inheritance::kept_parents;
use super::online::Online;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::{quote_name, render};
use crate::model::{Partition, QualifiedName, Table, TableOptions};
use crate::sql::Statement;
use std::collections::BTreeMap;

pub(super) fn plan(work: &Work<'_>, online: &Online<'_>, script: &mut Script) {
    for table in &work.staying {
        let name = &table.after.name;
        partition(work, online, table, script);
        if let Some((before, after)) = table.parts.inherits {
            inherits(name, before, after, script);
        }
        if let Some((before, after)) = table.parts.options {
            options(name, before, after, script);
        }
        if let Some(identity) = &table.after.options.replica_identity {
            let index = indexes::of_replica_identity(identity);
            let again = index.is_some_and(|index| indexes::comes_back(work, table, &index));
            if again || table.before.options.replica_identity.as_ref() != Some(identity) {
                script.push(Phase::Finish, identify(name, Some(identity)));
            }
        } else if table.before.options.replica_identity.is_some() {
            script.push(Phase::Finish, identify(name, None));
        }
    }
}

/// What CREATE TABLE does not say.
pub(super) fn of_new_table(table: &Table, script: &mut Script) {
    let usual = TableOptions {
        with: table.options.with.clone(),
        unlogged: table.options.unlogged,
        ..TableOptions::default()
    };
    options(&table.name, &usual, &table.options, script);
    if let Some(identity) = &table.options.replica_identity {
        script.push(Phase::Finish, identify(&table.name, Some(identity)));
    }
}

fn options(name: &QualifiedName, before: &TableOptions, after: &TableOptions, script: &mut Script) {
    let TableOptions {
        strict: _,
        without_rowid: _,
        unlogged,
        with,
        row_level_security,
        force_row_level_security,
        replica_identity: _,
        engine: _,
        charset: _,
        collation: _,
        row_format: _,
    } = after;
    let mut alter = |comment: &str, action: &str| {
        let sql = format!("ALTER TABLE {} {action}", quote_name(name));
        let statement = Statement::new(format!("{comment} `{name}`"), sql);
        let logging = action == "SET UNLOGGED" || action == "SET LOGGED";
        script.push(
            Phase::AlterTables,
            if logging { statement.with_hazards(hazard::of_logging(name)) } else { statement },
        );
    };
    if before.unlogged != *unlogged {
        let action = if *unlogged { "SET UNLOGGED" } else { "SET LOGGED" };
        alter(if *unlogged { "write no log for" } else { "write a log for" }, action);
    }
    let reset: Vec<&String> = before.with.keys().filter(|name| !with.contains_key(*name)).collect();
    if !reset.is_empty() {
        alter("change the parameters of", &format!("RESET ({})", render::parameter_names(reset)));
    }
    let set: BTreeMap<String, String> = with
        .iter()
        .filter(|(name, value)| before.with.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !set.is_empty() {
        alter("change the parameters of", &format!("SET ({})", render::parameters(&set)));
    }
    if before.row_level_security != *row_level_security {
        let (comment, action) = match row_level_security {
            true => ("enable row-level security on", "ENABLE ROW LEVEL SECURITY"),
            false => ("disable row-level security on", "DISABLE ROW LEVEL SECURITY"),
        };
        alter(comment, action);
    }
    if before.force_row_level_security != *force_row_level_security {
        let (comment, action) = match force_row_level_security {
            true => ("force row-level security for the owner of", "FORCE ROW LEVEL SECURITY"),
            false => ("no longer force row-level security for the owner of", "NO FORCE ROW LEVEL SECURITY"),
        };
        alter(comment, action);
    }
}

fn identify(name: &QualifiedName, identity: Option<&String>) -> Statement {
    let identity = identity.map_or("DEFAULT", String::as_str);
    Statement::new(
        format!("change what identifies a row of `{name}` to a replica"),
        format!("ALTER TABLE {} REPLICA IDENTITY {identity}", quote_name(name)),
    )
}

/// ATTACH PARTITION.
pub(super) fn attach(name: &QualifiedName, place: &Partition) -> Statement {
    Statement::new(
        format!("attach the partition `{name}` to `{}`", place.parent),
        format!(
            "ALTER TABLE {} ATTACH PARTITION {} {}",
            quote_name(&place.parent),
            quote_name(name),
            place.bound
        ),
    )
}

/// DETACH PARTITION.
pub(super) fn detach(name: &QualifiedName, place: &Partition) -> Statement {
    Statement::new(
        format!("detach the partition `{name}` from `{}`", place.parent),
        format!("ALTER TABLE {} DETACH PARTITION {}", quote_name(&place.parent), quote_name(name)),
    )
}

fn partition(work: &Work<'_>, online: &Online<'_>, table: &Staying<'_>, script: &mut Script) {
    let Some((before, after)) = table.parts.partition_of else { return };
    let name = &table.after.name;
    let place =
        |partition: &'_ Option<Partition>| partition.as_ref().map(|it| (it.parent.clone(), it.bound.clone()));
    if place(before) == place(after) {
        // It stays, and only the parts that it has differ.
        return;
    }
    if online.attach(work, table, &hazard::of_attached(name), script) || online.detach(work, table, script) {
        return;
    }
    if let Some(place) = before {
        script.push(Phase::Detach, detach(name, place));
    }
    if let Some(place) = after {
        script.push(Phase::Attach, attach(name, place).with_hazards(hazard::of_attached(name)));
    }
}

fn inherits(name: &QualifiedName, before: &[QualifiedName], after: &[QualifiedName], script: &mut Script) {
    let kept = kept_parents(before, after).len();
    script.extend(Phase::Detach, before.iter().skip(kept).map(|parent| no_longer_inherit(name, parent)));
    for parent in after.iter().skip(kept) {
        script.push(
            Phase::Attach,
            Statement::new(
                format!("make `{name}` inherit from `{parent}`"),
                format!("ALTER TABLE {} INHERIT {}", quote_name(name), quote_name(parent)),
            ),
        );
    }
}

pub(super) fn no_longer_inherit(name: &QualifiedName, parent: &QualifiedName) -> Statement {
    Statement::new(
        format!("stop `{name}` inheriting from `{parent}`"),
        format!("ALTER TABLE {} NO INHERIT {}", quote_name(name), quote_name(parent)),
    )
}
