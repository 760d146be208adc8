//! What the server writes of expressions and queries, spelt so that it reads the same back.
//!
//! `name IN ('a', 'b')` on a `varchar` is an array of `varchar` that is turned into one of `text` as a whole, which the server writes as
//! `ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])`. Read back, that is another expression: a cast of an ARRAY is one of each
//! item. Without the cast it is what it was.
//!
//! `x BETWEEN a AND b AND c` is an AND in an AND, written `(((x >= a) AND (x <= b)) AND c)`. Read back it is one AND of three, for the server takes
//! brackets off what stands left of an AND or OR: <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/parser/gram.y> (`makeAndExpr`).

use crate::model::Engine;
use crate::sql::{Token, partner, tokenize};
use std::collections::HashMap;

/// The text without casts that the server adds to its arrays when it writes, and makes by itself when it reads, and without brackets that it
/// takes off when it reads.
#[must_use]
pub fn as_meant(sql: String) -> String {
    without_left_brackets(without_casts_of_arrays(sql))
}

fn without_casts_of_arrays(sql: String) -> String {
    if !sql.contains("((ARRAY[") {
        return sql;
    }
    let tokens = tokens(&sql);
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

/// `((a AND b) AND c)` as `(a AND b AND c)`, and the same of OR.
fn without_left_brackets(sql: String) -> String {
    if !(sql.contains(") AND ") || sql.contains(") OR ")) || !sql.contains("((") {
        return sql;
    }
    let tokens = tokens(&sql);
    let pairs = Pairs::of(&tokens, &sql);
    let mut left_out: Vec<usize> = (1..tokens.len())
        .filter(|place| tokens.get(place - 1).is_some_and(|before| before.text(&sql) == "("))
        .filter_map(|place| Some((place, pairs.taken_off(place)?)))
        .flat_map(|(start, end)| [start, end])
        .collect();
    left_out.sort_unstable();
    let mut meant = String::with_capacity(sql.len());
    let mut copied = 0;
    for token in left_out.into_iter().filter_map(|place| tokens.get(place)) {
        meant.push_str(sql.get(copied..token.span.start).unwrap_or_default());
        copied = token.span.end;
    }
    meant.push_str(sql.get(copied..).unwrap_or_default());
    meant
}

fn tokens(sql: &str) -> Vec<Token> {
    tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect()
}

/// What joins conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

impl Joint {
    fn of(text: &str) -> Option<Joint> {
        match text {
            "AND" => Some(Joint::And),
            "OR" => Some(Joint::Or),
            _ => None,
        }
    }
}

/// A pair of brackets.
struct Pair {
    end: usize,
    /// What joins the conditions directly in it, where that is one of the two alone.
    joint: Option<Joint>,
    /// Whether it holds anything else than conditions: a query, a list, another joint.
    mixed: bool,
}

/// The pairs of brackets of a text by the places where they begin.
struct Pairs {
    pairs: HashMap<usize, Pair>,
    /// What stands behind the end of each pair.
    behind: HashMap<usize, Option<Joint>>,
}

impl Pairs {
    /// All of them, in one walk: texts of views are long, and their brackets deep.
    fn of(tokens: &[Token], sql: &str) -> Pairs {
        let (mut pairs, mut behind) = (HashMap::new(), HashMap::new());
        let mut open: Vec<(usize, Option<Joint>, bool)> = Vec::new();
        for (place, token) in tokens.iter().enumerate() {
            let text = token.text(sql);
            match text {
                "(" | "[" => open.push((place, None, text == "[")),
                ")" | "]" => {
                    let Some((start, joint, mixed)) = open.pop() else { continue };
                    pairs.insert(start, Pair { end: place, joint, mixed });
                    behind.insert(place, tokens.get(place + 1).and_then(|next| Joint::of(next.text(sql))));
                }
                "," | ";" | "SELECT" | "WITH" | "VALUES" | "TABLE" | "BETWEEN" | "CASE" => {
                    if let Some((_, _, mixed)) = open.last_mut() {
                        *mixed = true;
                    }
                }
                _ => {
                    if let (Some((_, joint, mixed)), Some(found)) = (open.last_mut(), Joint::of(text)) {
                        *mixed |= joint.is_some_and(|joint| joint != found);
                        *joint = Some(found);
                    }
                }
            }
        }
        Pairs { pairs, behind }
    }

    /// Where the brackets end that begin at a place, if the server takes them off: what they join is joined to more in the same way.
    fn taken_off(&self, start: usize) -> Option<usize> {
        let pair = self.pairs.get(&start).filter(|pair| !pair.mixed)?;
        let joint = pair.joint?;
        (self.behind.get(&pair.end) == Some(&Some(joint))).then_some(pair.end)
    }
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
    fn brackets_left_of_what_joins_conditions_are_left_out() {
        for (written, meant) in [
            ("(((x >= 1) AND (x <= f())) AND y)", "((x >= 1) AND (x <= f()) AND y)"),
            ("((((a AND b) AND c) AND (d OR e)) AND f)", "(a AND b AND c AND (d OR e) AND f)"),
            (
                "((((x = 1) OR (x = y)) OR z) AND ((NOT p) AND q))",
                "(((x = 1) OR (x = y) OR z) AND ((NOT p) AND q))",
            ),
            (
                " SELECT 1\n   FROM t\n  WHERE (((a >= 1) AND (a <= 2)) AND (EXISTS ( SELECT 1 WHERE ((b AND c) AND d))))",
                " SELECT 1\n   FROM t\n  WHERE ((a >= 1) AND (a <= 2) AND (EXISTS ( SELECT 1 WHERE (b AND c AND d))))",
            ),
            (
                "CREATE POLICY p ON t USING ((((a AND b) OR c) OR d))",
                "CREATE POLICY p ON t USING (((a AND b) OR c OR d))",
            ),
        ] {
            assert_eq!(as_meant(written.to_owned()), meant);
            assert_eq!(as_meant(meant.to_owned()), meant);
        }
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "(a AND (b AND c))",
            "((a OR b) AND c)",
            "((a AND b) OR (c AND d))",
            "f((a AND b), (c AND d))",
            "(( SELECT a AND b) AND c)",
            "(note <> '((a AND b) AND c)'::text)",
            "CREATE FUNCTION f() AS $$ ((a AND b) AND c) $$",
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
