//! SQL expressions as MySQL and MariaDB read them: compared by tokens, rewritten by identifiers.
//!
//! What two texts mean the server alone knows; here is what their tokens tell. Both variants have the same lexical rules.

use super::identifier::{fold_case, quote, quote_text};
use crate::dialect::brackets;
use crate::model::Engine;
use crate::sql::{Token, TokenKind, tokenize, unquote_identifier, unquote_string};
use std::collections::BTreeSet;

/// A text that is the same for two pieces of SQL if a server reads the same in both: white space, comments, the case of words and names, quotes that
/// change nothing, `_utf8mb4` before a literal, and brackets round the whole are left out.
#[must_use]
pub fn canonical(sql: &str) -> String {
    let tokens = significant(sql);
    let mut words = Vec::with_capacity(tokens.len());
    for (position, token) in tokens.iter().enumerate() {
        let next = tokens.get(position + 1);
        if !is_introducer(token, next, sql) {
            words.push(canonical_token(token, next, sql));
        }
    }
    brackets::inside(&words).join(" ")
}

/// The text without brackets round the whole.
#[must_use]
pub fn without_brackets(sql: &str) -> &str {
    let mut sql = sql.trim();
    loop {
        let tokens = significant(sql);
        let words: Vec<&str> = tokens.iter().map(|token| token.text(sql)).collect();
        let ([first, .., last], true) = (tokens.as_slice(), brackets::are_round(&words)) else { return sql };
        sql = sql.get(first.span.end..last.span.start).unwrap_or_default().trim();
    }
}

/// The column that the text names, if it is nothing but a column's name.
#[must_use]
pub fn as_column(sql: &str) -> Option<String> {
    let sql = without_brackets(sql);
    match significant(sql).as_slice() {
        [token] if !is_keyword(token, sql) => identifier(token, sql),
        _ => None,
    }
}

/// The text with every column or table `from` called `to`; functions and aliases of that name are left alone.
#[must_use]
pub fn rewrite(sql: &str, from: &str, to: &str) -> String {
    let tokens = tokenize(sql, Engine::Mysql);
    let from = fold_case(from);
    let mut rewritten = String::with_capacity(sql.len());
    let mut before: Option<&Token> = None;
    for (position, token) in tokens.iter().enumerate() {
        let next = || tokens.get(position + 1..).unwrap_or_default().iter().find(|next| !next.is_trivia());
        let alias = before.is_some_and(|token| token.text(sql).eq_ignore_ascii_case("as"));
        let called = || token.kind == TokenKind::Word && next().is_some_and(|next| next.text(sql) == "(");
        let column = !alias && !is_keyword(token, sql) && !called();
        let named = column && identifier(token, sql).is_some_and(|name| fold_case(&name) == from);
        if named {
            rewritten.push_str(&quote(to));
        } else {
            rewritten.push_str(token.text(sql));
        }
        if !token.is_trivia() {
            before = Some(token);
        }
    }
    rewritten
}

/// The text with `` `database`.`table` `` written as `` `table` ``, as it stands in the views of that database.
#[must_use]
pub fn without_database(sql: &str, database: &str) -> String {
    let tokens = tokenize(sql, Engine::Mysql);
    let names = |token: &Token| token.kind == TokenKind::QuotedIdentifier;
    let mut kept = String::with_capacity(sql.len());
    let mut position = 0;
    let mut after_dot = false;
    while let Some(token) = tokens.get(position) {
        let text = token.text(sql);
        let qualifies = !after_dot
            && names(token)
            && unquote_identifier(text) == database
            && tokens.get(position + 1).is_some_and(|dot| dot.text(sql) == ".")
            && tokens.get(position + 2).is_some_and(names);
        if qualifies {
            position += 2;
            after_dot = true;
            continue;
        }
        after_dot = text == ".";
        kept.push_str(text);
        position += 1;
    }
    kept
}

/// Whether the text names this identifier anywhere.
#[must_use]
pub fn mentions(sql: &str, name: &str) -> bool {
    let name = fold_case(name);
    identifiers(sql).any(|identifier| fold_case(&identifier) == name)
}

/// All identifiers and words of the text.
pub fn identifiers(sql: &str) -> impl Iterator<Item = String> + '_ {
    tokenize(sql, Engine::Mysql).into_iter().filter_map(|token| identifier(&token, sql))
}

/// The identifiers and words that stand by themselves, as the name of a relation does: behind no point and no AS, and before no point and no bracket.
pub fn bare_identifiers(sql: &str) -> BTreeSet<String> {
    let tokens = significant(sql);
    let text =
        |place: Option<usize>| place.and_then(|place| tokens.get(place)).map_or("", |token| token.text(sql));
    let is_bare = |place: usize| {
        let (before, after) = (text(place.checked_sub(1)), text(Some(place + 1)));
        before != "." && !before.eq_ignore_ascii_case("AS") && after != "." && after != "("
    };
    let bare = tokens.iter().enumerate().filter(|(place, _)| is_bare(*place));
    bare.filter_map(|(_, token)| identifier(token, sql)).collect()
}

/// The column whose JSON a CHECK wants to be sound, where it wants nothing else.
#[must_use]
pub fn as_json_valid(sql: &str) -> Option<String> {
    let sql = without_brackets(sql);
    match significant(sql).as_slice() {
        [function, open, column, close]
            if function.text(sql).eq_ignore_ascii_case("json_valid")
                && open.text(sql) == "("
                && close.text(sql) == ")" =>
        {
            identifier(column, sql)
        }
        _ => None,
    }
}

fn identifier(token: &Token, sql: &str) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text(sql).to_owned()),
        TokenKind::QuotedIdentifier => Some(unquote_identifier(token.text(sql))),
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::String
        | TokenKind::Blob
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => None,
    }
}

/// Words of expressions that cannot be a column's name without quotes.
const KEYWORDS: [&str; 51] = [
    "all",
    "and",
    "as",
    "asc",
    "between",
    "binary",
    "by",
    "case",
    "collate",
    "convert",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "desc",
    "distinct",
    "div",
    "else",
    "exists",
    "false",
    "from",
    "group",
    "having",
    "in",
    "inner",
    "interval",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "mod",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "regexp",
    "right",
    "rlike",
    "select",
    "then",
    "true",
    "union",
    "when",
    "xor",
];

fn is_keyword(token: &Token, sql: &str) -> bool {
    token.kind == TokenKind::Word
        && KEYWORDS.binary_search(&token.text(sql).to_ascii_lowercase().as_str()).is_ok()
}

/// Functions that have a second name, which one of the servers writes back.
const FUNCTIONS: [(&str, &str); 14] = [
    ("lcase", "lower"),
    ("ucase", "upper"),
    ("substr", "substring"),
    ("mid", "substring"),
    ("ceiling", "ceil"),
    ("character_length", "char_length"),
    ("power", "pow"),
    ("octet_length", "length"),
    ("now", "current_timestamp"),
    ("localtime", "current_timestamp"),
    ("localtimestamp", "current_timestamp"),
    ("curdate", "current_date"),
    ("curtime", "current_time"),
    ("day", "dayofmonth"),
];

fn significant(sql: &str) -> Vec<Token> {
    tokenize(sql, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect()
}

/// `_utf8mb4` before a literal: connections have that character set anyway.
fn is_introducer(token: &Token, next: Option<&Token>, sql: &str) -> bool {
    token.kind == TokenKind::Word
        && token.text(sql).eq_ignore_ascii_case("_utf8mb4")
        && next.is_some_and(|next| next.kind == TokenKind::String)
}

fn canonical_token(token: &Token, next: Option<&Token>, sql: &str) -> String {
    let text = token.text(sql);
    match token.kind {
        TokenKind::Word => {
            let word = text.to_lowercase();
            let called = next.is_some_and(|next| next.text(sql) == "(");
            let alias = FUNCTIONS.iter().find(|(name, _)| called && *name == word);
            alias.map_or(word, |(_, name)| (*name).to_owned())
        }
        TokenKind::QuotedIdentifier => {
            let name = fold_case(&unquote_identifier(text));
            let bare = !name.is_empty()
                && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$')
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && KEYWORDS.binary_search(&name.as_str()).is_err()
                && next.is_none_or(|next| next.text(sql) != "(");
            if bare { name } else { quote(&name) }
        }
        TokenKind::Number | TokenKind::Blob => text.to_ascii_lowercase(),
        TokenKind::String => quote_text(&unquote_string(text, Engine::Mysql)),
        TokenKind::Punctuation => match text {
            "!=" => "<>".to_owned(),
            "&&" => "and".to_owned(),
            "||" => "or".to_owned(),
            other => other.to_owned(),
        },
        TokenKind::Parameter
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown
        | TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference() {
        for (left, right) in [
            ("x>0", "(`X` > 0)"),
            ("`x` > 0 -- positive", "x >/* */0"),
            ("lower(title)", "LCASE ( `title` )"),
            ("a != b && c", "a <> b AND c"),
            ("x = 'it\\'s'", "x = _utf8mb4'it''s'"),
            ("x = \"a\"", "x = 'a'"),
            ("now()", "CURRENT_TIMESTAMP()"),
        ] {
            assert_eq!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn meaning_is_a_difference() {
        for (left, right) in [
            ("x > 0", "x >= 0"),
            ("x = 'a'", "x = 'A'"),
            ("x IS NULL", "x IS `null`"),
            ("(a) AND (b)", "(a) OR (b)"),
            ("x = _latin1'a'", "x = 'a'"),
        ] {
            assert_ne!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn columns_are_rewritten_and_nothing_else() {
        for (before, after) in [
            ("nick <> 'nick'", "`A b` <> 'nick'"),
            ("NICK(nick) + `Nick`", "NICK(`A b`) + `A b`"),
            ("select `t`.`nick` AS `nick`", "select `t`.`A b` AS `nick`"),
        ] {
            assert_eq!(rewrite(before, "nick", "A b"), after);
        }
    }

    #[test]
    fn a_views_own_database_goes_without_saying() {
        assert_eq!(
            without_database("select `d`.`t`.`d` AS `d` from `d`.`t` join `e`.`d`", "d"),
            "select `t`.`d` AS `d` from `t` join `e`.`d`"
        );
        assert_eq!(without_database("select `d`.`a` from `d`.`d`", "d"), "select `a` from `d`");
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn the_check_of_json_is_known() {
        assert_eq!(as_json_valid("(json_valid(`a b`))").as_deref(), Some("a b"));
        assert_eq!(as_json_valid("json_valid(a) and b"), None);
    }
}
