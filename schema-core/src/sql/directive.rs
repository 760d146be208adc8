//! Directives: comments in a script that say how it is to be run.

use super::quote::unquote_identifier;
use super::recreated::Recreated;
use super::token::{TokenKind, tokenize};
use crate::model::Engine;
use crate::near::nearest;
use std::fmt;
use std::time::Duration;

/// What a script says about its own run, in a comment `-- schema: …` above a statement.
///
/// ```
/// use schema_core::sql::Directive;
///
/// let directive = Directive::parse(r#"-- schema: expects "my table" 1f0c"#).transpose()?;
/// assert_eq!(directive, Some(Directive::Expects { table: "my table".into(), hash: "1f0c".into() }));
/// assert_eq!(Directive::Autocommit.to_string(), "-- schema: autocommit");
/// assert!(Directive::parse("-- adds a column").is_none());
/// # Ok::<(), schema_core::sql::DirectiveError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// The statement runs outside of the transaction.
    Autocommit,
    /// The whole script runs with SQLite's foreign keys switched off.
    ForeignKeysOff,
    /// The table has to be what the author of the statement saw.
    Expects {
        /// The table.
        table: String,
        /// The hash of its definition, in hexadecimal.
        hash: String,
    },
    /// The script drops and recreates something (PostgreSQL, MySQL, MariaDB).
    Recreates(Recreated),
    /// The statement waits for the locks of others no longer than this (PostgreSQL).
    LockTimeout(Duration),
}

/// Why a comment that begins like a directive is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectiveError {
    /// There is no such directive.
    #[error("unknown directive `{}`", given.escape_debug())]
    Unknown {
        /// What stands behind `schema:`.
        given: String,
    },
    /// It is not spelt as it has to be.
    #[error("directive `{}` is not complete or says too much", given.escape_debug())]
    Malformed {
        /// What stands behind `schema:`.
        given: String,
        /// How it is spelt.
        usage: &'static str,
    },
}

const AUTOCOMMIT: &str = "autocommit";
const FOREIGN_KEYS: &str = "foreign_keys";
const EXPECTS: &str = "expects";
const RECREATES: &str = "recreates";
const LOCK_TIMEOUT: &str = "lock_timeout";

impl DirectiveError {
    /// What to type.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            DirectiveError::Unknown { given } => {
                let word = given.split([' ', '\t', '=']).next().unwrap_or_default();
                Some(match nearest(word, [AUTOCOMMIT, FOREIGN_KEYS, EXPECTS, RECREATES, LOCK_TIMEOUT]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "the directives are `{AUTOCOMMIT}`, `{FOREIGN_KEYS}=off`, `{EXPECTS} TABLE HASH`, `{RECREATES} KIND NAME` and `{LOCK_TIMEOUT} 5s`"
                    ),
                })
            }
            DirectiveError::Malformed { usage, .. } => Some(format!("write `-- schema: {usage}`")),
        }
    }
}

impl Directive {
    /// The directive in a comment; none where the comment is for people.
    #[must_use]
    pub fn parse(comment: &str) -> Option<Result<Directive, DirectiveError>> {
        let given = comment.strip_prefix("--")?.trim().strip_prefix("schema:")?.trim();
        Some(parse(given))
    }
}

fn parse(given: &str) -> Result<Directive, DirectiveError> {
    let malformed = |usage| DirectiveError::Malformed { given: given.to_owned(), usage };
    let end = given.find([' ', '\t', '=']).unwrap_or(given.len());
    let (word, rest) = (given.get(..end).unwrap_or_default(), given.get(end..).unwrap_or_default().trim());
    match word {
        AUTOCOMMIT if rest.is_empty() => Ok(Directive::Autocommit),
        AUTOCOMMIT => Err(malformed("autocommit")),
        FOREIGN_KEYS if rest.strip_prefix('=').is_some_and(|value| value.trim() == "off") => {
            Ok(Directive::ForeignKeysOff)
        }
        FOREIGN_KEYS => Err(malformed("foreign_keys=off")),
        EXPECTS => expectation(rest).ok_or_else(|| malformed("expects \"table name\" HASH")),
        RECREATES => Recreated::parse(rest)
            .map(Directive::Recreates)
            .ok_or_else(|| malformed("recreates view \"name\" HASH")),
        LOCK_TIMEOUT => duration(rest.strip_prefix('=').unwrap_or(rest).trim())
            .map(Directive::LockTimeout)
            .ok_or_else(|| malformed("lock_timeout 5s")),
        _ => Err(DirectiveError::Unknown { given: given.to_owned() }),
    }
}

/// `5s` or `500ms`, longer than nothing and shorter than a day.
fn duration(given: &str) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
    let duration = match given.strip_suffix("ms") {
        Some(number) => Duration::from_millis(number.trim().parse().ok()?),
        None => Duration::from_secs(given.strip_suffix('s')?.trim().parse().ok()?),
    };
    (!duration.is_zero() && duration < LONGEST).then_some(duration)
}

fn expectation(given: &str) -> Option<Directive> {
    let tokens = tokenize(given, Engine::Sqlite);
    let first = tokens.first()?;
    let name = first.text(given);
    let table = match first.kind {
        TokenKind::Word => name.to_owned(),
        TokenKind::QuotedIdentifier => unquote_identifier(name),
        TokenKind::Blob => from_hexadecimal(name.get(2..name.len() - 1)?)?,
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::String
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => return None,
    };
    let hash = given.get(first.span.end..)?.strip_prefix([' ', '\t'])?.trim();
    let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| Directive::Expects { table, hash: hash.to_ascii_lowercase() })
}

/// Whether a name reads as itself without quotes.
fn is_word(name: &str) -> bool {
    // SQL has letters that are blanks to whoever trims a line.
    let is_one_token =
        matches!(tokenize(name, Engine::Sqlite).as_slice(), [token] if token.kind == TokenKind::Word);
    is_one_token && !name.contains(char::is_whitespace)
}

pub(super) fn from_hexadecimal(digits: &str) -> Option<String> {
    let pair = |start: usize| u8::from_str_radix(digits.get(start..start + 2)?, 16).ok();
    String::from_utf8((0..digits.len()).step_by(2).map(pair).collect::<Option<_>>()?).ok()
}

impl fmt::Display for Directive {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Directive::Autocommit => write!(formatter, "-- schema: {AUTOCOMMIT}"),
            Directive::ForeignKeysOff => write!(formatter, "-- schema: {FOREIGN_KEYS}=off"),
            Directive::LockTimeout(longest) => match longest.subsec_millis() {
                0 => write!(formatter, "-- schema: {LOCK_TIMEOUT} {}s", longest.as_secs()),
                _ => write!(formatter, "-- schema: {LOCK_TIMEOUT} {}ms", longest.as_millis()),
            },
            Directive::Recreates(recreated) => write!(formatter, "-- schema: {RECREATES} {recreated}"),
            Directive::Expects { table, hash } => {
                write!(formatter, "-- schema: {EXPECTS} ")?;
                // A line end in a name would end the comment, and what follows would be run.
                if table.contains(char::is_control) {
                    formatter.write_str("x'")?;
                    table.bytes().try_for_each(|byte| write!(formatter, "{byte:02x}"))?;
                    formatter.write_str("'")?;
                } else if is_word(table) {
                    formatter.write_str(table)?;
                } else {
                    write!(formatter, "\"{}\"", table.replace('"', "\"\""))?;
                }
                write!(formatter, " {hash}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(comment: &str) -> Directive {
        Directive::parse(comment).unwrap().unwrap()
    }

    #[test]
    fn directives_may_be_spaced_as_people_do() {
        for comment in ["--schema:autocommit", "--  schema:  autocommit \r"] {
            assert_eq!(parsed(comment), Directive::Autocommit);
        }
        assert_eq!(parsed("-- schema: foreign_keys = off"), Directive::ForeignKeysOff);
        for (comment, longest, spelt) in [
            ("-- schema: lock_timeout 5s", 5_000, "5s"),
            ("-- schema: lock_timeout=1500 ms", 1_500, "1500ms"),
        ] {
            let directive = Directive::LockTimeout(Duration::from_millis(longest));
            assert_eq!(parsed(comment), directive);
            assert_eq!(directive.to_string(), format!("-- schema: lock_timeout {spelt}"));
        }
        let expected = Directive::Expects { table: "users".to_owned(), hash: "ab12".to_owned() };
        assert_eq!(parsed("-- schema: expects users AB12"), expected);
        assert_eq!(parsed("-- schema: expects [users]\tab12"), expected);
        let blank = Directive::Expects { table: "\u{2000}".to_owned(), hash: "0".to_owned() };
        assert_eq!(parsed(&blank.to_string()), blank);
    }

    #[test]
    fn comments_for_people_are_no_directives() {
        for comment in
            ["-- the schema: users", "/* schema: autocommit */", "-- schema", "# schema: autocommit"]
        {
            assert_eq!(Directive::parse(comment), None);
        }
    }

    #[test]
    fn mistakes_say_what_to_type() {
        for (comment, hint) in [
            ("-- schema: autocomit", "did you mean `autocommit`?"),
            ("-- schema: foreign_key=off", "did you mean `foreign_keys`?"),
            ("-- schema: foreign_keys=on", "write `-- schema: foreign_keys=off`"),
            ("-- schema: autocommit please", "write `-- schema: autocommit`"),
            ("-- schema: expects users", "write `-- schema: expects \"table name\" HASH`"),
            ("-- schema: expects users xyz", "write `-- schema: expects \"table name\" HASH`"),
            ("-- schema: expects my table ab", "write `-- schema: expects \"table name\" HASH`"),
            ("-- schema: expects \"users\"ab", "write `-- schema: expects \"table name\" HASH`"),
            ("-- schema: expects \"users ab", "write `-- schema: expects \"table name\" HASH`"),
            ("-- schema: recreates trigger t", "write `-- schema: recreates view \"name\" HASH`"),
            (
                "-- schema:",
                "the directives are `autocommit`, `foreign_keys=off`, `expects TABLE HASH`, `recreates KIND NAME` and `lock_timeout 5s`",
            ),
            ("-- schema: lock_timeout", "write `-- schema: lock_timeout 5s`"),
            ("-- schema: lock_timeout 5", "write `-- schema: lock_timeout 5s`"),
            ("-- schema: lock_timeout 0s", "write `-- schema: lock_timeout 5s`"),
            ("-- schema: lock_timeout -1s", "write `-- schema: lock_timeout 5s`"),
            ("-- schema: lock_timeout 99999999999999999999s", "write `-- schema: lock_timeout 5s`"),
        ] {
            let error = Directive::parse(comment).unwrap().unwrap_err();
            assert_eq!(error.hint().unwrap(), hint, "{comment}");
        }
    }

    proptest! {
        #[test]
        fn any_table_name_survives_in_one_line(table in any::<String>(), hash in "[0-9a-f]{1,64}") {
            let directive = Directive::Expects { table, hash };
            let comment = directive.to_string();
            prop_assert_eq!(comment.lines().count(), 1);
            prop_assert_eq!(parsed(&comment), directive);
        }
    }
}
