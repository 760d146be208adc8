//! What quoted identifiers and strings stand for.

use crate::model::Engine;

/// The name that an identifier stands for: without its quotes (`"…"`, `` `…` ``, `[…]`, and the `'…'` that SQLite lets pass for
/// one), a doubled quote as one; a bare identifier as it is.
///
/// ```
/// use schema_core::sql::unquote_identifier;
///
/// assert_eq!(unquote_identifier(r#""say ""hi""""#), r#"say "hi""#);
/// assert_eq!(unquote_identifier("[order by]"), "order by");
/// assert_eq!(unquote_identifier("users"), "users");
/// ```
#[must_use]
pub fn unquote_identifier(text: &str) -> String {
    if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return name.to_owned();
    }
    ['"', '`', '\'']
        .into_iter()
        .find_map(|quote| within(text, quote).map(|body| undouble(body, quote)))
        .unwrap_or_else(|| text.to_owned())
}

/// The text that a string literal stands for, by the engine's rules; text that is no string literal as it is.
///
/// ```
/// use schema_core::model::Engine;
/// use schema_core::sql::unquote_string;
///
/// assert_eq!(unquote_string("'it''s'", Engine::Sqlite), "it's");
/// assert_eq!(unquote_string(r"'a\nb'", Engine::Mysql), "a\nb");
/// assert_eq!(unquote_string("$tag$it's$tag$", Engine::Postgres), "it's");
/// ```
#[must_use]
pub fn unquote_string(text: &str, engine: Engine) -> String {
    let body = match engine {
        Engine::Sqlite => within(text, '\'').map(|body| undouble(body, '\'')),
        Engine::Postgres => postgres_string(text),
        Engine::Mysql | Engine::Mariadb => {
            let text = text.strip_prefix(['n', 'N']).unwrap_or(text);
            ['\'', '"']
                .into_iter()
                .find_map(|quote| within(text, quote).map(|body| mysql_unescape(body, quote)))
        }
    };
    body.unwrap_or_else(|| text.to_owned())
}

fn within(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

fn undouble(body: &str, quote: char) -> String {
    let mut buffer = [0; 8];
    let mut doubled = String::with_capacity(2);
    doubled.push(quote);
    doubled.push(quote);
    body.replace(&doubled, quote.encode_utf8(&mut buffer))
}

fn postgres_string(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('$') {
        let (tag, _) = rest.split_once('$')?;
        let tag = text.get(..tag.len() + 2)?;
        return text.strip_prefix(tag)?.strip_suffix(tag).map(str::to_owned);
    }
    if let Some(escaped) = text.strip_prefix(['e', 'E']) {
        return within(escaped, '\'').map(postgres_unescape);
    }
    let text = text.strip_prefix(['n', 'N']).unwrap_or(text);
    within(text, '\'').map(|body| undouble(body, '\''))
}

/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE>; byte escapes are left as written,
/// because only the server knows the encoding that they are in.
fn postgres_unescape(body: &str) -> String {
    unescape(body, '\'', |escape, rest| match escape {
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'u' => code_point(rest, 4),
        'U' => code_point(rest, 8),
        'x' | '0'..='7' => None,
        other => Some(other),
    })
}

/// <https://dev.mysql.com/doc/refman/8.4/en/string-literals.html>
fn mysql_unescape(body: &str, quote: char) -> String {
    unescape(body, quote, |escape, _| match escape {
        '0' => Some('\0'),
        'b' => Some('\u{8}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'Z' => Some('\u{1a}'),
        // These two keep their backslash, for LIKE.
        '%' | '_' => None,
        other => Some(other),
    })
}

fn unescape(
    body: &str,
    quote: char,
    character: impl Fn(char, &mut std::str::Chars<'_>) -> Option<char>,
) -> String {
    let mut unescaped = String::with_capacity(body.len());
    let mut rest = body.chars();
    while let Some(current) = rest.next() {
        if current == quote {
            if rest.as_str().starts_with(quote) {
                rest.next();
            }
            unescaped.push(quote);
        } else if current == '\\'
            && let Some(escape) = rest.next()
        {
            match character(escape, &mut rest) {
                Some(plain) => unescaped.push(plain),
                None => unescaped.extend(['\\', escape]),
            }
        } else {
            unescaped.push(current);
        }
    }
    unescaped
}

/// Takes the digits only where they make a character.
fn code_point(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let hex = rest.as_str().get(..digits).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let character = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    *rest = rest.as_str().get(digits..).unwrap_or_default().chars();
    Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_escapes_become_characters() {
        assert_eq!(unquote_string(r"E'a\tb\'c''d\\'", Engine::Postgres), "a\tb'c'd\\");
        assert_eq!(unquote_string(r"E'\u00e9\U0001F600'", Engine::Postgres), "é😀");
        assert_eq!(unquote_string(r"E'\uZZZZ'", Engine::Postgres), r"\uZZZZ");
        assert_eq!(unquote_string(r"'a\tb'", Engine::Postgres), r"a\tb");
    }

    #[test]
    fn mysql_keeps_the_backslash_of_like_patterns() {
        assert_eq!(unquote_string(r"'50\%\_\''", Engine::Mysql), r"50\%\_'");
        assert_eq!(unquote_string("\"a\"\"b\"", Engine::Mariadb), "a\"b");
    }

    #[test]
    fn text_without_its_quotes_stays_as_it_is() {
        for text in ["", "'", "a'", "'a", "$", "$a$", "[", "\""] {
            for engine in Engine::ALL {
                assert_eq!(unquote_string(text, engine), text);
            }
            assert_eq!(unquote_identifier(text), text);
        }
    }
}
