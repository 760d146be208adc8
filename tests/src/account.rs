//! What a SQLite database holds, told by SQLite itself as far as it tells, so that spelling does not count.
//!
//! Independent of the parser under test: what only the stored text says is picked out of its tokens.

use rusqlite::Connection;
use rusqlite::types::Value;
use schema_core::dialect::sqlite::expression::canonical;
use schema_core::model::Engine;
use schema_core::sql::{TokenKind, tokenize, unquote_identifier};
use std::collections::BTreeMap;

/// What each object is.
pub type Account = BTreeMap<String, Vec<String>>;

/// The lines that are in one account only, a line each.
pub fn differences(left: &Account, right: &Account) -> String {
    let mut text = String::new();
    for (sign, one, other) in [('-', left, right), ('+', right, left)] {
        for (object, lines) in one {
            match other.get(object) {
                None => text.push_str(&format!("{sign} {object}: {lines:?}\n")),
                Some(others) => {
                    for line in lines.iter().filter(|line| {
                        let count = |lines: &[String]| lines.iter().filter(|other| other == line).count();
                        count(lines) != count(others)
                    }) {
                        text.push_str(&format!("{sign} {object}: {line}\n"));
                    }
                }
            }
        }
    }
    text
}

/// The account of each object.
pub fn account(connection: &Connection) -> Account {
    let mut statement = connection
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'schema\\_history%' ESCAPE '\\'")
        .unwrap();
    let rows = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })
        .unwrap();
    rows.map(|row| {
        let (kind, name, sql) = row.unwrap();
        let lines = match kind.as_str() {
            "table" => table(connection, &name, &sql),
            "index" => vec![canonical(&sql).replace(" asc", "")],
            _ => vec![canonical(&sql)],
        };
        (format!("{kind} {}", name.to_ascii_lowercase()), lines)
    })
    .collect()
}

fn table(connection: &Connection, name: &str, sql: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for row in query(
        connection,
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)",
        name,
    ) {
        let [Value::Text(column), Value::Text(ty), not_null, default, key, hidden] = row.as_slice() else {
            panic!("{row:?}")
        };
        let (_, collation, _, _, counts_up) =
            connection.column_metadata(None, name, column.as_str()).unwrap();
        let default = if let Value::Text(default) = default { canonical(default) } else { String::new() };
        lines.push(
            format!(
                "column {column} {ty} {not_null:?} {default} {key:?} {hidden:?} {collation:?} {counts_up}"
            )
            .to_ascii_lowercase(),
        );
    }
    for (what, sql) in [
        (
            "key",
            "SELECT \"unique\", origin, partial, (SELECT group_concat(coalesce(x.name, '') || x.\"desc\" || x.coll) FROM pragma_index_xinfo(l.name) x WHERE x.key) FROM pragma_index_list(?1) l",
        ),
        (
            "foreign key",
            "SELECT group_concat(\"table\" || ' ' || \"from\" || ' ' || coalesce(\"to\", '') || on_update || on_delete || match) FROM (SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id, seq) GROUP BY id",
        ),
        ("options", "SELECT wr, strict FROM pragma_table_list WHERE name = ?1 AND schema = 'main'"),
    ] {
        lines.extend(
            query(connection, sql, name).iter().map(|row| format!("{what} {row:?}").to_ascii_lowercase()),
        );
    }
    lines.extend(written(sql));
    lines.sort();
    lines
}

fn query(connection: &Connection, sql: &str, name: &str) -> Vec<Vec<Value>> {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    statement
        .query_map([name], |row| (0..count).map(|index| row.get(index)).collect())
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}

/// What no pragma tells: CHECKs, computed columns, names of constraints, conflict clauses and what is deferred.
fn written(sql: &str) -> Vec<String> {
    let tokens: Vec<_> =
        tokenize(sql, Engine::Sqlite).into_iter().filter(|token| !token.is_trivia()).collect();
    let text = |place: usize| tokens.get(place).map_or("", |token| token.text(sql));
    let is_word = |place: usize, word: &str| {
        tokens.get(place).is_some_and(|token| token.kind == TokenKind::Word)
            && text(place).eq_ignore_ascii_case(word)
    };
    let group = |place: usize| {
        let mut depth = 0;
        let end = (place..tokens.len())
            .find(|place| {
                match text(*place) {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
                depth == 0
            })
            .unwrap();
        canonical(&sql[tokens[place].span.start..tokens[end].span.end])
    };
    let mut lines = Vec::new();
    for place in 0..tokens.len() {
        if is_word(place, "CHECK") && text(place + 1) == "(" {
            lines.push(format!("check {}", group(place + 1)));
        } else if is_word(place, "AS") && text(place + 1) == "(" {
            lines.push(format!("as {}", group(place + 1)));
        } else if is_word(place, "CONSTRAINT") {
            lines.push(format!("name {}", unquote_identifier(text(place + 1)).to_ascii_lowercase()));
        } else if is_word(place, "CONFLICT") && !is_word(place + 1, "ABORT") {
            lines.push(format!("conflict {}", text(place + 1).to_ascii_lowercase()));
        } else if is_word(place, "DEFERRED") {
            lines.push("deferred".to_owned());
        }
    }
    lines
}
