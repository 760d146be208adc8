//! What has become of DDL whose end nobody saw.
//!
//! A statement that changes a definition has happened if the definition is another than before. One that leaves it as it is may as well be repeated. A single
//! statement happens as a whole or not at all (MySQL 8, MariaDB 10.6), unless it names several objects.

use super::connection::Connection;
use crate::dialect::mysql::quote;
use crate::driver::words::Words;
use crate::driver::{DriverError, StepState};
use crate::model::Engine;
use crate::sql::unquote_identifier;
use std::collections::BTreeMap;

/// `ER_BAD_DB_ERROR`, `ER_BAD_TABLE_ERROR`, `ER_NO_SUCH_TABLE`, `ER_SP_DOES_NOT_EXIST`, `ER_TRG_DOES_NOT_EXIST`, `ER_EVENT_DOES_NOT_EXIST`,
/// `ER_UNKNOWN_VIEW`, `ER_UNKNOWN_SEQUENCES`, `ER_WRONG_OBJECT`: there is no such thing.
const MISSING: [u16; 9] = [1049, 1051, 1146, 1305, 1360, 1539, 4092, 4091, 1347];

/// The kinds of objects as SHOW CREATE knows them. It shows views and sequences as tables too.
const KINDS: [(&str, &str); 9] = [
    ("TABLE", "TABLE"),
    ("VIEW", "TABLE"),
    ("SEQUENCE", "TABLE"),
    ("INDEX", "TABLE"),
    ("TRIGGER", "TRIGGER"),
    ("PROCEDURE", "PROCEDURE"),
    ("FUNCTION", "FUNCTION"),
    ("EVENT", "EVENT"),
    ("DATABASE", "DATABASE"),
];

/// What a statement does, as far as it leaves traces. Names are spelt as in the statement.
#[derive(Debug, PartialEq, Eq)]
enum Deed {
    /// It changes the definitions of these objects: the kind as SHOW CREATE knows it, the names.
    Define {
        kind: &'static str,
        names: Vec<String>,
    },
    /// It drops these one after the other.
    Drop {
        keyword: &'static str,
        kind: &'static str,
        names: Vec<String>,
    },
    /// It renames several tables.
    RenameSeveral {
        names: Vec<String>,
    },
    /// It may run as often as one likes.
    Repeatable,
    Other,
}

pub(super) fn evidence(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
) -> Result<Option<String>, DriverError> {
    match deed(statement, engine) {
        Deed::Define { kind, names } | Deed::Drop { kind, names, .. } => {
            definitions(connection, kind, &names).map(Some)
        }
        Deed::RenameSeveral { names } => definitions(connection, "TABLE", &names).map(Some),
        Deed::Repeatable | Deed::Other => Ok(None),
    }
}

pub(super) fn probe(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
    evidence: Option<&str>,
) -> Result<StepState, DriverError> {
    let deed = deed(statement, engine);
    if deed == Deed::Repeatable {
        return Ok(StepState::Absent);
    }
    let Some(before) = evidence else { return Ok(StepState::Unknown) };
    match deed {
        Deed::Define { kind, names } => {
            let now = definitions(connection, kind, &names)?;
            Ok(if now == before { StepState::Absent } else { StepState::Done })
        }
        Deed::Drop { keyword, kind, names } => {
            let now = definitions(connection, kind, &names)?;
            Ok(dropped(keyword, &names, before, &now))
        }
        Deed::RenameSeveral { names } => {
            let now = definitions(connection, "TABLE", &names)?;
            Ok(if now == before { StepState::Absent } else { StepState::Unknown })
        }
        Deed::Repeatable | Deed::Other => Ok(StepState::Unknown),
    }
}

/// What has become of a list of objects that were to be dropped.
fn dropped(keyword: &str, names: &[String], before: &str, now: &str) -> StepState {
    if before == now {
        return StepState::Absent;
    }
    let now: BTreeMap<&str, &str> = now.lines().filter_map(|line| line.split_once(' ')).collect();
    let left: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(index, _)| now.get(index.to_string().as_str()).is_some_and(|hash| *hash != ABSENT))
        .map(|(_, name)| format!("DROP {keyword} IF EXISTS {name}"))
        .collect();
    if left.is_empty() { StepState::Done } else { StepState::Unfinished { rest: left } }
}

const ABSENT: &str = "absent";

/// A line for each object with the hash of its definition.
fn definitions(connection: &mut Connection, kind: &str, names: &[String]) -> Result<String, DriverError> {
    let mut lines = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let definition = connection.definition(&format!("SHOW CREATE {kind} {}", spelt(name)), &MISSING)?;
        let hash = definition.map_or_else(
            || ABSENT.to_owned(),
            |definition| crate::hash::sha256(&without_counter(&definition)),
        );
        lines.push(format!("{index} {hash}"));
    }
    Ok(lines.join("\n"))
}

/// The name again, part by part.
fn spelt(name: &str) -> String {
    let parts = Words::parts(name, Engine::Mysql);
    parts.iter().map(|part| quote(&unquote_identifier(part))).collect::<Vec<_>>().join(".")
}

/// Rows that are added move the counter, and nothing else.
fn without_counter(definition: &str) -> String {
    const COUNTER: &str = " AUTO_INCREMENT=";
    match definition.split_once(COUNTER) {
        Some((before, after)) => {
            let after = after.trim_start_matches(|character: char| character.is_ascii_digit());
            format!("{before}{after}")
        }
        None => definition.to_owned(),
    }
}

fn deed(statement: &str, engine: Engine) -> Deed {
    let mut words = Words::new(statement, engine);
    match words.keyword().as_str() {
        "CREATE" => create(words),
        "ALTER" => alter(words),
        "DROP" => drop(words),
        "RENAME" => rename(words),
        "ANALYZE" | "CHECK" | "FLUSH" | "GRANT" | "OPTIMIZE" | "REPAIR" => Deed::Repeatable,
        _ => Deed::Other,
    }
}

/// The kind of object, which stands behind options of all sorts; none where it is none that leaves a definition.
fn kind(words: &mut Words<'_>) -> Option<(&'static str, &'static str)> {
    while !words.is_at_end() {
        let word = words.keyword();
        if word == "TEMPORARY" || word == "USER" || word == "ROLE" || word == "SERVER" {
            return None;
        }
        if let Some(found) = KINDS.into_iter().find(|(keyword, _)| *keyword == word) {
            return Some(found);
        }
    }
    None
}

fn skip_existence(words: &mut Words<'_>) {
    if words.skip("IF") {
        words.skip("NOT");
        words.skip("EXISTS");
    }
}

fn create(mut words: Words<'_>) -> Deed {
    let Some((keyword, kind)) = kind(&mut words) else { return Deed::Other };
    skip_existence(&mut words);
    let Some(name) = words.name() else { return Deed::Other };
    if keyword != "INDEX" {
        return Deed::Define { kind, names: vec![name] };
    }
    table_of_index(words)
}

/// The table behind `ON`.
fn table_of_index(mut words: Words<'_>) -> Deed {
    while !words.is_at_end() {
        if words.skip("ON") {
            return match words.name() {
                Some(table) => Deed::Define { kind: "TABLE", names: vec![table] },
                None => Deed::Other,
            };
        }
        words.keyword();
    }
    Deed::Other
}

fn alter(mut words: Words<'_>) -> Deed {
    let Some((_, kind)) = kind(&mut words) else { return Deed::Other };
    skip_existence(&mut words);
    let Some(name) = words.name() else { return Deed::Other };
    let mut names = vec![name];
    // The new name of a table tells as much as the old one.
    while !words.is_at_end() {
        if !words.skip("RENAME") {
            words.keyword();
            continue;
        }
        if words.is_next("COLUMN") || words.is_next("INDEX") || words.is_next("KEY") {
            continue;
        }
        let _ = words.skip("TO") || words.skip("AS");
        names.extend(words.name());
    }
    Deed::Define { kind, names }
}

fn drop(mut words: Words<'_>) -> Deed {
    let Some((keyword, kind)) = kind(&mut words) else { return Deed::Other };
    skip_existence(&mut words);
    if keyword == "INDEX" {
        return table_of_index(words);
    }
    let mut names: Vec<String> = words.name().into_iter().collect();
    while words.skip_mark(",") {
        names.extend(words.name());
    }
    Deed::Drop { keyword, kind, names }
}

fn rename(mut words: Words<'_>) -> Deed {
    if !(words.skip("TABLE") || words.skip("TABLES")) {
        return Deed::Other;
    }
    skip_existence(&mut words);
    let mut names = Vec::new();
    let mut pairs = 0;
    loop {
        names.extend(words.name());
        words.skip("TO");
        names.extend(words.name());
        pairs += 1;
        if !words.skip_mark(",") {
            break;
        }
    }
    if pairs == 1 { Deed::Define { kind: "TABLE", names } } else { Deed::RenameSeveral { names } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn define(kind: &'static str, names: &[&str]) -> Deed {
        Deed::Define { kind, names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn deeds_are_told_by_their_words() {
        for (statement, expected) in [
            ("CREATE TABLE IF NOT EXISTS `a b` (id int)", define("TABLE", &["`a b`"])),
            (
                "create or replace algorithm=merge definer=`x`@`y` view s.v as select 1",
                define("TABLE", &["s.v"]),
            ),
            ("CREATE UNIQUE INDEX i USING btree ON t (a)", define("TABLE", &["t"])),
            ("DROP INDEX i ON t", define("TABLE", &["t"])),
            ("ALTER TABLE t ADD COLUMN a int, ALGORITHM=INSTANT", define("TABLE", &["t"])),
            ("ALTER TABLE t RENAME COLUMN a TO b, RENAME TO u", define("TABLE", &["t", "u"])),
            ("RENAME TABLE a TO b", define("TABLE", &["a", "b"])),
            ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", define("TRIGGER", &["g"])),
            (
                "DROP TABLE IF EXISTS a, s.b CASCADE",
                Deed::Drop { keyword: "TABLE", kind: "TABLE", names: vec!["a".to_owned(), "s.b".to_owned()] },
            ),
            (
                "RENAME TABLE a TO b, c TO d",
                Deed::RenameSeveral { names: ["a", "b", "c", "d"].map(str::to_owned).to_vec() },
            ),
            ("OPTIMIZE TABLE t", Deed::Repeatable),
            ("TRUNCATE TABLE t", Deed::Other),
            ("CREATE TEMPORARY TABLE t (a int)", Deed::Other),
            ("CREATE USER ann", Deed::Other),
            ("CALL p()", Deed::Other),
            ("", Deed::Other),
        ] {
            assert_eq!(deed(statement, Engine::Mariadb), expected, "{statement}");
        }
    }

    #[test]
    fn a_list_that_was_dropped_in_part_is_dropped_to_its_end() {
        let names = ["a".to_owned(), "`b`".to_owned()];
        let before = "0 x\n1 y";
        assert_eq!(dropped("TABLE", &names, before, before), StepState::Absent);
        assert_eq!(dropped("TABLE", &names, before, "0 absent\n1 absent"), StepState::Done);
        let rest = vec!["DROP TABLE IF EXISTS `b`".to_owned()];
        assert_eq!(dropped("TABLE", &names, before, "0 absent\n1 y"), StepState::Unfinished { rest });
    }

    #[test]
    fn rows_do_not_change_a_definition() {
        let counted =
            without_counter("CREATE TABLE `t` (\n) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4");
        assert_eq!(counted, "CREATE TABLE `t` (\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
    }

    #[test]
    fn names_are_spelt_anew() {
        assert_eq!(spelt("s.`a``b`"), "`s`.`a``b`");
    }
}
