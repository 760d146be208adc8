//! A comparison in pieces that have nothing to do with each other, each to be proven on a scratch database of its own.
//!
//! SQLite reads its whole schema anew with every ALTER TABLE, so that a hundred rebuilt tables in one database cost a hundred times
//! what each costs alone.

use super::{add_referenced, spoken_of};
use crate::autogenerate::Comparison;
use crate::dialect::spelling;
use crate::diff::{Change, Changes};
use crate::model::{Schema, Table};
use crate::sql::Plan;
use std::collections::{HashMap, HashSet};

/// So many tables are proven together: a scratch database has a price, too.
const TABLES_IN_A_PIECE: usize = 2;

/// A part of a comparison with its scripts.
pub(super) struct Piece {
    pub(super) comparison: Comparison,
    pub(super) up: Plan,
    pub(super) down: Plan,
}

/// The pieces of a comparison; the one with all views and triggers first, where there are some. None where it must be proven as a whole.
///
/// The whole's scripts are the pieces' scripts laid into each other: what is proven of each is proven of all.
pub(super) fn pieces(comparison: &Comparison, up: &Plan, down: &Plan) -> Option<Vec<Piece>> {
    if !comparison.renames().is_empty() {
        return None;
    }
    let fold = spelling(comparison.engine()).fold;
    let with_sql = has_sql(comparison.current()) || has_sql(comparison.desired());
    let spoken = if with_sql { spoken_of_in(comparison) } else { HashSet::new() };
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for change in &comparison.changes().objects {
        match change {
            Change::Namespace { .. } | Change::Enum { .. } => return None,
            Change::View { .. } | Change::Trigger { .. } => together.push(change),
            Change::CreateTable { table } | Change::DropTable { table } => {
                if spoken.contains(&fold(&table.name.name)) { &mut together } else { &mut alone }
                    .push(change);
            }
            Change::AlterTable { before, after: _, changes: _ } => {
                if spoken.contains(&fold(&before.name.name)) { &mut together } else { &mut alone }
                    .push(change);
            }
        }
    }
    let groups = in_groups(alone, fold);
    if groups.len() < 2 {
        return None;
    }
    let (current, desired) = (by_name(comparison.current(), fold), by_name(comparison.desired(), fold));
    let mut pieces = Vec::new();
    if with_sql {
        let with_sql = |schema: &Schema, tables: &HashMap<String, &Table>| Schema {
            tables: of_names(tables, &spoken),
            ..Schema { tables: Vec::new(), ..without_tables(schema) }
        };
        pieces.push(piece(
            comparison,
            with_sql(comparison.current(), &current),
            with_sql(comparison.desired(), &desired),
            together,
        )?);
    }
    for group in groups {
        let names: HashSet<String> =
            group.iter().flat_map(|change| tables_of(change)).map(|table| fold(&table.name.name)).collect();
        let alone = |tables| Schema { tables: of_names(tables, &names), ..Schema::default() };
        pieces.push(piece(comparison, alone(&current), alone(&desired), group)?);
    }
    let are_laid_into_each_other = is_made_of(up, pieces.iter().map(|piece| &piece.up))
        && is_made_of(down, pieces.iter().map(|piece| &piece.down));
    are_laid_into_each_other.then_some(pieces)
}

fn has_sql(schema: &Schema) -> bool {
    !schema.views.is_empty() || !schema.triggers.is_empty()
}

/// The names of all that views and triggers speak of, and of what that refers to.
fn spoken_of_in(comparison: &Comparison) -> HashSet<String> {
    let fold = spelling(comparison.engine()).fold;
    let mut names = HashSet::new();
    for schema in [comparison.current(), comparison.desired()] {
        names.extend(spoken_of(schema, comparison.engine()));
    }
    for schema in [comparison.current(), comparison.desired()] {
        add_referenced(schema, &mut names, fold);
    }
    names
}

fn tables_of(change: &Change) -> Vec<&Table> {
    match change {
        Change::CreateTable { table } | Change::DropTable { table } => vec![table],
        Change::AlterTable { before, after, changes: _ } => vec![before, after],
        Change::View { .. } | Change::Trigger { .. } | Change::Namespace { .. } | Change::Enum { .. } => {
            Vec::new()
        }
    }
}

/// The changes in groups that share no name: an index that goes from one table to another ties these together.
fn in_groups<'a>(changes: Vec<&'a Change>, fold: fn(&str) -> String) -> Vec<Vec<&'a Change>> {
    let mut group_of_name: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<&'a Change>> = Vec::new();
    for change in changes {
        let names: HashSet<String> = tables_of(change)
            .into_iter()
            .flat_map(|table| {
                let indexes = table.indexes.iter().filter_map(|index| index.name.as_deref());
                indexes.chain([table.name.name.as_str()]).map(fold)
            })
            .collect();
        let mut tied: Vec<usize> = names.iter().filter_map(|name| group_of_name.get(name).copied()).collect();
        tied.sort_unstable();
        tied.dedup();
        let group = match tied.first() {
            Some(first) => *first,
            None => {
                let open = groups.last().is_some_and(|group| group.len() < TABLES_IN_A_PIECE);
                if !open {
                    groups.push(Vec::new());
                }
                groups.len() - 1
            }
        };
        for other in tied.into_iter().skip(1).rev() {
            let moved = groups.get_mut(other).map(std::mem::take).unwrap_or_default();
            if let Some(group) = groups.get_mut(group) {
                group.extend(moved);
            }
            group_of_name.values_mut().filter(|place| **place == other).for_each(|place| *place = group);
        }
        group_of_name.extend(names.into_iter().map(|name| (name, group)));
        if let Some(group) = groups.get_mut(group) {
            group.push(change);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn by_name(schema: &Schema, fold: fn(&str) -> String) -> HashMap<String, &Table> {
    schema.tables.iter().map(|table| (fold(&table.name.name), table)).collect()
}

fn of_names(tables: &HashMap<String, &Table>, names: &HashSet<String>) -> Vec<Table> {
    names.iter().filter_map(|name| tables.get(name)).map(|table| (*table).clone()).collect()
}

fn without_tables(schema: &Schema) -> Schema {
    let Schema { namespaces, tables: _, enums, views, triggers, opaque } = schema;
    Schema {
        namespaces: namespaces.clone(),
        tables: Vec::new(),
        enums: enums.clone(),
        views: views.clone(),
        triggers: triggers.clone(),
        opaque: opaque.clone(),
    }
}

fn piece(whole: &Comparison, current: Schema, desired: Schema, objects: Vec<&Change>) -> Option<Piece> {
    let changes = Changes {
        renames: Vec::new(),
        rename_time: whole.changes().rename_time,
        objects: objects.into_iter().cloned().collect(),
    };
    let comparison = whole.piece(current, desired, changes);
    let (up, down) = (comparison.up().ok()?, comparison.down().ok()?);
    Some(Piece { comparison, up, down })
}

/// Whether the plan has all statements of the parts, each part's in their order, and no others.
fn is_made_of<'a>(plan: &Plan, parts: impl Iterator<Item = &'a Plan>) -> bool {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, statement) in plan.statements.iter().enumerate() {
        places.entry(&statement.sql).or_default().push(place);
    }
    let mut count = 0;
    for part in parts {
        let mut next = 0;
        for statement in &part.statements {
            let Some(found) = places.get(statement.sql.as_str()) else { return false };
            let Some(place) = found.get(found.partition_point(|place| *place < next)) else { return false };
            next = place + 1;
        }
        count += part.statements.len();
    }
    count == plan.statements.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Statement;

    fn plan(statements: &[&str]) -> Plan {
        let statements = statements.iter().map(|sql| Statement::new("", *sql)).collect();
        Plan { statements, ..Plan::default() }
    }

    #[test]
    fn a_plan_is_made_of_parts_that_are_laid_into_each_other() {
        let whole = plan(&["a1", "b1", "on", "a2", "off", "on", "b2", "off"]);
        let (a, b) = (plan(&["a1", "on", "a2", "off"]), plan(&["b1", "on", "b2", "off"]));
        assert!(is_made_of(&whole, [&a, &b].into_iter()));
        assert!(!is_made_of(&whole, [&a].into_iter()), "what is left is not proven");
        let turned = plan(&["b2", "on", "b1", "off"]);
        assert!(!is_made_of(&whole, [&a, &turned].into_iter()));
        assert!(!is_made_of(&whole, [&a, &plan(&["b1", "on", "c", "off"])].into_iter()));
    }
}
