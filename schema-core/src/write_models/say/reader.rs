//! Parts of definitions that an engine has written: keys of partitions, what EXCLUDE constraints compare.

use crate::model::{Engine, IndexKey, IndexPart, NullsOrder};
use crate::sql::{Token, TokenKind, listed, partner, tokenize, unquote_identifier};

/// The words of a definition, one after the other.
#[derive(Clone)]
pub(super) struct Reader<'sql> {
    sql: &'sql str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'sql> Reader<'sql> {
    pub(super) fn new(sql: &'sql str, engine: Engine) -> Self {
        let tokens = tokenize(sql, engine).into_iter().filter(|token| !token.is_trivia()).collect();
        Reader { sql, tokens, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn next(&self) -> Option<(TokenKind, &'sql str)> {
        self.tokens.get(self.at).map(|token| (token.kind, token.text(self.sql)))
    }

    pub(super) fn is_next(&self, word: &str) -> bool {
        self.next().is_some_and(|(kind, text)| {
            matches!(kind, TokenKind::Word | TokenKind::Punctuation) && text.eq_ignore_ascii_case(word)
        })
    }

    /// Leaves words behind, where they come next in this order.
    pub(super) fn skip(&mut self, words: &[&str]) -> bool {
        let mut ahead = self.clone();
        for word in words {
            if !ahead.is_next(word) {
                return false;
            }
            ahead.at += 1;
        }
        self.at = ahead.at;
        true
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let (kind, text) = self.next()?;
        self.at += usize::from(kind.is_name());
        kind.is_name().then(|| unquote_identifier(text))
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let (kind, text) = self.next()?;
        let number = text.parse().ok().filter(|_| kind == TokenKind::Number)?;
        self.at += 1;
        Some(number)
    }

    /// What stands in the brackets that come next.
    pub(super) fn brackets(&mut self) -> Option<&'sql str> {
        if !self.is_next("(") {
            return None;
        }
        let start = self.tokens.get(self.at)?.span.end;
        let end = self.partner()?;
        let inside = self.sql.get(start..self.tokens.get(end)?.span.start)?;
        self.at = end + 1;
        Some(inside.trim())
    }

    /// The place of the bracket that closes the one that comes next.
    fn partner(&self) -> Option<usize> {
        partner(&self.tokens, self.at, self.sql)
    }

    /// All up to one of these words outside of brackets, or to the end.
    pub(super) fn up_to(&mut self, words: &[&str]) -> Option<&'sql str> {
        let start = self.tokens.get(self.at)?.span.start;
        let mut end = start;
        while let Some(token) = self.tokens.get(self.at) {
            if words.iter().any(|word| self.is_next(word)) {
                break;
            }
            if self.is_next("(") {
                self.at = self.partner()?;
            }
            end = self.tokens.get(self.at).map_or(token.span.end, |token| token.span.end);
            self.at += 1;
        }
        self.sql.get(start..end)
    }

    /// A part of a key: a column or an expression, and what is said of it.
    pub(super) fn part(&mut self) -> Option<IndexPart> {
        let mut part = IndexPart::new(self.key()?);
        if self.skip(&["COLLATE"]) {
            part.collation = Some(self.name()?);
            if self.is_next(".") {
                return None;
            }
        }
        if !self.is_at_end() && !["ASC", "DESC", "NULLS", "WITH"].iter().any(|word| self.is_next(word)) {
            let start = self.tokens.get(self.at)?.span.start;
            self.name()?;
            while self.skip(&["."]) {
                self.name()?;
            }
            let end = self.tokens.get(self.at.checked_sub(1)?)?.span.end;
            part.opclass = Some(self.sql.get(start..end)?.to_owned());
        }
        self.skip(&["ASC"]);
        part.descending = self.skip(&["DESC"]);
        if self.skip(&["NULLS", "FIRST"]) {
            part.nulls = Some(NullsOrder::First);
        } else if self.skip(&["NULLS", "LAST"]) {
            part.nulls = Some(NullsOrder::Last);
        }
        Some(part)
    }

    fn key(&mut self) -> Option<IndexKey> {
        if let Some(expression) = self.brackets() {
            return Some(IndexKey::Expression(expression.to_owned()));
        }
        let start = self.tokens.get(self.at)?.span.start;
        let column = self.name()?;
        // A function needs no brackets round it, and may be one of a schema.
        let mut ahead = self.clone();
        while ahead.skip(&["."]) {
            ahead.name()?;
        }
        if !ahead.is_next("(") {
            return Some(IndexKey::Column(column));
        }
        let end = ahead.partner()?;
        self.at = end + 1;
        let expression = self.sql.get(start..self.tokens.get(end)?.span.end)?;
        Some(IndexKey::Expression(expression.to_owned()))
    }
}

/// The parts of a list, at its commas outside of brackets.
pub(super) fn parts_of_list(sql: &str, engine: Engine) -> Vec<&str> {
    let tokens: Vec<Token> = tokenize(sql, engine).into_iter().filter(|token| !token.is_trivia()).collect();
    let text = |part: &[Token]| sql.get(part.first()?.span.start..part.last()?.span.end);
    listed(&tokens, sql).into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(sql: &str) -> Option<String> {
        let mut reader = Reader::new(sql, Engine::Postgres);
        let IndexPart { key, descending, nulls, collation, opclass, prefix_length: _ } = reader.part()?;
        let key = match key {
            IndexKey::Column(column) => column,
            IndexKey::Expression(expression) => format!("<{expression}>"),
        };
        let rest = (!reader.is_at_end()).then_some("rest");
        let collation = collation.map(|it| format!(" collate {it}")).unwrap_or_default();
        let opclass = opclass.map(|it| format!(" opclass {it}")).unwrap_or_default();
        Some(format!("{key}{collation}{opclass} {descending} {nulls:?} {}", rest.unwrap_or_default()))
    }

    #[test]
    fn parts_of_keys_are_read() {
        for (sql, expected) in [
            ("a", "a false None "),
            ("\"A b\" text_pattern_ops", "A b opclass text_pattern_ops false None "),
            (
                "lower(a) COLLATE \"C\" app.ops DESC NULLS LAST",
                "<lower(a)> collate C opclass app.ops true Some(Last) ",
            ),
            ("((a + 1)) WITH =", "<(a + 1)> false None rest"),
            ("app.f(a, (b))", "<app.f(a, (b))> false None "),
        ] {
            assert_eq!(part(sql).as_deref(), Some(expected), "{sql}");
        }
        assert_eq!(part("a COLLATE app.\"C\""), None);
        assert_eq!(part("(a"), None);
    }

    #[test]
    fn lists_end_at_their_own_commas() {
        assert_eq!(
            parts_of_list("a, f(b, c), 'x, y', (1, 2)", Engine::Postgres),
            ["a", "f(b, c)", "'x, y'", "(1, 2)"]
        );
        assert_eq!(parts_of_list("", Engine::Postgres), [""; 0]);
    }
}
