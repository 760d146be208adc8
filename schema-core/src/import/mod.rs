//! Folders of other migration tools, read and turned into revisions. One file a tool; pure, but for reading the folder.
//!
//! [`read`] gives the migrations in their order with scripts as the runner takes them, or all that stands in the way at once. [`ledger`] knows the tables
//! in which the tools keep what they have applied.

mod alembic;
mod checksum;
mod dbmate;
mod diesel;
mod files;
mod flyway;
mod golang_migrate;
mod goose;
pub mod ledger;
mod pairs;
mod problem;
mod python;
mod refinery;
mod script;
mod sea_orm;
mod sqlx;
#[cfg(test)]
mod tests;
mod tool;
mod version;

pub use problem::{ImportError, Problem, Trouble};
pub use tool::Tool;

use crate::model::Engine;
use crate::revision::{Label, NewRevision, RevisionId, Scripts};
use files::Found;
use jiff::{SignedDuration, Timestamp};
use script::Part;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a folder of another tool holds.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The tool.
    pub tool: Tool,
    /// The migrations, in the order in which the tool applies them.
    pub migrations: Vec<Migration>,
    /// Files that are no migrations, sorted.
    pub left_aside: Vec<PathBuf>,
}

/// A migration of another tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The version, as the tool's ledger has it.
    pub version: String,
    /// The id that the revision gets.
    pub id: RevisionId,
    /// What it does, in the words of its author.
    pub message: String,
    /// When it was made, where the tool says.
    pub created: Option<Timestamp>,
    /// What it builds on.
    pub revises: Vec<RevisionId>,
    /// What else has to be applied before it.
    pub depends_on: Vec<RevisionId>,
    /// The names of the branch that begins here.
    pub labels: Vec<Label>,
    /// The file that applies it.
    pub path: PathBuf,
    /// What applies it.
    pub up: String,
    /// What undoes it, or says why nothing does.
    pub down: String,
    /// Whether nothing undoes it.
    pub is_irreversible: bool,
    /// The checksums that the tool's ledger may have for it; none where the tool keeps none.
    pub checksums: Vec<String>,
}

/// Reads the migrations of a tool.
///
/// # Errors
///
/// The folder cannot be read or holds no migration, or there is something in it that revisions cannot say: all of it, with file and line.
pub fn read(tool: Tool, folder: &Path, engine: Engine) -> Result<Folder, ImportError> {
    let mut found = Found::new(tool, engine);
    let files = files::list(folder, tool, &mut found)
        .map_err(|source| ImportError::Folder { folder: folder.to_owned(), source })?;
    let read = match tool {
        Tool::Sqlx => sqlx::read(files, &mut found),
        Tool::Diesel => diesel::read(files, &mut found),
        Tool::Refinery => refinery::read(files, &mut found),
        Tool::SeaOrm => sea_orm::read(files, &mut found),
        Tool::Alembic => alembic::read(files, &mut found),
        Tool::Dbmate => dbmate::read(files, &mut found),
        Tool::Goose => goose::read(files, &mut found),
        Tool::GolangMigrate => golang_migrate::read(files, &mut found),
        Tool::Flyway => flyway::read(files, &mut found),
    };
    let migrations = finished(read, &mut found);
    let Found { mut problems, mut left_aside, .. } = found;
    if !problems.is_empty() {
        problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        return Err(ImportError::Problems { tool, problems });
    }
    if migrations.is_empty() {
        return Err(ImportError::Empty { tool, folder: folder.to_owned() });
    }
    left_aside.sort();
    Ok(Folder { tool, migrations, left_aside })
}

/// A migration as a tool's folder says it.
#[derive(Debug)]
struct Raw {
    version: String,
    /// What its file name says of the version, which becomes the id.
    spelled: String,
    message: String,
    created: Option<Timestamp>,
    parents: Parents,
    up: Part,
    down: Option<Part>,
    checksums: Vec<String>,
}

#[derive(Debug)]
enum Parents {
    /// The migration before it.
    Line,
    /// The tool says them.
    Said { revises: Vec<String>, depends_on: Vec<String>, labels: Vec<String> },
}

/// Gives the migrations their ids and scripts.
fn finished(read: Vec<Raw>, found: &mut Found) -> Vec<Migration> {
    let mut seen: BTreeMap<RevisionId, PathBuf> = BTreeMap::new();
    let mut migrations: Vec<Migration> = Vec::new();
    for raw in read {
        let Raw { version, spelled, message, created, parents, up, down, checksums } = raw;
        let path = up.path.clone();
        let id = match version::id(&spelled) {
            Ok(id) => id,
            Err(reason) => {
                found.problem(&path, None, Trouble::Id { reason });
                continue;
            }
        };
        if let Some(other) = seen.insert(id.clone(), path.clone()) {
            found.problem(&path, None, Trouble::Duplicate { version, other });
            continue;
        }
        let (revises, depends_on, labels) = match parents {
            Parents::Line => {
                (migrations.last().map(|it| it.id.clone()).into_iter().collect(), vec![], vec![])
            }
            Parents::Said { revises, depends_on, labels } => {
                let mut ids = |texts: Vec<String>| -> Vec<RevisionId> {
                    texts.iter().filter_map(|text| found.valid(&path, version::id(text))).collect()
                };
                let (revises, depends_on) = (ids(revises), ids(depends_on));
                let labels: Vec<Label> =
                    labels.iter().filter_map(|it| found.valid(&path, version::label(it))).collect();
                (revises, depends_on, labels)
            }
        };
        let up = script::up(&up, found);
        let down = script::down(down.as_ref(), &up, found);
        migrations.push(Migration {
            version,
            id,
            message,
            created,
            revises,
            depends_on,
            labels,
            path,
            up: up.text,
            is_irreversible: down.is_irreversible,
            down: down.text,
            checksums,
        });
    }
    migrations
}

impl Folder {
    /// The revisions, for this engine. Those whose tool does not say when they were made get times that keep the order, up to now.
    #[must_use]
    pub fn revisions(&self, engine: Engine) -> Vec<NewRevision> {
        self.revisions_at(engine, Timestamp::now())
    }

    fn revisions_at(&self, engine: Engine, now: Timestamp) -> Vec<NewRevision> {
        let second = SignedDuration::from_secs(1);
        let mut latest = now;
        let mut times: Vec<Timestamp> = Vec::with_capacity(self.migrations.len());
        for migration in self.migrations.iter().rev() {
            let before = latest.checked_sub(second).unwrap_or(latest);
            latest = migration.created.unwrap_or(before);
            times.push(latest);
        }
        let with_time = self.migrations.iter().zip(times.into_iter().rev());
        with_time
            .map(|(migration, created)| NewRevision {
                id: migration.id.clone(),
                revises: migration.revises.clone(),
                depends_on: migration.depends_on.clone(),
                labels: migration.labels.clone(),
                message: migration.message.clone(),
                created,
                scripts: BTreeMap::from([(engine, Scripts::new(&migration.up, &migration.down))]),
            })
            .collect()
    }
}
