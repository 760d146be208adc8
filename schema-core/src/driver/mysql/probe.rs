//! What has become of DDL whose end nobody saw.
//!
//! A statement that changes a definition has happened if the definition is another than before. One that leaves it as it is may as well be repeated. A single
//! statement happens as a whole or not at all (MySQL 8, MariaDB 10.6), unless it names several objects.

use super::connection::{Connection, get};
use super::{lasting, online_schema_change};
use crate::dialect::mysql::copying_alter::CopyingAlter;
use crate::dialect::mysql::fingerprint::{ABSENT, PREFIX, fingerprint};
use crate::dialect::mysql::{StatementEffect, quote};
use crate::driver::{DriverError, StepState};
use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};
use std::collections::BTreeMap;

/// `ER_BAD_DB_ERROR`, `ER_BAD_TABLE_ERROR`, `ER_NO_SUCH_TABLE`, `ER_SP_DOES_NOT_EXIST`, `ER_TRG_DOES_NOT_EXIST`, `ER_EVENT_DOES_NOT_EXIST`,
/// `ER_UNKNOWN_VIEW`, `ER_UNKNOWN_SEQUENCES`, `ER_WRONG_OBJECT`: there is no such thing.
const MISSING: [u16; 9] = [1049, 1051, 1146, 1305, 1360, 1539, 4092, 4091, 1347];

pub(super) fn evidence(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
) -> Result<Option<String>, DriverError> {
    match StatementEffect::of(statement, engine) {
        StatementEffect::Define { kind, names } | StatementEffect::Drop { kind, names, .. } => {
            definitions(connection, kind, &names).map(Some)
        }
        StatementEffect::RenameSeveral { names } => bodies(connection, &names).map(Some),
        StatementEffect::Repeatable => Ok(None),
        StatementEffect::Other => lasting::evidence(connection, engine, statement),
    }
}

pub(super) fn probe(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
    evidence: Option<&str>,
) -> Result<StepState, DriverError> {
    let effect = StatementEffect::of(statement, engine);
    if effect == StatementEffect::Repeatable {
        return Ok(StepState::Absent);
    }
    let Some(before) = evidence else { return Ok(StepState::Unknown) };
    if let Some(before) = before.strip_prefix(lasting::PREFIX) {
        return lasting::probe(connection, before);
    }
    let mut now = |kind: &str, names: &[String]| match fingerprint(&effect) {
        // As a script for a shell has written it down.
        Some(expression) if before.starts_with(PREFIX) => catalogued(connection, &expression),
        Some(_) | None => definitions(connection, kind, names),
    };
    match &effect {
        StatementEffect::Define { kind, names } => {
            let now = now(kind, names)?;
            if now != before {
                return Ok(StepState::Done);
            }
            let cleanup = left_overs_of(connection, engine, statement)?;
            Ok(if cleanup.is_empty() { StepState::Absent } else { StepState::Broken { cleanup } })
        }
        StatementEffect::Drop { keyword, kind, names } => {
            let now = now(kind, names)?;
            Ok(dropped(keyword, names, before, &now))
        }
        StatementEffect::RenameSeveral { names } if before.starts_with(PREFIX) => {
            let now = now("TABLE", names)?;
            let changes = now != before || changes_which_there_are(names);
            Ok(if now == before && changes { StepState::Absent } else { StepState::Unknown })
        }
        StatementEffect::RenameSeveral { names } => Ok(renamed(names, before, &bodies(connection, names)?)),
        StatementEffect::Repeatable | StatementEffect::Other => Ok(StepState::Unknown),
    }
}

/// What a program that copies the table of this statement has left behind when it was interrupted.
fn left_overs_of(
    connection: &mut Connection,
    engine: Engine,
    statement: &str,
) -> Result<Vec<String>, DriverError> {
    let Some(CopyingAlter { database, table, .. }) = CopyingAlter::of(statement, engine) else {
        return Ok(Vec::new());
    };
    let database = match database {
        Some(database) => database,
        None => match connection.row("SELECT DATABASE()", ())? {
            Some(row) => get::<Option<String>>(&row, 0)?.unwrap_or_default(),
            None => return Ok(Vec::new()),
        },
    };
    online_schema_change::left_overs(connection, &database, &table)
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

/// What has become of several renames: nothing can tell where tables that are alike change their names, as in a swap.
fn renamed(names: &[String], before: &str, now: &str) -> StepState {
    let by_name = |lines: &str| -> BTreeMap<String, String> {
        let hashes = lines.lines().filter_map(|line| line.split_once(' ')).map(|(_, hash)| hash.to_owned());
        names.iter().map(|name| spelt(name)).zip(hashes).collect()
    };
    let (before, now) = (by_name(before), by_name(now));
    let mut done = before.clone();
    for pair in names.chunks(2) {
        let [from, to] = pair else { continue };
        if let Some(hash) = done.insert(spelt(from), ABSENT.to_owned()) {
            done.insert(spelt(to), hash);
        }
    }
    if done == before {
        StepState::Unknown
    } else if now == before {
        StepState::Absent
    } else if now == done {
        StepState::Done
    } else {
        StepState::Unknown
    }
}

/// Whether names come or go with the renames: in a swap none do.
fn changes_which_there_are(names: &[String]) -> bool {
    let mut there: BTreeMap<String, bool> = BTreeMap::new();
    let mut first: BTreeMap<String, bool> = BTreeMap::new();
    for pair in names.chunks(2) {
        let [from, to] = pair else { continue };
        first.entry(spelt(from)).or_insert(true);
        first.entry(spelt(to)).or_insert(false);
        there.insert(spelt(from), false);
        there.insert(spelt(to), true);
    }
    first != there
}

/// A line for each table with the hash of its definition without its name.
fn bodies(connection: &mut Connection, names: &[String]) -> Result<String, DriverError> {
    let mut lines = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let definition = connection.definition(&format!("SHOW CREATE TABLE {}", spelt(name)), &MISSING)?;
        let hash = definition.map_or_else(
            || ABSENT.to_owned(),
            |definition| {
                // The first line is the name, the second ends in it and a bracket.
                let body = definition.split_once(" (\n").map_or(definition.as_str(), |(_, body)| body);
                crate::hash::sha256(&without_counter(body))
            },
        );
        lines.push(format!("{index} {hash}"));
    }
    Ok(lines.join("\n"))
}

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

/// The same by the catalogue alone.
fn catalogued(connection: &mut Connection, expression: &str) -> Result<String, DriverError> {
    let row = connection.row(&format!("SELECT {expression}"), ())?;
    row.map_or_else(|| Ok(String::new()), |row| get(&row, 0))
}

/// The name again, part by part.
fn spelt(name: &str) -> String {
    let parts = Words::parts(name, Engine::Mysql);
    parts.iter().map(|part| quote(&unquote_identifier(part))).collect::<Vec<_>>().join(".")
}

/// Rows that are added move the counter, and nothing else.
pub(super) fn without_counter(definition: &str) -> String {
    const COUNTER: &str = " AUTO_INCREMENT=";
    match definition.split_once(COUNTER) {
        Some((before, after)) => {
            let after = after.trim_start_matches(|character: char| character.is_ascii_digit());
            format!("{before}{after}")
        }
        None => definition.to_owned(),
    }
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(text: &str) {
    drop((spelt(text), without_counter(text)));
    let (before, now) = text.split_once("\n\n").unwrap_or((text, text));
    let names: Vec<String> = Words::parts(text, Engine::Mysql);
    for now in [before, now] {
        let _ = dropped("TABLE", &names, before, now);
        let _ = renamed(&names, before, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_swap_of_tables_that_are_alike_is_in_doubt() {
        let names = ["a", "t", "b", "a", "t", "b"].map(str::to_owned);
        let lines = |hashes: [&str; 6]| -> String {
            let lines = hashes.iter().enumerate().map(|(index, hash)| format!("{index} {hash}"));
            lines.collect::<Vec<_>>().join("\n")
        };
        // The state of `a`, `t`, `b`, `a`, `t`, `b`.
        let alike = lines(["x", ABSENT, "x", "x", ABSENT, "x"]);
        assert_eq!(renamed(&names, &alike, &alike), StepState::Unknown);
        let before = lines(["x", ABSENT, "y", "x", ABSENT, "y"]);
        let after = lines(["y", ABSENT, "x", "y", ABSENT, "x"]);
        assert_eq!(renamed(&names, &before, &before), StepState::Absent);
        assert_eq!(renamed(&names, &before, &after), StepState::Done);
        assert!(!changes_which_there_are(&names));
        assert!(changes_which_there_are(&["a", "b", "c", "d"].map(str::to_owned)));
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
