//! refinery: `V1__name.sql`, and `U1__name.sql` for one that need not be contiguous. There are no down scripts.

use super::Raw;
use super::checksum;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use super::version::digits;

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    for entry in files {
        let Some((spelled, fraction, words_of_name, extension)) = parts(&entry.name) else {
            found.leave_aside(&entry);
            continue;
        };
        if extension == "rs" {
            found.problem(&entry.path, None, Trouble::Code { language: "Rust" });
            continue;
        }
        let version = spelled.parse::<i64>().ok().filter(|_| fraction.is_empty());
        let Some(version) = version else {
            let given = format!("{spelled}{fraction}");
            found.problem(
                &entry.path,
                None,
                Trouble::Version { given, expected: "no whole number of 64 bits" },
            );
            continue;
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let name = Name::new(version.to_string(), spelled, words_of_name);
        let texts = checksum::spellings(&text);
        let checksums =
            texts.iter().flat_map(|text| checksum::refinery(words_of_name, version, text)).collect();
        let part = Part::whole_file(entry.path, text, Transactions::Whole);
        pairs.up(version, name, part, checksums, found);
    }
    pairs.in_order("up script", found)
}

/// Version, what follows its dot, name, extension.
fn parts(name: &str) -> Option<(&str, &str, &str, &str)> {
    let (version, rest) = digits(name.strip_prefix(['V', 'U'])?);
    let (fraction, rest) = rest.split_once("__").filter(|_| !version.is_empty())?;
    let (name, extension) = rest.rsplit_once('.')?;
    let is_fraction = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|it| !it.is_empty() && digits(it).1.is_empty());
    let is_word = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    (is_fraction && is_word && matches!(extension, "sql" | "rs"))
        .then_some((version, fraction, name, extension))
}
