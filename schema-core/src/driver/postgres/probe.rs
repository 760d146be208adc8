//! What has become of statements outside a transaction, by the catalogue.
//!
//! A session can end at any point of a statement that takes several transactions of its own. CREATE INDEX CONCURRENTLY then leaves an index behind
//! that is not valid, which every change of a row keeps up to date and no query uses, and which `IF NOT EXISTS` takes for a whole one.

use super::connection::Connection;
use crate::dialect::postgres::{Deed, catalogued, quote};
use crate::driver::{DriverError, StepState};
use std::collections::BTreeSet;

/// The indexes of a table.
const INDEXES: &str = "SELECT i.indexrelid::bigint, c.relname, n.nspname, i.indisvalid \
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE i.indrelid = to_regclass($1) ORDER BY i.indexrelid";

/// The indexes that REINDEX CONCURRENTLY has left behind on the table that is, or that has, what it was told to do.
const LEFT_BEHIND: &str = "SELECT i.indexrelid::bigint, c.relname, n.nspname, i.indisvalid \
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' \
       AND i.indrelid IN (to_regclass($1), (SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = to_regclass($1)))";

const EXISTS: &str = "SELECT to_regclass($1) IS NOT NULL";

/// Whether a partition is still one, and whether it is on its way out.
const DETACHING: &str = "SELECT h.inhdetachpending FROM pg_catalog.pg_inherits h \
     WHERE h.inhparent = to_regclass($1) AND h.inhrelid = to_regclass($2)";

struct Index {
    id: i64,
    name: String,
    schema: String,
    is_valid: bool,
}

pub(super) fn evidence(connection: &Connection, statement: &str) -> Result<Option<String>, DriverError> {
    match Deed::of(statement) {
        Deed::CreateIndex { table, .. } => {
            let ids: Vec<String> =
                indexes(connection, INDEXES, table)?.iter().map(|index| index.id.to_string()).collect();
            Ok(Some(ids.join(" ")))
        }
        Deed::DropIndex { .. }
        | Deed::DetachPartition { .. }
        | Deed::Reindex { .. }
        | Deed::Repeatable
        | Deed::Other => Ok(None),
    }
}

pub(super) fn probe(
    connection: &Connection,
    statement: &str,
    evidence: Option<&str>,
) -> Result<StepState, DriverError> {
    match Deed::of(statement) {
        Deed::CreateIndex { name, table, if_not_exists } => {
            let before: BTreeSet<&str> = evidence.unwrap_or_default().split(' ').collect();
            let name = name.map(|name| catalogued(&name));
            let found = indexes(connection, INDEXES, table)?;
            Ok(created(&found, name.as_deref(), &before, if_not_exists))
        }
        Deed::DropIndex { name } => {
            let exists =
                connection.call(move |client| Ok(client.query_one(EXISTS, &[&name])?.try_get(0)?))?;
            Ok(if exists { StepState::Absent } else { StepState::Done })
        }
        Deed::DetachPartition { table, partition } => {
            let rest = format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE");
            let pending: Option<bool> = connection.call(move |client| {
                let row = client.query_opt(DETACHING, &[&table, &partition])?;
                Ok(row.map(|row| row.try_get(0)).transpose()?)
            })?;
            Ok(match pending {
                None => StepState::Done,
                Some(true) => StepState::Unfinished { rest: vec![rest] },
                Some(false) => StepState::Absent,
            })
        }
        Deed::Reindex { name: Some(name) } => {
            let left = indexes(connection, LEFT_BEHIND, name)?;
            Ok(if left.is_empty() { StepState::Absent } else { broken(left.iter()) })
        }
        Deed::Reindex { name: None } | Deed::Repeatable => Ok(StepState::Absent),
        Deed::Other => Ok(StepState::Unknown),
    }
}

/// What has become of an index, by those that its table has.
fn created(found: &[Index], name: Option<&str>, before: &BTreeSet<&str>, if_not_exists: bool) -> StepState {
    let is_new = |index: &&Index| !before.contains(index.id.to_string().as_str());
    match name {
        Some(name) => match found.iter().find(|index| index.name == name) {
            None => StepState::Absent,
            Some(index) if !index.is_valid => broken([index].into_iter()),
            Some(index) if is_new(&index) || if_not_exists => StepState::Done,
            Some(_) => StepState::Absent,
        },
        None => {
            let new: Vec<&Index> = found.iter().filter(is_new).collect();
            match new.as_slice() {
                [] => StepState::Absent,
                new if new.iter().any(|index| index.is_valid) => StepState::Done,
                new => broken(new.iter().copied()),
            }
        }
    }
}

fn broken<'index>(indexes: impl Iterator<Item = &'index Index>) -> StepState {
    let drop = |index: &Index| {
        format!("DROP INDEX CONCURRENTLY IF EXISTS {}.{}", quote(&index.schema), quote(&index.name))
    };
    StepState::Broken { cleanup: indexes.map(drop).collect() }
}

fn indexes(connection: &Connection, query: &'static str, name: String) -> Result<Vec<Index>, DriverError> {
    connection.call(move |client| {
        let rows = client.query(query, &[&name])?;
        rows.iter()
            .map(|row| {
                Ok(Index {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    schema: row.try_get(2)?,
                    is_valid: row.try_get(3)?,
                })
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn index(id: i64, name: &str, is_valid: bool) -> Index {
        Index { id, name: text(name), schema: text("public"), is_valid }
    }

    #[test]
    fn an_index_is_told_from_one_that_was_there_before() {
        let before = BTreeSet::from(["1"]);
        let found = [index(1, "old", true), index(2, "new", true), index(3, "half", false)];
        assert_eq!(created(&found, Some("new"), &before, false), StepState::Done);
        assert_eq!(created(&found, Some("old"), &before, false), StepState::Absent);
        assert_eq!(created(&found, Some("old"), &before, true), StepState::Done);
        assert_eq!(created(&found, Some("none"), &before, false), StepState::Absent);
        let cleanup = vec![text("DROP INDEX CONCURRENTLY IF EXISTS public.half")];
        assert_eq!(
            created(&found, Some("half"), &before, true),
            StepState::Broken { cleanup: cleanup.clone() }
        );
        assert_eq!(created(&found[..1], None, &before, false), StepState::Absent);
        assert_eq!(created(&found[..2], None, &before, false), StepState::Done);
        assert_eq!(created(&found[2..], None, &before, false), StepState::Broken { cleanup });
    }
}
