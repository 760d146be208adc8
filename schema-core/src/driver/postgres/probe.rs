//! What has become of statements outside a transaction, by the catalogue.
//!
//! A session can end at any point of a statement that takes several transactions of its own. CREATE INDEX CONCURRENTLY then leaves an index behind
//! that is not valid, which every change of a row keeps up to date and no query uses, and which `IF NOT EXISTS` takes for a whole one.

use super::connection::Connection;
use crate::dialect::postgres::evidence::query;
use crate::dialect::postgres::{StatementEffect, quote, spelt};
use crate::driver::{DriverError, StepState};
use std::collections::BTreeSet;

struct Index {
    id: i64,
    name: String,
    schema: String,
    is_valid: bool,
}

pub(super) fn evidence(connection: &Connection, statement: &str) -> Result<Option<String>, DriverError> {
    let Some(query) = query(&StatementEffect::of(statement)) else { return Ok(None) };
    let ids: Vec<String> = indexes(connection, query)?.iter().map(|index| index.id.to_string()).collect();
    Ok(Some(ids.join(" ")))
}

pub(super) fn probe(
    connection: &Connection,
    statement: &str,
    evidence: Option<&str>,
) -> Result<StepState, DriverError> {
    let effect = StatementEffect::of(statement);
    let found = query(&effect).map(|query| indexes(connection, query)).transpose()?.unwrap_or_default();
    let before: BTreeSet<&str> = evidence.unwrap_or_default().split(' ').collect();
    match effect {
        StatementEffect::CreateIndex { name, table: _, if_not_exists } => {
            let name = name.map(|name| catalogued(connection, &name)).transpose()?;
            Ok(created(&found, name.as_deref(), &before, if_not_exists))
        }
        StatementEffect::DropIndex { name } => {
            let exists = format!("SELECT {} IS NOT NULL", spelt::relation(&name));
            let exists = connection.call(move |client| Ok(client.query_one(&exists, &[])?.try_get(0)?))?;
            Ok(if exists { StepState::Absent } else { StepState::Done })
        }
        StatementEffect::DetachPartition { table, partition } => {
            let rest = format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE");
            let pending = pending(connection, &table, &partition)?;
            Ok(match pending {
                None => StepState::Done,
                Some(true) => StepState::Unfinished { rest: vec![rest] },
                Some(false) => StepState::Absent,
            })
        }
        StatementEffect::Reindex { scope: _ } => {
            let new: Vec<&Index> = found.iter().filter(|index| is_new(index, &before)).collect();
            Ok(if new.is_empty() { StepState::Absent } else { broken(new.into_iter()) })
        }
        StatementEffect::Repeatable => Ok(StepState::Absent),
        StatementEffect::Other => Ok(StepState::Unknown),
    }
}

/// Whether a partition is on its way out; none where it is no partition any more.
fn pending(connection: &Connection, table: &str, partition: &str) -> Result<Option<bool>, DriverError> {
    let detaching = format!(
        "SELECT h.inhdetachpending FROM pg_catalog.pg_inherits h WHERE h.inhparent = {} AND h.inhrelid = {}",
        spelt::relation(table),
        spelt::relation(partition)
    );
    connection.call(move |client| {
        let row = client.query_opt(&detaching, &[])?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    })
}

/// The last part of a name as the catalogue has it.
fn catalogued(connection: &Connection, name: &str) -> Result<String, DriverError> {
    let query = format!("SELECT {}", spelt::last_part(name));
    connection.call(move |client| Ok(client.query_one(&query, &[])?.try_get(0)?))
}

fn is_new(index: &Index, before: &BTreeSet<&str>) -> bool {
    !before.contains(index.id.to_string().as_str())
}

/// What has become of an index, by those that its table has.
fn created(found: &[Index], name: Option<&str>, before: &BTreeSet<&str>, if_not_exists: bool) -> StepState {
    match name {
        Some(name) => match found.iter().find(|index| index.name == name) {
            None => StepState::Absent,
            Some(index) if !index.is_valid => broken([index].into_iter()),
            Some(index) if is_new(index, before) || if_not_exists => StepState::Done,
            Some(_) => StepState::Absent,
        },
        None => {
            let new: Vec<&Index> = found.iter().filter(|index| is_new(index, before)).collect();
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

fn indexes(connection: &Connection, query: String) -> Result<Vec<Index>, DriverError> {
    connection.call(move |client| {
        let rows = client.query(&query, &[])?;
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
