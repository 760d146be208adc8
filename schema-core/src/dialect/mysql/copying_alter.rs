//! An ALTER TABLE that says that all rows are copied, taken apart for a program that does it instead of the server.

use crate::model::Engine;
use crate::sql::{Token, TokenKind, Words, tokenize, unquote_identifier};

/// An ALTER TABLE with `ALGORITHM=COPY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopyingAlter {
    /// The table's database, where the statement says it.
    pub(crate) database: Option<String>,
    /// The table.
    pub(crate) table: String,
    /// What stands behind the name, without ALGORITHM and LOCK.
    pub(crate) changes: String,
    /// The first clause that gives the table or a column another name.
    pub(crate) rename: Option<String>,
    /// The first clause that adds a foreign key or a CHECK by itself.
    pub(crate) constraint: Option<String>,
}

impl CopyingAlter {
    /// None of another statement, or of one that leaves the way to the server.
    pub(crate) fn of(statement: &str, engine: Engine) -> Option<Self> {
        let all = tokenize(statement, engine);
        if all.iter().any(|token| token.is_executed_comment(statement, engine)) {
            return None;
        }
        let tokens: Vec<&Token> = all.iter().filter(|token| !token.is_trivia()).collect();
        let (name, rest) = named(&tokens, statement)?;
        let mut copies = false;
        let (mut rename, mut constraint) = (None, None);
        let mut changes = Vec::new();
        for clause in clauses(rest, statement) {
            let (Some(first), Some(last)) = (clause.first(), clause.last()) else { continue };
            let text = statement.get(first.span.start..last.span.end)?;
            let mut words = Words::new(text, engine);
            match words.keyword().as_str() {
                "ALGORITHM" => {
                    words.skip_mark("=");
                    if !words.is_next("COPY") {
                        return None;
                    }
                    copies = true;
                    continue;
                }
                "LOCK" => continue,
                "RENAME" if !(words.is_next("INDEX") || words.is_next("KEY")) => {
                    rename.get_or_insert_with(|| text.to_owned());
                }
                "CHANGE" if has_two_names(words.clone()) => {
                    rename.get_or_insert_with(|| text.to_owned());
                }
                "ADD" if adds_constraint(words) => {
                    constraint.get_or_insert_with(|| text.to_owned());
                }
                _ => {}
            }
            changes.push(text);
        }
        if !copies || changes.is_empty() {
            return None;
        }
        let mut parts: Vec<String> =
            Words::parts(&name, engine).iter().map(|part| unquote_identifier(part)).collect();
        let table = parts.pop()?;
        Some(CopyingAlter { database: parts.pop(), table, changes: changes.join(", "), rename, constraint })
    }
}

/// The name behind ALTER TABLE, as it is spelt, and what stands behind it.
fn named<'tokens, 'token>(
    tokens: &'tokens [&'token Token],
    statement: &str,
) -> Option<(String, &'tokens [&'token Token])> {
    let is_word = |index: usize, word: &str| {
        tokens.get(index).is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case(word)
        })
    };
    if !(is_word(0, "ALTER") && is_word(1, "TABLE")) {
        return None;
    }
    let start = if is_word(2, "IF") && is_word(3, "EXISTS") { 4 } else { 2 };
    let mut end = start + 1;
    if tokens.get(end).is_some_and(|token| token.text(statement) == ".") {
        end += 2;
    }
    let (first, last) = (tokens.get(start)?, tokens.get(end - 1)?);
    Some((statement.get(first.span.start..last.span.end)?.to_owned(), tokens.get(end..)?))
}

/// What stands between commas outside of brackets.
fn clauses<'tokens, 'token>(
    tokens: &'tokens [&'token Token],
    statement: &str,
) -> Vec<&'tokens [&'token Token]> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut clauses = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text(statement) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                clauses.extend(tokens.get(start..index));
                start = index + 1;
            }
            // Not part of the statement.
            ";" if depth == 0 => {
                clauses.extend(tokens.get(start..index));
                return clauses;
            }
            _ => {}
        }
    }
    clauses.extend(tokens.get(start..));
    clauses
}

/// `CHANGE old new …`: names of columns differ in case without being others.
fn has_two_names(mut words: Words<'_>) -> bool {
    words.skip("COLUMN");
    if words.skip("IF") {
        words.skip("EXISTS");
    }
    let mut name = || words.name().map(|name| unquote_identifier(&name).to_lowercase());
    let old = name();
    old != name()
}

/// `ADD CONSTRAINT name FOREIGN KEY …`, `ADD CHECK (…)`.
fn adds_constraint(mut words: Words<'_>) -> bool {
    const WHAT: [&str; 2] = ["FOREIGN", "CHECK"];
    if words.skip("CONSTRAINT") && !WHAT.iter().any(|word| words.is_next(word)) {
        words.name();
    }
    WHAT.iter().any(|word| words.is_next(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(statement: &str) -> Option<CopyingAlter> {
        CopyingAlter::of(statement, Engine::Mariadb)
    }

    #[test]
    fn the_changes_go_to_the_program_without_the_way() {
        let alter = of(
            "-- all rows\nALTER TABLE `app`.`a``b`\n    MODIFY `x` enum('a,b','c') NOT NULL COMMENT 'ALGORITHM=COPY, (',\n    ADD INDEX (`x`, `y`),\n    ALGORITHM=COPY, LOCK=SHARED;",
        )
        .unwrap();
        assert_eq!((alter.database.as_deref(), alter.table.as_str()), (Some("app"), "a`b"));
        assert_eq!(
            alter.changes,
            "MODIFY `x` enum('a,b','c') NOT NULL COMMENT 'ALGORITHM=COPY, (', ADD INDEX (`x`, `y`)"
        );
        assert_eq!(alter.rename, None);
    }

    #[test]
    fn what_does_not_say_that_it_copies_stays_the_servers() {
        assert_eq!(of("ALTER TABLE t ADD a int, ALGORITHM=INSTANT"), None);
        assert_eq!(of("ALTER TABLE t ADD a int"), None);
        assert_eq!(of("ALTER TABLE t ADD a int COMMENT 'ALGORITHM=COPY'"), None);
        assert_eq!(of("ALTER TABLE t /*!80000 ADD a int, */ ALGORITHM=COPY"), None);
        assert_eq!(of("ALTER VIEW v AS SELECT 1"), None);
        assert_eq!(of("ALTER TABLE t ALGORITHM=COPY"), None);
        assert_eq!(of("ALTER TABLE"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn renames_are_seen() {
        let rename = |changes: &str| of(&format!("ALTER TABLE t {changes}, ALGORITHM=COPY")).unwrap().rename;
        assert_eq!(rename("ADD a int, RENAME COLUMN b TO c").as_deref(), Some("RENAME COLUMN b TO c"));
        assert_eq!(rename("RENAME TO u").as_deref(), Some("RENAME TO u"));
        assert_eq!(rename("CHANGE COLUMN `b` c int").as_deref(), Some("CHANGE COLUMN `b` c int"));
        assert_eq!(rename("CHANGE `b` B bigint"), None);
        assert_eq!(rename("RENAME INDEX a TO b"), None);
    }

    #[test]
    fn new_constraints_are_seen() {
        let constraint =
            |changes: &str| of(&format!("ALTER TABLE t {changes}, ALGORITHM=COPY")).unwrap().constraint;
        for clause in [
            "ADD CHECK (a > 0)",
            "ADD CONSTRAINT c CHECK (a > 0)",
            "ADD CONSTRAINT FOREIGN KEY (a) REFERENCES b (c)",
        ] {
            assert_eq!(constraint(clause).as_deref(), Some(clause));
        }
        assert_eq!(constraint("ADD CONSTRAINT c UNIQUE (a)"), None);
        assert_eq!(constraint("ADD a int"), None);
    }
}
