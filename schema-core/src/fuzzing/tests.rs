//! What is fuzzed for minutes by hand is given the kept seeds in every run of the tests.

use super::*;
use std::fs;
use std::path::Path;

/// A target, by its name.
type Target = (&'static str, fn(&str));

const TARGETS: &[Target] = &[
    ("document", document),
    ("expressions", expressions),
    ("files", files),
    ("mysql", mysql),
    ("postgres", postgres),
    ("revision", revision),
    ("script", script),
    ("split", split),
    ("sqlite", sqlite),
    ("statement", statement),
    ("tokenize", tokenize),
    ("url", url),
];

#[test]
fn every_target_holds_for_every_seed() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let (mut count, mut failures) = (0, Vec::new());
    for folder in fs::read_dir(seeds).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            count += 1;
            for (name, target) in TARGETS {
                if std::panic::catch_unwind(|| target(&text)).is_err() {
                    failures.push(format!("{name} of {}", path.display()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(count > 20, "{count} seeds");
}
