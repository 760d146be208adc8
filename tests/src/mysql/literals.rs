//! Literals in what MySQL shows of a table.
//!
//! At a table's next ALTER, whatever that changes, MySQL converts the literals that a CHECK compares with a column to the column's character set: `_utf8mb4'é'`
//! becomes `_latin1'\xE9'`. Both are the same text, and a dump says them in the same way. A literal that is the only argument of a function, as in
//! `hex(_latin1'é')`, and one of a default MySQL leaves alone; there the character set counts, and a dump keeps it.

use mysql::prelude::Queryable as _;
use mysql::{Conn, Opts, Row};
use schema_core::driver::{Driver, Value};
use schema_core::model::Engine;
use std::collections::BTreeSet;

/// CREATE TABLE, as MySQL shows it, with the literals as the texts that they are.
pub(super) fn with_literals(driver: &mut dyn Driver, url: &str, table: &str, create: String) -> String {
    /// The character sets of the columns.
    const CHARSETS: &str = "
        SELECT DISTINCT coalesce(CHARACTER_SET_NAME, 'binary') FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND (CHARACTER_SET_NAME IS NOT NULL OR DATA_TYPE REGEXP 'binary|blob')";
    if driver.engine() != Engine::Mysql {
        return create;
    }
    let mut others = false;
    told(create.as_bytes(), &BTreeSet::new(), &mut |charset, bytes| {
        others |= charset != "utf8mb4";
        String::from_utf8_lossy(bytes).into_owned()
    });
    if !others {
        return create;
    }
    let charsets = driver.query(CHARSETS, &[Value::Text(table.to_owned())]).unwrap();
    let charsets = charsets.iter().map(|row| row[0].as_text().unwrap_or_default().to_owned()).collect();
    // The driver reads texts, and in a text the server has `?` for what is none.
    let address = url.split_once('?').map_or(url, |(address, _)| address);
    let mut connection = Conn::new(Opts::from_url(address).unwrap()).unwrap();
    connection.query_drop("SET character_set_results = NULL").unwrap();
    let shown = format!("SHOW CREATE TABLE {}", driver.quote(&table.into()));
    let row: Row = connection.query_first(shown).unwrap().unwrap();
    let create: Vec<u8> = row.get(1).unwrap();
    connection.query_drop("SET character_set_results = utf8mb4").unwrap();
    told(&create, &charsets, &mut |charset, bytes| {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let text = format!("SELECT CONVERT(_{charset} x'{digits}' USING utf8mb4)");
        let text: Option<String> = connection.query_first(text).unwrap().unwrap();
        text.unwrap_or(digits)
    })
}

/// The definition with literals of these character sets as literals of `utf8mb4`, where MySQL may have converted them.
fn told(create: &[u8], charsets: &BTreeSet<String>, text: &mut dyn FnMut(&str, &[u8]) -> String) -> String {
    let mut told = Vec::new();
    let (mut rest, mut line) = (create, create);
    while let Some(byte) = rest.first() {
        let length = match byte {
            b'`' => 2 + rest[1..].iter().position(|byte| *byte == b'`').unwrap(),
            b'\'' => string(rest).0,
            b'_' => match introduced(rest) {
                Some((charset, length, bytes)) => {
                    let is_argument = told.ends_with(b"(")
                        && told.iter().rev().nth(1).is_some_and(u8::is_ascii_alphanumeric)
                        && rest.get(length) == Some(&b')');
                    let before = &line[..line.len() - rest.len()];
                    let is_converted = charsets.contains(charset) && !is_argument && may_be_converted(before);
                    let name = if is_converted { "utf8mb4" } else { charset };
                    told.extend(format!("_{name}'{}'", escaped(&text(charset, &bytes))).bytes());
                    rest = &rest[length..];
                    continue;
                }
                None => 1,
            },
            _ => 1,
        };
        told.extend(&rest[..length]);
        rest = &rest[length..];
        // Names and texts may have lines of their own.
        if *byte == b'\n' {
            line = rest;
        }
    }
    String::from_utf8(told).unwrap()
}

/// Whether an expression of columns stands behind this beginning of a line, rather than a default.
fn may_be_converted(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    !line.trim_start().starts_with('`') || line.contains(" GENERATED ALWAYS AS (")
}

/// The character set, the length and the bytes of the literal that begins here.
fn introduced(rest: &[u8]) -> Option<(&str, usize, Vec<u8>)> {
    let end = rest[1..].iter().position(|byte| !byte.is_ascii_lowercase() && !byte.is_ascii_digit())?;
    let charset = str::from_utf8(&rest[1..=end]).ok().filter(|name| !name.is_empty())?;
    let (length, bytes) = string(rest.get(end + 1..).filter(|rest| rest.starts_with(b"'"))?);
    Some((charset, 1 + end + length, bytes))
}

/// The length and the bytes of the string that begins here. Where a quote is doubled, another one follows it.
fn string(rest: &[u8]) -> (usize, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut position = 1;
    while rest[position] != b'\'' {
        if rest[position] == b'\\' {
            position += 1;
            bytes.push(match rest[position] {
                b'0' => 0,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'Z' => 0x1A,
                other => other,
            });
        } else {
            bytes.push(rest[position]);
        }
        position += 1;
    }
    (position + 1, bytes)
}

/// A text as MySQL shows it.
fn escaped(text: &str) -> String {
    let mut escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\0', "\\0");
    for (character, name) in [('\n', "\\n"), ('\r', "\\r"), ('\u{1A}', "\\Z")] {
        escaped = escaped.replace(character, name);
    }
    escaped
}
