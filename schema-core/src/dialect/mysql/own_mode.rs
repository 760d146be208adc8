//! Statements as the `sql_mode` reads them under which they run.
//!
//! What SHOW CREATE says has its comment as this session's mode would have it, with escapes; its body is as it was written under the mode of its own. A statement
//! is both until here, and under NO_BACKSLASH_ESCAPES, where a backslash is only a backslash, the comment would be another one.

use crate::model::Engine;
use crate::sql::{Token, TokenKind, WITHOUT_ESCAPES, partner, tokenize, unquote_string};
use std::collections::BTreeMap;
use std::ops::Range;

/// What begins the name of the object.
const KINDS: [&str; 4] = ["EVENT", "FUNCTION", "PACKAGE", "PROCEDURE"];

/// The words between the arguments of a routine, or the name of a package, and the body.
const CHARACTERISTICS: [&str; 15] = [
    "CONTAINS",
    "DATA",
    "DEFINER",
    "DETERMINISTIC",
    "INVOKER",
    "JAVASCRIPT",
    "LANGUAGE",
    "MODIFIES",
    "NO",
    "NOT",
    "READS",
    "RETURNS",
    "SECURITY",
    "SQL",
    "USING",
];

/// The statement that creates or alters a routine, package or event, for a session that has these settings.
#[must_use]
pub(crate) fn under_mode(statement: &str, settings: &BTreeMap<String, String>) -> String {
    let is_without_escapes = |mode: &String| mode.split(',').any(|word| word == WITHOUT_ESCAPES);
    let comment =
        settings.get("sql_mode").filter(|mode| is_without_escapes(mode)).and_then(|_| comment(statement));
    let Some(comment) = comment else { return statement.to_owned() };
    let text = statement.get(comment.clone()).unwrap_or_default();
    let mut written = statement.to_owned();
    written.replace_range(comment, &format!("'{}'", unquote_string(text, Engine::Mysql).replace('\'', "''")));
    written
}

/// Where the literal of the comment stands. In front of the body all is as this session's mode has it, so that it is read right up to there.
fn comment(statement: &str) -> Option<Range<usize>> {
    let tokens: Vec<Token> =
        tokenize(statement, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let text = |place: usize| tokens.get(place).map_or("", |token| token.text(statement));
    let is = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| token.kind == TokenKind::Word)
            && words.iter().any(|word| text(place).eq_ignore_ascii_case(word))
    };
    if !is(0, &["CREATE", "ALTER"]) {
        return None;
    }
    let kind = (1..tokens.len()).find(|place| is(*place, &KINDS))?;
    let name = if is(kind, &["PACKAGE"]) && is(kind + 1, &["BODY"]) { kind + 2 } else { kind + 1 };
    let mut place = name + 1;
    if is(kind, &["FUNCTION", "PROCEDURE"]) && text(place) == "(" {
        place = partner(&tokens, place, statement)? + 1;
        // The type of a function ends with its line.
        let end = tokens.get(place - 1)?.span.end;
        let line = end + statement.get(end..)?.find('\n')?;
        place = tokens.iter().position(|token| token.span.start > line)?;
    }
    loop {
        if is(place, &["COMMENT"]) {
            let literal = tokens.get(place + 1).filter(|token| token.kind == TokenKind::String)?;
            return Some(literal.span.clone());
        }
        match is(kind, &["EVENT"]) {
            true if is(place, &["DO"]) || place >= tokens.len() => return None,
            false if text(place) == "(" => place = partner(&tokens, place, statement)?,
            false if !is(place, &CHARACTERISTICS) => return None,
            true | false => {}
        }
        place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(statement: &str, mode: &str) -> String {
        under_mode(statement, &BTreeMap::from([("sql_mode".to_owned(), mode.to_owned())]))
    }

    #[test]
    fn a_comment_is_written_as_the_mode_reads_it() {
        for (statement, expected) in [
            (
                "CREATE FUNCTION `f`(a varchar(3)) RETURNS int\n    READS SQL DATA\n    COMMENT 'it''s \\\\ \\n'\nRETURN 'COMMENT \\\\'",
                "CREATE FUNCTION `f`(a varchar(3)) RETURNS int\n    READS SQL DATA\n    COMMENT 'it''s \\ \n'\nRETURN 'COMMENT \\\\'",
            ),
            (
                "CREATE DEFINER=`a`@`b` PROCEDURE `comment`()\n    COMMENT '\\\\'\nALTER TABLE t COMMENT '\\'",
                "CREATE DEFINER=`a`@`b` PROCEDURE `comment`()\n    COMMENT '\\'\nALTER TABLE t COMMENT '\\'",
            ),
            (
                "CREATE OR REPLACE PACKAGE BODY `p`    COMMENT 'a\\\\b'\n as end",
                "CREATE OR REPLACE PACKAGE BODY `p`    COMMENT 'a\\b'\n as end",
            ),
            (
                "ALTER PROCEDURE `p` SQL SECURITY INVOKER COMMENT '\\\\'",
                "ALTER PROCEDURE `p` SQL SECURITY INVOKER COMMENT '\\'",
            ),
            (
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE COMMENT 'a\\\\' DO SELECT 'b\\'",
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE COMMENT 'a\\' DO SELECT 'b\\'",
            ),
        ] {
            assert_eq!(written(statement, "ANSI,NO_BACKSLASH_ESCAPES"), expected);
            assert_eq!(written(statement, "ANSI"), statement);
        }
    }

    #[test]
    fn what_a_body_says_is_left_alone() {
        for statement in [
            "CREATE PROCEDURE `p`()\nBEGIN\n    ALTER TABLE t COMMENT 'a\\\\b';\nEND",
            "CREATE FUNCTION `f`() RETURNS int\nRETURN comment 'a\\\\b'",
            "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO ALTER TABLE t COMMENT 'a\\\\b'",
            "CREATE PACKAGE `p` as COMMENT 'a\\\\b' end",
            "ALTER EVENT `e` DISABLE",
            "DROP FUNCTION `f`",
        ] {
            assert_eq!(written(statement, WITHOUT_ESCAPES), statement);
        }
    }
}
