//! dbmate: `20230101120000_x.sql`, with `-- migrate:up` and `-- migrate:down`.

use super::Raw;
use super::files::{Entry, Found};
use super::pairs::{Name, Pairs};
use super::problem::Trouble;
use super::script::{Part, Transactions};
use super::version::digits;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut pairs = Pairs::new();
    let mut versions: BTreeMap<String, PathBuf> = BTreeMap::new();
    for entry in files {
        let (version, rest) = digits(&entry.name);
        let Some(rest) = rest.strip_suffix(".sql").filter(|_| !version.is_empty() && !entry.is_folder) else {
            found.leave_aside(&entry);
            continue;
        };
        let name = Name::new(version.to_owned(), version, rest);
        if let Some(other) = versions.insert(version.to_owned(), entry.path.clone()) {
            found.problem(&entry.path, None, Trouble::Duplicate { version: version.to_owned(), other });
            continue;
        }
        let Some(text) = found.text(&entry.path) else { continue };
        let (up, down) = parts(&entry.path, &text, found);
        // Its order is that of the files' names.
        pairs.of_file(entry.name.clone(), name, (&entry.path, up, down), "`-- migrate:up`", found);
    }
    pairs.in_order("`-- migrate:up`", found)
}

/// The two parts of a file.
fn parts(path: &Path, text: &str, found: &mut Found) -> (Option<Part>, Option<Part>) {
    let (mut up, mut down): (Option<Part>, Option<Part>) = (None, None);
    let mut is_down = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let marker = line.trim_start_matches('\u{feff}').strip_prefix("--").map(str::trim_start);
        let marker = marker.and_then(|it| it.strip_prefix("migrate:"));
        let marked = marker.and_then(|it| {
            let down = it.strip_prefix("down").map(|options| (options, true));
            down.or_else(|| it.strip_prefix("up").map(|options| (options, false)))
        });
        match marked.filter(|(options, _)| options.is_empty() || options.starts_with(char::is_whitespace)) {
            Some((options, to)) => {
                let part = Part {
                    path: path.to_owned(),
                    first_line: number + 2,
                    text: String::new(),
                    transactions: options_of(options, path, number + 1, found),
                };
                let place = if to { &mut down } else { &mut up };
                if place.is_some() || (!to && is_down) {
                    found.unknown(
                        path,
                        Some(number + 1),
                        "`-- migrate:up` stands once, and `-- migrate:down` once behind it",
                        "remove the other one",
                    );
                    return (up, down);
                }
                *place = Some(part);
                is_down = to;
            }
            None => match if is_down { &mut down } else { &mut up } {
                Some(part) => part.text.push_str(line),
                None if is_comment(line) => {}
                None => found.unknown(
                    path,
                    Some(number + 1),
                    "a statement above `-- migrate:up`, which dbmate refuses",
                    "put it below",
                ),
            },
        }
    }
    for part in [&mut up, &mut down].into_iter().flatten() {
        part.trim();
    }
    (up, down)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with("--")
}

fn options_of(options: &str, path: &Path, line: usize, found: &mut Found) -> Transactions {
    let mut transactions = Transactions::Whole;
    for option in options.split_whitespace() {
        match option.split_once(':') {
            Some(("transaction", "true")) => {}
            Some(("transaction", "false")) => transactions = Transactions::Never,
            _ => found.unknown(
                path,
                Some(line),
                format!("the option `{}`", option.escape_debug()),
                "`transaction:false` is all that is known behind `migrate:up` and `migrate:down`",
            ),
        }
    }
    transactions
}
