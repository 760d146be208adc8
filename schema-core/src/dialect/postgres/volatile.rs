//! Defaults whose value is another in every row.

use crate::model::Engine;
use crate::sql::tokenize;

/// Functions that give one value for a whole statement; others may give another each time.
const STABLE: [&str; 22] = [
    "age",
    "array",
    "coalesce",
    "concat",
    "current_database",
    "current_schema",
    "current_setting",
    "date_part",
    "date_trunc",
    "decode",
    "greatest",
    "least",
    "lower",
    "make_interval",
    "now",
    "nullif",
    "round",
    "statement_timestamp",
    "timezone",
    "to_timestamp",
    "transaction_timestamp",
    "upper",
];

/// Whether a default may have another value in every row, so that adding a column with it writes all rows anew.
pub(crate) fn is_volatile(default: &str) -> bool {
    let tokens: Vec<_> =
        tokenize(default, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    tokens.iter().enumerate().any(|(place, token)| {
        let called = tokens.get(place + 1).is_some_and(|next| next.text(default) == "(");
        let cast = place
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|it| it.text(default) == "::");
        let name = token.text(default).to_ascii_lowercase();
        let is_name = token.kind.is_name();
        // After `::` stands a type, and behind words of several parts their precision.
        is_name && called && !cast && !is_type(&name) && STABLE.binary_search(&name.as_str()).is_err()
    })
}

fn is_type(word: &str) -> bool {
    ["varying", "character", "numeric", "timestamp", "time", "bit", "interval", "in", "any", "and", "or"]
        .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_differ_from_row_to_row_is_volatile() {
        for (default, volatile) in [
            ("now()", false),
            ("'x'::character varying(50)", false),
            ("(now() - '1 day'::interval)", false),
            ("gen_random_uuid()", true),
            ("nextval('s'::regclass)", true),
            ("random()", true),
            ("CURRENT_TIMESTAMP", false),
            ("'gen()'::text", false),
        ] {
            assert_eq!(is_volatile(default), volatile, "{default}");
        }
    }

    #[test]
    fn functions_are_sorted() {
        assert!(STABLE.is_sorted());
    }
}
