//! What is wrong with a migrations folder, found when it is compiled in and not when the program starts.

use super::revision::{Revision, name};
use crate::model::Engine;
use std::collections::{BTreeMap, BTreeSet};

const HEADS: &str = "heads";
const REVISION_FILE: &str = "revision.toml";
const REWRITE: &str = "`schema-cli heads --rewrite` writes it from the revision folders";

/// `20250103120000` and the like.
const TIME_DIGITS: usize = 14;

/// The names in a migrations folder, and the texts of `heads` and of each `revision.toml`.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) files: BTreeSet<String>,
    pub(super) folders: BTreeMap<String, BTreeSet<String>>,
    pub(super) texts: BTreeMap<String, String>,
}

/// All that is wrong.
pub(super) fn check(contents: &Contents) -> Vec<String> {
    let Contents { files, folders, texts } = contents;
    let mut errors = Vec::new();
    for name in files.iter().filter(|name| *name != HEADS && !name.ends_with(".md")) {
        errors.push(format!("`{name}` does not belong there: a migrations folder holds the file `heads` and a folder for each revision"));
    }
    let mut revisions = Vec::new();
    for (folder, files) in folders {
        match read(folder, files, texts) {
            Ok(revision) => revisions.push((folder, revision)),
            Err(error) => errors.push(error),
        }
    }
    let are_complete = revisions.len() == folders.len();
    let mut by_id: BTreeMap<&str, (&String, &Revision)> = BTreeMap::new();
    for (folder, revision) in &revisions {
        check_files(folder, &folders[*folder], revision, &mut errors);
        if let Some((first, _)) = by_id.insert(&revision.id, (folder, revision)) {
            errors.push(format!("`{first}` and `{folder}` both hold revision `{}`", revision.id));
        }
    }
    // A revision that cannot be read would be missed by others, and by `heads`.
    if are_complete {
        check_graph(&by_id, &mut errors);
        if let Some(text) = texts.get(HEADS) {
            errors.extend(check_heads(text, &by_id));
        }
    }
    errors
}

fn read(
    folder: &str,
    files: &BTreeSet<String>,
    texts: &BTreeMap<String, String>,
) -> Result<Revision, String> {
    let path = format!("{folder}/{REVISION_FILE}");
    if !files.contains(REVISION_FILE) {
        return Err(format!("`{folder}` has no `revision.toml`"));
    }
    let text = texts.get(&path).map(String::as_str).unwrap_or_default();
    let revision = Revision::read(text.trim_start_matches('\u{feff}'));
    let revision = revision.map_err(|error| format!("`{path}`: {error}"))?;
    let is_time = |time: &str| time.len() == TIME_DIGITS && time.bytes().all(|byte| byte.is_ascii_digit());
    let holds = folder.split_once('_').is_some_and(|(time, rest)| {
        let rest = rest.strip_prefix(revision.id.as_str());
        is_time(time) && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    });
    if holds {
        Ok(revision)
    } else {
        Err(format!("`{folder}` holds revision `{}`, which its name does not say", revision.id))
    }
}

/// Every script is for one engine of the revision, and each of its engines has a script to apply.
fn check_files(folder: &str, files: &BTreeSet<String>, revision: &Revision, errors: &mut Vec<String>) {
    for file in files.iter().filter(|file| *file != REVISION_FILE) {
        match script_of(file) {
            None => errors.push(format!("`{folder}/{file}` does not belong there: a revision folder holds `revision.toml` and its scripts")),
            Some((_, Some(engine))) if !revision.engines.contains(&engine) => {
                errors.push(format!("`{folder}/{file}` is for {}, which `engines` does not list", engine.name()));
            }
            Some((direction, None)) => match revision.engines[..] {
                [only] => {
                    let second = format!("{direction}.{}.sql", only.name());
                    if files.contains(&second) {
                        errors.push(format!("`{folder}/{file}` and `{second}` are for the same engine"));
                    }
                }
                _ => errors.push(format!("`{folder}/{file}` does not say which engine it is for")),
            },
            Some((_, Some(_))) => {}
        }
    }
    for engine in &revision.engines {
        let unnamed = revision.engines.len() == 1 && files.contains("up.sql");
        if !unnamed && !files.contains(&format!("up.{}.sql", engine.name())) {
            errors.push(format!("revision `{}` has no up script for {}", revision.id, engine.name()));
        }
    }
}

fn script_of(file: &str) -> Option<(&str, Option<Engine>)> {
    let (direction, rest) = file.split_once('.')?;
    if direction != "up" && direction != "down" {
        return None;
    }
    match rest.strip_suffix(".sql") {
        Some(engine) => Some((direction, Some(Engine::from_name(engine)?))),
        None if rest == "sql" => Some((direction, None)),
        None => None,
    }
}

fn check_graph(by_id: &BTreeMap<&str, (&String, &Revision)>, errors: &mut Vec<String>) {
    let mut labels: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, (_, revision)) in by_id {
        for missing in revision.needs().filter(|needed| !by_id.contains_key(needed.as_str())) {
            errors.push(format!("revision `{id}` needs revision `{missing}`, which does not exist"));
        }
        for label in &revision.labels {
            if by_id.contains_key(label.as_str()) {
                errors.push(format!(
                    "revision `{id}` carries the label `{label}`, which is the id of a revision"
                ));
            }
            if let Some(first) = labels.insert(label, id) {
                errors.push(format!("revisions `{first}` and `{id}` both carry the label `{label}`"));
            }
        }
    }
    // What needs nothing that is left is taken away, until nothing can be.
    let mut left: BTreeSet<&str> = by_id.keys().copied().collect();
    loop {
        let (needing, free): (BTreeSet<&str>, BTreeSet<&str>) = left.iter().copied().partition(|id| {
            by_id
                .get(id)
                .is_some_and(|(_, revision)| revision.needs().any(|needed| left.contains(needed.as_str())))
        });
        left = needing;
        if free.is_empty() {
            break;
        }
    }
    if let Some(circle) = circle(by_id, &left) {
        errors.push(format!("revisions need each other in a circle: {circle}"));
    }
}

/// A circle among revisions that each need another one of them.
fn circle(by_id: &BTreeMap<&str, (&String, &Revision)>, among: &BTreeSet<&str>) -> Option<String> {
    let mut path: Vec<&str> = Vec::new();
    let mut next = among.first().copied();
    while let Some(id) = next {
        if let Some(first) = path.iter().position(|seen| *seen == id) {
            path.drain(..first);
            path.push(id);
            break;
        }
        path.push(id);
        let (_, revision) = by_id.get(id)?;
        next = revision.needs().map(String::as_str).find(|needed| among.contains(needed));
    }
    let path: Vec<String> = path.into_iter().map(|id| format!("`{id}`")).collect();
    (!path.is_empty()).then(|| path.join(" → "))
}

fn check_heads(text: &str, by_id: &BTreeMap<&str, (&String, &Revision)>) -> Option<String> {
    let mut written: BTreeSet<String> = BTreeSet::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let (line, number) = (line.trim(), index + 1);
        if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
            return Some(format!("`heads` has a merge conflict in line {number}; {REWRITE}"));
        }
        if line.is_empty() {
            continue;
        }
        let Ok(id) = name(line.to_owned(), number) else {
            return Some(format!(
                "`heads`, line {number}: `{}` is no revision id; {REWRITE}",
                line.escape_debug()
            ));
        };
        written.insert(id);
    }
    let revised: BTreeSet<&String> = by_id.values().flat_map(|(_, revision)| &revision.revises).collect();
    let actual: BTreeSet<String> =
        by_id.keys().map(|id| (*id).to_owned()).filter(|id| !revised.contains(id)).collect();
    (written != actual).then(|| {
        format!(
            "`heads` says {}, but the revision folders make {}; {REWRITE}",
            listed(&written),
            listed(&actual)
        )
    })
}

fn listed(ids: &BTreeSet<String>) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() { "no head".to_owned() } else { ids.join(", ") }
}
