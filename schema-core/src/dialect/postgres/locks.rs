//! How many locks statements need that run in one transaction: the server has room for a fixed number, for all sessions together.

use crate::model::Engine;
use crate::sql::{Token, TokenKind, Words, tokenize, unquote_identifier};
use std::collections::BTreeSet;

/// What the statements of a transaction lock, as far as their text tells for sure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// How many tables, indexes, sequences and views are created.
    pub created: usize,
    /// The tables that were there before and are changed, as they are spelt.
    pub changed: BTreeSet<String>,
    /// Those that are dropped, with their indexes.
    pub dropped: BTreeSet<String>,
}

/// How many locks fit, at most. `max_locks_per_transaction` times the number of processes and prepared transactions is what the server promises; with what it has beyond that
/// there was room for 1.65 times as many on PostgreSQL 15, for 1.73 times on 18, and for some hundred on the smallest server. Huge pages are filled up to 2 MB. This is
/// rather too much than too little, for what would work must not be refused.
#[must_use]
pub fn capacity(max_locks: usize, processes: usize, has_huge_pages: bool) -> usize {
    2 * max_locks * processes + if has_huge_pages { 9_000 } else { 400 }
}

/// The setting at which twice as many locks fit for sure, in tens: to drop a table again takes up to twice as many locks as to create it.
#[must_use]
pub fn needed_setting(locks: usize, processes: usize) -> usize {
    (2 * locks / processes.max(1) + 1).next_multiple_of(10)
}

/// What these statements lock.
#[must_use]
pub fn locked<'statement>(statements: impl IntoIterator<Item = &'statement str>) -> Locked {
    let mut locked = Locked::default();
    let mut created = BTreeSet::new();
    for statement in statements {
        let mut words = Words::new(statement, Engine::Postgres);
        match words.keyword().as_str() {
            "CREATE" => create(words, statement, &mut locked, &mut created),
            "ALTER" if words.skip("TABLE") => {
                let _ = words.skip("IF") && words.skip("EXISTS");
                words.skip("ONLY");
                if let Some(table) = words.name() {
                    locked.created += keys(statement);
                    locked.changed.insert(table);
                }
            }
            "DROP" if words.skip("TABLE") => {
                let _ = words.skip("IF") && words.skip("EXISTS");
                while let Some(table) = words.name() {
                    locked.dropped.insert(table);
                    if !words.skip_mark(",") {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    locked.changed.retain(|table| !created.contains(table) && !locked.dropped.contains(table));
    locked.dropped.retain(|table| !created.contains(table));
    locked
}

fn create(mut words: Words<'_>, statement: &str, locked: &mut Locked, created: &mut BTreeSet<String>) {
    let _ = words.skip("OR") && words.skip("REPLACE");
    for prefix in ["UNLOGGED", "UNIQUE", "MATERIALIZED"] {
        words.skip(prefix);
    }
    if words.skip("TABLE") {
        let _ = words.skip("IF") && words.skip("NOT") && words.skip("EXISTS");
        locked.created += 1 + keys(statement) + columns(statement);
        created.extend(words.name());
    } else if words.skip("INDEX") {
        locked.created += 1;
        let _ = words.skip("IF") && words.skip("NOT") && words.skip("EXISTS");
        if !words.is_next("ON") {
            words.name();
        }
        words.skip("ON");
        words.skip("ONLY");
        locked.changed.extend(words.name());
    } else if words.skip("SEQUENCE") || words.skip("VIEW") {
        locked.created += 1;
    }
}

/// The indexes of new keys.
fn keys(statement: &str) -> usize {
    let tokens = tokens(statement);
    let is = |token: &Token, word: &str| {
        token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case(word)
    };
    tokens
        .windows(2)
        .filter(|pair| match pair {
            // `UNIQUE USING INDEX` takes an index that is there.
            [word, next] => {
                is(word, "PRIMARY") && is(next, "KEY") || is(word, "UNIQUE") && next.text(statement) == "("
            }
            _ => false,
        })
        .count()
}

/// What columns bring along: the table and index for long values (TOAST), once, and a sequence for each identity.
fn columns(statement: &str) -> usize {
    const LONG: [&str; 5] = ["bytea", "json", "jsonb", "text", "xml"];
    let tokens = tokens(statement);
    let text = |token: &Token| token.text(statement);
    let is_name = |token: &Token| token.kind.is_name();
    let has_long = tokens.windows(3).any(|three| match three {
        [before, name, ty] => {
            matches!(text(before), "(" | ",")
                && is_name(name)
                && is_name(ty)
                && LONG.contains(&unquote_identifier(text(ty)).to_ascii_lowercase().as_str())
        }
        _ => false,
    });
    let identities = tokens
        .windows(2)
        .filter(|pair| match pair {
            [before, word] => {
                text(before).eq_ignore_ascii_case("AS") && text(word).eq_ignore_ascii_case("IDENTITY")
            }
            _ => false,
        })
        .count();
    identities + if has_long { 2 } else { 0 }
}

fn tokens(statement: &str) -> Vec<Token> {
    tokenize(statement, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(statement: &str) -> usize {
        locked([statement]).created
    }

    /// As `pg_locks` had it on PostgreSQL 15.
    #[test]
    fn what_is_created_is_locked_with_its_indexes_sequences_and_long_values() {
        for (statement, locks) in [
            ("CREATE TABLE a (id bigint)", 1),
            ("CREATE TABLE a (id bigint PRIMARY KEY, n integer)", 2),
            ("CREATE TABLE a (id bigint, n text, CONSTRAINT a_pkey PRIMARY KEY (id))", 4),
            ("CREATE UNLOGGED TABLE s.a (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)", 3),
            ("CREATE TABLE a (n varchar(80), CONSTRAINT u UNIQUE (n), CHECK (n <> 'PRIMARY KEY'))", 2),
            ("CREATE TABLE a (json integer, \"text\" integer)", 1),
            ("CREATE UNIQUE INDEX i ON a (id)", 1),
            ("CREATE MATERIALIZED VIEW v AS SELECT 1", 1),
            ("CREATE SEQUENCE s", 1),
            ("ALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY (id)", 1),
            ("ALTER TABLE a ADD CONSTRAINT a_pkey UNIQUE USING INDEX i", 0),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 0),
            ("COMMENT ON TABLE a IS 'x'", 0),
        ] {
            assert_eq!(created(statement), locks, "{statement}");
        }
    }

    #[test]
    fn tables_that_were_there_count_once_and_new_ones_not_again() {
        let found = locked([
            "CREATE TABLE a (id bigint)",
            "ALTER TABLE a ADD b integer",
            "ALTER TABLE ONLY s.b ADD b integer",
            "CREATE INDEX ON s.b (b)",
            "CREATE INDEX i ON c (b)",
            "DROP TABLE IF EXISTS d, c",
        ]);
        assert_eq!(found.created, 3);
        assert_eq!(found.changed, BTreeSet::from(["s.b".to_owned()]));
        assert_eq!(found.dropped, BTreeSet::from(["c".to_owned(), "d".to_owned()]));
    }

    #[test]
    fn the_setting_to_write_has_room_for_all() {
        assert_eq!(needed_setting(20_000, 122), 330);
        assert_eq!(capacity(64, 122, false), 16_016);
        assert_eq!(capacity(64, 122, true), 24_616);
    }
}
