//! Whether the server has room for the locks of a large transaction, asked before it begins.

use super::connection::Connection;
use crate::dialect::postgres::locks::{Locked, capacity, locked, needed_setting};
use crate::driver::DriverError;

/// Fewer statements fit into the smallest of servers, or fail soon.
const MANY: usize = 200;

/// The setting, how many processes and prepared transactions share the table of locks, and whether huge pages are used, which only 17 and later say for sure. PostgreSQL 18
/// has slots for more autovacuum workers than may run.
const ROOM: &str = "SELECT current_setting('max_locks_per_transaction')::int, \
     current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int \
     + current_setting('max_worker_processes')::int + current_setting('max_wal_senders')::int + 2 \
     + coalesce(current_setting('autovacuum_worker_slots', true), current_setting('autovacuum_max_workers'))::int, \
     coalesce(current_setting('huge_pages_status', true), current_setting('huge_pages')) = 'on'";

/// The locks that it takes to drop tables: on each with its two types, its indexes, constraints, defaults and triggers, and the table and index for its long values.
const DROPPED: &str = "SELECT coalesce(sum(3 + CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE 2 END \
     + (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) \
     + (SELECT count(*) FROM pg_catalog.pg_constraint o WHERE o.conrelid = c.oid AND o.contype <> 'n') \
     + (SELECT count(*) FROM pg_catalog.pg_attrdef a WHERE a.adrelid = c.oid) \
     + (SELECT count(*) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid)), 0)::bigint \
     FROM pg_catalog.pg_class c WHERE c.oid IN (SELECT to_regclass(n) FROM unnest($1::text[]) n)";

pub(super) fn check(connection: &Connection, statements: &[&str]) -> Result<(), DriverError> {
    if statements.len() < MANY {
        return Ok(());
    }
    let Locked { created, changed, dropped } = locked(statements.iter().copied());
    let (setting, processes, has_huge_pages, to_drop) = connection.call(move |client| {
        let row = client.query_one(ROOM, &[])?;
        let (setting, processes): (i32, i32) = (row.try_get(0)?, row.try_get(1)?);
        let has_huge_pages: bool = row.try_get(2)?;
        let dropped: Vec<String> = dropped.into_iter().collect();
        let to_drop: i64 = match dropped.is_empty() {
            true => 0,
            false => client.query_one(DROPPED, &[&dropped])?.try_get(0)?,
        };
        Ok((setting, processes, has_huge_pages, to_drop))
    })?;
    let number = |value: i32| usize::try_from(value).unwrap_or_default();
    let (setting, processes) = (number(setting), number(processes));
    let needed = created + changed.len() + usize::try_from(to_drop).unwrap_or_default();
    let room = capacity(setting, processes, has_huge_pages);
    if needed <= room {
        return Ok(());
    }
    Err(DriverError::TooManyLocks { needed, room, setting, advised: needed_setting(needed, processes) })
}
