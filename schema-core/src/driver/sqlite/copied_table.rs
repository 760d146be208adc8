//! Statements that copy the rows of one table into another, which is what takes the time and the room of a rebuild.

use crate::model::Engine;
use crate::sql::Words;

/// The table whose rows a statement of the form `INSERT INTO a (…) SELECT … FROM b` copies.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CopiedTable {
    /// Its name, as it is spelt.
    pub(super) name: String,
    /// How many columns are written; none are counted where the statement does not name them.
    pub(super) columns: usize,
}

impl CopiedTable {
    pub(super) fn of(statement: &str) -> Option<Self> {
        // Most statements are another, and some are long.
        if !statement.get(..6)?.eq_ignore_ascii_case("INSERT") {
            return None;
        }
        let mut words = Words::new(statement, Engine::Sqlite);
        if !(words.skip("INSERT") && words.skip("INTO")) {
            return None;
        }
        words.name()?;
        let mut columns = 0;
        if words.skip_mark("(") {
            loop {
                words.word()?;
                columns += 1;
                if words.skip_mark(")") {
                    break;
                }
                if !words.skip_mark(",") {
                    return None;
                }
            }
        }
        if !words.skip("SELECT") {
            return None;
        }
        while !words.is_at_end() {
            if words.skip("FROM") {
                return words.name().map(|name| CopiedTable { name, columns });
            }
            words.word();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_found_with_the_table_that_they_read() {
        for (statement, expected) in [
            (
                "INSERT INTO \"__schema_new_t\" (a, b)\nSELECT a, 'x FROM y'\nFROM \"a t\"",
                Some(("\"a t\"", 2)),
            ),
            ("INSERT INTO n SELECT * FROM t WHERE a", Some(("t", 0))),
            ("INSERT INTO n (a) VALUES (1)", None),
            ("INSERT INTO n SELECT 1", None),
            ("CREATE TABLE n (a)", None),
        ] {
            let expected = expected.map(|(name, columns)| CopiedTable { name: name.to_owned(), columns });
            assert_eq!(CopiedTable::of(statement), expected, "{statement}");
        }
    }
}
