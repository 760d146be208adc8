//! Where a statement names the range of a batch: `id >= :from AND id <= :to`, `id BETWEEN :from AND :to`, or with lists in brackets for a key of several columns.
//!
//! Other forms are refused rather than filled in: `id > :from` would leave a row out of each range, and nobody would see it.

use super::{Batch, BatchError, Placeholder};
use crate::model::Engine;
use crate::sql::token::{TokenKind, tokens};
use crate::sql::unquote_identifier;
use std::ops::Range;

/// The comparisons of a statement with the ends of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// In the order of the text.
    comparisons: Vec<Comparison>,
    engine: Engine,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Comparison {
    /// All of it, in bytes.
    span: Range<usize>,
    /// The columns as the statement spells them.
    columns: Vec<String>,
    /// Their names.
    names: Vec<String>,
    ends: Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    From,
    To,
    Both,
}

/// A token that says something; a colon and the word behind it are one.
struct Piece<'sql> {
    text: &'sql str,
    kind: TokenKind,
    span: Range<usize>,
}

impl Piece<'_> {
    fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_any_word(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    fn is_name(&self) -> bool {
        self.kind.is_name() && !self.is_any_word(&BEFORE)
    }

    fn placeholder(&self) -> Option<Placeholder> {
        match self.text {
            text if text.eq_ignore_ascii_case(":from") => Some(Placeholder::From),
            text if text.eq_ignore_ascii_case(":to") => Some(Placeholder::To),
            _ => None,
        }
    }
}

/// The words that a comparison may stand behind.
const BEFORE: [&str; 8] = ["WHERE", "AND", "OR", "NOT", "ON", "WHEN", "HAVING", "XOR"];

/// The words that may stand behind a comparison.
const BEHIND: [&str; 20] = [
    "AND",
    "OR",
    "XOR",
    "ORDER",
    "LIMIT",
    "RETURNING",
    "GROUP",
    "HAVING",
    "THEN",
    "ON",
    "UNION",
    "FOR",
    "WINDOW",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LEFT",
    "INNER",
    "CROSS",
    "WHERE",
];

/// The words that end the assignments of an UPDATE.
const BEHIND_ASSIGNMENTS: [&str; 5] = ["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"];

impl Ranges {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// The statement changes no rows, or does not name both ends of the range in the forms that there are, or changes the key.
    pub fn of(sql: &str, batch: &Batch, engine: Engine) -> Result<Ranges, BatchError> {
        let pieces = pieces(sql, engine);
        check_statement(&pieces)?;
        check_assignments(&pieces, batch)?;
        let mut comparisons: Vec<Comparison> = Vec::new();
        let mut seen = (false, false);
        let mut index = 0;
        while let Some(piece) = pieces.get(index) {
            let Some(placeholder) = piece.placeholder() else {
                index += 1;
                continue;
            };
            let misplaced = || BatchError::Misplaced { placeholder, example: batch.example() };
            let (comparison, next) = comparison(&pieces, index, placeholder).ok_or_else(misplaced)?;
            let names = &comparison.names;
            let is_key = names.len() == batch.key.len()
                && names.iter().zip(&batch.key).all(|(name, column)| name.eq_ignore_ascii_case(column));
            if !is_key {
                return Err(misplaced());
            }
            match comparison.ends {
                Ends::From => seen.0 = true,
                Ends::To => seen.1 = true,
                Ends::Both => seen = (true, true),
            }
            comparisons.push(comparison);
            index = next;
        }
        let missing = match seen {
            (false, _) => Placeholder::From,
            (true, false) => Placeholder::To,
            (true, true) => return Ok(Ranges { comparisons, engine }),
        };
        Err(BatchError::Missing { missing, example: batch.example() })
    }

    /// The statement for the rows from one key to another, both among them; each a list of the values of its columns, as SQL.
    #[must_use]
    pub fn within(&self, sql: &str, from: &[String], to: &[String]) -> String {
        self.filled(sql, |Comparison { columns, ends, names: _, span: _ }| {
            let bound = |operator, values| compared(columns, operator, values, self.engine);
            match ends {
                Ends::From => bound(">=", from),
                Ends::To => bound("<=", to),
                Ends::Both => format!("({} AND {})", bound(">=", from), bound("<=", to)),
            }
        })
    }

    /// The statement for all rows at once.
    #[must_use]
    pub fn whole(&self, sql: &str) -> String {
        self.filled(sql, |Comparison { columns, ends: _, names: _, span: _ }| {
            let each: Vec<String> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
            format!("({})", each.join(" AND "))
        })
    }

    fn filled(&self, sql: &str, text: impl Fn(&Comparison) -> String) -> String {
        let mut filled = String::with_capacity(sql.len());
        let mut end = 0;
        for comparison in &self.comparisons {
            filled.push_str(sql.get(end..comparison.span.start).unwrap_or_default());
            filled.push_str(&text(comparison));
            end = comparison.span.end;
        }
        filled.push_str(sql.get(end..).unwrap_or_default());
        filled
    }
}

/// A comparison of columns with as many values, in brackets, so that the engine finds the place in the index of the key.
///
/// The optimizers of MySQL and MariaDB read the whole index for a comparison of rows, and a range of it for what that means.
pub(crate) fn compared(columns: &[String], operator: &str, values: &[String], engine: Engine) -> String {
    match (columns, values) {
        ([column], [value]) => format!("({column} {operator} {value})"),
        _ => match engine {
            Engine::Sqlite | Engine::Postgres => {
                format!("(({}) {operator} ({}))", columns.join(", "), values.join(", "))
            }
            Engine::Mysql | Engine::Mariadb => {
                let mut pairs = columns.iter().zip(values).rev();
                let strict = operator.trim_end_matches('=');
                let last = pairs
                    .next()
                    .map(|(column, value)| format!("{column} {operator} {value}"))
                    .unwrap_or_default();
                let nested = pairs.fold(last, |rest, (column, value)| {
                    format!("{column} {strict} {value} OR ({column} = {value} AND ({rest}))")
                });
                format!("({nested})")
            }
        },
    }
}

fn pieces(sql: &str, engine: Engine) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for token in tokens(sql, engine).filter(|token| !token.is_trivia()) {
        let (kind, text) = (token.kind, token.text(sql));
        match pieces.last_mut() {
            Some(colon)
                if colon.text == ":" && colon.span.end == token.span.start && kind == TokenKind::Word =>
            {
                colon.span.end = token.span.end;
                colon.text = sql.get(colon.span.clone()).unwrap_or_default();
                colon.kind = TokenKind::Parameter;
            }
            Some(_) | None => pieces.push(Piece { text, kind, span: token.span }),
        }
    }
    pieces
}

fn check_statement(pieces: &[Piece<'_>]) -> Result<(), BatchError> {
    let has = |words: &[&str]| pieces.iter().any(|piece| piece.is_any_word(words));
    let first = pieces.first().map(|piece| piece.text.to_ascii_uppercase()).unwrap_or_default();
    let is_meant = match first.as_str() {
        "UPDATE" | "DELETE" => true,
        "INSERT" | "REPLACE" => has(&["SELECT"]),
        "WITH" => has(&["UPDATE", "DELETE", "INSERT"]),
        _ => false,
    };
    if is_meant { Ok(()) } else { Err(BatchError::NotForStatement { keyword: first }) }
}

/// Refuses an UPDATE of the batch's own table that sets a column of its key.
fn check_assignments(pieces: &[Piece<'_>], batch: &Batch) -> Result<(), BatchError> {
    let updates = (0..pieces.len()).filter(|index| pieces.get(*index).is_some_and(|it| it.is_word("UPDATE")));
    updates.filter_map(|index| pieces.get(index..)).try_for_each(|update| check_update(update, batch))
}

/// The same for what begins with an UPDATE, be it behind WITH.
fn check_update(pieces: &[Piece<'_>], batch: &Batch) -> Result<(), BatchError> {
    let is_same = |piece: &Piece<'_>, name: &str| {
        piece.is_name() && unquote_identifier(piece.text).eq_ignore_ascii_case(name)
    };
    let Some(set) = pieces.iter().position(|piece| piece.is_word("SET")) else { return Ok(()) };
    let (target, behind) = pieces.split_at(set);
    if !target.iter().any(|piece| is_same(piece, &batch.table.name)) {
        return Ok(());
    }
    let (mut depth, mut is_target) = (0_usize, true);
    for piece in behind.iter().skip(1) {
        match piece.text {
            "(" | "[" => depth += 1,
            // The end of what stands behind WITH.
            ")" if depth == 0 => break,
            ")" | "]" => depth = depth.saturating_sub(1),
            "=" => is_target = false,
            "," if depth == 0 => is_target = true,
            _ if depth == 0 && piece.is_any_word(&BEHIND_ASSIGNMENTS) => break,
            _ => {}
        }
        if is_target && let Some(column) = batch.key.iter().find(|column| is_same(piece, column)) {
            return Err(BatchError::ChangesKey { column: column.clone() });
        }
    }
    Ok(())
}

/// The comparison around a placeholder, and the piece to go on with.
fn comparison(pieces: &[Piece<'_>], index: usize, placeholder: Placeholder) -> Option<(Comparison, usize)> {
    let text = |index: usize| pieces.get(index).map(|piece| piece.text);
    // The value, with the brackets around it.
    let value = |index: usize| match (index.checked_sub(1).and_then(text), text(index + 1)) {
        (Some("("), Some(")")) => (index - 1, index + 2),
        _ => (index, index + 1),
    };
    let (begin, mut end) = value(index);
    let operator = begin.checked_sub(1)?;
    let ends = match (text(operator)?, placeholder) {
        (">=", Placeholder::From) => Ends::From,
        ("<=", Placeholder::To) => Ends::To,
        (word, Placeholder::From) if word.eq_ignore_ascii_case("BETWEEN") => {
            if !pieces.get(end)?.is_word("AND") {
                return None;
            }
            let other = if text(end + 1) == Some("(") { end + 2 } else { end + 1 };
            if pieces.get(other)?.placeholder() != Some(Placeholder::To) {
                return None;
            }
            end = value(other).1;
            Ends::Both
        }
        _ => return None,
    };
    let (start, spelt) = columns_before(pieces, operator)?;
    let stands_alone_before = match start.checked_sub(1).and_then(|before| pieces.get(before)) {
        Some(piece) => piece.text == "(" || piece.is_any_word(&BEFORE),
        None => false,
    };
    let stands_alone_behind =
        pieces.get(end).is_none_or(|piece| piece.text == ")" || piece.is_any_word(&BEHIND));
    if !stands_alone_before || !stands_alone_behind {
        return None;
    }
    let span = pieces.get(start)?.span.start..pieces.get(end.checked_sub(1)?)?.span.end;
    let (columns, names) = spelt.into_iter().unzip();
    Some((Comparison { span, columns, names, ends }, end))
}

/// A column as a statement spells it, with a table before it or not, and its name.
type Spelt = (String, String);

/// The columns that end before a piece, and where they begin.
fn columns_before(pieces: &[Piece<'_>], end: usize) -> Option<(usize, Vec<Spelt>)> {
    let last = end.checked_sub(1)?;
    if pieces.get(last)?.text != ")" {
        let (start, column) = column_before(pieces, end)?;
        return Some((start, vec![column]));
    }
    let mut columns = Vec::new();
    let mut end = last;
    loop {
        let (start, column) = column_before(pieces, end)?;
        columns.insert(0, column);
        let before = start.checked_sub(1)?;
        match pieces.get(before)?.text {
            "," => end = before,
            "(" => return Some((before, columns)),
            _ => return None,
        }
    }
}

/// The column, with the table before it, that ends before a piece.
fn column_before(pieces: &[Piece<'_>], end: usize) -> Option<(usize, Spelt)> {
    let mut start = end.checked_sub(1)?;
    let name = pieces.get(start).filter(|piece| piece.is_name())?;
    while start >= 2
        && pieces.get(start - 1).is_some_and(|dot| dot.text == ".")
        && pieces.get(start - 2).is_some_and(Piece::is_name)
    {
        start -= 2;
    }
    let parts: Vec<&str> = pieces.get(start..end)?.iter().map(|piece| piece.text).collect();
    Some((start, (parts.concat(), unquote_identifier(name.text))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QualifiedName;

    fn batch(key: &[&str]) -> Batch {
        Batch::new(QualifiedName::new("t"), key.iter().map(|column| (*column).to_owned()).collect())
    }

    fn filled(sql: &str, key: &[&str], engine: Engine) -> (String, String) {
        let ranges = Ranges::of(sql, &batch(key), engine).unwrap();
        let values = |first: char| {
            key.iter().enumerate().map(|(place, _)| format!("{first}{place}")).collect::<Vec<_>>()
        };
        (ranges.within(sql, &values('x'), &values('y')), ranges.whole(sql))
    }

    #[test]
    fn the_ends_of_a_range_take_their_places() {
        for engine in Engine::ALL {
            for (sql, within, whole) in [
                (
                    "UPDATE t SET a = 1 WHERE id >= :from AND id <= :to",
                    "UPDATE t SET a = 1 WHERE (id >= x0) AND (id <= y0)",
                    "UPDATE t SET a = 1 WHERE (id IS NOT NULL) AND (id IS NOT NULL)",
                ),
                (
                    "DELETE FROM t WHERE NOT t.id between :FROM /* ':to' */ and (:to)",
                    "DELETE FROM t WHERE NOT ((t.id >= x0) AND (t.id <= y0))",
                    "DELETE FROM t WHERE NOT (t.id IS NOT NULL)",
                ),
                (
                    "INSERT INTO u SELECT ':from' FROM t WHERE (id>=:from) AND (id)<=:to ORDER BY 1 -- :to",
                    "INSERT INTO u SELECT ':from' FROM t WHERE ((id >= x0)) AND (id <= y0) ORDER BY 1 -- :to",
                    "INSERT INTO u SELECT ':from' FROM t WHERE ((id IS NOT NULL)) AND (id IS NOT NULL) ORDER BY 1 -- :to",
                ),
            ] {
                assert_eq!(filled(sql, &["id"], engine), (within.to_owned(), whole.to_owned()), "{engine}");
            }
        }
    }

    #[test]
    fn keys_of_several_columns_are_compared_so_that_the_index_is_used() {
        let sql = "DELETE FROM t WHERE (a, t.b) >= (:from) AND (a, b) <= (:to)";
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let (within, _) = filled(sql, &["a", "b"], engine);
            assert_eq!(within, "DELETE FROM t WHERE ((a, t.b) >= (x0, x1)) AND ((a, b) <= (y0, y1))");
        }
        for engine in [Engine::Mysql, Engine::Mariadb] {
            let (within, whole) = filled(sql, &["a", "b"], engine);
            assert_eq!(
                within,
                "DELETE FROM t WHERE (a > x0 OR (a = x0 AND (t.b >= x1))) AND (a < y0 OR (a = y0 AND (b <= y1)))"
            );
            assert_eq!(
                whole,
                "DELETE FROM t WHERE (a IS NOT NULL AND t.b IS NOT NULL) AND (a IS NOT NULL AND b IS NOT NULL)"
            );
        }
    }

    #[test]
    fn forms_that_would_leave_rows_out_are_refused() {
        for condition in [
            "id > :from AND id <= :to",
            "id >= :from AND id < :to",
            "id >= :to AND id <= :from",
            "id NOT BETWEEN :from AND :to",
            "id + 1 >= :from AND id <= :to",
            "1 + id >= :from AND id <= :to",
            "lower(id) >= :from AND id <= :to",
            "id >= :from + 1 AND id <= :to",
            "id >= lower(:from) AND id <= :to",
            "id BETWEEN :from AND 5 AND id <= :to",
            "a >= :from AND a <= :to",
            "id >= :from AND t.other <= :to",
            "(id, a) >= (:from) AND id <= :to",
            ":from <= id AND id <= :to",
        ] {
            for engine in Engine::ALL {
                let sql = format!("UPDATE t SET a = 1 WHERE {condition}");
                let error = Ranges::of(&sql, &batch(&["id"]), engine).unwrap_err();
                assert!(matches!(error, BatchError::Misplaced { .. }), "{engine}, {condition}: {error}");
            }
        }
    }

    #[test]
    fn the_columns_of_a_key_are_compared_in_its_order() {
        let of = |condition: &str| {
            let sql = format!("DELETE FROM t WHERE {condition}");
            Ranges::of(&sql, &batch(&["a", "b"]), Engine::Postgres)
        };
        assert!(of("(t.a, \"b\") >= (:from) AND (A, b) <= (:to)").is_ok());
        for condition in ["(b, a) >= (:from) AND (b, a) <= (:to)", "(a, c) >= (:from) AND (a, b) <= (:to)"] {
            assert!(matches!(of(condition).unwrap_err(), BatchError::Misplaced { .. }), "{condition}");
        }
    }

    #[test]
    fn statements_that_name_no_range_are_refused() {
        let error = |sql: &str| Ranges::of(sql, &batch(&["id"]), Engine::Postgres).unwrap_err();
        let missing =
            |missing| BatchError::Missing { missing, example: "id >= :from AND id <= :to".to_owned() };
        assert_eq!(error("UPDATE t SET a = 1"), missing(Placeholder::From));
        assert_eq!(error("UPDATE t SET a = 1 WHERE id >= :from"), missing(Placeholder::To));
        for (sql, keyword) in [
            ("SELECT 1", "SELECT"),
            ("INSERT INTO t VALUES (1)", "INSERT"),
            ("TRUNCATE t", "TRUNCATE"),
            ("WITH a AS (SELECT 1) SELECT 1", "WITH"),
            ("", ""),
        ] {
            assert_eq!(error(sql), BatchError::NotForStatement { keyword: keyword.to_owned() });
        }
    }

    #[test]
    fn statements_that_change_the_key_are_refused() {
        let range = "WHERE id >= :from AND id <= :to";
        for set in ["id = id + 1", "a = f(1, 2), \"id\" = 2", "(a, id) = (1, 2)", "a = 1, t.id = 2"] {
            let error = Ranges::of(&format!("UPDATE t SET {set} {range}"), &batch(&["id"]), Engine::Sqlite);
            assert_eq!(error.unwrap_err(), BatchError::ChangesKey { column: "id".to_owned() }, "{set}");
        }
        for sql in [
            format!("UPDATE t SET a = id, b = (SELECT max(id) FROM t) {range}"),
            format!("UPDATE u SET id = 1 FROM t {range}"),
            format!("UPDATE t SET a = ARRAY[1, id] {range}"),
        ] {
            assert!(Ranges::of(&sql, &batch(&["id"]), Engine::Postgres).is_ok(), "{sql}");
        }
        for sql in [
            format!("WITH x AS (SELECT 1) UPDATE t SET a = 1, id = id + 3 {range}"),
            format!("WITH x AS (UPDATE t SET id = id + 3 {range} RETURNING a) DELETE FROM u"),
        ] {
            let error = Ranges::of(&sql, &batch(&["id"]), Engine::Postgres).unwrap_err();
            assert_eq!(error, BatchError::ChangesKey { column: "id".to_owned() }, "{sql}");
        }
    }
}
