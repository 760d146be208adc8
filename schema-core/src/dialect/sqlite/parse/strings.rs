//! Strings in double quotes: a misfeature of SQLite's, by which a quoted name that names nothing is a text.
//! <https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted>

use crate::dialect::sqlite::identifier::ROWID_NAMES;
use crate::dialect::sqlite::{fold, quote_text};
use crate::model::{Engine, Table};
use crate::sql::{Token, TokenKind, tokenize, unquote_identifier};
use std::collections::HashSet;

/// The text of a table with its strings written as strings, where it has some in double quotes: connections that forbid those, as ours do,
/// would not take it.
pub(super) fn written_as_strings(sql: &str, table: &Table) -> Option<String> {
    // How deep the brackets are, and how deep they were where the expression at hand began.
    let (mut depth, mut expression) = (0_usize, None);
    replaced(sql, table, |text, before| {
        match text {
            "(" => {
                let begins = ["CHECK", "AS", "DEFAULT"].iter().any(|word| word.eq_ignore_ascii_case(before));
                if expression.is_none() && begins {
                    expression = Some(depth);
                }
                depth += 1;
            }
            ")" => {
                depth = depth.saturating_sub(1);
                expression = expression.filter(|outside| depth > *outside);
            }
            _ => {}
        }
        expression.is_some()
    })
}

/// The same of an index of this table.
pub(super) fn index_written_as_strings(sql: &str, table: &Table) -> Option<String> {
    let mut has_begun = false;
    replaced(sql, table, |text, _| {
        has_begun |= text == "(";
        has_begun
    })
}

/// `is_expression` is asked of every token, with the one before it.
fn replaced(sql: &str, table: &Table, mut is_expression: impl FnMut(&str, &str) -> bool) -> Option<String> {
    if !sql.contains('"') {
        return None;
    }
    let columns: HashSet<String> =
        table.columns.iter().map(|column| fold(&column.name)).chain(ROWID_NAMES.map(str::to_owned)).collect();
    let tokens: Vec<Token> = tokenize(sql, Engine::Sqlite).into_iter().filter(|it| !it.is_trivia()).collect();
    let at = |place: Option<usize>| place.and_then(|it| tokens.get(it)).map_or("", |it| it.text(sql));
    let is = |text: &str, words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let (mut text, mut copied) = (String::new(), 0);
    for (place, token) in tokens.iter().enumerate() {
        let (name, before) = (token.text(sql), at(place.checked_sub(1)));
        let in_expression = is_expression(name, before);
        if in_expression && token.kind == TokenKind::QuotedIdentifier && name.starts_with('"') {
            let is_column = columns.contains(&fold(&unquote_identifier(name)));
            let is_other_name = is(before, &[".", "COLLATE", "AS"]) || is(at(Some(place + 1)), &[".", "("]);
            if !is_column && !is_other_name {
                text.push_str(sql.get(copied..token.span.start).unwrap_or_default());
                text.push_str(&quote_text(&unquote_identifier(name)));
                copied = token.span.end;
            }
        }
    }
    if copied == 0 {
        return None;
    }
    text.push_str(sql.get(copied..).unwrap_or_default());
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::table;

    fn definition(sql: &str) -> String {
        table(sql).unwrap().definition.unwrap()
    }

    #[test]
    fn what_names_no_column_in_an_expression_is_a_string() {
        assert_eq!(
            definition(
                "CREATE TABLE t (\"a\" TEXT DEFAULT (\"it's\"), b \"odd type\" CHECK (\"B\" IN (\"x\", \"a\")), c AS (\"a\" || \"-\"))"
            ),
            "CREATE TABLE t (\"a\" TEXT DEFAULT ('it''s'), b \"odd type\" CHECK (\"B\" IN ('x', \"a\")), c AS (\"a\" || '-'))"
        );
    }

    #[test]
    fn other_names_stay_names() {
        for sql in [
            "CREATE TABLE t (a CHECK (\"t\".\"a\" > 0 AND \"rowid\" > 0 AND \"lower\"(a) <> a COLLATE \"nocase\"))",
            "CREATE TABLE t (a CHECK (CAST(a AS \"int\") > 0), CONSTRAINT \"x\" UNIQUE (\"a\"))",
            "CREATE TABLE t (a CHECK ([b] IS `c`))",
        ] {
            assert_eq!(definition(sql), sql);
        }
    }
}
