//! golang-migrate: `<VERSION>_<TITLE>.up.sql` and `.down.sql`.

use super::Raw;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use super::version::digits;
use crate::model::Engine;

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    for entry in files {
        let Some((spelled, title, is_down, extension)) = parts(&entry.name).filter(|_| !entry.is_folder)
        else {
            found.leave_aside(&entry);
            continue;
        };
        if extension != "sql" {
            found.unknown(
                &entry.path,
                None,
                format!("a migration that ends in `.{}`, not in `.sql`", extension.escape_debug()),
                "rename it, if it holds SQL",
            );
            continue;
        }
        let Ok(version) = spelled.parse::<u64>() else {
            let given = spelled.to_owned();
            found.problem(&entry.path, None, Trouble::Version { given, expected: "no number of 64 bits" });
            continue;
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let name = Name::new(version.to_string(), spelled, title);
        let transactions = match found.engine {
            Engine::Sqlite => Transactions::Whole,
            // It sends the file to the server as it is.
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => Transactions::WherePossible,
        };
        let part = Part::whole_file(entry.path, text, transactions);
        if is_down {
            pairs.down(version, &name, part, found);
        } else {
            pairs.up(version, name, part, Vec::new(), found);
        }
    }
    pairs.in_order("`.up.sql`", found)
}

/// Version, title, whether it is a down script, extension.
fn parts(name: &str) -> Option<(&str, &str, bool, &str)> {
    let (version, rest) = digits(name);
    let rest = rest.strip_prefix('_').filter(|_| !version.is_empty())?;
    // The last of them, as a title may hold dots.
    let (up, down) = (rest.rfind(".up."), rest.rfind(".down."));
    let (at, word) = if up > down { (up?, ".up.") } else { (down?, ".down.") };
    let extension = rest.get(at + word.len()..).filter(|extension| !extension.is_empty())?;
    Some((version, rest.get(..at)?, word == ".down.", extension))
}
