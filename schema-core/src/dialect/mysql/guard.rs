//! Statements that stop a script where rows are in the way of what follows.
//!
//! SIGNAL cannot depend on a condition outside of routines. But in an error about a number that is out of range both servers show the expression, and so the reason
//! that stands in it: `BIGINT UNSIGNED value is out of range in '(~(0) + length('…'))'`.

use super::{quote_name, quote_text};
use crate::model::{Engine, QualifiedName};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// What an error about such a number is to the servers (`ER_DATA_OUT_OF_RANGE`).
pub const OUT_OF_RANGE: u16 = 1690;

/// Fails for this reason where the table has rows for which the condition holds.
#[must_use]
pub fn sql(reason: &str, table: &QualifiedName, condition: Option<&str>) -> String {
    let condition = condition.map(|condition| format!(" WHERE {condition}")).unwrap_or_default();
    format!("SELECT ~0 + LENGTH({}) FROM {}{condition} LIMIT 1", quote_text(reason), quote_name(table))
}

/// The reason for which such a statement fails; none where it is another statement.
#[must_use]
pub fn reason(statement: &str) -> Option<String> {
    let tokens = tokenize(statement, Engine::Mysql);
    let mut texts = tokens.iter().filter(|token| !token.is_trivia());
    let is_guard = ["SELECT", "~", "0", "+", "LENGTH", "("]
        .iter()
        .all(|word| texts.next().is_some_and(|token| token.text(statement).eq_ignore_ascii_case(word)));
    let reason = texts.next().filter(|token| is_guard && token.kind == TokenKind::String)?;
    Some(unquote_string(reason.text(statement), Engine::Mysql))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_read_back_from_the_statement() {
        let why = "`t` has rows: 'é' \\ it's";
        assert_eq!(reason(&sql(why, &"t".into(), Some("`a` = 1"))).unwrap(), why);
        assert_eq!(reason("SELECT ~0 + LENGTH(a) FROM t"), None);
        assert_eq!(reason("SELECT 'x'"), None);
    }
}
