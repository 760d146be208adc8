//! The words of a statement, read as far as it takes to tell what the statement is about.

use super::token::{TokenKind, tokenize};
use crate::model::Engine;

/// The words of a statement, one after the other.
#[derive(Clone, Debug)]
pub struct Words<'statement> {
    rest: std::vec::IntoIter<(&'statement str, TokenKind)>,
}

impl<'statement> Words<'statement> {
    /// Those of this statement.
    #[must_use]
    pub fn new(statement: &'statement str, engine: Engine) -> Self {
        let tokens: Vec<_> = tokenize(statement, engine)
            .into_iter()
            .filter(|token| !token.is_trivia())
            .map(|token| (token.text(statement), token.kind))
            .collect();
        Words { rest: tokens.into_iter() }
    }

    /// Whether this keyword comes next.
    #[must_use]
    pub fn is_next(&self, keyword: &str) -> bool {
        matches!(self.rest.as_slice().first(), Some((text, TokenKind::Word)) if text.eq_ignore_ascii_case(keyword))
    }

    /// The next word, in upper case; empty at the end.
    pub fn keyword(&mut self) -> String {
        self.rest.next().map(|(text, _)| text.to_ascii_uppercase()).unwrap_or_default()
    }

    /// The next word, as it is spelt; none at the end.
    pub fn word(&mut self) -> Option<&'statement str> {
        self.rest.next().map(|(text, _)| text)
    }

    /// Leaves a keyword behind, where it comes next.
    pub fn skip(&mut self, keyword: &str) -> bool {
        let is_next = self.is_next(keyword);
        if is_next {
            self.rest.next();
        }
        is_next
    }

    /// Leaves everything behind up to two keywords that follow each other, and these too; all of it where they are not there.
    pub fn skip_past(&mut self, [first, second]: [&str; 2]) -> bool {
        while !self.is_at_end() {
            if !self.skip(first) {
                self.rest.next();
            } else if self.skip(second) {
                return true;
            }
        }
        false
    }

    /// `(VERBOSE, …)`.
    pub fn skip_brackets(&mut self) {
        if self.rest.as_slice().first().is_some_and(|(text, _)| *text == "(") {
            for (text, _) in self.rest.by_ref() {
                if text == ")" {
                    break;
                }
            }
        }
    }

    /// The parts of a name that [`Words::name`] has returned.
    #[must_use]
    pub fn parts(name: &str, engine: Engine) -> Vec<String> {
        let mut words = Words::new(name, engine);
        let mut parts: Vec<String> = words.part().into_iter().collect();
        while words.skip_mark(".") {
            parts.extend(words.part());
        }
        parts
    }

    /// `name` or `schema.name`, as it is spelt.
    pub fn name(&mut self) -> Option<String> {
        let mut name = self.part()?;
        while matches!(self.rest.as_slice().first(), Some((".", _))) {
            self.rest.next();
            name = format!("{name}.{}", self.part()?);
        }
        Some(name)
    }

    /// Whether a punctuation mark comes next, which is left behind then.
    pub fn skip_mark(&mut self, mark: &str) -> bool {
        let is_next = self.rest.as_slice().first().is_some_and(|(text, _)| *text == mark);
        if is_next {
            self.rest.next();
        }
        is_next
    }

    /// Whether there are no more.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    fn part(&mut self) -> Option<String> {
        let text = match self.rest.next()? {
            (text, TokenKind::Word | TokenKind::QuotedIdentifier) => text,
            // MySQL and MariaDB, where the session has ANSI_QUOTES; where a name is expected, no text can stand.
            (text, TokenKind::String) if text.starts_with('"') => text,
            _ => return None,
        };
        // PostgreSQL: `U&"d!0061t" UESCAPE '!'` is one name.
        if text.starts_with("U&\"") || text.starts_with("u&\"") {
            let mut rest = self.rest.clone();
            let is_escape = rest.next().is_some_and(|(word, _)| word.eq_ignore_ascii_case("UESCAPE"));
            if let (true, Some((escape, TokenKind::String))) = (is_escape, rest.next()) {
                self.rest = rest;
                return Some(format!("{text} UESCAPE {escape}"));
            }
        }
        Some(text.to_owned())
    }
}
