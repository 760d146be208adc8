//! The tokens of a statement that say something, by their place.

use crate::model::Engine;
use crate::sql::{TokenKind, tokenize, unquote_identifier, unquote_string};
use std::ops::Range;

/// The tokens of a statement, without blanks and comments.
pub(crate) struct Scan<'sql> {
    tokens: Vec<(&'sql str, TokenKind)>,
    engine: Engine,
}

impl<'sql> Scan<'sql> {
    pub(crate) fn new(sql: &'sql str, engine: Engine) -> Self {
        let tokens = tokenize(sql, engine)
            .into_iter()
            .filter(|token| !token.is_trivia())
            .map(|token| (token.text(sql), token.kind))
            .collect();
        Scan { tokens, engine }
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn text(&self, index: usize) -> &'sql str {
        self.tokens.get(index).map_or("", |(text, _)| text)
    }

    pub(crate) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|(_, kind)| *kind)
    }

    /// The bare word at this place, in upper case; empty where there is none.
    pub(crate) fn word(&self, index: usize) -> String {
        match self.tokens.get(index) {
            Some((text, TokenKind::Word)) => text.to_ascii_uppercase(),
            Some(_) | None => String::new(),
        }
    }

    pub(crate) fn is(&self, index: usize, word: &str) -> bool {
        matches!(self.tokens.get(index), Some((text, TokenKind::Word)) if text.eq_ignore_ascii_case(word))
    }

    pub(crate) fn is_one_of(&self, index: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(index, word))
    }

    /// Whether these words stand here, one after the other.
    pub(crate) fn are(&self, index: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(offset, word)| self.is(index + offset, word))
    }

    /// The place behind these words where they stand here, else this place.
    pub(super) fn behind(&self, index: usize, words: &[&str]) -> usize {
        if self.are(index, words) { index + words.len() } else { index }
    }

    pub(super) fn has(&self, words: &[&str]) -> bool {
        (0..self.len()).any(|index| self.are(index, words))
    }

    /// The parts of the name that begins here, without quotes, and the place behind it.
    pub(super) fn name(&self, index: usize) -> Option<(Vec<String>, usize)> {
        let mut parts = vec![self.part(index)?];
        let mut next = index + 1;
        while self.text(next) == "." {
            parts.push(self.part(next + 1)?);
            next += 2;
        }
        Some((parts, next))
    }

    /// The last part of each name in a list with commas that begins here.
    pub(super) fn names(&self, mut index: usize) -> Vec<String> {
        let mut names = Vec::new();
        while let Some((mut parts, next)) = self.name(index) {
            names.extend(parts.pop());
            if self.text(next) != "," {
                break;
            }
            index = next + 1;
        }
        names
    }

    fn part(&self, index: usize) -> Option<String> {
        match self.tokens.get(index)? {
            (text, TokenKind::Word | TokenKind::QuotedIdentifier) => Some(unquoted(text)),
            _ => None,
        }
    }

    /// The places of calls of a function.
    pub(super) fn calls(&self, function: &str) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |index| self.is(*index, function) && self.text(index + 1) == "(")
    }

    /// The arguments of the call at this place.
    pub(super) fn arguments(&self, call: usize) -> Vec<Range<usize>> {
        let mut end = call + 2;
        let mut depth = 1;
        while depth > 0 && end < self.len() {
            match self.text(end) {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            end += 1;
        }
        self.list(call + 2..end.saturating_sub(1))
    }

    /// The parts between the commas that stand in no brackets.
    pub(super) fn list(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (range.start, 0_usize);
        for index in range.clone() {
            match self.text(index) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    parts.push(start..index);
                    start = index + 1;
                }
                _ => {}
            }
        }
        if start < range.end {
            parts.push(start..range.end);
        }
        parts
    }

    /// What the only token of a range says, where it is a string.
    pub(crate) fn string(&self, range: &Range<usize>) -> Option<String> {
        match (range.len(), self.tokens.get(range.start)?) {
            (1, (text, TokenKind::String)) => Some(unquote_string(text, self.engine)),
            _ => None,
        }
    }

    /// What the strings of the statement say.
    pub(crate) fn strings(&self) -> impl Iterator<Item = String> {
        self.tokens
            .iter()
            .filter(|(_, kind)| *kind == TokenKind::String)
            .map(|(text, _)| unquote_string(text, self.engine))
    }

    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    /// Whether a name stands in it, or in its strings where these may be statements.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let may_hold_statements =
            self.is_one_of(0, &["CALL", "CREATE", "DO", "EXECUTE", "PREPARE", "SELECT", "SET"]);
        self.names_it(name) || (may_hold_statements && self.names_it_in_a_string(name))
    }

    /// Whether a string is, or holds, the name of a table or sequence: `nextval('s')` (PostgreSQL), `FROM 't'` (SQLite).
    pub(super) fn mentions_in_a_string(&self, name: &str) -> bool {
        match self.engine {
            Engine::Sqlite | Engine::Postgres => self.names_it_in_a_string(name),
            Engine::Mysql | Engine::Mariadb => false,
        }
    }

    fn names_it(&self, name: &str) -> bool {
        self.tokens.iter().any(|(text, kind)| {
            matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::Parameter)
                && is_same(&unquoted(text), name)
        })
    }

    fn names_it_in_a_string(&self, name: &str) -> bool {
        self.strings().any(|text| Scan::new(&text, self.engine).names_it(name))
    }
}

/// Whether two names may be the same: rather too many are than too few.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A name or a variable without its quotes.
pub(super) fn unquoted(spelt: &str) -> String {
    // The variables of MySQL have theirs behind the sign.
    match spelt.strip_prefix('@') {
        Some(variable) => format!("@{}", unquote_identifier(variable)),
        None => unquote_identifier(spelt),
    }
}
