//! The corpus of schema changes in `../shared`, where it is there.

use serde::Deserialize;
use std::path::PathBuf;

/// One before and after.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub case: String,
    /// The script that makes the schema before.
    pub before: String,
    /// The script that makes the schema after.
    pub after: String,
    /// The roles that the scripts need, as SQL (PostgreSQL).
    #[serde(default)]
    pub roles: Vec<String>,
    /// The first version of the engine that has what the scripts need.
    #[serde(default)]
    pub min_version: Option<String>,
    /// The last version of the engine that has it.
    #[serde(default)]
    pub max_version: Option<String>,
}

impl Case {
    /// Whether a server of this major version can have it.
    pub fn is_for(&self, version: i32) -> bool {
        let major = |text: &String| text.split('.').next().and_then(|text| text.parse::<i32>().ok()).unwrap();
        self.min_version.as_ref().is_none_or(|first| major(first) <= version)
            && self.max_version.as_ref().is_none_or(|last| version <= major(last))
    }
}

/// The cases of all suites for an engine, with the suite's name before each case's; none where the corpus is not there.
pub fn cases(engine: &str) -> Option<Vec<Case>> {
    let folder = std::env::var_os("SCHEMA_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(&format!(".{engine}.jsonl")))
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let suite = file.file_stem().unwrap().to_string_lossy().replace(&format!(".{engine}"), "");
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let mut case: Case = serde_json::from_str(line).unwrap();
            case.case = format!("{suite}: {}", case.case);
            cases.push(case);
        }
    }
    Some(cases)
}
