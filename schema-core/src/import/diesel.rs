//! Diesel: a folder for each migration, with `up.sql`, `down.sql` and `metadata.toml`.

use super::Raw;
use super::files::{Entry, Found, entries};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    for folder in files {
        if !folder.is_folder {
            found.leave_aside(&folder);
            continue;
        }
        let (spelled, rest) = folder.name.split_once('_').unwrap_or((&folder.name, ""));
        let version = spelled.replace('-', "");
        let name = Name::new(version.clone(), &version, rest);
        let inside = match entries(&folder.path, found) {
            Ok(inside) => inside,
            Err(error) => {
                found.problem(&folder.path, None, Trouble::Unreadable { reason: error.to_string() });
                continue;
            }
        };
        let mut transactions = Transactions::Whole;
        let (mut up, mut down) = (None, None);
        for entry in inside {
            match (entry.name.as_str(), entry.is_folder) {
                ("up.sql", false) => up = Some(entry),
                ("down.sql", false) => down = Some(entry),
                ("metadata.toml", false) => transactions = metadata(&entry, found),
                _ => found.leave_aside(&entry),
            }
        }
        if up.is_none() && down.is_none() {
            found.problem(&folder.path, None, Trouble::NoUp { missing: "`up.sql`" });
        }
        let mut part = |entry: Entry| {
            let text = found.text(&entry.path)?;
            Some(Part::whole_file(entry.path, text, transactions.clone()))
        };
        let (up, down) = (up.map(&mut part), down.map(&mut part));
        if let Some(down) = down.flatten() {
            pairs.down(version.clone(), &name, down, found);
        }
        if let Some(up) = up.flatten() {
            pairs.up(version, name, up, Vec::new(), found);
        }
    }
    pairs.in_order("`up.sql`", found)
}

/// What `metadata.toml` says of transactions.
fn metadata(entry: &Entry, found: &mut Found) -> Transactions {
    let Some(text) = found.text(&entry.path) else { return Transactions::Whole };
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            let reason = format!("it is no TOML: {}", toml::de::Error::message(&error));
            found.problem(&entry.path, None, Trouble::Unreadable { reason });
            return Transactions::Whole;
        }
    };
    let mut transactions = Transactions::Whole;
    for (key, value) in table {
        match (key.as_str(), value.as_bool()) {
            ("run_in_transaction", Some(true)) => {}
            ("run_in_transaction", Some(false)) => transactions = Transactions::Never,
            _ => found.unknown(
                &entry.path,
                None,
                format!("the setting `{}`", key.escape_debug()),
                "`run_in_transaction = false` is all that is known of `metadata.toml`",
            ),
        }
    }
    transactions
}
