//! What statements set about backslashes in the strings of those behind them (MySQL, MariaDB).

use crate::model::Engine;
#[cfg(any(test, feature = "mysql"))]
use crate::sql::lexer::Lexer;
use crate::sql::{Token, TokenKind, listed, tokenize};

/// The word of `sql_mode` that makes a backslash an ordinary character.
pub(crate) const WITHOUT_ESCAPES: &str = "NO_BACKSLASH_ESCAPES";

/// Whether a backslash escapes what stands behind it from here on; none where the statement sets no `sql_mode`.
///
/// Where a variable is set back that an earlier statement has filled, the session's own mode counts, in which backslashes escape.
pub(super) fn set_by(statement: &str, engine: Engine) -> Option<bool> {
    let sql = inside(statement);
    if !sql.get(..3)?.eq_ignore_ascii_case("SET") {
        return None;
    }
    let tokens: Vec<Token> = tokenize(sql, engine).into_iter().filter(|token| !token.is_trivia()).collect();
    let assignments = listed(tokens.get(1..)?, sql);
    assignments.into_iter().filter_map(|assignment| set_to(assignment, sql)).next_back()
}

/// The statement in a comment that the servers run, as dumps write it.
fn inside(statement: &str) -> &str {
    let comment = statement.strip_prefix("/*!").or_else(|| statement.strip_prefix("/*M!"));
    match comment.and_then(|comment| comment.strip_suffix("*/")) {
        Some(inside) => inside.trim_start_matches(|digit: char| digit.is_ascii_digit()).trim_start(),
        None => statement,
    }
}

/// What an assignment sets, where it is one to the `sql_mode` of the session.
fn set_to(assignment: &[Token], sql: &str) -> Option<bool> {
    let sign = assignment.iter().position(|token| matches!(token.text(sql), "=" | ":="))?;
    let (target, value) = (assignment.get(..sign)?, assignment.get(sign + 1..)?);
    let name: String =
        target.iter().map(|token| token.text(sql).to_ascii_lowercase()).collect::<Vec<_>>().join(" ");
    let is_of_session = [
        "sql_mode",
        "session sql_mode",
        "local sql_mode",
        "@@sql_mode",
        "@@session.sql_mode",
        "@@local.sql_mode",
    ];
    is_of_session.contains(&name.as_str()).then(|| {
        let mut texts =
            value.iter().filter(|token| matches!(token.kind, TokenKind::String | TokenKind::Word));
        !texts.any(|token| token.text(sql).to_ascii_uppercase().contains(WITHOUT_ESCAPES))
    })
}

/// A statement that was written where a backslash escapes nothing, as it means the same where it does.
#[cfg(any(test, feature = "mysql"))]
pub(crate) fn with_escapes(statement: &str, engine: Engine) -> String {
    let mut lexer = Lexer::new(statement, engine);
    lexer.set_backslash_escapes(false);
    changed_strings(statement, &lexer, |text| text.replace('\\', r"\\"))
}

/// Undoes it.
#[cfg(any(test, feature = "mysql"))]
pub(crate) fn without_escapes(statement: &str, engine: Engine) -> String {
    changed_strings(statement, &Lexer::new(statement, engine), |text| text.replace(r"\\", "\\"))
}

#[cfg(any(test, feature = "mysql"))]
fn changed_strings(statement: &str, lexer: &Lexer<'_>, change: impl Fn(&str) -> String) -> String {
    let (mut changed, mut start) = (String::with_capacity(statement.len()), 0);
    while start < statement.len() {
        let (kind, end) = lexer.token_at(start);
        let text = statement.get(start..end).unwrap_or_default();
        // A variable may be a text: @'a'.
        match kind {
            TokenKind::String | TokenKind::Parameter | TokenKind::Unterminated(_) => {
                changed.push_str(&change(text))
            }
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Punctuation
            | TokenKind::Unknown => changed.push_str(text),
        }
        start = end;
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_read_alike_with_escapes_and_without() {
        for (plain, escaped) in [
            (r"SELECT 'it''s \', 'a\b', `c\d` -- \'", r"SELECT 'it''s \\', 'a\\b', `c\d` -- \'"),
            (r#"SELECT "\", N'\'"#, r#"SELECT "\\", N'\\'"#),
        ] {
            assert_eq!(with_escapes(plain, Engine::Mysql), escaped);
            assert_eq!(without_escapes(escaped, Engine::Mysql), plain);
        }
    }
}
