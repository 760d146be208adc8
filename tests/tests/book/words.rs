//! What the book lists is what there is: keys of the derives, commands, messages.

use crate::{source, workspace};
use std::fs;
use std::path::Path;

fn page(name: &str) -> String {
    fs::read_to_string(source().join(name)).unwrap()
}

#[test]
fn every_key_of_the_derives_is_told_in_the_same_words() {
    let derives = fs::read_to_string(workspace().join("schema-derive/src/lib.rs")).unwrap();
    let pages = page("models.md") + &page("testing.md");
    let rows =
        derives.lines().filter_map(|line| line.strip_prefix("/// ")).filter(|line| line.starts_with("| `"));
    for row in rows {
        assert!(pages.lines().any(|line| line == row), "neither models.md nor testing.md has {row}");
    }
}

/// All source text of the libraries and the command line.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_message_of_the_troubleshooting_is_one_that_there_is() {
    let mut text = String::new();
    for package in ["schema-core/src", "schema-cli/src"] {
        sources(&workspace().join(package), &mut text);
    }
    // SQLite's own.
    text.push_str("no such table: ");
    let messages = page("troubleshooting.md");
    for heading in messages.lines().filter_map(|line| line.strip_prefix("### ")) {
        for part in heading.split('…').map(|part| part.trim_matches(['`', '{', '}', '$', ' '])) {
            assert!(text.contains(part), "no message has `{part}`, as in `{heading}`");
        }
    }
}
