//! Names as statements spell them, as the server reads them: folded, decoded and cut by the server itself.
//!
//! It folds the letters of ASCII alone where the database's encoding has more than one byte a character, and cuts a name at 63 bytes of that encoding.

use super::quote_text;
use crate::model::Engine;
use crate::sql::Words;

/// An expression for the last part of a name as the catalogue has it. The name is one that [`Words::name`] has returned.
#[must_use]
pub fn last_part(spelt: &str) -> String {
    parts(spelt).pop().unwrap_or_else(|| "NULL".to_owned())
}

fn parts(spelt: &str) -> Vec<String> {
    Words::parts(spelt, Engine::Postgres).iter().map(|part| format!("{}::name::text", text(part))).collect()
}

/// An expression for the relation of a name; NULL where there is none.
#[must_use]
pub fn relation(spelt: &str) -> String {
    let parts: Vec<String> =
        parts(spelt).iter().map(|part| format!("pg_catalog.quote_ident({part})")).collect();
    format!("pg_catalog.to_regclass({})", parts.join(" || '.' || "))
}

/// The part before it is cut.
fn text(part: &str) -> String {
    // Strings with code points in them have the rules of such names; the character that escapes is never a quote.
    let with_code_points = part.strip_prefix(['u', 'U']).and_then(|rest| rest.strip_prefix("&\""));
    match with_code_points.and_then(|rest| rest.rsplit_once('"')) {
        Some((body, escape)) => {
            format!("U&'{}'{escape}", body.replace("\"\"", "\"").replace('\'', "''"))
        }
        None => format!("(pg_catalog.parse_ident({}))[1]", quote_text(part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_code_points_become_strings_with_them() {
        for (spelt, expected) in [
            ("Some", &["(pg_catalog.parse_ident('Some'))[1]::name::text"][..]),
            (
                "a.\"it's\"",
                &[
                    "(pg_catalog.parse_ident('a'))[1]::name::text",
                    "(pg_catalog.parse_ident('\"it''s\"'))[1]::name::text",
                ],
            ),
            ("U&\"d\\0061't\"\"a\"", &["U&'d\\0061''t\"a'::name::text"]),
            ("u&\"d!0061t\" UESCAPE '!'", &["U&'d!0061t' UESCAPE '!'::name::text"]),
        ] {
            assert_eq!(parts(spelt), expected, "{spelt}");
        }
        assert_eq!(
            relation("t"),
            "pg_catalog.to_regclass(pg_catalog.quote_ident((pg_catalog.parse_ident('t'))[1]::name::text))"
        );
    }
}
