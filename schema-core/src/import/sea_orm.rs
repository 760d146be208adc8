//! SeaORM: migrations are Rust; what is read is the SQL beside them, under the same names: `m20230101_120000_x.sql`, `.up.sql` and `.down.sql`, or a folder of
//! that name with `up.sql` and `down.sql`.

use super::Raw;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use super::version::{time, words};
use crate::model::Engine;
use std::collections::BTreeSet;

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    let mut in_sql = BTreeSet::new();
    let mut in_rust = Vec::new();
    for entry in files {
        let Some((version, kind)) = named(&entry) else {
            found.leave_aside(&entry);
            continue;
        };
        let is_down = match kind {
            Kind::Rust => {
                in_rust.push((version, entry));
                continue;
            }
            Kind::Up => false,
            Kind::Down => true,
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let name = Name {
            spelled: version.clone(),
            message: words(version.get(TIME.len()..).unwrap_or_default()),
            created: when(&version),
            version: version.clone(),
        };
        let transactions = match found.engine {
            Engine::Postgres => Transactions::Whole,
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => Transactions::WherePossible,
        };
        let part = Part::whole_file(entry.path, text, transactions);
        in_sql.insert(version.clone());
        if is_down {
            pairs.down(version, &name, part, found);
        } else {
            pairs.up(version, name, part, Vec::new(), found);
        }
    }
    for (version, entry) in in_rust {
        if in_sql.contains(&version) {
            found.leave_aside(&entry);
        } else {
            found.problem(&entry.path, None, Trouble::Code { language: "Rust" });
        }
    }
    pairs.in_order("SQL that does", found)
}

enum Kind {
    Up,
    Down,
    Rust,
}

/// What a name begins with.
const TIME: &str = "m20230101_120000";

/// The migration that a file belongs to, and what of it the file is.
fn named(entry: &Entry) -> Option<(String, Kind)> {
    let folder = || Some(entry.path.parent()?.file_name()?.to_str()?.to_owned());
    let (version, kind) = match entry.name.as_str() {
        "up.sql" => (folder()?, Kind::Up),
        "down.sql" => (folder()?, Kind::Down),
        "mod.rs" => (folder()?, Kind::Rust),
        name => {
            let (stem, extension) = name.rsplit_once('.')?;
            match extension {
                "rs" => (stem.to_owned(), Kind::Rust),
                "sql" => match (strip(stem, "down"), strip(stem, "up")) {
                    (Some(stem), _) => (stem.to_owned(), Kind::Down),
                    (None, Some(stem)) => (stem.to_owned(), Kind::Up),
                    (None, None) => (stem.to_owned(), Kind::Up),
                },
                _ => return None,
            }
        }
    };
    when(&version).map(|_| (version, kind))
}

fn strip<'a>(stem: &'a str, word: &str) -> Option<&'a str> {
    stem.strip_suffix(word)?.strip_suffix(['.', '_'])
}

/// The time in `m20230101_120000_x`.
fn when(version: &str) -> Option<jiff::Timestamp> {
    let (date, rest) = version.strip_prefix('m')?.split_once('_')?;
    let number = rest.get(..6)?;
    (date.len() == 8).then_some(())?;
    time(&format!("{date}{number}"))
}
