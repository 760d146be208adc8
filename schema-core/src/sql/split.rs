//! A script's statements, by each engine's own rules of where one ends.
//!
//! The parts of a [`Split`] are the script, nothing added and nothing left out. What the statements do is none of its business.

mod escapes;

use super::body::Body;
use super::lexer::Lexer;
use super::token::{Delimited, Token, TokenKind};
use crate::model::Engine;
use std::ops::Range;

pub(crate) use escapes::WITHOUT_ESCAPES;
#[cfg(feature = "mysql")]
pub(crate) use escapes::{with_escapes, without_escapes};

/// A script in parts: the statements one after the other, then the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<'sql> {
    /// The statements.
    pub statements: Vec<SplitStatement<'sql>>,
    /// What follows the last statement: blanks and comments.
    pub rest: &'sql str,
    /// The comments in the rest.
    pub rest_comments: Vec<Comment<'sql>>,
}

/// A statement and the text around it that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitStatement<'sql> {
    /// What stands before the statement: blanks, comments, empty statements and `DELIMITER` lines.
    pub lead: &'sql str,
    /// The statement, from its first word to its last, without the semicolon.
    pub sql: &'sql str,
    /// What ends it: the semicolon (or MySQL's other delimiter), and blanks and comments before that.
    pub tail: &'sql str,
    /// The line that its first word is in.
    pub line: usize,
    /// The comments in `lead`, `sql` and `tail`.
    pub comments: Vec<Comment<'sql>>,
}

/// A comment and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'sql> {
    /// The comment, with its marks.
    pub text: &'sql str,
    /// The line that it begins in.
    pub line: usize,
    /// Where it stands.
    pub placement: Placement,
}

/// Where a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Above a statement, in lines of its own.
    Above,
    /// Behind the last statement, in lines of its own.
    AtEnd,
    /// Elsewhere: within a statement, or behind one.
    Elsewhere,
}

/// Why a script cannot be split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// Something in quotes, or a comment, has no end.
    #[error("line {line}: {} without an end", described(*delimited))]
    Unterminated {
        /// The line that it begins in.
        line: usize,
        /// What has no end.
        delimited: Delimited,
    },
    /// The body of a trigger or routine has no END.
    #[error("line {line}: a body that begins with `{begin}` has no `END;`")]
    UnterminatedBody {
        /// The line that the statement begins in.
        line: usize,
        /// How the body begins.
        begin: &'static str,
    },
    /// A parenthesis is not closed.
    #[error("line {line}: a parenthesis of this statement is not closed")]
    UnclosedParenthesis {
        /// The line that the statement begins in.
        line: usize,
    },
    /// A command that only a database shell knows.
    #[error("line {line}: `{command}` is a command of the database shell, not SQL")]
    ShellCommand {
        /// The line.
        line: usize,
        /// The command.
        command: String,
    },
    /// A `DELIMITER` line that gives no delimiter, or one that would be taken for a string or a comment.
    #[error("line {line}: `{given}` cannot be a delimiter")]
    InvalidDelimiter {
        /// The line.
        line: usize,
        /// What the line gives.
        given: String,
    },
}

impl SplitError {
    /// The line that it is about.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            SplitError::Unterminated { line, .. }
            | SplitError::UnterminatedBody { line, .. }
            | SplitError::UnclosedParenthesis { line }
            | SplitError::ShellCommand { line, .. }
            | SplitError::InvalidDelimiter { line, .. } => *line,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            SplitError::Unterminated { delimited, .. } => Some(match delimited {
                Delimited::BlockComment => "close it with `*/`".to_owned(),
                Delimited::QuotedIdentifier | Delimited::String | Delimited::Blob => {
                    "close it; a quote within it is written twice".to_owned()
                }
            }),
            SplitError::UnterminatedBody { .. } => Some("end the body with `END;`".to_owned()),
            SplitError::UnclosedParenthesis { .. } => None,
            SplitError::ShellCommand { .. } => {
                Some("put the SQL itself into the script; `upgrade` runs it without a shell".to_owned())
            }
            SplitError::InvalidDelimiter { .. } => Some("use `DELIMITER //` or `DELIMITER $$`".to_owned()),
        }
    }
}

fn described(delimited: Delimited) -> &'static str {
    match delimited {
        Delimited::BlockComment => "a comment",
        Delimited::QuotedIdentifier => "a quoted name",
        Delimited::String => "a string",
        Delimited::Blob => "a blob",
    }
}

const SEMICOLON: &str = ";";

/// Splits a script into its statements.
///
/// ```
/// use schema_core::model::Engine;
/// use schema_core::sql::split;
///
/// let script = "-- one\nSELECT ';';\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;";
/// let split = split(script, Engine::Sqlite)?;
/// assert_eq!(split.statements[0].sql, "SELECT ';'");
/// assert_eq!(split.statements[0].line, 2);
/// assert_eq!(split.statements[1].sql, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END");
/// # Ok::<(), schema_core::sql::SplitError>(())
/// ```
///
/// # Errors
///
/// Strings, comments, parentheses and bodies without an end, and commands of a database shell.
pub fn split(script: &str, engine: Engine) -> Result<Split<'_>, SplitError> {
    let mut splitter = Splitter {
        script,
        engine,
        lexer: Lexer::new(script, engine),
        lines: Lines::new(script),
        position: 0,
        delimiter: SEMICOLON,
    };
    let mut statements = Vec::new();
    loop {
        let start = splitter.position;
        let mut comments = Vec::new();
        match splitter.lead(&mut comments)? {
            Some(first) => {
                let statement = splitter.statement(start, first, comments)?;
                splitter.follow(statement.sql);
                statements.push(statement);
            }
            None => {
                let rest = splitter.text(start..splitter.position);
                let above = comments.iter_mut().filter(|comment| comment.placement == Placement::Above);
                above.for_each(|comment| comment.placement = Placement::AtEnd);
                return Ok(Split { statements, rest, rest_comments: comments });
            }
        }
    }
}

struct Splitter<'sql> {
    script: &'sql str,
    engine: Engine,
    lexer: Lexer<'sql>,
    lines: Lines,
    position: usize,
    delimiter: &'sql str,
}

impl<'sql> Splitter<'sql> {
    /// Goes to the first token of the next statement, and says where that one begins.
    fn lead(&mut self, comments: &mut Vec<Comment<'sql>>) -> Result<Option<usize>, SplitError> {
        while let Some(token) = self.token()? {
            let text = token.text(self.script);
            if self.is_trivia(&token) {
                self.note_comment(&token, comments, Placement::Above);
                self.position = token.span.end;
            } else if self.delimiter_in(&token) == Some(token.span.start) {
                self.position += self.delimiter.len();
            } else if self.is_mysql() && text.eq_ignore_ascii_case("DELIMITER") {
                self.delimiter_line(&token)?;
            } else if matches!(text, "." | "\\") {
                return Err(self.shell_command(token.span.start));
            } else {
                return Ok(Some(token.span.start));
            }
        }
        Ok(None)
    }

    fn statement(
        &mut self,
        start: usize,
        first: usize,
        mut comments: Vec<Comment<'sql>>,
    ) -> Result<SplitStatement<'sql>, SplitError> {
        let line = self.lines.line(first);
        let mut body = Body::new(self.engine);
        let mut end = first;
        loop {
            let Some(token) = self.token()? else {
                // Where another delimiter is in force, it alone says where a statement ends.
                if self.delimiter == SEMICOLON {
                    body.check_closed(line)?;
                }
                break;
            };
            if self.is_trivia(&token) {
                self.note_comment(&token, &mut comments, Placement::Elsewhere);
            } else if let Some(cut) = self.delimiter_in(&token)
                && (self.delimiter != SEMICOLON || !body.is_open())
            {
                if cut > token.span.start {
                    end = cut;
                }
                self.position = cut + self.delimiter.len();
                break;
            } else {
                let text = token.text(self.script);
                if self.engine == Engine::Postgres && text == "\\" {
                    return Err(self.shell_command(token.span.start));
                }
                body.read(token.kind, text);
                end = token.span.end;
            }
            self.position = token.span.end;
        }
        Ok(SplitStatement {
            lead: self.text(start..first),
            sql: self.text(first..end),
            tail: self.text(end..self.position),
            line,
            comments,
        })
    }

    /// Follows what a statement says about backslashes in those behind it.
    fn follow(&mut self, sql: &str) {
        if self.is_mysql()
            && let Some(escapes) = escapes::set_by(sql, self.engine)
        {
            self.lexer.set_backslash_escapes(escapes);
        }
    }

    /// The token at the position; none at the end.
    fn token(&self) -> Result<Option<Token>, SplitError> {
        if self.position >= self.script.len() {
            return Ok(None);
        }
        let (kind, end) = self.lexer.token_at(self.position);
        if let TokenKind::Unterminated(delimited) = kind {
            return Err(SplitError::Unterminated { line: self.lines.line(self.position), delimited });
        }
        Ok(Some(Token { kind, span: self.position..end }))
    }

    /// Where the delimiter begins in this token.
    fn delimiter_in(&self, token: &Token) -> Option<usize> {
        if self.delimiter == SEMICOLON {
            return (token.text(self.script) == SEMICOLON).then_some(token.span.start);
        }
        match token.kind {
            // Tokens know nothing of other delimiters: `END$$` is a word.
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unknown => token.span.clone().find(|position| {
                self.script.get(*position..).is_some_and(|rest| rest.starts_with(self.delimiter))
            }),
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Unterminated(_) => None,
        }
    }

    fn delimiter_line(&mut self, word: &Token) -> Result<(), SplitError> {
        let rest = self.text(word.span.end..self.script.len());
        let given = rest.lines().next().unwrap_or_default();
        let delimiter = given.split_whitespace().next().unwrap_or_default();
        let readable = !delimiter.is_empty()
            && !delimiter.contains(['\'', '"', '`', '\\', '#'])
            && !delimiter.contains("--")
            && !delimiter.contains("/*");
        if !readable {
            let line = self.lines.line(word.span.start);
            return Err(SplitError::InvalidDelimiter { line, given: given.trim().to_owned() });
        }
        self.delimiter = delimiter;
        self.position = word.span.end + given.len();
        Ok(())
    }

    fn shell_command(&self, start: usize) -> SplitError {
        let rest = self.text(start..self.script.len());
        let command = rest.split_whitespace().next().unwrap_or_default();
        SplitError::ShellCommand { line: self.lines.line(start), command: command.to_owned() }
    }

    fn note_comment(&self, token: &Token, comments: &mut Vec<Comment<'sql>>, placement: Placement) {
        match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment => comments.push(Comment {
                text: token.text(self.script),
                line: self.lines.line(token.span.start),
                placement: if self.begins_line(token.span.start) { placement } else { Placement::Elsewhere },
            }),
            TokenKind::Whitespace
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => {}
        }
    }

    fn begins_line(&self, position: usize) -> bool {
        let before = self.text(0..position);
        before
            .trim_end_matches([' ', '\t', '\u{feff}'])
            .chars()
            .next_back()
            .is_none_or(|last| matches!(last, '\n' | '\r'))
    }

    /// MySQL runs what stands in `/*! … */`.
    fn is_trivia(&self, token: &Token) -> bool {
        token.is_trivia() && !token.is_executed_comment(self.script, self.engine)
    }

    const fn is_mysql(&self) -> bool {
        matches!(self.engine, Engine::Mysql | Engine::Mariadb)
    }

    fn text(&self, span: Range<usize>) -> &'sql str {
        self.script.get(span).unwrap_or_default()
    }
}

/// Where the lines end.
struct Lines(Vec<usize>);

impl Lines {
    fn new(script: &str) -> Self {
        Lines(
            script
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(position, _)| position)
                .collect(),
        )
    }

    /// The line that this position is in, from 1.
    fn line(&self, position: usize) -> usize {
        1 + self.0.partition_point(|end| *end < position)
    }
}

#[cfg(test)]
mod tests;
