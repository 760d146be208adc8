//! The `?` of the runner's own statements, which stand for a parameter each.

use crate::model::Engine;
use crate::sql::{TokenKind, tokenize};

/// The statement with something else in place of each `?`, which is given its place among them, from 0.
pub(super) fn replaced(statement: &str, engine: Engine, replacement: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(statement.len());
    let mut count = 0;
    for token in tokenize(statement, engine) {
        let word = token.text(statement);
        // PostgreSQL has no such parameter, but operators that are called so.
        let may_stand_for_one = matches!(token.kind, TokenKind::Parameter | TokenKind::Punctuation);
        if may_stand_for_one && word == "?" {
            text.push_str(&replacement(count));
            count += 1;
        } else {
            text.push_str(word);
        }
    }
    text
}
