//! A database as the server spells it: SHOW CREATE of all that is in it, line by line and in no order. Knows nothing of how the project reads a schema.

use super::encoding::with_encodings;
use super::literals::with_literals;
use schema_core::driver::{Driver, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// All objects, by their kinds and names, each with its sorted lines.
pub type Dump = BTreeMap<(String, String), Vec<String>>;

/// What there is, by what SHOW CREATE calls it, with the column of its answer that holds the text.
const OBJECTS: &str = "
    SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END AS k, TABLE_NAME AS n, 1
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
    UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, 2 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
    UNION ALL SELECT 'EVENT', EVENT_NAME, 3 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()";

/// Triggers, whose SHOW CREATE has the case and the line breaks in which somebody wrote their beginning, and even their database's name.
const TRIGGERS: &str = "
    SELECT TRIGGER_NAME, CONCAT_WS(' ', ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_ORDER, DEFINER, SQL_MODE, COLLATION_CONNECTION), ACTION_STATEMENT
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()";

/// Everything that the database of the driver holds, whose URL this is.
///
/// # Panics
///
/// The server refuses.
#[must_use]
pub fn dump(driver: &mut dyn Driver, url: &str) -> Dump {
    let mut dump = Dump::new();
    let database = driver.query("SELECT DATABASE()", &[]).unwrap().remove(0).remove(0);
    let database = driver.quote(&database.as_text().unwrap().into());
    for row in driver.query(OBJECTS, &[]).unwrap() {
        let [Value::Text(kind), Value::Text(name), Value::Integer(column)] = row.as_slice() else {
            panic!("{row:?}")
        };
        if name.starts_with("schema_history") {
            continue;
        }
        let quoted = driver.quote(&name.as_str().into());
        let answer = driver.query(&format!("SHOW CREATE {kind} {quoted}"), &[]).unwrap();
        let mut text = answer[0][usize::try_from(*column).unwrap()].as_text().unwrap_or_default().to_owned();
        if kind == "TABLE" {
            text = with_literals(driver, url, name, text);
            text = with_encodings(driver, name, &text);
            // MariaDB says of a sequence that a default takes numbers of which database it is in; another one than this stays.
            text = text.replace(&format!("nextval({database}."), "nextval(");
        }
        if kind == "VIEW" {
            // What its literals compare by.
            let collation = answer[0][3].as_text().unwrap_or_default();
            // Where the definer is not there, MariaDB says the database with each table.
            text = format!("{}\n{collation}", text.replace(&format!("{database}."), ""));
        }
        dump.insert((kind.clone(), name.clone()), lines(kind, &text));
    }
    for row in driver.query(TRIGGERS, &[]).unwrap() {
        let [Value::Text(name), Value::Text(head), Value::Text(body)] = row.as_slice() else {
            panic!("{row:?}")
        };
        dump.insert(("TRIGGER".to_owned(), name.clone()), vec![head.clone(), body.clone()]);
    }
    dump
}

fn lines(kind: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.lines().map(|line| line.trim().trim_end_matches(',').to_owned()).collect();
    if kind == "TABLE" {
        for line in lines.iter_mut().filter(|line| line.starts_with(") ENGINE=")) {
            // The next number is data.
            if let Some((before, after)) = line.split_once(" AUTO_INCREMENT=") {
                let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
                *line = format!("{before}{after}");
            }
        }
        for line in &mut lines {
            *line = without_width(&line.replace(" USING BTREE", ""));
            // The names of constraints differ by more than case.
            if let Some((name, rest)) =
                line.strip_prefix("CONSTRAINT `").and_then(|line| line.split_once("` "))
            {
                // And to refuse is what a foreign key does anyway, in either word for it.
                let rest = ["UPDATE", "DELETE"].iter().fold(rest.to_owned(), |rest, event| {
                    rest.replace(&format!(" ON {event} NO ACTION"), "")
                        .replace(&format!(" ON {event} RESTRICT"), "")
                });
                *line = format!("CONSTRAINT `{}` {rest}", name.to_lowercase());
            }
        }
        lines.sort();
    }
    lines
}

/// A column without the width that its numbers are shown with, which MySQL has given up; nothing else shows it but ZEROFILL. That an index is a B-tree goes
/// without saying where there are no others.
fn without_width(line: &str) -> String {
    const INTEGERS: [&str; 5] = ["tinyint(", "smallint(", "mediumint(", "int(", "bigint("];
    let found = INTEGERS.iter().find_map(|name| Some((name, line.split_once(&format!("` {name}"))?)));
    match found {
        Some((name, (before, after))) if !line.contains(" zerofill") && !after.starts_with("1)") => {
            let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}` {}{}", name.trim_end_matches('('), after.trim_start_matches(')'))
        }
        Some(_) | None => line.to_owned(),
    }
}

/// The kinds of objects that differ.
pub fn kinds_that_differ(from: &Dump, to: &Dump) -> BTreeSet<String> {
    let differs = |key: &&(String, String)| from.get(*key) != to.get(*key);
    from.keys().chain(to.keys()).filter(differs).map(|(kind, _)| kind.clone()).collect()
}

/// What only one of the two has.
pub fn differences(from: &Dump, to: &Dump) -> String {
    let mut text = String::new();
    let empty = Vec::new();
    for key in from.keys().chain(to.keys().filter(|key| !from.contains_key(*key))) {
        let (left, right) = (from.get(key).unwrap_or(&empty), to.get(key).unwrap_or(&empty));
        if left == right {
            continue;
        }
        let _ = writeln!(text, "{} {}", key.0, key.1);
        for line in left.iter().filter(|line| !right.contains(line)) {
            let _ = writeln!(text, "  - {line}");
        }
        for line in right.iter().filter(|line| !left.contains(line)) {
            let _ = writeln!(text, "  + {line}");
        }
    }
    text
}
