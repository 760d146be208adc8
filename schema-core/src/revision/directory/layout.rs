//! What the files in a revision folder are called.

use super::{Direction, DirectoryError, Source};
use crate::model::Engine;
use crate::revision::Revision;
use std::collections::BTreeSet;
use std::path::Path;

pub(super) const HEADS: &str = "heads";
pub(super) const REVISION_FILE: &str = "revision.toml";

/// `20250103120000` and the like.
const TIME_DIGITS: usize = 14;

impl Direction {
    /// The direction of a script, by its file name.
    pub(super) fn of_file(path: &Path) -> Option<Direction> {
        let name = path.file_name()?.to_str()?;
        [Direction::Up, Direction::Down]
            .into_iter()
            .find(|direction| name.split('.').next() == Some(direction.name()))
    }
}

/// `up.sql`, or `up.sqlite.sql` where an engine is given.
pub(super) fn script_name(direction: Direction, engine: Option<Engine>) -> String {
    match engine {
        Some(engine) => format!("{direction}.{engine}.sql"),
        None => format!("{direction}.sql"),
    }
}

/// The name of the folder for a new revision.
pub(super) fn folder_name(revision: &Revision) -> String {
    let time = revision.created.strftime("%Y%m%d%H%M%S");
    let slug = crate::revision::slug::slug(&revision.message);
    let name = format!("{time}_{}_{slug}", revision.id);
    name.trim_end_matches('_').to_owned()
}

/// Whether a folder of this name can hold this revision. An id may hold `_`, so the name alone does not say where it ends.
pub(super) fn folder_holds(folder: &str, revision: &Revision) -> bool {
    let Some((time, rest)) = folder.split_once('_') else {
        return false;
    };
    is_time(time)
        && rest
            .strip_prefix(revision.id.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// Whether a folder looks like one that should hold a revision.
pub(super) fn is_revision_folder(folder: &str) -> bool {
    folder.split_once('_').is_some_and(|(time, _)| is_time(time))
}

fn is_time(text: &str) -> bool {
    text.len() == TIME_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Refuses files that no command would ever read, and scripts that could be taken for two things.
pub(super) fn check_files(
    source: &Source,
    folder: &str,
    files: &BTreeSet<String>,
    revision: &Revision,
) -> Result<(), DirectoryError> {
    for name in files.iter().filter(|name| *name != REVISION_FILE) {
        let path = source.path(&[folder, name]);
        let Some((direction, engine)) = script_of(name) else {
            let expected =
                "a revision folder holds `revision.toml`, `up.sql` and `down.sql`, or for several engines \
                            `up.sqlite.sql` and the like"
                    .to_owned();
            return Err(DirectoryError::UnexpectedEntry { path, expected });
        };
        match engine {
            Some(engine) if !revision.engines.contains(&engine) => {
                return Err(DirectoryError::UnlistedEngine { path, engine });
            }
            Some(_) => {}
            None => match revision.engines[..] {
                [only] => {
                    let second = script_name(direction, Some(only));
                    if files.contains(&second) {
                        return Err(DirectoryError::AmbiguousScript { first: path, second });
                    }
                }
                _ => {
                    let engines = revision.engines.clone();
                    return Err(DirectoryError::ScriptWithoutEngine { path, engines });
                }
            },
        }
    }
    Ok(())
}

fn script_of(name: &str) -> Option<(Direction, Option<Engine>)> {
    let (direction, rest) = name.split_once('.')?;
    let direction = [Direction::Up, Direction::Down].into_iter().find(|known| known.name() == direction)?;
    let engine = match rest.strip_suffix(".sql") {
        Some(engine) => Some(Engine::from_name(engine)?),
        None if rest == "sql" => None,
        None => return None,
    };
    Some((direction, engine))
}

/// The file to run for this engine: its own, or the one of the engine whose scripts it can use. Up and down belong together, so
/// that an engine's own up is never undone by another's down.
pub(super) fn script_file(
    files: &BTreeSet<String>,
    revision: &Revision,
    engine: Engine,
    direction: Direction,
) -> Option<String> {
    let names = |candidate: Engine, direction: Direction| {
        let unnamed = (revision.engines[..] == [candidate]).then(|| script_name(direction, None));
        let mut names = unnamed.into_iter().chain([script_name(direction, Some(candidate))]);
        names.find(|name| files.contains(name))
    };
    let engines = std::iter::successors(Some(engine), |engine| engine.falls_back_to());
    let owner = engines.into_iter().find(|candidate| {
        names(*candidate, Direction::Up).is_some() || names(*candidate, Direction::Down).is_some()
    })?;
    names(owner, direction)
}
