//! What a statement would do beyond the scratch database that it is tried on: SQLite reaches every file that the process may write.

use crate::model::Engine;
use crate::sql::{Token, TokenKind, tokenize};

/// Why a statement must not be tried; none where it reaches no file.
pub(super) fn beyond(statement: &str) -> Option<String> {
    let tokens: Vec<Token> =
        tokenize(statement, Engine::Sqlite).into_iter().filter(|token| !token.is_trivia()).collect();
    let text = |at: usize| tokens.get(at).map(|token| token.text(statement)).unwrap_or_default();
    let is = |at: usize, word: &str| text(at).eq_ignore_ascii_case(word);
    if is(0, "ATTACH") {
        let file = if is(1, "DATABASE") { 2 } else { 1 };
        let is_file = !matches!(text(file), "''" | "':memory:'") || !is(file + 1, "AS");
        return is_file.then(|| "it attaches another database".to_owned());
    }
    let writes = is(0, "VACUUM")
        && tokens
            .iter()
            .any(|token| token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case("INTO"));
    writes.then(|| "it writes a copy into a file".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_reach_files_are_known() {
        for statement in [
            "ATTACH 'a.db' AS a",
            "attach database 'a.db' as a",
            "ATTACH ':memory:' || '' AS a",
            "/* a */ ATTACH a AS b",
            "VACUUM INTO 'a.db'",
            "VACUUM main INTO 'a.db'",
        ] {
            assert!(beyond(statement).is_some(), "{statement}");
        }
        for statement in
            ["ATTACH ':memory:' AS a", "ATTACH DATABASE '' AS a", "VACUUM", "DETACH a", "SELECT 'ATTACH'"]
        {
            assert_eq!(beyond(statement), None, "{statement}");
        }
    }
}
