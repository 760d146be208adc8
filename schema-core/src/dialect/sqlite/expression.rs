//! SQL expressions as SQLite reads them: compared by tokens, rewritten by identifiers.

use super::identifier::{fold, is_bare, is_word, quote};
use crate::dialect::brackets;
use crate::model::Engine;
use crate::sql::{Directive, Token, TokenKind, tokenize, unquote_identifier};
use std::borrow::Cow;

/// A text that is the same for two pieces of SQL exactly if SQLite reads the same tokens in both: white space, comments, the case of
/// words, quotes that change nothing, and brackets round the whole are left out.
#[must_use]
pub fn canonical(sql: &str) -> String {
    if is_word(sql) {
        return fold(sql);
    }
    let tokens = significant(sql);
    let words: Vec<Cow<'_, str>> = tokens.iter().map(|token| canonical_token(token, sql)).collect();
    brackets::inside(&words).join(" ")
}

/// Whether one pair of brackets holds the whole text.
pub(super) fn is_in_brackets(sql: &str) -> bool {
    let words: Vec<Cow<'_, str>> = significant(sql).iter().map(|token| canonical_token(token, sql)).collect();
    brackets::are_round(&words)
}

/// The column that the text names, if it is nothing but a column's name.
#[must_use]
pub fn as_column(sql: &str) -> Option<String> {
    match significant(sql).as_slice() {
        [token]
            if matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::String) =>
        {
            Some(unquote_identifier(token.text(sql)))
        }
        _ => None,
    }
}

/// Whether two texts mean the same: by their tokens, and by the case of what stands in double quotes in both and is no name, folded, so that it may be a text.
#[must_use]
pub fn same(left: &str, right: &str, is_name: impl Fn(&str) -> bool) -> bool {
    if left == right {
        return true;
    }
    if canonical(left) != canonical(right) {
        return false;
    }
    let names = |sql: &str| -> Vec<String> {
        let tokens = significant(sql).into_iter();
        let names = tokens.filter(|token| token.kind.is_name());
        names.map(|token| token.text(sql).to_owned()).collect()
    };
    let may_be_texts = |left: &str, right: &str| {
        left.starts_with('"') && right.starts_with('"') && !is_name(&fold(&unquote_identifier(left)))
    };
    let in_quotes = left.contains('"') && right.contains('"');
    !in_quotes
        || names(left)
            .iter()
            .zip(&names(right))
            .all(|(left, right)| left == right || !may_be_texts(left, right))
}

/// Operators that are words, and may be names as well.
const OPERATORS: [&str; 4] = ["glob", "like", "match", "regexp"];

/// Words behind which an expression begins, so that a word behind them is no operator.
const BEFORE_OPERANDS: [&str; 30] = [
    "all",
    "and",
    "as",
    "between",
    "by",
    "case",
    "check",
    "distinct",
    "else",
    "escape",
    "except",
    "from",
    "having",
    "in",
    "intersect",
    "is",
    "join",
    "limit",
    "not",
    "offset",
    "on",
    "or",
    "returning",
    "select",
    "set",
    "then",
    "union",
    "values",
    "when",
    "where",
];

/// The text with every identifier `from` replaced by `to`; functions, types, collations, operators and new names of that name are left alone.
#[must_use]
pub fn rewrite(sql: &str, from: &str, to: &str) -> String {
    let tokens = tokenize(sql, Engine::Sqlite);
    let from = fold(from);
    let mut rewritten = String::with_capacity(sql.len());
    let (mut before, mut is_behind_operand): (Option<&Token>, bool) = (None, false);
    for (position, token) in tokens.iter().enumerate() {
        let text = token.text(sql);
        if token.is_trivia() {
            rewritten.push_str(text);
            continue;
        }
        let call = || {
            tokens
                .get(position + 1..)
                .unwrap_or_default()
                .iter()
                .find(|next| !next.is_trivia())
                .is_some_and(|next| next.kind == TokenKind::Punctuation && next.text(sql) == "(")
        };
        let is_behind = |word: &str| {
            before.is_some_and(|it| it.kind == TokenKind::Word && it.text(sql).eq_ignore_ascii_case(word))
        };
        let is_new_name = || is_behind("AS") || is_behind("COLLATE");
        let is_operator = is_behind_operand
            && token.kind == TokenKind::Word
            && OPERATORS.iter().any(|word| word.eq_ignore_ascii_case(text));
        let names = match token.kind {
            TokenKind::Word => fold(text) == from && !call() && !is_new_name() && !is_operator,
            TokenKind::QuotedIdentifier => fold(&unquote_identifier(text)) == from && !is_new_name(),
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => false,
        };
        if names {
            rewritten.push_str(&quote(to));
        } else {
            rewritten.push_str(text);
        }
        before = Some(token);
        // `x NOT GLOB y` goes on behind its `x`.
        if !text.eq_ignore_ascii_case("NOT") {
            is_behind_operand = !is_operator && is_operand(token, sql);
        }
    }
    rewritten
}

/// Whether a value may end with this token.
fn is_operand(token: &Token, sql: &str) -> bool {
    match token.kind {
        TokenKind::Word => BEFORE_OPERANDS.binary_search(&&*fold(token.text(sql))).is_err(),
        TokenKind::QuotedIdentifier
        | TokenKind::String
        | TokenKind::Blob
        | TokenKind::Number
        | TokenKind::Parameter => true,
        TokenKind::Punctuation => token.text(sql) == ")",
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => false,
    }
}

/// The text with `table.column` written as `column`, whatever the table's name is quoted with, and whether its schema is named or not.
#[must_use]
pub fn without_qualifier(sql: &str, table: &str) -> String {
    if !sql.contains('.') {
        return sql.to_owned();
    }
    let tokens = tokenize(sql, Engine::Sqlite);
    let table = fold(table);
    let is_dot = |position: usize| tokens.get(position).is_some_and(|token| token.text(sql) == ".");
    let is = |position: usize, name: &str| {
        tokens.get(position).is_some_and(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::String)
                && fold(&unquote_identifier(token.text(sql))) == name
        })
    };
    let mut kept = String::with_capacity(sql.len());
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        if is(position, "main") && is_dot(position + 1) && is(position + 2, &table) && is_dot(position + 3) {
            position += 4;
        } else if is(position, &table) && is_dot(position + 1) {
            position += 2;
        } else {
            kept.push_str(token.text(sql));
            position += 1;
        }
    }
    kept
}

/// The text with comments that would be directives in a script as comments for people.
#[must_use]
pub fn without_directives(sql: &str) -> String {
    let mut harmless = String::with_capacity(sql.len());
    for token in tokenize(sql, Engine::Sqlite) {
        let text = token.text(sql);
        if token.kind == TokenKind::LineComment && Directive::parse(text).is_some() {
            harmless.push_str(&text.replacen("schema:", "schema", 1));
        } else {
            harmless.push_str(text);
        }
    }
    harmless
}

/// Whether the text may hold a string in double quotes: a name in them that is none of these, folded.
#[must_use]
pub fn may_hold_quoted_string(sql: &str, is_name: impl Fn(&str) -> bool) -> bool {
    sql.contains('"')
        && tokenize(sql, Engine::Sqlite).iter().any(|token| {
            let text = token.text(sql);
            token.kind == TokenKind::QuotedIdentifier
                && text.starts_with('"')
                && !is_name(&fold(&unquote_identifier(text)))
        })
}

/// Whether the text names this identifier anywhere.
#[must_use]
pub fn mentions(sql: &str, name: &str) -> bool {
    identifiers(sql).any(|identifier| identifier == fold(name))
}

/// All identifiers and words of the text, folded.
pub fn identifiers(sql: &str) -> impl Iterator<Item = String> + '_ {
    tokenize(sql, Engine::Sqlite)
        .into_iter()
        .filter(|token| token.kind.is_name())
        .map(|token| fold(&unquote_identifier(token.text(sql))))
}

/// The column and the texts of `column IN ('a', 'b')`, the form in which a text column holds an enum.
#[must_use]
pub fn as_list_of_texts(sql: &str) -> Option<(String, Vec<String>)> {
    let tokens = significant(sql);
    let mut tokens = tokens.iter().map(|token| (token.kind, token.text(sql)));
    let (TokenKind::Word | TokenKind::QuotedIdentifier, column) = tokens.next()? else { return None };
    let (TokenKind::Word, keyword) = tokens.next()? else { return None };
    let (TokenKind::Punctuation, "(") = tokens.next()? else { return None };
    if !keyword.eq_ignore_ascii_case("IN") {
        return None;
    }
    let mut texts = Vec::new();
    loop {
        let (TokenKind::String, text) = tokens.next()? else { return None };
        texts.push(unquote_identifier(text));
        match tokens.next()?.1 {
            "," => {}
            ")" if tokens.next().is_none() => return Some((unquote_identifier(column), texts)),
            _ => return None,
        }
    }
}

/// A name as [`canonical`] has it.
pub(super) fn canonical_name(name: &str) -> String {
    // A quoted keyword is a name, a bare one is not: only other names are the same with and without quotes.
    if is_bare(name) { fold(name) } else { format!("\"{}\"", fold(name).replace('"', "\"\"")) }
}

/// The tokens but for blanks and comments. A vertical tab is blank behind other blanks alone, and in other places there is none that SQLite reads.
fn significant(sql: &str) -> Vec<Token> {
    let is_blank = |token: &Token| token.is_trivia() || token.text(sql) == "\u{b}";
    tokenize(sql, Engine::Sqlite).into_iter().filter(|token| !is_blank(token)).collect()
}

fn canonical_token<'sql>(token: &Token, sql: &'sql str) -> Cow<'sql, str> {
    let text = token.text(sql);
    match token.kind {
        TokenKind::Word => lower(text),
        TokenKind::QuotedIdentifier => Cow::Owned(canonical_name(&unquote_identifier(text))),
        TokenKind::Number | TokenKind::Blob => lower(text),
        TokenKind::String
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown
        | TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment => Cow::Borrowed(text),
    }
}

/// The text with ASCII letters in lower case.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(fold(text))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference() {
        for (left, right) in [
            ("x>0", "(X > 0)"),
            ("\"x\" > 0 -- positive", "x >/* */0"),
            ("lower(title)", "LOWER ( [title] )"),
            ("((a) AND (b))", "(a) and (b)"),
            ("CURRENT_TIMESTAMP", "( current_timestamp )"),
        ] {
            assert_eq!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn what_stands_in_double_quotes_may_be_a_text() {
        let is_name = |name: &str| name == "a";
        assert!(same("SELECT \"A\" FROM t", "select \"a\" from T", is_name));
        assert!(same("(a || \"Hello\")", "a||\"Hello\"", is_name));
        assert!(!same("a || \"Hello\"", "a || \"hello\"", is_name));
    }

    #[test]
    fn meaning_is_a_difference() {
        for (left, right) in [
            ("x > 0", "x >= 0"),
            ("x = 'a'", "x = 'A'"),
            ("x IS NULL", "x IS \"null\""),
            ("(a) AND (b)", "(a) OR (b)"),
            ("(a) + (b)", "a + b"),
        ] {
            assert_ne!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn identifiers_are_rewritten_and_nothing_else() {
        assert_eq!(
            rewrite("nick <> 'nick' AND \"Nick\" > nick(1)", "nick", "order"),
            "\"order\" <> 'nick' AND \"order\" > nick(1)"
        );
        assert_eq!(
            rewrite("CAST(text AS text) <> text AND x GLOB text", "text", "body"),
            "CAST(body AS text) <> body AND x GLOB body"
        );
        assert_eq!(
            rewrite("x COLLATE nocase = nocase COLLATE \"nocase\"", "nocase", "n"),
            "x COLLATE nocase = n COLLATE \"nocase\""
        );
        assert_eq!(
            rewrite("glob GLOB 'a*' AND glob NOT GLOB glob", "glob", "star"),
            "star GLOB 'a*' AND star NOT GLOB star"
        );
        assert!(mentions("SELECT a FROM t", "T"));
        assert!(!mentions("SELECT 't' FROM u", "t"));
    }

    #[test]
    fn a_table_need_not_be_named_inside_itself() {
        assert_eq!(
            without_qualifier("CHECK (t.x > 0 AND \"T\".y > 't.x' AND u.t > 1)", "t"),
            "CHECK (x > 0 AND y > 't.x' AND u.t > 1)"
        );
        assert_eq!(without_qualifier("'t'.a > main.t.b AND other.c", "t"), "a > b AND other.c");
    }

    #[test]
    fn comments_are_no_directives() {
        assert_eq!(
            without_directives("SELECT '-- schema: autocommit' -- schema: autocommit\n-- schema\nFROM t"),
            "SELECT '-- schema: autocommit' -- schema autocommit\n-- schema\nFROM t"
        );
    }

    #[test]
    fn a_list_of_texts_is_recognised() {
        assert_eq!(
            as_list_of_texts("\"status\" in ('a', 'b''c')"),
            Some(("status".to_owned(), vec!["a".to_owned(), "b'c".to_owned()]))
        );
        assert_eq!(as_list_of_texts("status IN ('a') AND 1"), None);
        assert_eq!(as_list_of_texts("status IN (1)"), None);
    }
}
