//! How large the tables are that scripts rewrite, read or lock, as far as the comments above their statements say that they do.

use super::script::{PreparedScript, Segment, Step};
use crate::driver::{Driver, TableSize};
use crate::model::Engine;
use crate::sql::Words;
use std::collections::BTreeMap;

/// What takes longer than a moment to rewrite.
const LARGE_ROWS: u64 = 100_000;
const LARGE_BYTES: u64 = 16 << 20;

/// What a script does to a table; the greatest comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Burden {
    /// It is read or changed beside reads and writes.
    BesideUse,
    /// Writes wait until it is done.
    BlocksWrites,
    /// Reads and writes wait until it is done.
    BlocksReads,
    /// All its rows are rewritten.
    Rewrites,
}

/// A table that takes time, and how large it is by the database's own estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAtStake {
    /// Its name, as the statement spells it.
    pub name: String,
    /// What is done to it.
    pub burden: Burden,
    /// How large it is.
    pub size: TableSize,
}

/// The tables of the database at hand that the scripts rewrite, read or lock for longer than a moment.
pub(super) fn tables_at_stake<'script>(
    driver: &mut dyn Driver,
    scripts: impl IntoIterator<Item = &'script PreparedScript>,
) -> Vec<TableAtStake> {
    let burdens = burdens(driver.engine(), scripts);
    // An estimate is no reason to stop: what is wrong with the connection, the run is about to find out.
    let size = |(name, burden): (String, Burden)| {
        let size = driver.table_size(&name).ok().flatten()?;
        Some(TableAtStake { name, burden, size })
    };
    burdens.into_iter().filter_map(size).collect()
}

/// The large tables whose rows a script rewrites.
pub(super) fn large_rewrites(driver: &mut dyn Driver, script: &PreparedScript) -> Vec<TableAtStake> {
    let mut tables = Vec::new();
    for (name, burden) in burdens(driver.engine(), [script]) {
        if burden == Burden::Rewrites
            && let Ok(Some(size)) = driver.table_size(&name)
            && (size.rows >= Some(LARGE_ROWS) || size.bytes >= Some(LARGE_BYTES))
        {
            tables.push(TableAtStake { name, burden, size });
        }
    }
    tables
}

/// What scripts do to tables, by the names that their statements spell.
fn burdens<'script>(
    engine: Engine,
    scripts: impl IntoIterator<Item = &'script PreparedScript>,
) -> BTreeMap<String, Burden> {
    let mut burdens: BTreeMap<String, Burden> = BTreeMap::new();
    for segment in scripts.into_iter().flat_map(|script| &script.segments) {
        for step in segment.steps() {
            let Some(burden) = burden(segment, step) else { continue };
            for name in tables(&step.sql, engine) {
                let known = burdens.entry(name).or_insert(burden);
                *known = burden.max(*known);
            }
        }
    }
    burdens
}

/// What the comment above a statement says of it.
fn burden(segment: &Segment, step: &Step) -> Option<Burden> {
    let is_alone = match segment {
        Segment::Transaction(_) => false,
        Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_) => true,
    };
    let of_line = |line: &str| match line.split_once(": ")?.0 {
        "REWRITES TABLE" => Some(Burden::Rewrites),
        "BLOCKS READS" => Some(Burden::BlocksReads),
        "BLOCKS WRITES" => Some(Burden::BlocksWrites),
        // A lock that is held for a moment is in a transaction with others.
        "LOCK" if is_alone => Some(Burden::BesideUse),
        _ => None,
    };
    step.comment.lines().filter_map(of_line).max()
}

/// The names that can be tables, by the keywords before them. Which of them are, the database knows.
fn tables(statement: &str, engine: Engine) -> Vec<String> {
    const BEFORE: [&str; 7] = ["TABLE", "ON", "FROM", "UPDATE", "INTO", "JOIN", "ANALYZE"];
    const BETWEEN: [&str; 4] = ["IF", "NOT", "EXISTS", "ONLY"];
    let mut words = Words::new(statement, engine);
    let mut names = Vec::new();
    while !words.is_at_end() {
        if !BEFORE.iter().any(|keyword| words.skip(keyword)) {
            words.word();
            continue;
        }
        while BETWEEN.iter().any(|keyword| words.skip(keyword)) {}
        let mut ahead = words.clone();
        names.extend(ahead.name());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_where_statements_name_them() {
        for (statement, expected) in [
            ("ALTER TABLE ONLY shop.\"a b\" ADD CHECK (x > 0)", vec!["shop.\"a b\""]),
            ("CREATE INDEX CONCURRENTLY i ON t (a)", vec!["t"]),
            ("INSERT INTO __schema_new_t (a)\nSELECT a\nFROM t", vec!["__schema_new_t", "t"]),
            ("UPDATE t SET a = 'FROM u'", vec!["t"]),
            ("DROP INDEX CONCURRENTLY i", vec![]),
            ("ANALYZE t", vec!["t"]),
        ] {
            assert_eq!(tables(statement, Engine::Postgres), expected, "{statement}");
        }
    }
}
