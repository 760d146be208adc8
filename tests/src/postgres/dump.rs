//! What a database holds, by the catalogue alone: the oracle for schemas.

use super::version;
use postgres::{Client, NoTls, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Kind and name of each object, with lines that say all about it, in an order that means nothing.
pub type Dump = BTreeMap<(String, String), Vec<String>>;

pub(super) fn prepare(client: &mut Client) -> Statement {
    client.batch_execute("BEGIN; SET LOCAL search_path = ''").unwrap();
    let mut sql = include_str!("dump.sql").to_owned();
    if version(client) < 14 {
        for (column, usual) in [
            ("i.inhdetachpending", "false"),
            ("a.attcompression", "''"),
            ("g.rngmultitypid::regtype", "NULL"),
        ] {
            sql = sql.replace(column, usual);
        }
    }
    let statement = client.prepare(&sql).unwrap();
    client.batch_execute("COMMIT").unwrap();
    statement
}

pub(super) fn dump(client: &mut Client, statement: &Statement) -> Dump {
    let mut transaction = client.transaction().unwrap();
    transaction.batch_execute("SET LOCAL search_path = ''").unwrap();
    let mut dump = Dump::new();
    for row in transaction.query(statement, &[]).unwrap() {
        let (kind, object, line): (String, String, Option<String>) = (row.get(0), row.get(1), row.get(2));
        dump.entry((kind, object)).or_default().push(line.unwrap_or_default());
    }
    dump.values_mut().for_each(|lines| lines.sort());
    dump
}

/// The account of the database at a URL.
pub fn dump_of(url: &str) -> Dump {
    let mut client = Client::connect(url, NoTls).unwrap();
    let statement = prepare(&mut client);
    dump(&mut client, &statement)
}

/// The lines that are on one side alone, `-` before those of the first; nothing where both are alike.
pub fn differences(from: &Dump, to: &Dump) -> String {
    let mut text = String::new();
    for key in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
        let none = Vec::new();
        let (before, after) = (from.get(key).unwrap_or(&none), to.get(key).unwrap_or(&none));
        if before == after {
            continue;
        }
        let _ = writeln!(text, "{} {}", key.0, key.1);
        for (sign, lines, others) in [('-', before, after), ('+', after, before)] {
            for line in lines.iter().filter(|line| !others.contains(line)) {
                let _ = writeln!(text, "  {sign} {}", line.replace('\n', "\n    "));
            }
        }
    }
    text
}

/// The kinds of the objects that are not alike.
pub fn kinds_that_differ(from: &Dump, to: &Dump) -> BTreeSet<String> {
    from.keys()
        .chain(to.keys())
        .filter(|key| from.get(*key) != to.get(*key))
        .map(|(kind, _)| kind.clone())
        .collect()
}
