//! sqlx: `<VERSION>_<DESCRIPTION>.sql`, or `.up.sql` and `.down.sql`. What is named otherwise it passes over.

use super::Raw;
use super::checksum::{sha384, spellings};
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    for entry in files {
        let parts = entry.name.split_once('_').filter(|(_, rest)| rest.ends_with(".sql"));
        let Some((spelled, rest)) = parts.filter(|_| !entry.is_folder) else {
            found.leave_aside(&entry);
            continue;
        };
        let Some(version) = spelled.parse::<i64>().ok().filter(|version| *version >= 0) else {
            let given = spelled.to_owned();
            found.problem(&entry.path, None, Trouble::Version { given, expected: "no number of 64 bits" });
            continue;
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let (description, is_down) = match rest.strip_suffix(".down.sql") {
            Some(description) => (description, true),
            None => (rest.strip_suffix(".up.sql").or(rest.strip_suffix(".sql")).unwrap_or(rest), false),
        };
        let name = Name::new(version.to_string(), spelled, description);
        let is_outside = text.starts_with("-- no-transaction");
        let transactions = if is_outside { Transactions::Never } else { Transactions::Whole };
        let checksums = spellings(&text).iter().map(|text| sha384(text)).collect();
        let part = Part::whole_file(entry.path, text, transactions);
        if is_down {
            pairs.down(version, &name, part, found);
        } else {
            pairs.up(version, name, part, checksums, found);
        }
    }
    pairs.in_order("`.up.sql`", found)
}
