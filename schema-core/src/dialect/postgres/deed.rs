//! What a statement does, told by its words, so that the catalogue can tell later whether it was done.

use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};

/// What a statement does, as far as it leaves traces. Names are spelt as in the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
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
        /// The table or index; none where it is all of a schema or database.
        name: Option<String>,
    },
    /// It may run as often as one likes.
    Repeatable,
    /// It leaves no trace that is known.
    Other,
}

impl Deed {
    /// What this statement does.
    #[must_use]
    pub fn of(statement: &str) -> Self {
        let mut words = Words::new(statement, Engine::Postgres);
        match words.keyword().as_str() {
            "CREATE" => create_index(words),
            "DROP" => drop_index(words),
            "ALTER" => alter(words),
            "REINDEX" => reindex(words),
            "VACUUM" | "ANALYZE" | "CLUSTER" | "CHECKPOINT" => Deed::Repeatable,
            _ => Deed::Other,
        }
    }
}

/// A name without a schema, as a statement spells it, in the form that the catalogue has.
#[must_use]
pub fn catalogued(spelt: &str) -> String {
    if spelt.starts_with('"') { unquote_identifier(spelt) } else { spelt.to_lowercase() }
}

fn create_index(mut words: Words<'_>) -> Deed {
    words.skip("UNIQUE");
    if !(words.skip("INDEX") && words.skip("CONCURRENTLY")) {
        return Deed::Other;
    }
    let if_not_exists = words.skip("IF") && words.skip("NOT") && words.skip("EXISTS");
    let name = if words.is_next("ON") { None } else { words.name() };
    if !words.skip("ON") {
        return Deed::Other;
    }
    words.skip("ONLY");
    match words.name() {
        Some(table) => Deed::CreateIndex { name, table, if_not_exists },
        None => Deed::Other,
    }
}

fn drop_index(mut words: Words<'_>) -> Deed {
    if !(words.skip("INDEX") && words.skip("CONCURRENTLY")) {
        return Deed::Other;
    }
    let _ = words.skip("IF") && words.skip("EXISTS");
    words.name().map_or(Deed::Other, |name| Deed::DropIndex { name })
}

fn alter(mut words: Words<'_>) -> Deed {
    if words.skip("SYSTEM") {
        return Deed::Repeatable;
    }
    if !words.skip("TABLE") {
        return Deed::Other;
    }
    let _ = words.skip("IF") && words.skip("EXISTS");
    let Some(table) = words.name() else { return Deed::Other };
    if !(words.skip("DETACH") && words.skip("PARTITION")) {
        return Deed::Other;
    }
    words.name().map_or(Deed::Other, |partition| Deed::DetachPartition { table, partition })
}

fn reindex(mut words: Words<'_>) -> Deed {
    words.skip_brackets();
    let has_name = words.skip("TABLE") || words.skip("INDEX");
    if !has_name {
        return Deed::Reindex { name: None };
    }
    words.skip("CONCURRENTLY");
    Deed::Reindex { name: words.name() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn deeds_are_told_by_their_words() {
        for (statement, expected) in [
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"Some\" ON ONLY a.\"B\" USING btree (x)",
                Deed::CreateIndex {
                    name: Some(text("\"Some\"")),
                    table: text("a.\"B\""),
                    if_not_exists: true,
                },
            ),
            (
                "create index concurrently on t(x)",
                Deed::CreateIndex { name: None, table: text("t"), if_not_exists: false },
            ),
            ("DROP INDEX CONCURRENTLY IF EXISTS a.i", Deed::DropIndex { name: text("a.i") }),
            (
                "ALTER TABLE t /* */ DETACH PARTITION s.p CONCURRENTLY",
                Deed::DetachPartition { table: text("t"), partition: text("s.p") },
            ),
            ("REINDEX (VERBOSE) TABLE CONCURRENTLY t", Deed::Reindex { name: Some(text("t")) }),
            ("REINDEX DATABASE d", Deed::Reindex { name: None }),
            ("VACUUM (FULL) t", Deed::Repeatable),
            ("ALTER SYSTEM SET a = 1", Deed::Repeatable),
            ("CALL p()", Deed::Other),
            ("CREATE INDEX i ON t (a)", Deed::Other),
            ("CREATE INDEX CONCURRENTLY", Deed::Other),
            ("", Deed::Other),
        ] {
            assert_eq!(Deed::of(statement), expected, "{statement}");
        }
    }
}
