//! Settings of tables, columns and indexes: what changes one into another, and what puts back the usual.

use crate::dialect::postgres::{block, quote_text};
use crate::model::{Engine, Object, ObjectKind};
use crate::sql::{Token, tokenize};

/// The statements that make one setting the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// They put back the usual, before anything else is set: a table is kept in the order of one index.
    pub(super) reset: Vec<String>,
    /// They set what is new.
    pub(super) set: Vec<String>,
}

/// What makes one setting the other; none in `after` means the usual. None where this release does not know how.
pub(super) fn change(before: &Object, after: Option<&Object>) -> Option<Change> {
    let (old, new) = (parts(before)?, after.map_or_else(|| Some(Vec::new()), parts)?);
    let is_said_again = |part: &Part| new.iter().any(|other| other.subject == part.subject);
    // Options come in a list, of which others would stay.
    let goes = |part: &&Part| !new.contains(part) && (part.undo_first || !is_said_again(part));
    Some(Change {
        reset: old.iter().filter(goes).map(|part| part.undo.clone()).collect(),
        set: new.iter().filter(|part| !old.contains(part)).map(|part| part.sql.clone()).collect(),
    })
}

/// One thing that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// What of the table, column or index.
    subject: String,
    /// What sets it.
    sql: String,
    /// What puts back the usual.
    undo: String,
    undo_first: bool,
}

/// What a setting says, one by one.
fn parts(setting: &Object) -> Option<Vec<Part>> {
    if setting.id.kind != ObjectKind::Setting {
        return None;
    }
    let mut all = Vec::new();
    for sql in setting.definition.iter().chain(&setting.restore) {
        all.extend(parts_of(sql)?);
    }
    Some(all)
}

fn parts_of(sql: &str) -> Option<Vec<Part>> {
    let tokens: Vec<Token> =
        tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let word = |place: usize| tokens.get(place).map_or("", |token| token.text(sql));
    let up_to = |place: usize| sql.get(..tokens.get(place)?.span.start);
    let one = |subject: &str, undo: String, undo_first: bool| {
        Some(vec![Part { subject: subject.to_owned(), sql: sql.to_owned(), undo, undo_first }])
    };
    match (word(0), word(1)) {
        ("COMMENT", "ON") => {
            let is = tokens.iter().rposition(|token| token.text(sql) == "IS")?;
            let head = up_to(is)?;
            one(head, format!("{head}IS NULL"), false)
        }
        ("ALTER", "INDEX") => {
            let head = up_to(tokens.len() - 1)?;
            one(head, format!("{head}-1"), false)
        }
        ("ALTER", "TABLE") => {
            let mut place = if word(2) == "ONLY" { 4 } else { 3 };
            while word(place) == "." {
                place += 2;
            }
            let head = up_to(place)?;
            match word(place) {
                "CLUSTER" => one("CLUSTER", format!("{head}SET WITHOUT CLUSTER"), false),
                "OF" => one("OF", format!("{head}NOT OF"), true),
                "SET" => {
                    let names = option_names(sql, tokens.get(place + 1..)?);
                    one("SET", format!("{head}RESET ({names})"), true)
                }
                "ALTER" => {
                    let mut all = Vec::new();
                    for action in actions(sql, tokens.get(place..)?) {
                        all.push(of_column(sql, head, action)?);
                    }
                    Some(all)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The actions of an ALTER TABLE, which commas part.
fn actions<'a>(sql: &str, tokens: &'a [Token]) -> Vec<&'a [Token]> {
    let (mut depth, mut begin, mut all) = (0usize, 0, Vec::new());
    for (place, token) in tokens.iter().enumerate() {
        match token.text(sql) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                all.extend(tokens.get(begin..place));
                begin = place + 1;
            }
            _ => {}
        }
    }
    all.extend(tokens.get(begin..));
    all
}

/// `ALTER COLUMN a SET STORAGE MAIN`
fn of_column(sql: &str, head: &str, action: &[Token]) -> Option<Part> {
    let word = |place: usize| action.get(place).map_or("", |token| token.text(sql));
    let text = sql.get(action.first()?.span.start..action.last()?.span.end)?;
    let column = word(2);
    let alter = format!("{head}ALTER COLUMN {column}");
    let (undo, undo_first) = match word(4) {
        "STATISTICS" => (format!("{alter} SET STATISTICS -1"), false),
        "COMPRESSION" => (format!("{alter} SET COMPRESSION default"), false),
        "STORAGE" => (usual_storage(head, column), false),
        "(" => (format!("{alter} RESET ({})", option_names(sql, action.get(4..)?)), true),
        _ => return None,
    };
    Some(Part { subject: format!("{column} {}", word(4)), sql: format!("{head}{text}"), undo, undo_first })
}

/// The names in `(a = 1, b = 2)`.
fn option_names(sql: &str, tokens: &[Token]) -> String {
    let (mut names, mut name, mut is_name) = (Vec::new(), String::new(), true);
    for token in tokens {
        match token.text(sql) {
            "(" | ")" => {}
            "," => is_name = true,
            "=" => {
                names.push(std::mem::take(&mut name));
                is_name = false;
            }
            word if is_name => name.push_str(word),
            _ => {}
        }
    }
    names.join(", ")
}

/// How a type's values are stored is in the catalogue; `SET STORAGE DEFAULT` is PostgreSQL 16's.
fn usual_storage(head: &str, column: &str) -> String {
    let table = head.trim_end().trim_start_matches("ALTER TABLE ").trim_start_matches("ONLY ");
    let words = "CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END";
    block(&format!(
        "EXECUTE (\n    SELECT {} || {words}\n    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid\n    \
         WHERE a.attrelid = {}::regclass AND quote_ident(a.attname) = {}\n);",
        quote_text(&format!("{head}ALTER COLUMN {column} SET STORAGE ")),
        quote_text(table),
        quote_text(column),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ObjectId, ObjectScope};

    fn setting(definition: &str, restore: &[&str]) -> Object {
        let id = ObjectId {
            kind: ObjectKind::Setting,
            name: "x".into(),
            scope: ObjectScope::Index { table: "t".into() },
        };
        let restore = restore.iter().map(|&sql| sql.to_owned()).collect();
        Object { restore, ..Object::new(id, Some(definition.to_owned())) }
    }

    #[test]
    fn what_is_set_is_changed_and_put_back_one_by_one() {
        let before = setting(
            "ALTER TABLE ONLY app.t ALTER COLUMN a SET (n_distinct = '-0.5', b = '1'), ALTER COLUMN a SET STATISTICS 9",
            &[],
        );
        let after = setting(
            "ALTER TABLE ONLY app.t ALTER COLUMN a SET COMPRESSION lz4, ALTER COLUMN a SET STATISTICS 10",
            &[],
        );
        let to = |before: &Object, after: Option<&Object>| change(before, after).unwrap();
        assert_eq!(
            to(&before, Some(&after)).reset,
            ["ALTER TABLE ONLY app.t ALTER COLUMN a RESET (n_distinct, b)"]
        );
        assert_eq!(
            to(&before, Some(&after)).set,
            [
                "ALTER TABLE ONLY app.t ALTER COLUMN a SET COMPRESSION lz4",
                "ALTER TABLE ONLY app.t ALTER COLUMN a SET STATISTICS 10",
            ]
        );
        assert_eq!(
            to(&after, None).reset,
            [
                "ALTER TABLE ONLY app.t ALTER COLUMN a SET COMPRESSION default",
                "ALTER TABLE ONLY app.t ALTER COLUMN a SET STATISTICS -1",
            ]
        );
        let stored = setting("ALTER TABLE ONLY t ALTER COLUMN \"A b\" SET STORAGE MAIN", &[]);
        let stored = to(&stored, None).reset.remove(0);
        assert!(stored.contains("'ALTER TABLE ONLY t ALTER COLUMN \"A b\" SET STORAGE '"), "{stored}");
        let index = setting(
            "ALTER TABLE t CLUSTER ON i",
            &["COMMENT ON INDEX i IS 'x IS y'", "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 9"],
        );
        assert_eq!(
            to(&index, None).reset,
            [
                "ALTER TABLE t SET WITHOUT CLUSTER",
                "COMMENT ON INDEX i IS NULL",
                "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS -1",
            ]
        );
        let kept = setting("ALTER TABLE t SET (toast.vacuum_truncate = 'false')", &[]);
        assert_eq!(to(&kept, None).reset, ["ALTER TABLE t RESET (toast.vacuum_truncate)"]);
        assert_eq!(to(&setting("ALTER TABLE t OF c", &[]), None).reset, ["ALTER TABLE t NOT OF"]);
    }
}
