//! goose: `00001_x.sql`, with `-- +goose Up` and `-- +goose Down`.

use super::Raw;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use super::version::digits;
use std::path::Path;

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    for entry in files {
        let (spelled, rest) = digits(&entry.name);
        let parts = rest.strip_prefix('_').and_then(|rest| rest.rsplit_once('.'));
        let Some((title, extension)) = parts.filter(|_| !spelled.is_empty() && !entry.is_folder) else {
            found.leave_aside(&entry);
            continue;
        };
        match extension {
            "sql" => {}
            "go" if !title.ends_with("_test") => {
                found.problem(&entry.path, None, Trouble::Code { language: "Go" });
                continue;
            }
            _ => {
                found.leave_aside(&entry);
                continue;
            }
        }
        let Some(version) = spelled.parse::<i64>().ok().filter(|version| *version > 0) else {
            let given = spelled.to_owned();
            let expected = "no number of 64 bits from 1";
            found.problem(&entry.path, None, Trouble::Version { given, expected });
            continue;
        };
        let Some(text) = found.text(&entry.path) else { continue };
        let name = Name::new(version.to_string(), spelled, title);
        let (up, down) = sections(&entry.path, &text, found);
        pairs.of_file(version, name, (&entry.path, up, down), "`-- +goose Up`", found);
    }
    pairs.in_order("`-- +goose Up`", found)
}

/// The two sections of a file. goose's own lines stay as empty ones, so that all others stay where they are.
fn sections(path: &Path, text: &str, found: &mut Found) -> (Option<Part>, Option<Part>) {
    let (mut up, mut down): (Option<Part>, Option<Part>) = (None, None);
    let mut is_down = false;
    let mut transactions = Transactions::Whole;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 1;
        let end = line.get(line.trim_end_matches(['\r', '\n']).len()..).unwrap_or_default();
        let mut keep = line;
        match annotation(line).as_deref() {
            Some("UP") | Some("DOWN") => {
                let to_down = annotation(line).as_deref() == Some("DOWN");
                let place = if to_down { &mut down } else { &mut up };
                if place.is_some() || (!to_down && is_down) {
                    found.unknown(
                        path,
                        Some(number),
                        "`-- +goose Up` stands once, and `-- +goose Down` once behind it",
                        "remove the other one",
                    );
                    return (up, down);
                }
                *place = Some(Part {
                    path: path.to_owned(),
                    first_line: number,
                    text: String::new(),
                    transactions: Transactions::Whole,
                });
                is_down = to_down;
                keep = end;
            }
            Some("NO TRANSACTION") => {
                transactions = Transactions::Never;
                keep = end;
            }
            Some("STATEMENTBEGIN" | "STATEMENTEND") => keep = end,
            Some("ENVSUB OFF" | "ENVSUBST OFF") => keep = end,
            Some(other) => {
                found.unknown(
                    path,
                    Some(number),
                    format!("the annotation `{}`", other.escape_debug()),
                    "write out what it puts in, and remove the annotation",
                );
                keep = end;
            }
            None => {}
        }
        match if is_down { &mut down } else { &mut up } {
            Some(part) => part.text.push_str(keep),
            None if keep.trim_start_matches('\u{feff}').trim().is_empty() => {}
            None if keep.trim_start_matches('\u{feff}').trim_start().starts_with("--") => {}
            None => found.unknown(
                path,
                Some(number),
                "a statement above `-- +goose Up`, which goose refuses",
                "put it below",
            ),
        }
    }
    for part in [&mut up, &mut down].into_iter().flatten() {
        part.transactions = transactions.clone();
        part.trim();
    }
    (up, down)
}

/// What goose is told in a line, in capitals and with single blanks.
fn annotation(line: &str) -> Option<String> {
    let comment = line.trim_start_matches('\u{feff}').strip_prefix("--")?.trim();
    let words = comment.strip_prefix("+goose")?;
    words
        .starts_with(char::is_whitespace)
        .then(|| words.split_whitespace().map(str::to_ascii_uppercase).collect::<Vec<_>>().join(" "))
}
