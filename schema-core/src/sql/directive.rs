//! Directives: comments in a script that say how it is to be run.

use super::batch::Batch;
use super::quote::unquote_identifier;
use super::recreated::Recreated;
use super::token::{Token, TokenKind, tokenize};
use crate::model::{Engine, QualifiedName};
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
    /// The statement runs in ranges of a key, each in a transaction of its own.
    Batch(Batch),
    /// A function of the application runs here, which is registered under this name.
    Rust(String),
    /// The revision cannot be undone, for this reason: the down script runs nothing.
    Irreversible(String),
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
    /// It is written as no directive is, although it reads like one: nobody would obey it.
    #[error("`{}` reads like a directive and is none", comment.escape_debug())]
    Lookalike {
        /// The comment.
        comment: String,
        /// What stands behind `schema:`.
        given: String,
    },
    /// A batch has no such option.
    #[error("a batch has no `{}`", option.escape_debug())]
    UnknownBatchOption {
        /// What stands in its place.
        option: String,
    },
    /// The value of an option of a batch is none that it can have.
    #[error("`{}` is no `{option}` of a batch", given.escape_debug())]
    BatchOption {
        /// The option.
        option: &'static str,
        /// Its value; empty where there is none.
        given: String,
        /// How it is spelt.
        usage: &'static str,
    },
}

/// What every directive begins with, in front of a colon.
const SCHEMA: &str = "schema";

/// The words behind it.
const DIRECTIVES: [&str; 8] =
    [AUTOCOMMIT, BATCH, FOREIGN_KEYS, EXPECTS, IRREVERSIBLE, RECREATES, LOCK_TIMEOUT, RUST];

const AUTOCOMMIT: &str = "autocommit";
const FOREIGN_KEYS: &str = "foreign_keys";
const EXPECTS: &str = "expects";
const RECREATES: &str = "recreates";
const LOCK_TIMEOUT: &str = "lock_timeout";
const BATCH: &str = "batch";
const RUST: &str = "rust";
const IRREVERSIBLE: &str = "irreversible";

const BY: &str = "by";
const SIZE: &str = "size";
const PAUSE: &str = "pause";
const MAX_LAG: &str = "max_lag";

impl DirectiveError {
    /// What to type.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            DirectiveError::Unknown { given } => {
                let word = given.split([' ', '\t', '=']).next().unwrap_or_default();
                Some(match nearest(word, DIRECTIVES) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "the directives are `{AUTOCOMMIT}`, `{BATCH} TABLE by KEY`, `{FOREIGN_KEYS}=off`, `{EXPECTS} TABLE HASH`, `{IRREVERSIBLE} REASON`, `{RECREATES} KIND NAME`, `{LOCK_TIMEOUT} 5s` and `{RUST} NAME`"
                    ),
                })
            }
            DirectiveError::Lookalike { given, .. } => {
                Some(format!("write `-- schema: {}`, or other words", given.escape_debug()))
            }
            DirectiveError::Malformed { usage, .. } => Some(format!("write `-- schema: {usage}`")),
            DirectiveError::UnknownBatchOption { option } => {
                Some(match nearest(option, [SIZE, PAUSE, MAX_LAG]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the options are `{SIZE} 5000`, `{PAUSE} 50ms` and `{MAX_LAG} 5s`"),
                })
            }
            DirectiveError::BatchOption { usage, .. } => Some(format!("write `{usage}`")),
        }
    }
}

impl Directive {
    /// The directive in a comment; none where the comment is for people.
    #[must_use]
    pub fn parse(comment: &str) -> Option<Result<Directive, DirectiveError>> {
        match comment.strip_prefix("--").and_then(|rest| rest.trim().strip_prefix("schema:")) {
            Some(given) => Some(parse(given.trim())),
            None => lookalike(comment).map(Err),
        }
    }
}

/// `/* schema: autocommit */`, `--- schema: autocommit`, `-- Schema : Autocommit`.
fn lookalike(comment: &str) -> Option<DirectiveError> {
    let inside = comment.trim_start_matches(['-', '#', '/', '*', '!']).trim_end_matches(['*', '/']).trim();
    let (begin, rest) = inside.split_at_checked(SCHEMA.len())?;
    let given = rest.trim_start().strip_prefix(':').filter(|_| begin.eq_ignore_ascii_case(SCHEMA))?.trim();
    let word = given.split([' ', '\t', '=']).next().unwrap_or_default();
    DIRECTIVES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
        .then(|| DirectiveError::Lookalike { comment: comment.to_owned(), given: given.to_owned() })
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
        BATCH => batch(rest, malformed("batch products by id size 5000 pause 50ms")),
        IRREVERSIBLE if rest.is_empty() => Err(malformed("irreversible REASON")),
        IRREVERSIBLE => Ok(Directive::Irreversible(rest.to_owned())),
        RUST => only_name(rest).map(Directive::Rust).ok_or_else(|| malformed("rust fill_slugs")),
        _ => Err(DirectiveError::Unknown { given: given.to_owned() }),
    }
}

/// `products by tenant_id, id size 5000 pause 50ms max_lag 5s`.
fn batch(given: &str, malformed: DirectiveError) -> Result<Directive, DirectiveError> {
    let Some((table, key, options)) = batch_key(given) else { return Err(malformed) };
    let mut batch = Batch::new(table, key);
    let options = options.replace('=', " ");
    let mut words = options.split_whitespace();
    let mut said: Vec<&str> = Vec::new();
    while let Some(option) = words.next() {
        if said.contains(&option) {
            return Err(malformed);
        }
        said.push(option);
        let given = words.next().unwrap_or_default();
        let wrong = |option, usage| DirectiveError::BatchOption { option, given: given.to_owned(), usage };
        match option {
            SIZE => {
                let size = given.parse().ok().filter(|size| (1..=Batch::LARGEST_SIZE).contains(size));
                batch.size = size.ok_or_else(|| wrong(SIZE, "size 5000"))?;
            }
            PAUSE => batch.pause = duration(given).ok_or_else(|| wrong(PAUSE, "pause 50ms"))?,
            MAX_LAG => batch.max_lag = Some(duration(given).ok_or_else(|| wrong(MAX_LAG, "max_lag 5s"))?),
            _ => return Err(DirectiveError::UnknownBatchOption { option: option.to_owned() }),
        }
    }
    Ok(Directive::Batch(batch))
}

/// The name that is all of the text.
fn only_name(given: &str) -> Option<String> {
    match tokenize(given, Engine::Sqlite).as_slice() {
        [token] => name(given, token).filter(|name| !name.is_empty()),
        [] | [..] => None,
    }
}

/// The table, the columns, and the text behind them.
fn batch_key(given: &str) -> Option<(QualifiedName, Vec<String>, &str)> {
    let mut tokens =
        tokenize(given, Engine::Sqlite).into_iter().filter(|token| !token.is_trivia()).peekable();
    let mut next_name = || {
        let name = name(given, &tokens.next()?)?;
        let separator = tokens.next_if(|token| matches!(token.text(given), "." | ","));
        Some((
            name,
            separator.map(|token| token.text(given)),
            tokens.peek().map_or(given.len(), |it| it.span.start),
        ))
    };
    let (table, mut by) = match next_name()? {
        (schema, Some("."), _) => match next_name()? {
            (name, None, _) => (QualifiedName { schema: Some(schema), name }, next_name()?),
            _ => return None,
        },
        (name, None, _) => (QualifiedName::new(name), next_name()?),
        _ => return None,
    };
    if !matches!(&by, (word, None, _) if word == BY) {
        return None;
    }
    let mut key = Vec::new();
    loop {
        by = next_name()?;
        key.push(by.0);
        match by.1 {
            Some(",") => {}
            Some(_) => return None,
            None => return Some((table, key, given.get(by.2..).unwrap_or_default())),
        }
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

/// The name that a token stands for.
fn name(given: &str, token: &Token) -> Option<String> {
    let name = token.text(given);
    match token.kind {
        TokenKind::Word => Some(name.to_owned()),
        TokenKind::QuotedIdentifier => Some(unquote_identifier(name)),
        TokenKind::Blob => from_hexadecimal(name.get(2..name.len() - 1)?),
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::String
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => None,
    }
}

/// A name that [`name`] reads again.
fn written(name: &str) -> String {
    // A line end in a name would end the comment, and what follows would be run.
    if name.contains(char::is_control) {
        let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("x'{digits}'")
    } else if is_word(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

fn written_duration(duration: Duration) -> String {
    match duration.subsec_millis() {
        0 => format!("{}s", duration.as_secs()),
        _ => format!("{}ms", duration.as_millis()),
    }
}

fn expectation(given: &str) -> Option<Directive> {
    let tokens = tokenize(given, Engine::Sqlite);
    let first = tokens.first()?;
    let table = name(given, first)?;
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
            Directive::LockTimeout(longest) => {
                write!(formatter, "-- schema: {LOCK_TIMEOUT} {}", written_duration(*longest))
            }
            Directive::Recreates(recreated) => write!(formatter, "-- schema: {RECREATES} {recreated}"),
            Directive::Irreversible(reason) => write!(formatter, "-- schema: {IRREVERSIBLE} {reason}"),
            Directive::Rust(name) => write!(formatter, "-- schema: {RUST} {}", written(name)),
            Directive::Expects { table, hash } => {
                write!(formatter, "-- schema: {EXPECTS} {} {hash}", written(table))
            }
            Directive::Batch(Batch { table: QualifiedName { schema, name }, key, size, pause, max_lag }) => {
                write!(formatter, "-- schema: {BATCH} ")?;
                if let Some(schema) = schema {
                    write!(formatter, "{}.", written(schema))?;
                }
                let key: Vec<String> = key.iter().map(|column| written(column)).collect();
                write!(formatter, "{} {BY} {} {SIZE} {size}", written(name), key.join(", "))?;
                if !pause.is_zero() {
                    write!(formatter, " {PAUSE} {}", written_duration(*pause))?;
                }
                if let Some(max_lag) = max_lag {
                    write!(formatter, " {MAX_LAG} {}", written_duration(*max_lag))?;
                }
                Ok(())
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
        for comment in [
            "-- the schema: users",
            "-- Schema: public; Owner: ann",
            "/* schema: the tables of the shop */",
            "-- schema",
            "# schema",
            "--",
            "-- é",
        ] {
            assert_eq!(Directive::parse(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_only_reads_like_a_directive_is_no_comment_for_people() {
        for comment in [
            "/* schema: autocommit */",
            "# schema: autocommit",
            "--- schema: autocommit",
            "-- Schema: autocommit",
            "-- schema : autocommit",
            "--SCHEMA:autocommit",
            "/*schema: autocommit*/",
        ] {
            let error = Directive::parse(comment).unwrap().unwrap_err();
            assert_eq!(error.to_string(), format!("`{comment}` reads like a directive and is none"));
            assert_eq!(error.hint().unwrap(), "write `-- schema: autocommit`, or other words", "{comment}");
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
                "the directives are `autocommit`, `batch TABLE by KEY`, `foreign_keys=off`, `expects TABLE HASH`, `irreversible REASON`, `recreates KIND NAME`, `lock_timeout 5s` and `rust NAME`",
            ),
            ("-- schema: irreversible", "write `-- schema: irreversible REASON`"),
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

    #[test]
    fn batches_say_their_table_their_key_and_how_fast_they_go() {
        let usual = Batch::new(QualifiedName::new("products"), vec!["id".to_owned()]);
        let slow = Batch {
            size: 5000,
            pause: Duration::from_millis(50),
            max_lag: Some(Duration::from_secs(5)),
            ..usual.clone()
        };
        let composite = Batch {
            table: QualifiedName { schema: Some("my app".to_owned()), name: "by".to_owned() },
            key: vec!["tenant id".to_owned(), "size".to_owned()],
            ..usual.clone()
        };
        for (comment, batch) in [
            ("--schema:batch products by id", usual),
            ("-- schema: batch products by id size 5000 pause 50ms max_lag 5s", slow.clone()),
            ("-- schema: batch  products\tby \"id\"  max_lag=5000ms size=5000 pause=50ms \r", slow),
            ("-- schema: batch \"my app\".by by [tenant id] , size size 1000", composite),
        ] {
            let directive = Directive::Batch(batch);
            assert_eq!(parsed(comment), directive);
            assert_eq!(parsed(&directive.to_string()), directive);
        }
    }

    #[test]
    fn mistakes_in_batches_say_what_to_type() {
        let usage = "write `-- schema: batch products by id size 5000 pause 50ms`";
        for (given, hint) in [
            ("", usage),
            ("products", usage),
            ("products by", usage),
            ("products id", usage),
            ("products by id,", usage),
            ("products by a.id", usage),
            ("a, b by id", usage),
            ("products by id size 10 size 20", usage),
            ("products by id sise 10", "did you mean `size`?"),
            ("products by id please", "the options are `size 5000`, `pause 50ms` and `max_lag 5s`"),
            ("products by id tenant", "the options are `size 5000`, `pause 50ms` and `max_lag 5s`"),
            ("products by id size", "write `size 5000`"),
            ("products by id size 0", "write `size 5000`"),
            ("products by id size 1000001", "write `size 5000`"),
            ("products by id size many", "write `size 5000`"),
            ("products by id pause 50", "write `pause 50ms`"),
            ("products by id pause 50m", "write `pause 50ms`"),
            ("products by id max_lag 5h", "write `max_lag 5s`"),
        ] {
            let error = Directive::parse(&format!("-- schema: batch {given}")).unwrap().unwrap_err();
            assert_eq!(error.hint().unwrap(), hint, "{given}");
        }
        let error = Directive::parse("-- schema: bach products by id").unwrap().unwrap_err();
        assert_eq!(error.hint().unwrap(), "did you mean `batch`?");
    }

    proptest! {
        #[test]
        fn any_names_of_a_batch_survive_in_one_line(table in any::<String>(), key in prop::collection::vec(any::<String>(), 1..4)) {
            let directive = Directive::Batch(Batch::new(QualifiedName { schema: Some(table.clone()), name: table }, key));
            let comment = directive.to_string();
            prop_assert_eq!(comment.lines().count(), 1);
            prop_assert_eq!(parsed(&comment), directive);
        }

        #[test]
        fn any_name_of_a_function_survives_in_one_line(name in ".+") {
            let directive = Directive::Rust(name);
            let comment = directive.to_string();
            prop_assert_eq!(comment.lines().count(), 1);
            prop_assert_eq!(parsed(&comment), directive);
        }

        #[test]
        fn any_table_name_survives_in_one_line(table in any::<String>(), hash in "[0-9a-f]{1,64}") {
            let directive = Directive::Expects { table, hash };
            let comment = directive.to_string();
            prop_assert_eq!(comment.lines().count(), 1);
            prop_assert_eq!(parsed(&comment), directive);
        }
    }
}
