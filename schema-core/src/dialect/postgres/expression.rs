//! SQL expressions as PostgreSQL reads them: compared by tokens, rewritten by identifiers.
//!
//! What two texts mean the server alone knows; here is what their tokens tell. Texts that names are changed in are the server's own, in which
//! keywords never stand bare for names and every type follows `::`.

use super::identifier::{fold, quote, quote_name};
use super::types;
use crate::dialect::brackets;
use crate::model::{Engine, QualifiedName};
use crate::sql::{Token, TokenKind, tokenize, unquote_identifier, unquote_string};

/// A text that is the same for two pieces of SQL if PostgreSQL reads the same in both: white space, comments, the case of words, quotes that change
/// nothing, and brackets round the whole are left out.
#[must_use]
pub fn canonical(sql: &str) -> String {
    let tokens = significant(sql);
    let words: Vec<String> = tokens.iter().map(|token| canonical_token(token, sql)).collect();
    brackets::inside(&words).join(" ")
}

/// The text with quotes only round names that need them.
pub(super) fn without_needless_quotes(sql: &str) -> String {
    let tokens = tokenize(sql, Engine::Postgres);
    let plain = |token: &Token| match identifier(token, sql) {
        Some(name) if token.text(sql).starts_with('"') => quote(&name),
        Some(_) | None => token.text(sql).to_owned(),
    };
    tokens.iter().map(plain).collect()
}

/// The text without brackets round the whole.
pub(super) fn without_brackets(sql: &str) -> &str {
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
        [token] => identifier(token, sql).filter(|_| !is_keyword(token, sql)),
        _ => None,
    }
}

/// The text with every column or table `from` called `to`; functions, types, aliases and keywords of that name are left alone.
#[must_use]
pub fn rewrite(sql: &str, from: &str, to: &str) -> String {
    let tokens = tokenize(sql, Engine::Postgres);
    let types = positions_of_types(&tokens, sql);
    let significant: Vec<usize> = (0..tokens.len()).filter(|at| !is_trivia(&tokens, *at)).collect();
    let mut rewritten = String::with_capacity(sql.len());
    for (position, token) in tokens.iter().enumerate() {
        let own = || {
            let at = significant.binary_search(&position).ok()?;
            let neighbour = |at: Option<usize>| {
                at.and_then(|at| significant.get(at)).and_then(|at| tokens.get(*at)).map(|it| it.text(sql))
            };
            Some((neighbour(at.checked_sub(1)), neighbour(Some(at + 1))))
        };
        let named = identifier(token, sql).is_some_and(|name| name == from)
            && !is_keyword(token, sql)
            && !types.contains(&position)
            && own().is_some_and(|(before, after)| {
                let alias = before.is_some_and(|word| word.eq_ignore_ascii_case("AS"));
                !alias && after != Some("(")
            });
        if named {
            rewritten.push_str(&quote(to));
        } else {
            rewritten.push_str(token.text(sql));
        }
    }
    rewritten
}

/// The text with every cast to the type `from` made one to `to`.
#[must_use]
pub fn rewrite_type(sql: &str, from: &QualifiedName, to: &QualifiedName) -> String {
    replace_casts(sql, |literal, ty| {
        let renamed = types::rename(ty, from, to);
        (renamed != ty).then(|| (literal.map(str::to_owned), renamed))
    })
}

/// The text with every literal of an enum type that is the value `from` made the value `to`.
#[must_use]
pub fn rewrite_value(sql: &str, ty: &QualifiedName, from: &str, to: &str) -> String {
    let name = quote_name(ty);
    replace_casts(sql, |literal, cast| {
        let literal = literal?;
        let text = unquote_string(literal, Engine::Postgres);
        let changed = if cast == name && text == from {
            to.to_owned()
        } else if cast.strip_suffix("[]") == Some(&name) {
            let items = array_items(&text)?;
            items.contains(&Some(from.to_owned())).then_some(())?;
            let items = items.iter().map(|item| match item {
                Some(item) if item == from => array_item(to),
                Some(item) => array_item(item),
                None => "NULL".to_owned(),
            });
            format!("{{{}}}", items.collect::<Vec<_>>().join(","))
        } else {
            return None;
        };
        Some((Some(quote_literal(&changed)), cast.to_owned()))
    })
}

/// Puts what `replace` says in the place of each `'literal'::type` or `::type`; it gets the literal, if one is cast, and the type.
fn replace_casts(
    sql: &str,
    replace: impl Fn(Option<&str>, &str) -> Option<(Option<String>, String)>,
) -> String {
    let tokens = tokenize(sql, Engine::Postgres);
    let mut rewritten = String::with_capacity(sql.len());
    let mut done = 0;
    for (position, token) in tokens.iter().enumerate() {
        if token.text(sql) != "::" {
            continue;
        }
        let Some(end) = end_of_type(&tokens, sql, position + 1) else { continue };
        let before = position.checked_sub(1).and_then(|at| tokens.get(at));
        let literal = before.filter(|before| before.kind == TokenKind::String);
        let ty = sql.get(token.span.end..end).unwrap_or_default();
        let start = literal.map_or(token.span.start, |literal| literal.span.start);
        if let Some((literal, ty)) = replace(literal.map(|literal| literal.text(sql)), ty.trim()) {
            rewritten.push_str(sql.get(done..start).unwrap_or_default());
            rewritten.push_str(&literal.unwrap_or_default());
            rewritten.push_str("::");
            rewritten.push_str(&ty);
            done = end;
        }
    }
    rewritten.push_str(sql.get(done..).unwrap_or_default());
    rewritten
}

/// The items of an array literal of one dimension, none for NULL.
fn array_items(text: &str) -> Option<Vec<Option<String>>> {
    let mut letters = text.strip_prefix('{')?.strip_suffix('}')?.chars();
    let mut items = Vec::new();
    let (mut item, mut quoted, mut inside) = (String::new(), false, false);
    loop {
        match letters.next() {
            Some('"') => (quoted, inside) = (true, !inside),
            Some('\\') => item.push(letters.next()?),
            Some('{') if !inside => return None,
            Some(letter) if inside || letter != ',' => item.push(letter),
            end => {
                if !(end.is_none() && items.is_empty() && item.is_empty() && !quoted) {
                    let null = !quoted && item.eq_ignore_ascii_case("null");
                    let item = std::mem::take(&mut item);
                    items.push((!null).then_some(item));
                }
                quoted = false;
                if end.is_none() {
                    return Some(items);
                }
            }
        }
    }
}

/// A text as it stands in an array literal.
fn array_item(text: &str) -> String {
    let special = |letter: char| letter.is_whitespace() || "{},\"\\".contains(letter);
    if text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

/// A text as the server writes a literal of it, under `standard_conforming_strings`.
pub(super) fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether the text names this identifier anywhere.
#[must_use]
pub fn mentions(sql: &str, name: &str) -> bool {
    identifiers(sql).any(|identifier| identifier == fold(name))
}

/// All identifiers and words of the text, as they are compared.
pub fn identifiers(sql: &str) -> impl Iterator<Item = String> + '_ {
    tokenize(sql, Engine::Postgres).into_iter().filter_map(|token| identifier(&token, sql))
}

/// The name that a token is, as the server compares it; none where it is something else.
pub(crate) fn identifier(token: &Token, sql: &str) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text(sql).to_ascii_lowercase()),
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

/// Whether a bare word cannot be a column's name.
fn is_keyword(token: &Token, sql: &str) -> bool {
    token.kind == TokenKind::Word && quote(&token.text(sql).to_ascii_lowercase()).starts_with('"')
}

fn is_trivia(tokens: &[Token], position: usize) -> bool {
    tokens.get(position).is_none_or(Token::is_trivia)
}

/// Where the tokens stand that belong to the types of casts.
fn positions_of_types(tokens: &[Token], sql: &str) -> Vec<usize> {
    let mut positions = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        if token.text(sql) == "::"
            && let Some(end) = end_of_type(tokens, sql, position + 1)
        {
            positions.extend(
                (position + 1..tokens.len())
                    .take_while(|at| tokens.get(*at).is_some_and(|token| token.span.end <= end)),
            );
        }
    }
    positions
}

/// The byte at which the type that begins at a token ends.
fn end_of_type(tokens: &[Token], sql: &str, start: usize) -> Option<usize> {
    const MORE: [&str; 14] = [
        "varying",
        "precision",
        "with",
        "without",
        "time",
        "zone",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "to",
        "array",
    ];
    let mut rest = tokens.get(start..)?.iter().filter(|token| !token.is_trivia()).peekable();
    let name = rest.next()?;
    identifier(name, sql)?;
    let mut end = name.span.end;
    if rest.next_if(|token| token.text(sql) == ".").is_some() {
        end = rest.next()?.span.end;
    }
    while let Some(token) = rest.peek() {
        match token.text(sql) {
            "(" | "[" => {
                let close = if token.text(sql) == "(" { ")" } else { "]" };
                end = rest.find(|token| token.text(sql) == close)?.span.end;
            }
            word if MORE.iter().any(|more| word.eq_ignore_ascii_case(more)) => {
                end = token.span.end;
                rest.next();
            }
            _ => break,
        }
    }
    Some(end)
}

fn significant(sql: &str) -> Vec<Token> {
    tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect()
}

fn canonical_token(token: &Token, sql: &str) -> String {
    let text = token.text(sql);
    match token.kind {
        TokenKind::Word => text.to_ascii_lowercase(),
        // A quoted keyword is a name, a bare one is not: only other names are the same with and without quotes.
        TokenKind::QuotedIdentifier => quote(&unquote_identifier(text)),
        TokenKind::Number | TokenKind::Blob => text.to_ascii_lowercase(),
        TokenKind::String => quote_literal(&unquote_string(text, Engine::Postgres)),
        TokenKind::Punctuation if text == "!=" => "<>".to_owned(),
        TokenKind::Parameter
        | TokenKind::Punctuation
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
            ("x>0", "(X > 0)"),
            ("\"x\" > 0 -- positive", "x >/* */0"),
            ("lower(title)", "LOWER ( \"title\" )"),
            ("((a) AND (b))", "(a) and (b)"),
            ("a != b", "a <> b"),
            ("x = E'it\\'s'", "x = 'it''s'"),
        ] {
            assert_eq!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn meaning_is_a_difference() {
        for (left, right) in [
            ("x > 0", "x >= 0"),
            ("x = 'a'", "x = 'A'"),
            ("x", "\"X\""),
            ("x IS NULL", "x IS \"null\""),
            ("(a) AND (b)", "(a) OR (b)"),
            ("x = '1'::text", "x = '1'::integer"),
        ] {
            assert_ne!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn columns_are_rewritten_and_nothing_else() {
        for (before, after) in [
            ("nick <> 'nick'::text", "\"A b\" <> 'nick'::text"),
            ("(nick)::nick > nick(1)", "(\"A b\")::nick > nick(1)"),
            ("users.nick = \"nick\" AND \"Nick\" > 0", "users.\"A b\" = \"A b\" AND \"Nick\" > 0"),
            ("SELECT nick AS nick", "SELECT \"A b\" AS nick"),
            ("(x)::public.nick[] = nick", "(x)::public.nick[] = \"A b\""),
            ("$$nick$$ || nick -- nick", "$$nick$$ || \"A b\" -- nick"),
        ] {
            assert_eq!(rewrite(before, "nick", "A b"), after);
        }
        assert_eq!(
            rewrite("(x)::timestamp without time zone < zone", "zone", "area"),
            "(x)::timestamp without time zone < area"
        );
        assert_eq!(rewrite("\"time\" < time", "time", "at"), "at < time");
        assert_eq!(rewrite("(a + b)", "a", "user"), "(\"user\" + b)");
    }

    #[test]
    fn types_are_rewritten_in_casts_alone() {
        let (from, to) = (QualifiedName::new("status"), QualifiedName::new("State"));
        assert_eq!(
            rewrite_type("(status = 'a'::status) AND (b = ANY ('{a}'::status[]))", &from, &to),
            "(status = 'a'::\"State\") AND (b = ANY ('{a}'::\"State\"[]))"
        );
        assert_eq!(rewrite_type("(x)::other.status", &from, &to), "(x)::other.status");
        let other = QualifiedName { schema: Some("other".to_owned()), name: "status".to_owned() };
        assert_eq!(rewrite_type("(x)::other.status", &other, &to), "(x)::\"State\"");
    }

    #[test]
    fn values_are_rewritten_in_literals_of_their_type_alone() {
        let ty = QualifiedName::new("status");
        for (before, after) in [
            ("'a'::status", "'it''s'::status"),
            ("(x = 'a'::status) AND y = 'a'::text", "(x = 'it''s'::status) AND y = 'a'::text"),
            ("'{a,b}'::status[]", "'{it''s,b}'::status[]"),
            ("'{\"a\",\"c d\",NULL}'::status[]", "'{it''s,\"c d\",NULL}'::status[]"),
            ("'{}'::status[]", "'{}'::status[]"),
            ("'a'::status2", "'a'::status2"),
            ("'{b}'::status[]", "'{b}'::status[]"),
        ] {
            assert_eq!(rewrite_value(before, &ty, "a", "it's"), after);
        }
    }

    #[test]
    fn a_column_alone_is_recognised() {
        assert_eq!(as_column("(\"A b\")"), Some("A b".to_owned()));
        assert_eq!(as_column("Title"), Some("title".to_owned()));
        assert_eq!(as_column("lower(title)"), None);
        assert_eq!(as_column("current_user"), None);
    }

    #[test]
    fn brackets_round_the_whole_are_taken_off() {
        assert_eq!(without_brackets(" ((a) + (b)) "), "(a) + (b)");
        assert_eq!(without_brackets("((a))"), "a");
        assert_eq!(without_brackets("(a) + (b)"), "(a) + (b)");
    }
}
