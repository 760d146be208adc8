//! The engines' lexical rules.
//!
//! SQLite: <https://www.sqlite.org/lang_expr.html#literal_values_constants_>, <https://www.sqlite.org/lang_keywords.html>;
//! PostgreSQL: <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>;
//! MySQL: <https://dev.mysql.com/doc/refman/8.4/en/language-structure.html>.

use super::token::{Delimited, TokenKind};
use crate::model::Engine;

/// PostgreSQL refuses longer operators; the bound keeps long runs of `+` and `-` linear.
const LONGEST_POSTGRES_OPERATOR: usize = 63;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Longer ones first, so that the first match is the longest.
const SQLITE_OPERATORS: [&str; 10] = ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"];
const MYSQL_OPERATORS: [&str; 12] =
    ["->>", "<=>", "->", "||", "&&", "<=", ">=", "<>", "!=", ":=", "<<", ">>"];

pub(super) struct Lexer<'sql> {
    sql: &'sql str,
    bytes: &'sql [u8],
    engine: Engine,
    /// Whether a backslash escapes what stands behind it in a string (MySQL, MariaDB).
    backslash_escapes: bool,
}

type Scanned = (TokenKind, usize);

impl<'sql> Lexer<'sql> {
    pub(super) fn new(sql: &'sql str, engine: Engine) -> Self {
        Lexer { sql, bytes: sql.as_bytes(), engine, backslash_escapes: true }
    }

    /// Follows `NO_BACKSLASH_ESCAPES` of MySQL's and MariaDB's `sql_mode`.
    pub(super) fn set_backslash_escapes(&mut self, backslash_escapes: bool) {
        self.backslash_escapes = backslash_escapes;
    }

    /// The kind and the end of the token that starts here; the end is always past the start.
    pub(super) fn token_at(&self, start: usize) -> Scanned {
        if let Some(end) = self.whitespace(start) {
            return (TokenKind::Whitespace, end);
        }
        if let Some(scanned) = self.comment(start) {
            return scanned;
        }
        match self.engine {
            Engine::Sqlite => self.sqlite(start),
            Engine::Postgres => self.postgres(start),
            Engine::Mysql | Engine::Mariadb => self.mysql(start),
        }
    }

    fn sqlite(&self, start: usize) -> Scanned {
        match self.at(start) {
            b'\'' => self.quoted(start, start + 1, Delimited::String, false),
            b'"' | b'`' => self.quoted(start, start + 1, Delimited::QuotedIdentifier, false),
            b'[' => match self.find("]", start) {
                Some(end) => (TokenKind::QuotedIdentifier, end),
                None => (TokenKind::Unterminated(Delimited::QuotedIdentifier), self.bytes.len()),
            },
            b'x' | b'X' if self.at(start + 1) == b'\'' => self.sqlite_blob(start),
            b'?' => (TokenKind::Parameter, self.skip(start + 1, |byte| byte.is_ascii_digit())),
            b'$' | b'@' | b'#' | b':' => self.sqlite_variable(start),
            b'0'..=b'9' => self.number(start),
            b'.' if self.at(start + 1).is_ascii_digit() => self.number(start),
            byte if is_word_start(byte) => (TokenKind::Word, self.skip(start, is_word_byte)),
            _ => self.punctuation(start, &SQLITE_OPERATORS, b"()+*%,&~-/=<>|.;"),
        }
    }

    fn postgres(&self, start: usize) -> Scanned {
        match (self.at(start), self.at(start + 1), self.at(start + 2)) {
            (b'\'', ..) => self.quoted(start, start + 1, Delimited::String, false),
            (b'"', ..) => self.quoted(start, start + 1, Delimited::QuotedIdentifier, false),
            (b'e' | b'E', b'\'', _) => self.quoted(start, start + 2, Delimited::String, true),
            (b'n' | b'N', b'\'', _) => self.quoted(start, start + 2, Delimited::String, false),
            (b'x' | b'X' | b'b' | b'B', b'\'', _) => self.quoted(start, start + 2, Delimited::Blob, false),
            (b'u' | b'U', b'&', b'\'') => self.quoted(start, start + 3, Delimited::String, false),
            (b'u' | b'U', b'&', b'"') => self.quoted(start, start + 3, Delimited::QuotedIdentifier, false),
            (b'$', b'0'..=b'9', _) => {
                (TokenKind::Parameter, self.skip(start + 1, |byte| byte.is_ascii_digit()))
            }
            (b'$', ..) => self.dollar_quoted(start),
            (b'0'..=b'9', ..) | (b'.', b'0'..=b'9', _) => self.number(start),
            (b':', b':' | b'=', _) | (b'.', b'.', _) => (TokenKind::Punctuation, start + 2),
            (b'(' | b')' | b'[' | b']' | b',' | b';' | b':' | b'.', ..) => {
                (TokenKind::Punctuation, start + 1)
            }
            (byte, ..) if is_postgres_operator(byte) => {
                (TokenKind::Punctuation, self.postgres_operator(start))
            }
            (byte, ..) if is_word_start(byte) => (TokenKind::Word, self.skip(start, is_word_byte)),
            _ => self.unknown(start),
        }
    }

    fn mysql(&self, start: usize) -> Scanned {
        match (self.at(start), self.at(start + 1)) {
            (b'\'' | b'"', _) => self.quoted(start, start + 1, Delimited::String, self.backslash_escapes),
            (b'`', _) => self.quoted(start, start + 1, Delimited::QuotedIdentifier, false),
            (b'x' | b'X' | b'b' | b'B', b'\'') => self.quoted(start, start + 2, Delimited::Blob, false),
            (b'n' | b'N', b'\'') => self.quoted(start, start + 2, Delimited::String, self.backslash_escapes),
            (b'?', _) => (TokenKind::Parameter, start + 1),
            (b'@', _) => self.mysql_variable(start),
            (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => self.number(start),
            (byte, _) if is_word_byte(byte) => (TokenKind::Word, self.skip(start, is_word_byte)),
            _ => self.punctuation(start, &MYSQL_OPERATORS, b"()+*%,&~^-/=<>|.;!:{}"),
        }
    }

    fn whitespace(&self, start: usize) -> Option<usize> {
        if self.starts_with(start, BYTE_ORDER_MARK) {
            return Some(start + BYTE_ORDER_MARK.len());
        }
        // SQLite reads a vertical tab only within whitespace, never as its first character.
        let begins = match self.engine {
            Engine::Sqlite => is_blank(self.at(start)),
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => is_blank_or_vertical_tab(self.at(start)),
        };
        begins.then(|| self.skip(start, is_blank_or_vertical_tab))
    }

    fn comment(&self, start: usize) -> Option<Scanned> {
        let mysql = matches!(self.engine, Engine::Mysql | Engine::Mariadb);
        match (self.at(start), self.at(start + 1)) {
            // MySQL wants a blank behind the dashes, because `1--1` is arithmetic there.
            (b'-', b'-') if !mysql || self.bytes.get(start + 2).is_none_or(|byte| *byte <= b' ') => {
                Some((TokenKind::LineComment, self.line_end(start)))
            }
            (b'#', _) if mysql => Some((TokenKind::LineComment, self.line_end(start))),
            (b'/', b'*') => Some(self.block_comment(start)),
            _ => None,
        }
    }

    fn line_end(&self, start: usize) -> usize {
        self.skip(start, |byte| byte != b'\n' && (byte != b'\r' || self.engine != Engine::Postgres))
    }

    fn block_comment(&self, start: usize) -> Scanned {
        if self.engine != Engine::Postgres {
            return match self.find("*/", start + 2) {
                Some(end) => (TokenKind::BlockComment, end),
                None => (TokenKind::Unterminated(Delimited::BlockComment), self.bytes.len()),
            };
        }
        let mut depth = 0_usize;
        let mut position = start;
        while position < self.bytes.len() {
            match (self.at(position), self.at(position + 1)) {
                (b'/', b'*') => {
                    depth += 1;
                    position += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    position += 2;
                    if depth == 0 {
                        return (TokenKind::BlockComment, position);
                    }
                }
                _ => position += 1,
            }
        }
        (TokenKind::Unterminated(Delimited::BlockComment), self.bytes.len())
    }

    /// Text up to the quote that stands before `body`; the quote doubled stands for itself.
    fn quoted(&self, start: usize, body: usize, delimited: Delimited, backslash_escapes: bool) -> Scanned {
        debug_assert!(body > start);
        let quote = self.at(body - 1);
        let mut position = body;
        while position < self.bytes.len() {
            let byte = self.at(position);
            if backslash_escapes && byte == b'\\' {
                position += 2;
            } else if byte != quote {
                position += 1;
            } else if self.at(position + 1) == quote {
                position += 2;
            } else {
                return (delimited.token_kind(), position + 1);
            }
        }
        (TokenKind::Unterminated(delimited), self.bytes.len())
    }

    fn sqlite_blob(&self, start: usize) -> Scanned {
        let Some(end) = self.find("'", start + 2) else {
            return (TokenKind::Unterminated(Delimited::Blob), self.bytes.len());
        };
        let digits = self.bytes.get(start + 2..end - 1).unwrap_or_default();
        let valid = digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit);
        (if valid { TokenKind::Blob } else { TokenKind::Unknown }, end)
    }

    /// `$name`, and the `$name::part(suffix)` of Tcl, which SQLite reads everywhere.
    fn sqlite_variable(&self, start: usize) -> Scanned {
        let mut position = start + 1;
        let mut named = false;
        loop {
            let byte = self.at(position);
            if is_word_byte(byte) {
                named = true;
                position += 1;
            } else if byte == b':' && self.at(position + 1) == b':' {
                position += 2;
            } else if byte == b'(' && named {
                let end =
                    self.skip(position, |byte| byte != b')' && byte != 0 && !is_blank_or_vertical_tab(byte));
                return match self.at(end) {
                    b')' => (TokenKind::Parameter, end + 1),
                    _ => (TokenKind::Unknown, end),
                };
            } else {
                return (if named { TokenKind::Parameter } else { TokenKind::Unknown }, position);
            }
        }
    }

    fn mysql_variable(&self, start: usize) -> Scanned {
        match self.at(start + 1) {
            b'\'' | b'"' | b'`' => {
                let backslash_escapes = self.backslash_escapes && self.at(start + 1) != b'`';
                match self.quoted(start, start + 2, Delimited::String, backslash_escapes) {
                    (TokenKind::String, end) => (TokenKind::Parameter, end),
                    unterminated => unterminated,
                }
            }
            _ => {
                let name = self.skip(start, |byte| byte == b'@');
                let end = self.skip(name, |byte| is_word_byte(byte) || byte == b'.');
                (if end > name { TokenKind::Parameter } else { TokenKind::Punctuation }, end)
            }
        }
    }

    fn dollar_quoted(&self, start: usize) -> Scanned {
        let is_tag = |byte| is_word_byte(byte) && byte != b'$';
        let tag_end = self.skip(start + 1, is_tag);
        if self.at(tag_end) != b'$' {
            return self.unknown(start);
        }
        let tag = self.sql.get(start..=tag_end).unwrap_or_default();
        match self.find(tag, tag_end + 1) {
            Some(end) => (TokenKind::String, end),
            None => (TokenKind::Unterminated(Delimited::String), self.bytes.len()),
        }
    }

    fn number(&self, start: usize) -> Scanned {
        let mysql = matches!(self.engine, Engine::Mysql | Engine::Mariadb);
        let end = self.radix_number(start).unwrap_or_else(|| self.decimal_number(start));
        let junk_end = self.skip(end, is_word_byte);
        if junk_end == end {
            (TokenKind::Number, end)
        } else if mysql
            && self.bytes.get(start..end).is_some_and(|text| text.iter().all(u8::is_ascii_alphanumeric))
        {
            // MySQL's identifiers may begin with a digit.
            (TokenKind::Word, junk_end)
        } else {
            (TokenKind::Unknown, junk_end)
        }
    }

    /// `0x1F`, and `0b101` and `0o17` where the engine has them.
    fn radix_number(&self, start: usize) -> Option<usize> {
        let is_digit: fn(u8) -> bool = match (self.engine, self.at(start), self.at(start + 1)) {
            (Engine::Mysql | Engine::Mariadb, b'0', b'x') => |byte| byte.is_ascii_hexdigit(),
            (Engine::Sqlite | Engine::Postgres, b'0', b'x' | b'X') => {
                |byte| byte.is_ascii_hexdigit() || byte == b'_'
            }
            (Engine::Mysql | Engine::Mariadb, b'0', b'b') => |byte| matches!(byte, b'0' | b'1'),
            (Engine::Postgres, b'0', b'b' | b'B') => |byte| matches!(byte, b'0' | b'1' | b'_'),
            (Engine::Postgres, b'0', b'o' | b'O') => |byte| matches!(byte, b'0'..=b'7' | b'_'),
            _ => return None,
        };
        let end = self.skip(start + 2, is_digit);
        (end > start + 2).then_some(end)
    }

    fn decimal_number(&self, start: usize) -> usize {
        let mut end = self.digits(start);
        let range_follows = self.engine == Engine::Postgres && self.at(end + 1) == b'.';
        if self.at(end) == b'.' && !range_follows {
            end = self.digits(end + 1);
        }
        if matches!(self.at(end), b'e' | b'E') {
            let exponent = if matches!(self.at(end + 1), b'+' | b'-') { end + 2 } else { end + 1 };
            if self.at(exponent).is_ascii_digit() {
                end = self.digits(exponent);
            }
        }
        end
    }

    /// Digits, with `_` between two of them where the engine allows it.
    fn digits(&self, start: usize) -> usize {
        let separators = matches!(self.engine, Engine::Sqlite | Engine::Postgres);
        let mut end = self.skip(start, |byte| byte.is_ascii_digit());
        while separators && end > start && self.at(end) == b'_' && self.at(end + 1).is_ascii_digit() {
            end = self.skip(end + 1, |byte| byte.is_ascii_digit());
        }
        end
    }

    /// PostgreSQL's operators are open-ended; one ends in `+` or `-` only where it also holds a mark that no arithmetic uses.
    fn postgres_operator(&self, start: usize) -> usize {
        let longest = start + LONGEST_POSTGRES_OPERATOR;
        let mut end = start;
        while end < longest && is_postgres_operator(self.at(end)) {
            if end > start && matches!((self.at(end), self.at(end + 1)), (b'-', b'-') | (b'/', b'*')) {
                break;
            }
            end += 1;
        }
        let operator = self.bytes.get(start..end).unwrap_or_default();
        if !operator.iter().any(|byte| b"~!@#%^&|`?".contains(byte)) {
            while end > start + 1 && matches!(self.at(end - 1), b'+' | b'-') {
                end -= 1;
            }
        }
        end
    }

    fn punctuation(&self, start: usize, operators: &[&str], single: &[u8]) -> Scanned {
        if let Some(operator) = operators.iter().find(|operator| self.starts_with(start, operator)) {
            (TokenKind::Punctuation, start + operator.len())
        } else if single.contains(&self.at(start)) {
            (TokenKind::Punctuation, start + 1)
        } else {
            self.unknown(start)
        }
    }

    fn unknown(&self, start: usize) -> Scanned {
        let length = self.sql.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        (TokenKind::Unknown, start + length)
    }

    /// The byte there; NUL past the end, which no rule takes for anything.
    fn at(&self, position: usize) -> u8 {
        self.bytes.get(position).copied().unwrap_or_default()
    }

    fn skip(&self, start: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        start + rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len())
    }

    /// The end of the next `needle`.
    fn find(&self, needle: &str, start: usize) -> Option<usize> {
        let position = self.sql.get(start..)?.find(needle)?;
        Some(start + position + needle.len())
    }

    fn starts_with(&self, start: usize, prefix: &str) -> bool {
        self.bytes.get(start..).is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }
}

impl Delimited {
    const fn token_kind(self) -> TokenKind {
        match self {
            Delimited::BlockComment => TokenKind::BlockComment,
            Delimited::QuotedIdentifier => TokenKind::QuotedIdentifier,
            Delimited::String => TokenKind::String,
            Delimited::Blob => TokenKind::Blob,
        }
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

const fn is_blank_or_vertical_tab(byte: u8) -> bool {
    is_blank(byte) || byte == b'\x0b'
}

const fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn is_word_byte(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn is_postgres_operator(byte: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?".contains(&byte)
}
