//! What the catalogue is asked before a statement outside a transaction, and after it where nobody has seen its end.

use super::{ReindexScope, StatementEffect, spelt};

/// What is asked of an index.
const INDEX: &str = "SELECT i.indexrelid::bigint AS id, c.relname, n.nspname, i.indisvalid \
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";

/// What REINDEX CONCURRENTLY makes, and drops at its end.
const OF_REINDEX: &str = "NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'";

/// A query for the indexes that tell what has become of a statement: their number, name and schema, and whether they are valid. None where no index tells.
#[must_use]
pub fn query(effect: &StatementEffect) -> Option<String> {
    let query = match effect {
        StatementEffect::CreateIndex { name: _, table, if_not_exists: _ } => {
            format!("{INDEX} WHERE i.indrelid = {}", spelt::relation(table))
        }
        StatementEffect::Reindex { scope } => left_by_reindex(scope),
        StatementEffect::DropIndex { .. }
        | StatementEffect::DetachPartition { .. }
        | StatementEffect::Repeatable
        | StatementEffect::Other => {
            return None;
        }
    };
    Some(format!("{query} ORDER BY i.indexrelid"))
}

/// Of all tables that REINDEX was told to rebuild the indexes of, their partitions and TOAST tables too.
fn left_by_reindex(scope: &ReindexScope) -> String {
    match scope {
        ReindexScope::Relation(name) => {
            let relation = spelt::relation(name);
            format!(
                "WITH named AS (SELECT coalesce((SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = {relation}), {relation}) AS id), \
                 tables AS (SELECT t.id::oid FROM named t \
                 UNION SELECT p.relid::oid FROM named t CROSS JOIN LATERAL pg_catalog.pg_partition_tree(t.id::regclass) p) \
                 {INDEX} WHERE {OF_REINDEX} AND i.indrelid IN (SELECT t.id FROM tables t \
                 UNION SELECT r.reltoastrelid FROM pg_catalog.pg_class r JOIN tables t ON t.id = r.oid)"
            )
        }
        ReindexScope::Schema(name) => format!(
            "{INDEX} WHERE {OF_REINDEX} AND i.indrelid IN (SELECT unnest(ARRAY[r.oid, r.reltoastrelid]) FROM pg_catalog.pg_class r \
             JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace WHERE s.nspname = {})",
            spelt::last_part(name)
        ),
        ReindexScope::Database => format!("{INDEX} WHERE {OF_REINDEX}"),
    }
}
