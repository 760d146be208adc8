//! The server's own words for expressions and queries, so that it reads back what it meant.
//!
//! `name IN ('a', 'b')` on a `varchar` is an array of `varchar` that is turned into one of `text` as a whole, which the server writes as
//! `ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])`. Read back, that is another expression: a cast of an ARRAY is one of each
//! item. Without the cast it is what it was.

use crate::model::Engine;
use crate::sql::{Token, partner, tokenize};

/// The text without casts that the server adds to its arrays when it writes, and makes by itself when it reads.
#[must_use]
pub fn as_meant(sql: String) -> String {
    if !sql.contains("((ARRAY[") {
        return sql;
    }
    let tokens: Vec<Token> =
        tokenize(&sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let mut meant = String::with_capacity(sql.len());
    let mut copied = 0;
    for place in 0..tokens.len() {
        let Some(CastArray { array, whole }) = cast_array(&tokens, place, &sql) else { continue };
        if whole.0 < copied {
            continue;
        }
        meant.push_str(sql.get(copied..whole.0).unwrap_or_default());
        meant.push_str(sql.get(array.0..array.1).unwrap_or_default());
        copied = whole.1;
    }
    meant.push_str(sql.get(copied..).unwrap_or_default());
    meant
}

/// Where an array stands, and where it stands with its brackets and its cast.
struct CastArray {
    array: (usize, usize),
    whole: (usize, usize),
}

/// The array in `ANY ((ARRAY[…])::type[])`, where that begins at a token.
fn cast_array(tokens: &[Token], start: usize, sql: &str) -> Option<CastArray> {
    let text = |place: usize| tokens.get(place).map(|token| token.text(sql));
    let is = |place: usize, wanted: &str| text(place) == Some(wanted);
    let begins = (is(start, "ANY") || is(start, "ALL"))
        && is(start + 1, "(")
        && is(start + 2, "(")
        && is(start + 3, "ARRAY")
        && is(start + 4, "[");
    if !begins {
        return None;
    }
    let end = partner(tokens, start + 4, sql)?;
    if !(is(end + 1, ")") && is(end + 2, "::")) {
        return None;
    }
    let outer = partner(tokens, start + 1, sql)?;
    if !(is(outer.checked_sub(1)?, "]") && is(outer.checked_sub(2)?, "[")) {
        return None;
    }
    let from = |place: usize| tokens.get(place).map(|token| token.span.start);
    let to = |place: usize| tokens.get(place).map(|token| token.span.end);
    Some(CastArray { array: (from(start + 3)?, to(end)?), whole: (from(start + 2)?, to(outer - 1)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_of_a_whole_array_that_the_server_adds_is_left_out() {
        for (written, meant) in [
            (
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b]'::character varying])::text[]))",
                "((status)::text = ANY (ARRAY['a'::character varying, 'b]'::character varying]))",
            ),
            (
                "(x <> ALL ((ARRAY[(1)::numeric, f(2)])::numeric(10,2)[]) AND y = ANY ((ARRAY['c'::bpchar])::text[]))",
                "(x <> ALL (ARRAY[(1)::numeric, f(2)]) AND y = ANY (ARRAY['c'::bpchar]))",
            ),
        ] {
            assert_eq!(as_meant(written.to_owned()), meant);
            assert_eq!(as_meant(meant.to_owned()), meant);
        }
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "(status = ANY (ARRAY['a'::text, 'b'::text]))",
            "(status = ANY ('{a,b}'::text[]))",
            "(array_length((ARRAY['a'::character varying])::text[], 1) > 0)",
            "(x = ANY (((ARRAY['a'::character varying])::text[] || y)))",
            "(note <> 'ANY ((ARRAY[1])::text[])'::text)",
            "(x = ANY ((ARRAY['a'::character varying])::text[] || y))",
        ] {
            assert_eq!(as_meant(text.to_owned()), text);
        }
    }
}
