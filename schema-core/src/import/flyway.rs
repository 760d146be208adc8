//! Flyway: `V1.2__words.sql` up, `U1.2__words.sql` down, and `.conf` files beside them.

use super::Raw;
use super::checksum::crc32_of_lines;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    let mut settings: BTreeMap<PathBuf, Settings> = BTreeMap::new();
    for entry in files.iter().filter(|entry| entry.name.ends_with(".sql.conf")) {
        settings.insert(entry.path.with_extension(""), Settings::read(entry, found));
    }
    for entry in files {
        let Some((prefix, spelled, description, extension)) = parts(&entry.name) else {
            if is_callback(&entry.name) {
                found.unknown(
                    &entry.path,
                    None,
                    "a callback, which runs beside migrations",
                    "put what a callback does into a revision, if it is still needed, and move the file away",
                );
            } else if !entry.name.ends_with(".sql.conf") {
                found.leave_aside(&entry);
            }
            continue;
        };
        if extension != "sql" {
            let language = if matches!(extension, "java" | "class" | "kt") { "Java" } else { "a program" };
            found.problem(&entry.path, None, Trouble::Code { language });
            continue;
        }
        match prefix {
            'R' => {
                found.unknown(
                    &entry.path,
                    None,
                    "a repeatable migration, which runs again whenever it is changed",
                    "say functions and views in SQL of models (`sql_file!`), from which `autogenerate` writes revisions, and move `R__` and `B…__` files away",
                );
                continue;
            }
            'B' => {
                found.unknown(
                    &entry.path,
                    None,
                    "a baseline migration, which takes the place of those before it",
                    "move `B…__` files away: a fresh database gets the same from the migrations before it",
                );
                continue;
            }
            _ => {}
        }
        let Some(order) = order(spelled) else {
            let given = spelled.to_owned();
            found.problem(&entry.path, None, Trouble::Version { given, expected: "no numbers with dots" });
            continue;
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let Settings { transactions, has_placeholders } =
            settings.get(&entry.path).cloned().unwrap_or_default();
        if has_placeholders {
            name_placeholders(&entry, &text, found);
        }
        let version = spelled.replace('_', ".");
        let name = Name::new(canonical(&order), &version, description);
        let checksums = vec![crc32_of_lines(&text)];
        let part = Part::whole_file(entry.path, text, transactions);
        if prefix == 'U' {
            pairs.down(order, &name, part, found);
        } else {
            pairs.up(order, name, part, checksums, found);
        }
    }
    pairs.in_order("`V…__` file", found)
}

/// Prefix, version, description, extension.
fn parts(name: &str) -> Option<(char, &str, &str, &str)> {
    let (stem, extension) = name.rsplit_once('.').filter(|(_, extension)| *extension != "conf")?;
    let prefix = stem.chars().next().filter(|prefix| matches!(prefix, 'V' | 'U' | 'R' | 'B'))?;
    let (version, description) = stem.get(1..)?.split_once("__")?;
    let is_versioned = !version.is_empty() && version.starts_with(|it: char| it.is_ascii_digit());
    ((prefix == 'R' && version.is_empty()) || (prefix != 'R' && is_versioned)).then_some((
        prefix,
        version,
        description,
        extension,
    ))
}

/// The numbers of a version, without the zeros at its end that mean nothing.
pub(super) fn order(version: &str) -> Option<Vec<u64>> {
    let numbers: Option<Vec<u64>> = version.split(['.', '_']).map(|number| number.parse().ok()).collect();
    let mut numbers = numbers?;
    while numbers.len() > 1 && numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

/// A version as it is compared.
pub(super) fn canonical(order: &[u64]) -> String {
    order.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

fn is_callback(name: &str) -> bool {
    let rest = name.strip_prefix("before").or(name.strip_prefix("after"));
    rest.is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_uppercase()) && rest.ends_with(".sql"))
}

fn name_placeholders(entry: &Entry, text: &str, found: &mut Found) {
    for (index, line) in text.lines().enumerate() {
        let mut rest = line;
        while let Some((_, behind)) = rest.split_once("${") {
            let Some((name, after)) = behind.split_once('}') else { break };
            found.unknown(
                &entry.path,
                Some(index + 1),
                format!("the placeholder `${{{}}}`", name.escape_debug()),
                "put the value in its place (Flyway's checksum is another then: `flyway repair`), or say `placeholderReplacement=false` in a `.sql.conf` file",
            );
            rest = after;
        }
    }
}

/// What a `.conf` file says of its script.
#[derive(Clone, Debug)]
struct Settings {
    transactions: Transactions,
    has_placeholders: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { transactions: Transactions::WherePossible, has_placeholders: true }
    }
}

impl Settings {
    fn read(entry: &Entry, found: &mut Found) -> Self {
        let mut settings = Settings::default();
        let Some(text) = found.text(&entry.path) else { return settings };
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) =
                line.split_once('=').map_or((line, ""), |(key, value)| (key.trim(), value.trim()));
            match (key, value) {
                ("executeInTransaction", "true") => settings.transactions = Transactions::Whole,
                ("executeInTransaction", "false") => settings.transactions = Transactions::Never,
                ("placeholderReplacement", "true") => {}
                ("placeholderReplacement", "false") => settings.has_placeholders = false,
                ("encoding", value) if value.eq_ignore_ascii_case("utf-8") => {}
                _ => found.unknown(
                    &entry.path,
                    Some(index + 1),
                    format!("the setting `{}`", key.escape_debug()),
                    "`executeInTransaction` and `placeholderReplacement` are all that is known of `.sql.conf` files",
                ),
            }
        }
        settings
    }
}
