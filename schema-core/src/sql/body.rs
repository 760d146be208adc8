//! Statements that hold other statements, and so semicolons that end nothing.

use super::mysql_body::MysqlBody;
use super::split::SplitError;
use super::token::TokenKind;
use crate::model::Engine;

/// Reads a statement token by token and knows whether a semicolon would end it here.
#[derive(Debug)]
pub(super) enum Body<'sql> {
    Sqlite(SqliteBody<'sql>),
    Postgres(PostgresBody<'sql>),
    Mysql(MysqlBody<'sql>),
}

impl<'sql> Body<'sql> {
    pub(super) fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Body::Sqlite(SqliteBody::default()),
            Engine::Postgres => Body::Postgres(PostgresBody::default()),
            Engine::Mysql | Engine::Mariadb => Body::Mysql(MysqlBody::new(engine)),
        }
    }

    pub(super) fn read(&mut self, kind: TokenKind, text: &'sql str) {
        // A quoted name is never a keyword.
        let text = if kind == TokenKind::Word || kind == TokenKind::Punctuation { text } else { "" };
        match self {
            Body::Sqlite(body) => body.read(text),
            Body::Postgres(body) => body.read(text),
            Body::Mysql(body) => body.read(text),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        match self {
            Body::Sqlite(body) => body.is_open(),
            Body::Postgres(body) => body.parentheses > 0 || body.depth > 0,
            Body::Mysql(body) => body.is_open(),
        }
    }

    pub(super) fn check_closed(&self, line: usize) -> Result<(), SplitError> {
        match self {
            Body::Postgres(PostgresBody { parentheses, depth: 0, .. }) if *parentheses > 0 => {
                Err(SplitError::UnclosedParenthesis { line })
            }
            Body::Postgres(PostgresBody { depth: 1.., .. }) => {
                Err(SplitError::UnterminatedBody { line, begin: "BEGIN ATOMIC" })
            }
            Body::Sqlite(_) | Body::Mysql(_) if self.is_open() => {
                Err(SplitError::UnterminatedBody { line, begin: "BEGIN" })
            }
            Body::Sqlite(_) | Body::Postgres(_) | Body::Mysql(_) => Ok(()),
        }
    }
}

pub(super) fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

pub(super) fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| is(text, word))
}

/// SQLite's own test for a complete statement (<https://www.sqlite.org/c3ref/complete.html>): a trigger ends with `; END ;`. No
/// CASE has to be counted, because its END never follows a semicolon.
#[derive(Debug, Default)]
pub(super) struct SqliteBody<'sql> {
    head: SqliteHead,
    previous: [&'sql str; 2],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SqliteHead {
    #[default]
    Start,
    Create,
    Trigger,
    Begun,
    Other,
}

impl<'sql> SqliteBody<'sql> {
    fn read(&mut self, text: &'sql str) {
        self.head = match self.head {
            SqliteHead::Start if is(text, "CREATE") => SqliteHead::Create,
            SqliteHead::Create if is_one_of(text, &["TEMP", "TEMPORARY"]) => SqliteHead::Create,
            SqliteHead::Create if is(text, "TRIGGER") => SqliteHead::Trigger,
            SqliteHead::Trigger if is(text, "BEGIN") => SqliteHead::Begun,
            SqliteHead::Trigger => SqliteHead::Trigger,
            SqliteHead::Begun => SqliteHead::Begun,
            SqliteHead::Start | SqliteHead::Create | SqliteHead::Other => SqliteHead::Other,
        };
        self.previous = [self.previous[1], text];
    }

    fn is_open(&self) -> bool {
        self.head == SqliteHead::Begun && !(self.previous[0] == ";" && is(self.previous[1], "END"))
    }
}

/// The rules of psql: nothing ends within parentheses (CREATE RULE), nor within the BEGIN ATOMIC of a routine.
#[derive(Debug, Default)]
pub(super) struct PostgresBody<'sql> {
    head: PostgresHead,
    parentheses: usize,
    depth: usize,
    previous: &'sql str,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PostgresHead {
    #[default]
    Start,
    Create,
    Routine,
    Other,
}

impl<'sql> PostgresBody<'sql> {
    fn read(&mut self, text: &'sql str) {
        self.head = match self.head {
            PostgresHead::Start if is(text, "CREATE") => PostgresHead::Create,
            PostgresHead::Create if is_one_of(text, &["OR", "REPLACE"]) => PostgresHead::Create,
            PostgresHead::Create if is_one_of(text, &["FUNCTION", "PROCEDURE"]) => PostgresHead::Routine,
            PostgresHead::Routine => PostgresHead::Routine,
            PostgresHead::Start | PostgresHead::Create | PostgresHead::Other => PostgresHead::Other,
        };
        match text {
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => self.count(text),
        }
        self.previous = text;
    }

    fn count(&mut self, text: &str) {
        // `t.end` and `AS end` are names.
        let is_name = self.previous == "." || is(self.previous, "AS");
        if self.head != PostgresHead::Routine || self.parentheses > 0 || is_name {
            return;
        }
        if self.depth == 0 {
            if is(text, "ATOMIC") && is(self.previous, "BEGIN") {
                self.depth = 1;
            }
        } else if is(text, "CASE") {
            self.depth += 1;
        } else if is(text, "END") {
            self.depth -= 1;
        }
    }
}
