//! How far a statement has come, as `pg_stat_progress_…` tells it in a second session.
//!
//! Nothing tells of `VALIDATE CONSTRAINT` and of what rewrites a table (<https://www.postgresql.org/docs/current/progress-reporting.html>).

use super::{Connection, PostgresDriver, Settings};
use crate::driver::{DriverError, ProgressSource, ProgressUnit, StatementProgress};
use crate::model::Engine;
use crate::sql::Words;
use crate::url::PostgresUrl;

/// Builds of indexes, those of constraints among them. In its phases one of the three is counted.
const INDEX: &str = "SELECT phase, greatest(blocks_done, 0), blocks_total, tuples_done, tuples_total, lockers_done, lockers_total \
     FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1";

const CLUSTER: &str = "SELECT phase, heap_blks_scanned, heap_blks_total, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
     FROM pg_catalog.pg_stat_progress_cluster WHERE pid = $1";

const VACUUM: &str = "SELECT phase, heap_blks_scanned, heap_blks_total, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
     FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = $1";

const ANALYZE: &str = "SELECT phase, sample_blks_scanned, sample_blks_total, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
     FROM pg_catalog.pg_stat_progress_analyze WHERE pid = $1";

struct Sessions {
    url: PostgresUrl,
    process: i32,
    queries: &'static [&'static str],
    /// Opened when it is looked at for the first time: most statements end sooner.
    second: Option<Connection>,
}

/// What tells of a statement of the driver's session; none where the server does not.
pub(super) fn of(driver: &PostgresDriver, statement: &str) -> Option<Box<dyn ProgressSource>> {
    let url = driver.url.clone()?;
    let mut words = Words::new(statement, Engine::Postgres);
    let queries: &[&str] = match words.keyword().as_str() {
        "CREATE" => {
            words.skip("UNIQUE");
            if !words.skip("INDEX") {
                return None;
            }
            &[INDEX]
        }
        "REINDEX" | "ALTER" => &[INDEX],
        "CLUSTER" => &[CLUSTER, INDEX],
        "VACUUM" => &[CLUSTER, VACUUM, INDEX, ANALYZE],
        "ANALYZE" | "ANALYSE" => &[ANALYZE],
        _ => return None,
    };
    Some(Box::new(Sessions { url, process: driver.process, queries, second: None }))
}

impl ProgressSource for Sessions {
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError> {
        let second = match &mut self.second {
            Some(second) => second,
            none => none.insert(Connection::open(&Settings::new(&self.url)?)?),
        };
        let (process, queries) = (self.process, self.queries);
        second.call(move |client| {
            for query in queries {
                let Some(row) = client.query_opt(*query, &[&process])? else { continue };
                let count = |place: usize| -> Result<u64, DriverError> {
                    Ok(u64::try_from(row.try_get::<_, i64>(place)?).unwrap_or_default())
                };
                let (lockers, tuples) = ((count(5)?, count(6)?), (count(3)?, count(4)?));
                let ((done, total), unit) = match (lockers, tuples) {
                    ((_, 1..), _) => (lockers, ProgressUnit::Sessions),
                    (_, (_, 1..)) => (tuples, ProgressUnit::Rows),
                    ((_, 0), (_, 0)) => ((count(1)?, count(2)?), ProgressUnit::Blocks),
                };
                let (phase, total) = (row.try_get(0)?, (total > 0).then_some(total));
                return Ok(Some(StatementProgress { phase, done, total, unit }));
            }
            Ok(None)
        })
    }
}
