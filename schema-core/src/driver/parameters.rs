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
        if may_stand_for_one && stands_for_parameters(word) {
            for (place, operator) in word.split('?').enumerate() {
                if place > 0 {
                    text.push_str(&replacement(count));
                    count += 1;
                }
                // A sign behind a parameter is one of its own.
                text.push_str(operator);
            }
        } else {
            text.push_str(word);
        }
    }
    text
}

/// Operators that may stand beside a `?` without a blank between them; `?|`, `?&`, `@?` and the like are operators of PostgreSQL's own.
const BESIDE: [&str; 15] = ["", "=", "<>", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||", "::"];

/// Whether each `?` of an operator is a parameter beside others.
fn stands_for_parameters(operator: &str) -> bool {
    operator.contains('?') && operator.split('?').all(|part| BESIDE.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(statement: &str) -> String {
        replaced(statement, Engine::Postgres, |place| format!("${}", place + 1))
    }

    #[test]
    fn parameters_may_stand_beside_operators() {
        for (statement, expected) in [
            ("a=? AND b<>?", "a=$1 AND b<>$2"),
            ("?||'x'||?", "$1||'x'||$2"),
            ("-?, (?), ?::int+?::int", "-$1, ($2), $3::int+$4::int"),
            ("a ?| b, a ?& b, a @? b", "a ?| b, a ?& b, a @? b"),
            ("'?' \"?\" /* ? */ -- ?", "'?' \"?\" /* ? */ -- ?"),
        ] {
            assert_eq!(numbered(statement), expected);
        }
    }
}
