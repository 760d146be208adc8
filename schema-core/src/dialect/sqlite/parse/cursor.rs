//! A place in a statement's tokens.

use super::ParseError;
use crate::model::Engine;
use crate::sql::token::tokens;
use crate::sql::{Delimited, Token, TokenKind, unquote_identifier};

/// Reads the tokens of one statement, comments and whitespace left out.
pub(super) struct Cursor<'sql> {
    sql: &'sql str,
    tokens: Vec<Token>,
    position: usize,
}

impl<'sql> Cursor<'sql> {
    pub(super) fn new(sql: &'sql str) -> Self {
        Cursor::over_first(sql, usize::MAX)
    }

    /// Reads no more than the first `count` tokens, behind which the statement seems to end.
    pub(super) fn over_first(sql: &'sql str, count: usize) -> Self {
        let significant = tokens(sql, Engine::Sqlite).filter(|token| !token.is_trivia());
        Cursor { sql, tokens: significant.take(count).collect(), position: 0 }
    }

    fn at(&self, offset: usize) -> Option<&Token> {
        self.tokens.get(self.position + offset)
    }

    /// The text of the token `offset` further on; empty at the end.
    fn text(&self, offset: usize) -> &'sql str {
        self.at(offset).map_or("", |token| token.text(self.sql))
    }

    /// Whether the next token is this keyword.
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        self.is_word_at(0, keyword)
    }

    pub(super) fn is_word_at(&self, offset: usize, keyword: &str) -> bool {
        self.at(offset).is_some_and(|token| token.kind == TokenKind::Word)
            && self.text(offset).eq_ignore_ascii_case(keyword)
    }

    /// Whether the next token is this mark.
    pub(super) fn is_mark(&self, mark: &str) -> bool {
        self.is_mark_at(0, mark)
    }

    pub(super) fn is_mark_at(&self, offset: usize, mark: &str) -> bool {
        self.at(offset).is_some_and(|token| token.kind == TokenKind::Punctuation) && self.text(offset) == mark
    }

    pub(super) fn is_end(&self) -> bool {
        self.at(0).is_none()
    }

    pub(super) fn advance(&mut self) {
        self.position += 1;
    }

    /// Steps over these keywords if they are all next.
    pub(super) fn accept(&mut self, keywords: &[&str]) -> bool {
        let next = keywords.iter().enumerate().all(|(offset, keyword)| self.is_word_at(offset, keyword));
        if next {
            self.position += keywords.len();
        }
        next
    }

    pub(super) fn accept_mark(&mut self, mark: &str) -> bool {
        let next = self.is_mark(mark);
        if next {
            self.position += 1;
        }
        next
    }

    pub(super) fn expect(&mut self, keywords: &[&str]) -> Result<(), ParseError> {
        if self.accept(keywords) { Ok(()) } else { Err(self.error(&keywords.join(" "))) }
    }

    pub(super) fn expect_mark(&mut self, mark: &str) -> Result<(), ParseError> {
        if self.accept_mark(mark) { Ok(()) } else { Err(self.error(mark)) }
    }

    /// Whether the next token can be a name: a word, or anything in quotes.
    pub(super) fn is_name(&self) -> bool {
        self.at(0).is_some_and(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::String)
        })
    }

    pub(super) fn name(&mut self) -> Result<String, ParseError> {
        if !self.is_name() {
            return Err(self.error("a name"));
        }
        let name = unquote_identifier(self.text(0));
        self.advance();
        Ok(name)
    }

    /// A name, the schema's before it dropped: a stored statement only ever speaks of its own schema.
    pub(super) fn object_name(&mut self) -> Result<String, ParseError> {
        let name = self.name()?;
        if self.accept_mark(".") { self.name() } else { Ok(name) }
    }

    /// What stands between the bracket that is next and its partner, as written but for comments at its ends.
    pub(super) fn group(&mut self) -> Result<&'sql str, ParseError> {
        self.expect_mark("(")?;
        let start = self.offset();
        let mut depth = 1;
        while depth > 0 {
            if self.is_end() {
                return Err(self.error(")"));
            }
            if self.is_mark("(") {
                depth += 1;
            } else if self.is_mark(")") {
                depth -= 1;
            }
            self.advance();
        }
        let last = self.position.checked_sub(2).and_then(|last| self.tokens.get(last));
        let end = last.map_or(start, |token| token.span.end);
        Ok(self.sql.get(start..end).unwrap_or_default())
    }

    /// The byte at which the next token starts.
    pub(super) fn offset(&self) -> usize {
        self.at(0).map_or(self.sql.len(), |token| token.span.start)
    }

    /// The text from a byte to the end of the token before the next one.
    pub(super) fn between(&self, start: usize) -> Result<&'sql str, ParseError> {
        let end = self
            .position
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(0, |token| token.span.end);
        self.sql.get(start..end).ok_or_else(|| self.error("text"))
    }

    /// The text of the next token, and steps over it.
    pub(super) fn token(&mut self) -> &'sql str {
        let text = self.text(0);
        self.advance();
        text
    }

    /// What is left, as written, without a final semicolon; another one would begin a second statement.
    pub(super) fn rest(&mut self) -> Result<&'sql str, ParseError> {
        let start = self.offset();
        let mut is_over = false;
        while !self.is_end() {
            if is_over && !self.is_mark(";") {
                return Err(self.error("the end"));
            }
            is_over = self.is_mark(";");
            self.advance();
        }
        Ok(self.sql.get(start..).unwrap_or_default().trim().trim_end_matches(';').trim_end())
    }

    /// Whatever is quoted in the statement is closed in it. A comment need not be: SQLite lets the end of the text end one. A NUL would end the text, and stands
    /// in nothing that SQLite holds.
    pub(super) fn expect_whole(&self) -> Result<(), ParseError> {
        if self.sql.contains('\0') {
            return Err(ParseError {
                expected: "no NUL".to_owned(),
                found: "\0".to_owned(),
                statement: self.sql.to_owned(),
            });
        }
        let is_open = |token: &&Token| matches!(token.kind, TokenKind::Unterminated(what) if what != Delimited::BlockComment);
        match self.tokens.last().filter(is_open) {
            Some(open) => Err(ParseError {
                expected: "the end of what is quoted".to_owned(),
                found: open.text(self.sql).to_owned(),
                statement: self.sql.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// The same, and no other statement stands behind it or in it.
    pub(super) fn expect_one(&self) -> Result<(), ParseError> {
        self.expect_whole()?;
        let is_end = |token: &&Token| token.text(self.sql) == ";";
        match self.tokens.iter().rev().skip_while(is_end).find(is_end) {
            Some(_) => Err(ParseError {
                expected: "one statement".to_owned(),
                found: ";".to_owned(),
                statement: self.sql.to_owned(),
            }),
            None => Ok(()),
        }
    }

    pub(super) fn error(&self, expected: &str) -> ParseError {
        let found = match self.text(0) {
            "" => "the end".to_owned(),
            text => text.to_owned(),
        };
        ParseError { expected: expected.to_owned(), found, statement: self.sql.to_owned() }
    }
}
