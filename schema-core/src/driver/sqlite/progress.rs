//! How many rows a statement has copied from one table into another, which is what takes the time of a rebuild.

use super::SqliteDriver;
use crate::driver::{DriverError, ProgressSource, ProgressUnit, StatementProgress};
use crate::model::Engine;
use crate::sql::Words;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

struct CopiedRows {
    done: Arc<AtomicU64>,
    total: Option<u64>,
}

impl ProgressSource for CopiedRows {
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError> {
        let done = self.done.load(Ordering::Relaxed);
        // A table without row ids is copied without a word.
        let progress = StatementProgress { phase: None, done, total: self.total, unit: ProgressUnit::Rows };
        Ok((done > 0).then_some(progress))
    }
}

/// Counts the rows that a statement writes, until [`stop`] is called; none where it copies no table.
pub(super) fn begin(driver: &mut SqliteDriver, statement: &str) -> Option<Box<dyn ProgressSource>> {
    let CopiedTable { name: source, columns: _ } = CopiedTable::of(statement)?;
    // Where it counts rows, the estimate is exact; where they were deleted in between, it is too high.
    let estimate = format!("SELECT max(_rowid_) FROM {source}");
    let total = driver.connection.query_row(&estimate, [], |row| row.get::<_, Option<i64>>(0));
    let total = total.ok().flatten().and_then(|rows| u64::try_from(rows).ok());
    let done = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&done);
    let counter = move |_, _: &str, _: &str, _| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    driver.connection.update_hook(Some(counter)).ok()?;
    Some(Box::new(CopiedRows { done, total }))
}

/// Counts no more.
pub(super) fn stop(driver: &mut SqliteDriver) {
    // It only counts.
    let _ = driver.connection.update_hook(None::<fn(rusqlite::hooks::Action, &str, &str, i64)>);
}

/// The table whose rows a statement of the form `INSERT INTO a (…) SELECT … FROM b` copies.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CopiedTable {
    /// Its name, as it is spelt.
    pub(super) name: String,
    /// How many columns are written; none are counted where the statement does not name them.
    pub(super) columns: usize,
}

impl CopiedTable {
    pub(super) fn of(statement: &str) -> Option<Self> {
        let mut words = Words::new(statement, Engine::Sqlite);
        if !(words.skip("INSERT") && words.skip("INTO")) {
            return None;
        }
        words.name()?;
        let mut columns = 0;
        if words.skip_mark("(") {
            loop {
                words.word()?;
                columns += 1;
                if words.skip_mark(")") {
                    break;
                }
                if !words.skip_mark(",") {
                    return None;
                }
            }
        }
        if !words.skip("SELECT") {
            return None;
        }
        while !words.is_at_end() {
            if words.skip("FROM") {
                return words.name().map(|name| CopiedTable { name, columns });
            }
            words.word();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_found_with_the_table_that_they_read() {
        for (statement, expected) in [
            (
                "INSERT INTO \"__schema_new_t\" (a, b)\nSELECT a, 'x FROM y'\nFROM \"a t\"",
                Some(("\"a t\"", 2)),
            ),
            ("INSERT INTO n SELECT * FROM t WHERE a", Some(("t", 0))),
            ("INSERT INTO n (a) VALUES (1)", None),
            ("INSERT INTO n SELECT 1", None),
            ("CREATE TABLE n (a)", None),
        ] {
            let expected = expected.map(|(name, columns)| CopiedTable { name: name.to_owned(), columns });
            assert_eq!(CopiedTable::of(statement), expected, "{statement}");
        }
    }
}
