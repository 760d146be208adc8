//! What a statement does, told by its words, so that the catalogue can tell later whether it was done.

use crate::model::Engine;
use crate::sql::Words;

/// What a statement does, as far as it leaves traces. Names are spelt as in the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementEffect {
    /// `CREATE INDEX CONCURRENTLY`.
    CreateIndex {
        /// The index; none where the server names it.
        name: Option<String>,
        /// The table.
        table: String,
        /// Whether an index of this name may be there already.
        if_not_exists: bool,
    },
    /// `DROP INDEX CONCURRENTLY`.
    DropIndex {
        /// The index.
        name: String,
    },
    /// `ALTER TABLE … DETACH PARTITION`.
    DetachPartition {
        /// The partitioned table.
        table: String,
        /// The partition.
        partition: String,
    },
    /// `REINDEX`.
    Reindex {
        /// What it rebuilds the indexes of.
        scope: ReindexScope,
    },
    /// It may run as often as one likes.
    Repeatable,
    /// It leaves no trace that is known.
    Other,
}

/// What `REINDEX` is told to rebuild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReindexScope {
    /// A table, all its indexes; or one index.
    Relation(String),
    /// All tables of a schema.
    Schema(String),
    /// All tables of the database.
    Database,
}

impl StatementEffect {
    /// What this statement does.
    #[must_use]
    pub fn of(statement: &str) -> Self {
        let mut words = Words::new(statement, Engine::Postgres);
        match words.keyword().as_str() {
            "CREATE" => create_index(words),
            "DROP" => drop_index(words),
            "ALTER" => alter(words),
            "REINDEX" => reindex(words),
            "ANALYZE" | "CHECKPOINT" | "CLUSTER" | "REFRESH" | "VACUUM" => StatementEffect::Repeatable,
            _ => StatementEffect::Other,
        }
    }
}

fn create_index(mut words: Words<'_>) -> StatementEffect {
    words.skip("UNIQUE");
    if !(words.skip("INDEX") && words.skip("CONCURRENTLY")) {
        return StatementEffect::Other;
    }
    let if_not_exists = words.skip("IF") && words.skip("NOT") && words.skip("EXISTS");
    let name = if words.is_next("ON") { None } else { words.name() };
    if !words.skip("ON") {
        return StatementEffect::Other;
    }
    words.skip("ONLY");
    match words.name() {
        Some(table) => StatementEffect::CreateIndex { name, table, if_not_exists },
        None => StatementEffect::Other,
    }
}

fn drop_index(mut words: Words<'_>) -> StatementEffect {
    if words.skip("DATABASE") || words.skip("SUBSCRIPTION") || words.skip("TABLESPACE") {
        let is_repeatable = words.skip("IF") && words.skip("EXISTS");
        return if is_repeatable { StatementEffect::Repeatable } else { StatementEffect::Other };
    }
    if !(words.skip("INDEX") && words.skip("CONCURRENTLY")) {
        return StatementEffect::Other;
    }
    let _ = words.skip("IF") && words.skip("EXISTS");
    words.name().map_or(StatementEffect::Other, |name| StatementEffect::DropIndex { name })
}

fn alter(mut words: Words<'_>) -> StatementEffect {
    if words.skip("SYSTEM") {
        return StatementEffect::Repeatable;
    }
    if words.skip("DATABASE") {
        words.name();
        return if words.is_next("RENAME") { StatementEffect::Other } else { StatementEffect::Repeatable };
    }
    if words.skip("SUBSCRIPTION") {
        words.name();
        return if ["ADD", "DROP", "RENAME"].iter().any(|keyword| words.is_next(keyword)) {
            StatementEffect::Other
        } else {
            StatementEffect::Repeatable
        };
    }
    if !words.skip("TABLE") {
        return StatementEffect::Other;
    }
    let _ = words.skip("IF") && words.skip("EXISTS");
    let Some(table) = words.name() else { return StatementEffect::Other };
    if !(words.skip("DETACH") && words.skip("PARTITION")) {
        return StatementEffect::Other;
    }
    words
        .name()
        .map_or(StatementEffect::Other, |partition| StatementEffect::DetachPartition { table, partition })
}

fn reindex(mut words: Words<'_>) -> StatementEffect {
    words.skip_brackets();
    let is_relation = words.is_next("TABLE") || words.is_next("INDEX");
    let is_schema = words.is_next("SCHEMA");
    words.keyword();
    words.skip("CONCURRENTLY");
    let scope = match words.name() {
        Some(name) if is_relation => ReindexScope::Relation(name),
        Some(name) if is_schema => ReindexScope::Schema(name),
        Some(_) | None => ReindexScope::Database,
    };
    StatementEffect::Reindex { scope }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn effects_are_told_by_their_words() {
        for (statement, expected) in [
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"Some\" ON ONLY a.\"B\" USING btree (x)",
                StatementEffect::CreateIndex {
                    name: Some(text("\"Some\"")),
                    table: text("a.\"B\""),
                    if_not_exists: true,
                },
            ),
            (
                "CREATE INDEX CONCURRENTLY U&\"d!0061t\" UESCAPE '!' ON a.U&\"\\0062\" (x)",
                StatementEffect::CreateIndex {
                    name: Some(text("U&\"d!0061t\" UESCAPE '!'")),
                    table: text("a.U&\"\\0062\""),
                    if_not_exists: false,
                },
            ),
            (
                "create index concurrently on t(x)",
                StatementEffect::CreateIndex { name: None, table: text("t"), if_not_exists: false },
            ),
            ("DROP INDEX CONCURRENTLY IF EXISTS a.i", StatementEffect::DropIndex { name: text("a.i") }),
            (
                "ALTER TABLE t /* */ DETACH PARTITION s.p CONCURRENTLY",
                StatementEffect::DetachPartition { table: text("t"), partition: text("s.p") },
            ),
            (
                "REINDEX (VERBOSE) TABLE CONCURRENTLY t",
                StatementEffect::Reindex { scope: ReindexScope::Relation(text("t")) },
            ),
            ("REINDEX INDEX s.i", StatementEffect::Reindex { scope: ReindexScope::Relation(text("s.i")) }),
            (
                "REINDEX SCHEMA CONCURRENTLY s",
                StatementEffect::Reindex { scope: ReindexScope::Schema(text("s")) },
            ),
            ("REINDEX DATABASE d", StatementEffect::Reindex { scope: ReindexScope::Database }),
            ("REINDEX DATABASE", StatementEffect::Reindex { scope: ReindexScope::Database }),
            ("ALTER DATABASE d SET a = 1", StatementEffect::Repeatable),
            ("ALTER DATABASE d RENAME TO e", StatementEffect::Other),
            ("ALTER SUBSCRIPTION s REFRESH PUBLICATION", StatementEffect::Repeatable),
            ("ALTER SUBSCRIPTION s ADD PUBLICATION p", StatementEffect::Other),
            ("DROP DATABASE IF EXISTS d", StatementEffect::Repeatable),
            ("DROP DATABASE d", StatementEffect::Other),
            ("VACUUM (FULL) t", StatementEffect::Repeatable),
            ("ALTER SYSTEM SET a = 1", StatementEffect::Repeatable),
            ("CALL p()", StatementEffect::Other),
            ("CREATE INDEX i ON t (a)", StatementEffect::Other),
            ("CREATE INDEX CONCURRENTLY", StatementEffect::Other),
            ("", StatementEffect::Other),
        ] {
            assert_eq!(StatementEffect::of(statement), expected, "{statement}");
        }
    }
}
