//! A comparison in pieces that have nothing to do with each other, each to be proven on a scratch database of its own.
//!
//! SQLite reads its whole schema anew with every ALTER TABLE, so that a hundred rebuilt tables in one database cost a hundred times
//! what each costs alone.

use super::{Found, ProofError, Proven, add_referenced, has_sql, part, proven, spoken_of};
use crate::comparison::Comparison;
use crate::dialect::spelling;
use crate::diff::Change;
use crate::driver::Driver;
use crate::model::{DatabaseSchema, QualifiedName, Table};
use crate::sql::Plan;
use std::collections::{HashMap, HashSet};

/// Two schemas that are part of a comparison's, and the statements that lead from one to the other and back.
pub(super) struct Piece {
    current: DatabaseSchema,
    desired: DatabaseSchema,
    scripts: Proven,
}

impl Piece {
    pub(super) fn proven(&self, scratch: &mut dyn Driver) -> Result<Found, ProofError> {
        let Piece { current, desired, scripts } = self;
        // Statements become others only on MySQL and MariaDB, where nothing is proven in pieces.
        proven(scratch, current, desired, &mut scripts.clone())
    }
}

/// The pieces of a comparison; the one with all views and triggers first, where there are some. None where it must be proven as a whole.
///
/// Each statement of the whole's scripts is in one piece, in the whole's order: what is proven of each is proven of all.
pub(super) fn pieces(comparison: &Comparison, up: &Plan, down: &Plan) -> Option<Vec<Piece>> {
    if !comparison.renames().is_empty() {
        return None;
    }
    let fold = spelling(comparison.engine()).fold;
    let with_sql = has_sql(comparison.current()) || has_sql(comparison.desired());
    let spoken = if with_sql { spoken_of_in(comparison) } else { HashSet::new() };
    let mut alone = Vec::new();
    for change in &comparison.changes().objects {
        match change {
            Change::Namespace { .. } | Change::Enum { .. } | Change::Object(_) | Change::Right(_) => {
                return None;
            }
            Change::View { .. } | Change::Trigger { .. } => {}
            Change::CreateTable { table } | Change::DropTable { table } => {
                if !spoken.contains(&fold(&table.name.name)) {
                    alone.push(change);
                }
            }
            Change::AlterTable { before, after: _, changes: _ } => {
                if !spoken.contains(&fold(&before.name.name)) {
                    alone.push(change);
                }
            }
        }
    }
    let groups = in_groups(alone, fold);
    if groups.len() < 2 {
        return None;
    }
    let (current, desired) = (by_name(comparison.current(), fold), by_name(comparison.desired(), fold));
    let mut schemas = Vec::new();
    if with_sql {
        schemas.push((part(comparison.current(), &spoken, fold), part(comparison.desired(), &spoken, fold)));
    }
    let first_group = schemas.len();
    let mut piece_of: HashMap<String, usize> = HashMap::new();
    for (place, group) in groups.iter().enumerate() {
        let names: HashSet<String> =
            group.iter().flat_map(|change| tables_of(change)).map(|table| fold(&table.name.name)).collect();
        let alone = |tables| DatabaseSchema { tables: of_names(tables, &names), ..DatabaseSchema::default() };
        schemas.push((alone(&current), alone(&desired)));
        piece_of.extend(names.into_iter().map(|name| (name, first_group + place)));
    }
    let place = |table: Option<&QualifiedName>| {
        let own = table.and_then(|table| piece_of.get(&fold(&table.name)).copied());
        // What no table alone is about, or one that views speak of, belongs to the views and triggers.
        own.or(with_sql.then_some(0))
    };
    let ups = apart(up, schemas.len(), place)?;
    let downs = apart(down, schemas.len(), place)?;
    let scripts = ups.into_iter().zip(downs);
    let piece = |((current, desired), (up, down))| Piece {
        current,
        desired,
        scripts: Proven { up, down, not_judged: Vec::new() },
    };
    Some(schemas.into_iter().zip(scripts).map(piece).collect())
}

/// The statements of a plan in as many plans; none where there is a statement that has no place.
fn apart(
    plan: &Plan,
    count: usize,
    place: impl Fn(Option<&QualifiedName>) -> Option<usize>,
) -> Option<Vec<Plan>> {
    let empty = Plan { foreign_keys_off: plan.foreign_keys_off, ..Plan::default() };
    let mut plans = vec![empty; count];
    for statement in &plan.statements {
        plans.get_mut(place(statement.table.as_ref())?)?.statements.push(statement.clone());
    }
    Some(plans)
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
        Change::View { .. }
        | Change::Trigger { .. }
        | Change::Namespace { .. }
        | Change::Enum { .. }
        | Change::Object(_)
        | Change::Right(_) => Vec::new(),
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
                groups.push(Vec::new());
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

fn by_name(schema: &DatabaseSchema, fold: fn(&str) -> String) -> HashMap<String, &Table> {
    schema.tables.iter().map(|table| (fold(&table.name.name), table)).collect()
}

fn of_names(tables: &HashMap<String, &Table>, names: &HashSet<String>) -> Vec<Table> {
    names.iter().filter_map(|name| tables.get(name)).map(|table| (*table).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Statement;

    fn plan(statements: &[&str]) -> Plan {
        let of_table = |sql: &str| {
            let statement = Statement::new("", sql);
            match sql.get(..1) {
                Some("v") | None => statement,
                Some(table) => statement.of_table(&QualifiedName::new(table)),
            }
        };
        Plan { statements: statements.iter().map(|sql| of_table(sql)).collect(), ..Plan::default() }
    }

    #[test]
    fn each_statement_of_a_plan_comes_into_one_part() {
        let whole = plan(&["a1", "b1", "v1", "a2", "b2"]);
        let place = |table: Option<&QualifiedName>| match table.map(|table| table.name.as_str()) {
            None => Some(0),
            Some("a") => Some(1),
            Some("b") => Some(2),
            Some(_) => None,
        };
        let parts = [plan(&["v1"]), plan(&["a1", "a2"]), plan(&["b1", "b2"])];
        assert_eq!(apart(&whole, 3, place), Some(parts.to_vec()));
        assert_eq!(apart(&plan(&["a1", "c1"]), 3, place), None, "what is left is not proven");
    }
}
