//! Queries in which tables of other schemas are called otherwise for a while: a temporary table cannot hide one that is named in full.

use super::identifier::quote;
use crate::model::{Engine, QualifiedName};
use crate::sql::{Token, TokenKind, tokenize, unquote_identifier};

/// The query with `stand_in` in place of the table; where the query gives it no alias, its own name becomes one, so that its columns can be
/// called as before.
pub(crate) fn replace_qualified(query: &str, table: &QualifiedName, stand_in: &str) -> String {
    let Some(schema) = &table.schema else { return query.to_owned() };
    let tokens = tokenize(query, Engine::Postgres);
    let tokens: Vec<&Token> = tokens.iter().filter(|token| !token.is_trivia()).collect();
    let mut replaced = String::with_capacity(query.len());
    let mut copied = 0;
    for (place, token) in tokens.iter().enumerate() {
        let named = |offset: usize, name: &str| {
            tokens.get(place + offset).and_then(|token| identifier(token, query)).as_deref() == Some(name)
        };
        let mark = |offset: usize| tokens.get(place + offset).map(|token| token.text(query));
        if token.span.start < copied || !(named(0, schema) && mark(1) == Some(".") && named(2, &table.name)) {
            continue;
        }
        let Some(last) = tokens.get(place + 2) else { continue };
        replaced.push_str(query.get(copied..token.span.start).unwrap_or_default());
        if mark(3) == Some(".") {
            replaced.push_str(&quote(&table.name));
        } else {
            replaced.push_str(&quote(stand_in));
            let has_alias = tokens.get(place + 3).is_some_and(|next| {
                next.text(query).eq_ignore_ascii_case("AS")
                    || next.kind == TokenKind::QuotedIdentifier
                    || next.kind == TokenKind::Word && !is_clause(next.text(query))
            });
            if !has_alias {
                replaced.push(' ');
                replaced.push_str(&quote(&table.name));
            }
        }
        copied = last.span.end;
    }
    replaced.push_str(query.get(copied..).unwrap_or_default());
    replaced
}

/// The query with the table in place of what stood in for it.
pub(crate) fn restore_qualified(query: &str, stand_in: &str, table: &QualifiedName) -> String {
    let tokens = tokenize(query, Engine::Postgres);
    let tokens: Vec<&Token> = tokens.iter().filter(|token| !token.is_trivia()).collect();
    let mut restored = String::with_capacity(query.len());
    let mut copied = 0;
    for (place, token) in tokens.iter().enumerate() {
        if identifier(token, query).as_deref() != Some(stand_in) {
            continue;
        }
        restored.push_str(query.get(copied..token.span.start).unwrap_or_default());
        restored.push_str(&super::quote_name(table));
        copied = token.span.end;
        let next = tokens.get(place + 1);
        if let Some(next) = next.filter(|next| identifier(next, query).as_deref() == Some(&*table.name)) {
            copied = next.span.end;
        }
    }
    restored.push_str(query.get(copied..).unwrap_or_default());
    restored
}

fn identifier(token: &Token, sql: &str) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text(sql).to_ascii_lowercase()),
        TokenKind::QuotedIdentifier => Some(unquote_identifier(token.text(sql))),
        _ => None,
    }
}

/// Whether a word after a table's name begins a part of the query, and so is no alias.
fn is_clause(word: &str) -> bool {
    const CLAUSES: [&str; 23] = [
        "CROSS",
        "EXCEPT",
        "FETCH",
        "FOR",
        "FULL",
        "GROUP",
        "HAVING",
        "INNER",
        "INTERSECT",
        "JOIN",
        "LEFT",
        "LIMIT",
        "NATURAL",
        "OFFSET",
        "ON",
        "ORDER",
        "RIGHT",
        "TABLESAMPLE",
        "UNION",
        "USING",
        "WHERE",
        "WINDOW",
        "WITH",
    ];
    CLAUSES.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_another_schema_is_called_otherwise_and_back() {
        let table = QualifiedName { schema: Some("other".to_owned()), name: "part".to_owned() };
        for (query, replaced) in [
            ("SELECT part.a FROM other.part", "SELECT part.a FROM \"other.part\" part"),
            ("SELECT p.a FROM other.part p WHERE true", "SELECT p.a FROM \"other.part\" p WHERE true"),
            (
                "SELECT part.a FROM other.part WHERE part.a > 1",
                "SELECT part.a FROM \"other.part\" part WHERE part.a > 1",
            ),
            ("SELECT p.a FROM other.part AS p", "SELECT p.a FROM \"other.part\" AS p"),
        ] {
            assert_eq!(replace_qualified(query, &table, "other.part"), replaced);
            assert_eq!(restore_qualified(replaced, "other.part", &table), query);
        }
        let query = "SELECT other.part.a FROM other.part";
        assert_eq!(replace_qualified(query, &table, "other.part"), "SELECT part.a FROM \"other.part\" part");
    }
}
