//! What a statement does, told by its words, so that the catalogue can tell later whether it was done.

use crate::model::Engine;
use crate::sql::Words;

/// The kinds of objects as SHOW CREATE knows them. It shows views and sequences as tables too.
const KINDS: [(&str, &str); 10] = [
    ("TABLE", "TABLE"),
    ("VIEW", "TABLE"),
    ("SEQUENCE", "TABLE"),
    ("INDEX", "TABLE"),
    ("TRIGGER", "TRIGGER"),
    ("PROCEDURE", "PROCEDURE"),
    ("FUNCTION", "FUNCTION"),
    ("EVENT", "EVENT"),
    ("PACKAGE", "PACKAGE"),
    ("DATABASE", "DATABASE"),
];

/// What a statement does, as far as it leaves traces. Names are spelt as in the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementEffect {
    /// It changes the definitions of these objects: the kind as SHOW CREATE knows it, the names.
    Define {
        /// The kind.
        kind: &'static str,
        /// The names.
        names: Vec<String>,
    },
    /// It drops these one after the other.
    Drop {
        /// The kind as DROP calls it.
        keyword: &'static str,
        /// The kind as SHOW CREATE knows it.
        kind: &'static str,
        /// The names.
        names: Vec<String>,
    },
    /// It renames several tables.
    RenameSeveral {
        /// The names, old and new.
        names: Vec<String>,
    },
    /// It may run as often as one likes.
    Repeatable,
    /// It leaves no trace that is known.
    Other,
}

impl StatementEffect {
    /// What this statement does.
    #[must_use]
    pub fn of(statement: &str, engine: Engine) -> Self {
        let mut words = Words::new(statement, engine);
        let keyword = words.keyword();
        if matches!(keyword.as_str(), "CREATE" | "DROP")
            && let Some(is_repeatable) = is_repeatable_account(words.clone())
        {
            return if is_repeatable { StatementEffect::Repeatable } else { StatementEffect::Other };
        }
        match keyword.as_str() {
            "CREATE" => create(words),
            "ALTER" => alter(words),
            "DROP" => drop(words),
            "RENAME" => rename(words),
            // MariaDB: with a statement behind it, ANALYZE runs that.
            "ANALYZE" if !["TABLE", "LOCAL", "NO_WRITE_TO_BINLOG"].iter().any(|word| words.is_next(word)) => {
                StatementEffect::Other
            }
            "ANALYZE" | "CACHE" | "CHECK" | "CHECKSUM" | "DESC" | "DESCRIBE" | "FLUSH" | "GRANT"
            | "OPTIMIZE" | "REPAIR" | "SHOW" | "UNLOCK" => StatementEffect::Repeatable,
            "SET" if !words.is_next("STATEMENT") => StatementEffect::Repeatable,
            _ => StatementEffect::Other,
        }
    }
}

/// The kind of object, which stands behind options of all sorts; none where it is none that leaves a definition.
fn kind(words: &mut Words<'_>) -> Option<(&'static str, &'static str)> {
    while !words.is_at_end() {
        let word = words.keyword();
        if word == "TEMPORARY" || word == "USER" || word == "ROLE" || word == "SERVER" {
            return None;
        }
        if let Some(found) = KINDS.into_iter().find(|(keyword, _)| *keyword == word) {
            let is_body = word == "PACKAGE" && words.skip("BODY");
            return Some(if is_body { ("PACKAGE BODY", "PACKAGE BODY") } else { found });
        }
    }
    None
}

fn skip_existence(words: &mut Words<'_>) {
    if words.skip("IF") {
        words.skip("NOT");
        words.skip("EXISTS");
    }
}

/// The words behind CREATE, ALTER or DROP, where these name an account or a server: `Some(true)` where it is the same however often it runs.
fn is_repeatable_account(mut words: Words<'_>) -> Option<bool> {
    let replaces = words.skip("OR") && words.skip("REPLACE");
    if !(words.skip("USER") || words.skip("ROLE") || words.skip("SERVER")) {
        return None;
    }
    Some(replaces || words.is_next("IF"))
}

fn create(mut words: Words<'_>) -> StatementEffect {
    let Some((keyword, kind)) = kind(&mut words) else { return StatementEffect::Other };
    skip_existence(&mut words);
    let Some(name) = words.name() else { return StatementEffect::Other };
    if keyword != "INDEX" {
        return StatementEffect::Define { kind, names: vec![name] };
    }
    table_of_index(words)
}

/// The table behind `ON`.
fn table_of_index(mut words: Words<'_>) -> StatementEffect {
    while !words.is_at_end() {
        if words.skip("ON") {
            return match words.name() {
                Some(table) => StatementEffect::Define { kind: "TABLE", names: vec![table] },
                None => StatementEffect::Other,
            };
        }
        words.keyword();
    }
    StatementEffect::Other
}

fn alter(mut words: Words<'_>) -> StatementEffect {
    let Some((_, kind)) = kind(&mut words) else { return StatementEffect::Other };
    skip_existence(&mut words);
    let Some(name) = words.name() else { return StatementEffect::Other };
    let mut names = vec![name];
    // The new name of a table tells as much as the old one.
    while !words.is_at_end() {
        if moves_rows(words.clone()) {
            return StatementEffect::Other;
        }
        if !words.skip("RENAME") {
            words.keyword();
            continue;
        }
        if words.is_next("COLUMN") || words.is_next("INDEX") || words.is_next("KEY") {
            continue;
        }
        let _ = words.skip("TO") || words.skip("AS");
        names.extend(words.name());
    }
    StatementEffect::Define { kind, names }
}

/// Whether the words do something to rows that no definition shows.
fn moves_rows(mut words: Words<'_>) -> bool {
    (words.skip("EXCHANGE") || words.skip("TRUNCATE")) && words.skip("PARTITION")
}

fn drop(mut words: Words<'_>) -> StatementEffect {
    let Some((keyword, kind)) = kind(&mut words) else { return StatementEffect::Other };
    skip_existence(&mut words);
    if keyword == "INDEX" {
        return table_of_index(words);
    }
    let mut names: Vec<String> = words.name().into_iter().collect();
    while words.skip_mark(",") {
        names.extend(words.name());
    }
    StatementEffect::Drop { keyword, kind, names }
}

fn rename(mut words: Words<'_>) -> StatementEffect {
    if !(words.skip("TABLE") || words.skip("TABLES")) {
        return StatementEffect::Other;
    }
    skip_existence(&mut words);
    let mut names = Vec::new();
    let mut pairs = 0;
    loop {
        names.extend(words.name());
        words.skip("TO");
        names.extend(words.name());
        pairs += 1;
        if !words.skip_mark(",") {
            break;
        }
    }
    if pairs == 1 {
        StatementEffect::Define { kind: "TABLE", names }
    } else {
        StatementEffect::RenameSeveral { names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn define(kind: &'static str, names: &[&str]) -> StatementEffect {
        StatementEffect::Define { kind, names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn effects_are_told_by_their_words() {
        for (statement, expected) in [
            ("CREATE TABLE IF NOT EXISTS `a b` (id int)", define("TABLE", &["`a b`"])),
            (
                "create or replace algorithm=merge definer=`x`@`y` view s.v as select 1",
                define("TABLE", &["s.v"]),
            ),
            ("CREATE UNIQUE INDEX i USING btree ON t (a)", define("TABLE", &["t"])),
            ("DROP INDEX i ON t", define("TABLE", &["t"])),
            ("ALTER TABLE t ADD COLUMN a int, ALGORITHM=INSTANT", define("TABLE", &["t"])),
            ("ALTER TABLE t RENAME COLUMN a TO b, RENAME TO u", define("TABLE", &["t", "u"])),
            ("RENAME TABLE a TO b", define("TABLE", &["a", "b"])),
            // Where the session has ANSI_QUOTES.
            ("ALTER TABLE \"t u\" ADD COLUMN a int", define("TABLE", &["\"t u\""])),
            ("CREATE INDEX \"i\" ON \"s\".\"t\" (\"a\")", define("TABLE", &["\"s\".\"t\""])),
            ("CREATE OR REPLACE PACKAGE BODY p AS END", define("PACKAGE BODY", &["p"])),
            ("ALTER DEFINER=`a`@`b` EVENT e RENAME TO f", define("EVENT", &["e", "f"])),
            ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", define("TRIGGER", &["g"])),
            (
                "DROP TABLE IF EXISTS a, s.b CASCADE",
                StatementEffect::Drop {
                    keyword: "TABLE",
                    kind: "TABLE",
                    names: vec!["a".to_owned(), "s.b".to_owned()],
                },
            ),
            (
                "RENAME TABLE a TO b, c TO d",
                StatementEffect::RenameSeveral { names: ["a", "b", "c", "d"].map(str::to_owned).to_vec() },
            ),
            ("OPTIMIZE TABLE t", StatementEffect::Repeatable),
            ("ANALYZE TABLE t", StatementEffect::Repeatable),
            ("ANALYZE UPDATE t SET a = a + 1", StatementEffect::Other),
            ("SET GLOBAL a = 1", StatementEffect::Repeatable),
            ("SET STATEMENT a = 1 FOR INSERT INTO t VALUES (1)", StatementEffect::Other),
            ("DROP USER IF EXISTS ann", StatementEffect::Repeatable),
            ("CREATE OR REPLACE ROLE r", StatementEffect::Repeatable),
            ("DROP ROLE r", StatementEffect::Other),
            ("TRUNCATE TABLE t", StatementEffect::Other),
            ("ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u", StatementEffect::Other),
            ("ALTER TABLE t TRUNCATE PARTITION p", StatementEffect::Other),
            ("ALTER TABLE t ADD COLUMN exchange int", define("TABLE", &["t"])),
            ("CREATE TEMPORARY TABLE t (a int)", StatementEffect::Other),
            ("CREATE USER ann", StatementEffect::Other),
            ("CALL p()", StatementEffect::Other),
            ("", StatementEffect::Other),
        ] {
            assert_eq!(StatementEffect::of(statement, Engine::Mariadb), expected, "{statement}");
        }
    }
}
