//! Which statements outside a transaction can run again when nobody has seen their end, told by their first words.

use crate::model::Engine;
use crate::sql::Words;

/// Whether running the statement twice has the same effect as running it once.
///
/// `VACUUM INTO` is not among them: it refuses a file that an interrupted run has begun.
#[must_use]
pub fn can_be_repeated(statement: &str) -> bool {
    let mut words = Words::new(statement, Engine::Sqlite);
    match words.keyword().as_str() {
        "ANALYZE" | "ATTACH" | "DETACH" | "PRAGMA" | "REINDEX" => true,
        "VACUUM" => {
            if !words.is_next("INTO") {
                words.name();
            }
            !words.is_next("INTO")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_repeated_is_told_by_its_words() {
        for statement in [
            "VACUUM",
            "vacuum /* all */ main",
            "PRAGMA optimize",
            "PRAGMA journal_mode = WAL",
            "ANALYZE t",
            "REINDEX",
        ] {
            assert!(can_be_repeated(statement), "{statement}");
        }
        for statement in
            ["VACUUM INTO 'copy.db'", "VACUUM main INTO 'copy.db'", "INSERT INTO t VALUES (1)", ""]
        {
            assert!(!can_be_repeated(statement), "{statement}");
        }
    }
}
